"""Check that a reading accounts for all that a message says, before work that is paid.

The rules look for what they know, and pass over the rest. This check goes the other way: each
number, instrument, style and word of doing in the message has to be in one of the intents. What is
left over means that the message was misread or only half understood. The agent then asks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.checks.doubtful_readings import (
    is_doubtful,
    without_heard_reasons,
)
from nemomusic.local.agent.parsing.rewriting.message_text import to_seconds
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.film import fade_words, shape_words, title_words
from nemomusic.local.agent.parsing.words.music import named_music, tempo_words
from nemomusic.local.agent.parsing.words.talk import history_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.agent.intents.message_intents import Intent

REASON: Final = re.compile(
    r"\b(?:because|since(?! \d)|as (?:it|i|we|the|my|this|that)\b|so (?:that|it|i|we|you|people"
    r"|he|she|they|my|the)\b"
    r"|otherwise|cause|like in|like the|just like|in case|to match|for when|where (?:i|we|he|she"
    r"|they|it|the|my)\b"
    r"|when (?:i|we|he|she|they|it|the|my)\b|while (?:i|we|he|she|they|the|my)\b|that'?s (?:where"
    r"|when|what|why)"
    r"|which)\b.*"
    r"|\b(?:i|we|he|she|they|my \w+)(?:'m|'re|'s| am| are| is)? (?:wanna|want to|wants to|going to"
    r"|gonna|will|'ll|plan to|would like to|need to|have to) (?:play|sing|record|practi[cs]e|learn"
    r"|perform|dance|jam|solo|rap|read|speak|talk)\b[^,;]*"
    r"|\b(?:my|our) (?:\w+ ){1,2}(?:sings?|dances?|practi[cs]es?|performs?|asked)\b[^,;]*"
    r"|\b(?:(?:my|our) (?:\w+ ){1,2}(?:is|are)|(?:we|they|he|she|i)(?:'re|'m|'s| are| am| is))"
    r" (?:\w+ to be )?(?!(?:hearing|missing|looking|asking|thinking|feeling|drowning|overpowering"
    r"|having|getting|going|being|playing)\b)\w+ing\b[^,;]*"
    r"|\bfor (?:the|my|our|a) (?!(?:first|last|whole|entire|next|music|drums|bass"
    r"|piano))[^,;]*"
    r"|(?<![^，,。\s])我[^，。,;；换改转调加配]{0,8}(?:吹|弹|拉|练|跟着|唱)[^，。,;；]*"
    r"|(?:因为|不然|否则|毕竟|这样|好让|免得|省得|为了|以便|方便)[^，。;；]*",
    re.IGNORECASE,
)
"""Why something is wished for; it may speak of anything."""
_NUMBER: Final = re.compile(
    r"(?<![A-Za-z0-9_.:/])(\d{1,2}:\d{2})(?![\d:])|(?<![A-Za-z0-9_.:])(\d+(?:\.\d+)?)\s*(s\b"
    r"|sec\w*|秒|%|％"
    r"|percent|bpm)?",
    re.IGNORECASE,
)
_LEFT: Final = re.compile(
    r"(?<![^，,。\s])[^，,。]{1,6}?(?:都|就|先|全)?(?:留着|保留|别动|不动|不要动|不变|照旧|保持"
    r"|不用动|不用改)(?![^，,。\s])"
)
"""Leaves a thing in Chinese as it is, beside an order: "鼓留着，贝斯去掉"."""
_LIKENESS: Final = re.compile(
    r"(?<![^，,。\s])[^，,。]{1,8}(?:那种|那样|那类|那味儿?|为主|之类)的?(?![^，,。\s])"
)
"""Describes a style in Chinese by an instrument: "改成中国风，古筝那种"."""
_UNIT: Final = re.compile(r"秒|%|％|\bpercent|\bsec|\bs\b", re.IGNORECASE)
_COUNTS_OTHERS: Final = re.compile(
    r"\s*(?:个(?!版|片段|视频|不同|不一样|方案|选|备选|小样|候选|$)"
    r"|[位年天岁次月号遍口万千块名家倍对])"
)
"""Counts people, days and the like: "2 个老人家"."""


_OTHER_CLIP: Final = re.compile(
    r"(?:不要|去掉|删掉|别要)(?:片段|视频|第)\s*\d\s*(?:个?片段|[段个])?|(?:(?:片段|视频)\s*\d"
    r"|第\s*\d\s*[段个](?:视频"
    r"|片段)?)\s*就?(?:不要|别要|去掉|删掉)"
)
"""Names the clip that is not kept."""


def accounts_for(text: str, intents: Iterable[Intent], *, only_values: bool = False) -> bool:
    """Return whether intents account for all that the orders of a message say.

    Args:
        text: The clauses that were read as orders, without quoted words.
        intents: What they were read as.
        only_values: Whether only numbers, instruments and styles count, and no words of doing.
    """
    done = list(_flat(intents))
    plain = common.HELD.sub(" ", text)
    for one in done:
        if isinstance(one, kinds.AddTitle | kinds.ChangeTitle):
            plain = plain.replace(one.text or " ", " ")
    core = REASON.sub(" ", plain)
    if any(isinstance(one, kinds.Focus) for one in done):
        core = _OTHER_CLIP.sub(" ", core)
    if any(isinstance(one, kinds.Canvas) for one in done):
        core = shape_words.RATIO.sub(" ", core)
    values = _numbers(core, done) and _parts(core, done) and _styles(core, done)
    if not text.isascii() and is_doubtful(text, done):
        return False
    return values and not _fades_what(core, done) and (only_values or _deeds(core, done))


def _fades_what(text: str, done: list[object]) -> bool:
    """Return whether it is open in Chinese what is faded: "欢快的音乐，结尾淡出2秒"."""
    fades = any(isinstance(one, kinds.Fade) and one.of == "both" for one in done)
    named = fade_words.FADE_BOTH.search(text) or fade_words.FADE_PICTURE.search(text)
    about_music = sound_words.MUSIC.search(text) or named_music.named_style(text)
    return fades and not (text.isascii() or named) and bool(about_music)


def as_accounted(
    text: str, found: tuple[Intent, ...], unsure: list[Intent]
) -> tuple[tuple[Intent, ...], Iterable[Intent]]:
    """Return a reading in which work that leaves words unexplained is doubtful.

    Args:
        text: The clauses that were read as orders.
        found: What they were read as.
        unsure: What was doubtful before.

    Returns:
        The sure intents, and the doubtful ones, without repetitions.
    """
    found = without_heard_reasons(text, found)
    work = [one for one in found if not isinstance(one, kinds.FREE)]
    if work and not accounts_for(text, found):
        unsure = [*work, *unsure]
        found = tuple(one for one in found if isinstance(one, kinds.FREE))
    return found, dict.fromkeys(unsure)


def _flat(intents: Iterable[Intent]) -> Iterable[object]:
    for one in intents:
        if isinstance(one, music.ChangeMusic):
            yield from one.changes
        else:
            yield one


def _values(one: object) -> Iterable[float]:
    """Yield the numbers by which an intent may have been asked for."""
    match one:
        case kinds.Trim(start, end) | kinds.CutOut(start, end) | kinds.MusicSpan(start, end):
            yield from (abs(value) for value in (start, end) if value is not None)
            if start is not None and end is not None:
                yield abs(end - start)
        case kinds.Passage(start, end):
            yield from (start, end, end - start)
        case kinds.Drop(time):
            yield time
        case kinds.Fade(_, _, seconds):
            yield seconds
        case kinds.Volume(_, to, by):
            if to is not None:
                yield to * 100
            yield from (abs(1 - by) * 100, by * 100, by, 1 / by if by else 0.0)
        case kinds.Focus(clips):
            yield from (number + 1 for number in clips or (0, 1))
            yield 2 if clips is None else len(clips)
        case kinds.Canvas(ratio, width, height):
            yield from (float(width), float(height))
            yield from map(float, ratio.split(":") if ":" in ratio else ())
        case kinds.UseUpload(song):
            yield song + 1
        case kinds.AddTitle(_, start, duration):
            yield from (abs(value) for value in (start, duration) if value is not None)
            if start is not None and duration is not None:
                yield start + duration
        case kinds.GoBack(_, _, number):
            yield number or 1
        case kinds.Undo(steps) | kinds.Redo(steps):
            yield steps or 1
        case music.SetTempo(bpm):
            yield bpm
        case music.Compose(count=count):
            yield count


def _numbers(text: str, done: list[object]) -> bool:
    """Return whether each number of a text is in one of the intents."""
    new = any(isinstance(one, music.Compose) for one in done)
    known = {round(value, 2) for one in done for value in _values(one)}
    for match in _NUMBER.finditer(text):
        unit = match[3] and _UNIT.match(match[3]) and not re.fullmatch(r"[5-9]0s", match[0])
        if not unit and _COUNTS_OTHERS.match(text, match.end()):
            continue
        tempo = tempo_words.TEMPO.search(text) and 60 <= to_seconds(match[1] or match[2]) <= 220
        if new and not match[1] and not unit and not (tempo and not tempo_words.BPM.search(text)):
            continue  # "our 3 day trip", "80s", "music for 2 cats"
        if round(to_seconds(match[1] or match[2]), 2) not in known:
            return False
    return True


def _parts(text: str, done: list[object]) -> bool:
    """Return whether each instrument of a text is changed, or the words go to the composer."""
    if any(isinstance(one, music.Compose | kinds.GoBack) for one in done):
        return True
    text = _LEFT.sub(" ", text)
    if any(isinstance(one, music.SetStyle) for one in done):
        text = _LIKENESS.sub(" ", text)
    changed = {one.part for one in done if isinstance(one, music.ChangePart)}
    named = set(named_music.parts(text)) - {"melody", "choir"}
    return named <= changed or (not changed and not named)


def _styles(text: str, done: list[object]) -> bool:
    """Return whether the style that a text names last is the one that is done."""
    if any(isinstance(one, music.Compose | music.SetStyle | kinds.GoBack) for one in done):
        return True
    style = named_music.named_style(text)
    moods = {one.mood for one in done if isinstance(one, music.SetMood)}
    return style is None or style in moods  # "epic" names both


_LESS: Final = (
    kinds.RemoveMusic,
    kinds.RemoveTitles,
    kinds.Trim,
    kinds.CutOut,
    kinds.Focus,
    kinds.Passage,
    kinds.MusicSpan,
    kinds.Undo,
    kinds.Redo,
    kinds.GoBack,
    kinds.UseUpload,
    kinds.ChangeTitle,
    kinds.Drop,
)
_REMOVES: Final = common.pattern(
    r"\b(?:remove|delete|get rid of|ditch|nix|kill|mute|unmute|silence)\b"
    r"|\btake (?:it|that|them|the \w+) (?:out|off|away)\b",
    r"去掉|删除?|移除|静音|剪掉",
)


_OWN_CHANGED: Final = common.pattern(
    r"\b(?:original|camera|clip|video) (?:sound|audio|voice)s?\b",
    r"(?<!电影)(?:原声|原音|人声)(?!.{0,2}(?:带|吉他|音乐|民谣))",
)


def _takes_away(one: object) -> bool:
    match one:
        case music.ChangePart(_, how):
            return how in {"none", "less", "only", "back"}
        case kinds.Volume(_, to, by):
            return to in {0.0, 1.0} or by <= 1
        case kinds.Fade(_, _, seconds):
            return seconds == 0
        case kinds.Duck():
            return True
        case music.ChangeDensity(by):
            return by < 0
        case music.SetMood(_, by):
            return by < 0
    return isinstance(one, _LESS)


def _deeds(text: str, done: list[object]) -> bool:
    """Return whether words that say what to do belong to an intent of their kind."""
    has = {type(one) for one in done}
    made = kinds.AddTitle in has or kinds.ChangeTitle in has
    if _REMOVES.search(text) and not any(map(_takes_away, done)):
        return False
    sound_kinds = (kinds.Volume, kinds.Duck, kinds.Passage, kinds.MusicSpan, kinds.Fade)
    heard = any(isinstance(one, sound_kinds) for one in done)
    sung = "合唱" in text  # "合唱团那种人声" is an instrument
    if _OWN_CHANGED.search(text) and not (heard or sung) and kinds.RemoveMusic not in has:
        return False
    if fade_words.FADE.search(text) and kinds.Fade not in has and music.SetTempo not in has:
        return False
    if title_words.TITLE.search(text) and not (made or kinds.RemoveTitles in has):
        return bool(has & {kinds.Fade, kinds.Trim, kinds.Passage, kinds.BiggerEnding, kinds.CutOut})
    if tempo_words.BPM.search(text) and not has & {music.SetTempo, music.Compose, kinds.GoBack}:
        return False
    back = any(isinstance(one, music.ChangePart) and one.how == "back" for one in done)
    if history_words.UNDO.search(text) and not (
        back or has & {kinds.Undo, kinds.GoBack, kinds.Volume}
    ):
        return False
    loud = sound_words.BARE_VOLUME.search(text)
    return not loud or bool(has & {kinds.Volume, kinds.Duck, kinds.Passage, music.ChangePart})
