"""Find the wishes of a message that its reading does not explain.

A message of several wishes is often half understood: "make the music louder and the video black and
white". Each clause that orders something has to belong to an intent. A clause that names other
work, or a thing that no intent is about, is left over. The agent names it, and asks before it does
the rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.checks.completeness_check import REASON
from nemomusic.local.agent.parsing.checks.confidence import known_share
from nemomusic.local.agent.parsing.rewriting.message_text import clauses, sentences
from nemomusic.local.agent.parsing.rules.order_detection import (
    is_consequence,
    is_left_alone,
    is_order,
    is_reason,
    is_reported,
    tells_of_others,
)
from nemomusic.local.agent.parsing.rules.pronouns import with_pronouns_resolved
from nemomusic.local.agent.parsing.rules.small_talk import is_small_talk
from nemomusic.local.agent.parsing.rules.talk_rules import is_remark, kind_of
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.film import clip_words, fade_words, title_words
from nemomusic.local.agent.parsing.words.music import tempo_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext, ParsedMessage

_MUSIC: Final = (
    music.ChangeMusic,
    music.Compose,
    kinds.Volume,
    kinds.Duck,
    kinds.Passage,
    kinds.MusicSpan,
    kinds.Drop,
    kinds.BiggerEnding,
    kinds.RemoveMusic,
    kinds.UseUpload,
    kinds.Fade,
    kinds.Undo,
    kinds.Redo,
    kinds.GoBack,
)
_TITLES: Final = (kinds.AddTitle, kinds.ChangeTitle, kinds.RemoveTitles)
_CUTS: Final = (kinds.Trim, kinds.CutOut, kinds.Focus)
_EDGES: Final = (
    *_CUTS,
    *_TITLES,
    kinds.Fade,
    kinds.MusicSpan,
    kinds.Passage,
    kinds.BiggerEnding,
    kinds.Drop,
)
_BLACK_AND_WHITE: Final = re.compile(r"\bblack[ -](?:and|&|n)[ -]white\b", re.IGNORECASE)
_COLORS: Final = (
    r"\b(?:red|blue|green|yellow|white|black|pink|purple|orange|gold(?:en)?|silver|gr[ae]y)\b"
    r"|[红黄蓝绿白黑粉紫橙金银灰]色|颜色"
)
_LOOKS: Final = common.pattern(
    _COLORS,
    r"\b(?:bold|italics?|fonts?|typeface|underlined?|uppercase|capitals?|all caps|serif|neon"
    r"|(?:big(?:ger)?|large(?:r)?|huge|small(?:er)?|tiny) (?:letters|font|text|type|size|title)"
    r"|handwrit\w+|animat\w+|bounc\w+|flash\w*|glow\w*"
    r"|(?:fly|slide|spin|zoom) (?:in|out|up|down))\b",
    r"\b(?:make|turn|set) (?:it|the (?:title|text|caption)) (?:a (?:bit|little) |much )?"
    r"(?:big(?:ger)?|large(?:r)?|small(?:er)?|nicer|fancier)\b",
    r"飞[进入出]|滑[进入出]|弹[进入出]|字体|字号|加粗|粗体|斜体|楷体|宋体|黑体|艺术字|手写体|动画|闪烁|描边|阴影|放大|缩小"
    r"|(?:字|标题|文字)[^，。]{0,4}[大小粗细]一?[点些号]|^\W*(?:再)?[大小粗细]一?[点些号]\W*$",
)
"""Says how a title should look. All titles of this backend look alike."""
_FIRST: Final = (
    r"^\W*(?:(?:please|pls|and|then|now|just|also|so|can you|could you|can we|i want you to)\s+)*"
)
_SEEN: Final = r"(?:video|picture|image|clips?|footage|screen)"
_LOOK: Final = r"(?:faster|slower|warmer|colder|cooler|brighter|darker|sharper|clearer)"
_BY_POSITION: Final = (kinds.Focus, kinds.MusicSpan, kinds.Drop, kinds.Passage, kinds.CutOut)
_DEEDS: Final = (
    (
        common.pattern(
            r"\bblack & white\b|\b(?:monochrome|sepia|gr[ae]yscale)\b", r"黑白|灰度|单色"
        ),
        (),
    ),
    (
        common.pattern(
            rf"{_FIRST}(?:send|upload|post|share|e-?mail|tweet|publish|save)\b",
            r"(?:发给|发到|发布|上传到|分享[到给]|邮件)[^，。]*(?<!的)$",
        ),
        (kinds.UseUpload, kinds.ExportHint),
    ),
    (
        common.pattern(
            rf"{_FIRST}(?:repeat|loop|duplicate|copy|rewind)\b",
            rf"{_FIRST}(?:show|play|put|use|run) [^,]*\btwice\b(?! as)",
            r"(?:重复|循环|放|播)[^，。]{0,4}[两三2-9][遍次]\W*$|^\W*(?:再)?(?:重复|循环)",
        ),
        (),
    ),
    (
        common.pattern(
            rf"{_FIRST}reverse\b(?! (?:the |both |my )?(?:2 |two )?(?:order|clips|that|last"
            rf"|change))",
            rf"{_FIRST}(?:play|run|show) [^,]*\bbackwards?\b",
            r"倒放|倒着放|倒过来放",
        ),
        (),
    ),
    (
        common.pattern(
            rf"\b{_LOOK} {_SEEN}\b",
            rf"\b{_SEEN} (?:(?:a|be|is|look) )*(?:bit |little |much )?{_LOOK}\b",
            r"(?:视频|画面|片子|影片|镜头)(?:再|也|要|得|速度|播放)*[快慢亮暗暖冷]一?[点些]",
            r"[放加插贴来][^，。]{0,6}(?:照片|图片|地图|相框|音效|倒计时|烟花|雪花|表情|贴纸)\W*$",
        ),
        (kinds.Focus,),
    ),
)
"""Work that a clause names, and the intents that may be meant by it."""
_MOVES: Final = common.pattern(rf"{_FIRST}(?:move|shift|reposition)\b", r"移[到动至]|挪[到动至]")
_POINTS_BACK: Final = common.pattern(
    r"\b(?:rest|else|others?|everything|every|let (?:it|them|me|us)|give (?:it|them)"
    r"|pick (?:it|them) up|two|three)\b|^\W*\w+ (?:it|them|that|things)(?: (?:up|down|out|off|in"
    r"|over|on))?\W*$"
    r"|\b(?:mood|vibe|feel(?:ing)?)\b|\bsome(?: in)?\W*$",
    r"^\W*(?:全|都)去掉|它|[这那]|其[他它余]|别的|剩|全部|都|换个?一?下?风格|一[支把个]|^[^，。]{0,4}一下|进去|新的|直接停|正常|到完|主意|思路"
    r"|^\W*让(?:我|人|大家)|的时候",
)
"""Speaks of what another clause names, or of nothing that can be edited."""
_CHANGES_ZH: Final = re.compile(
    r"(?:一[下点些]|[点些]儿?|(?:[成为给加换变]|(?<![大小])调)[^，。]+|掉)吧?(?<!的)\W*$"
)
"""Says what becomes of a thing, without a verb at the start: "我的脸P一下"."""
_ACTS: Final = re.compile(
    r"^\W*(?!(?:for|with|in|on|at|from|like|as|to|of|over|under|is|was|are|were|not|but|so|because"
    r"|since|when|while|than|into|about|all|this|that|it|its|what|who|how|just|only|no|by|near|around"
    r"|during|before|after|until|behind|through|i|we|you|they|he|she|if|though|where|which|both|still"
    r"|even|maybe|here|there|especially|almost|without|keep|feel|see|love|like|need|want|has|have|had"
    r"|having|more|less|same|very|can|could|should|would|thats|my|our|the|a|an|some|and|or)\b)"
    r"[a-z]+ (?:my|the|a|an|some|it|them|this|that|our|your|me|him|her)\b",
    re.IGNORECASE,
)
"""Begins with a word before an object, as orders do: "tag my friends"."""
_THING: Final = re.compile(
    r"^\W*(?:a|an|some|another) (?:\w+ )+of (?:my|our|the|a)\b", re.IGNORECASE
)
"""Only names a thing that is to be added: "a picture of my dog"."""
_DESCRIBES: Final = re.compile(r"^\W*[做弄拍写剪配]得|^\W*给[^，。]*的\W*$")
"""Tells in Chinese how something was done, or for whom it is."""
_TURNS: Final = common.pattern(r"\b(?:turn|mute|lower|raise|switch)\b", r"静音|关|调|压")
_AFTER_SPEECH: Final = re.compile(r"(?:[说讲]完|没人[说讲]|不[说讲]|停了)")
"""Says in Chinese what the music does after somebody has spoken."""
_TELLS_WHAT: Final = common.pattern(r"(?:唱|弹|念|放|播)[^，。]*的那?种?\W*$", r"\bi mean\b")


def unread_wishes(
    text: str,
    read: ParsedMessage,
    context: MessageContext,
    read_alone: Callable[[str], ParsedMessage],
) -> Iterator[str]:
    """Yield the clauses of a message that ask for what none of its intents does.

    Args:
        text: The message, without quoted words.
        read: The reading of the message.
        context: The session.
        read_alone: Reads one clause by the rules.
    """
    found = [one for sentence in sentences(text) for one in _orders(sentence, context)]
    done = read.intents
    for clause in found:
        several = len(found) > 1 and bool(
            is_order(clause) or _ACTS.search(clause) or _THING.search(clause)
        )
        if _names_other_work(clause, done) or (
            several and not _is_explained(clause, done, context, read_alone)
        ):
            yield clause.replace("black & white", "black and white")


def _orders(sentence: str, context: MessageContext) -> Iterator[str]:
    if kind_of(sentence, context) not in ("order", "doubtful"):
        return
    joined = _BLACK_AND_WHITE.sub("black & white", sentence)
    for one in with_pronouns_resolved(clauses(joined)):
        clause = REASON.sub(" ", one).strip()
        told = (
            _DESCRIBES.search(clause)
            or is_remark(clause)
            or is_small_talk(clause)
            or is_left_alone(clause)
            or is_consequence(clause)
        )
        if clause and not (
            told or is_reported(clause) or is_reason(clause) or tells_of_others(clause)
        ):
            yield clause


def _names_other_work(clause: str, done: tuple[Intent, ...]) -> bool:
    """Return whether a clause names work that no intent does."""
    worded = any(isinstance(one, kinds.AddTitle | kinds.ChangeTitle) for one in done)
    if worded and _LOOKS.search(clause) and not fade_words.FADE.search(clause):
        return True
    titled = worded or title_words.TITLE.search(clause) or common.FILM.search(clause)
    if titled and _MOVES.search(clause) and not any(isinstance(one, _BY_POSITION) for one in done):
        return True
    return any(
        deed.search(clause) and not any(isinstance(one, meant) for one in done)
        for deed, meant in _DEEDS
    )


def _is_explained(
    clause: str,
    done: tuple[Intent, ...],
    context: MessageContext,
    read_alone: Callable[[str], ParsedMessage],
) -> bool:
    """Return whether an order is about what an intent does, or about nothing that it names."""
    if clause.isascii() and is_order(clause) and _asks_for_more(read_alone(clause), done):
        return False
    if any(isinstance(one, meant) for meant in _things(clause, context) for one in done):
        return True
    own = any(isinstance(one, kinds.Volume) and one.of == "own" for one in done)
    if kinds.Duck(on=True) in done and _AFTER_SPEECH.search(clause):
        return True
    if (own and _TURNS.search(clause)) or _POINTS_BACK.search(clause):
        return True
    alone = read_alone(clause)
    if alone.work or alone.unsure or alone.refused or alone.unknown_style:
        return True
    if any(not isinstance(one, kinds.Talk) for one in alone.intents):
        return True
    return known_share(clause, strict=True) == 1.0


_GROUPS: Final[tuple[tuple[type, ...], ...]] = (
    (music.Compose, music.SetStyle, music.SetMood, music.SetKey, kinds.UseUpload),
    (kinds.Volume, kinds.Duck, kinds.Passage, kinds.MusicSpan, kinds.RemoveMusic, kinds.UseUpload),
    (kinds.Trim, kinds.CutOut),
    (music.ScaleTempo, music.SetTempo),
    (music.ChangePart, music.ChangeDensity),
    (kinds.Focus,),
    (kinds.Canvas,),
    (kinds.Fade,),
    _TITLES,
    (kinds.Drop, kinds.BiggerEnding, music.SetMood),
)
"""Intents that speak of one thing: words of one may be read as another."""


def _asks_for_more(alone: ParsedMessage, done: tuple[Intent, ...]) -> bool:
    """Return whether an order that is read alone asks for what no intent of the message does."""
    if alone.unsure or any(isinstance(one, kinds.Undo | kinds.Redo | kinds.GoBack) for one in done):
        return False
    has = list(_pieces(done))
    return any(not _is_among(one, has) for one in _pieces(alone.work))


def _pieces(found: Iterable[Intent]) -> Iterator[object]:
    for one in found:
        if isinstance(one, music.ChangeMusic):
            yield from one.changes
        else:
            yield one


def _is_among(one: object, has: list[object]) -> bool:
    groups = [group for group in _GROUPS if isinstance(one, group)]
    return not groups or any(isinstance(two, group) for group in groups for two in has)


def is_wished(refused: str, done: tuple[Intent, ...]) -> bool:
    """Return whether words that were refused ask for something, and do not only tell of it.

    "Remove the title, it covers her face" tells why, and wishes for nothing about a face.

    Args:
        refused: The words, as the user wrote them.
        done: The intents of the message.
    """
    titled = any(isinstance(one, _TITLES) for one in done)
    if (titled and title_words.TITLE.search(refused)) or _TELLS_WHAT.search(refused):
        return False
    if is_order(refused) or _CHANGES_ZH.search(refused):
        return True
    return bool(common.FILM.search(refused) and not is_reason(refused))


def _things(clause: str, context: MessageContext) -> Iterator[tuple[type, ...]]:
    """Yield, for each thing that a clause names, the intents that may be about it."""
    if sound_words.MUSIC.search(clause) or tempo_words.TEMPO.search(clause) or find_terms(clause):
        yield _MUSIC
    if any(one.partition(".")[0].lower() in clause.lower() for one in context.clips) or any(
        word in clause for words in clip_words.CLIP_NOUNS.values() for word in words
    ):
        yield (kinds.Focus,)
    if sound_words.OWN.search(clause) or sound_words.SOUND.search(clause) or "素材" in clause:
        yield (kinds.Volume, kinds.Duck, kinds.Passage, kinds.RemoveMusic)
    if title_words.TITLE.search(clause) or common.HELD.search(clause):
        yield _TITLES
    if common.FILM.search(clause) or fade_words.FADE_PICTURE.search(clause):
        yield (*_CUTS, kinds.Canvas, kinds.Fade)
    if _EDGE.search(clause):
        yield _EDGES


_EDGE: Final = common.pattern(
    r"\b(?:start|beginning|end|ending|opening|intro|outro|finish|finale|seconds?)\b|\d",
    r"开头|结尾|末尾|最后|前面|后面|秒|\d",
)
