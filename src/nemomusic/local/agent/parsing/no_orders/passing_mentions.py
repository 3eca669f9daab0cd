"""English sentences that mention a clip, a style or a piece in passing, and ask for no work on it.

"The beach clip turned out better than the city clip" names clips, and keeps none of them. Rules
that look for names are led astray by such a sentence. Work that is read from one is asked first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.rewriting.message_text import span_of
from nemomusic.local.agent.parsing.rules.order_detection import ORDER_EN
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.common_words import pattern
from nemomusic.local.agent.parsing.words.music.new_piece_words import DISLIKE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.agent.intents.message_intents import Intent

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_CLAUSE: Final = pattern(r"[,.;:!?]+(?!\d)|\b(?:and|but|so|then|because|cause|since)\b")
_WISH: Final = pattern(
    r"\bplea?s+e*\b|\b(?:pls|plz|will do|you (?:think|choose|decide|pick|like|do)|(?:up )?to you"
    r"|your (?:job|choice|call|pick|turn)|all that'?s (?:left|missing)|need(?:s|ed)?"
    r"|wish|hop(?:e|ing)|something|different|prefer|should|must|ought|has to|have to|gotta)\b",
    r"(?<!\byou )\b(?:want|wanna)\b|\b(?:would|'d|might) (?:\w+ )?(?:like|love|prefer|rather|adore"
    r"|appreciate|be|suit|fit|do|work|go|make|give|look|sound|help|want|please|picture|choose|pick"
    r"|feel)\b",
    r"\b(?:can|could|may|might|would|will) (?:you|we|i|it|the|this|that|there)\b"
    r"|\b(?:could|can) (?:do with|use|be|have)\b",
    r"\bis (?:it|there) (?:possible|any chance|a (?:way|chance))\b"
    r"|\bi think (?:some |a |an )?[\w-]+ (?:music|track|tune|song)\W*$",
    r"\b(?:how|what) about\b|\bwhat if\b|\bwhy (?:not|don'?t)\b|\blet'?s\b|\bgo(?:ing)? (?:with"
    r"|for)\b"
    r"|\bi(?:'m| am|'ve been|was)? (?:\w+ )?(?:thinking|after|imagin\w+|picturing|looking for"
    r"|in the mood)"
    r"|\bi (?:imagine|picture|think of|had in mind|have in mind|asked for|expected|see)\b",
    r"\b(?:make|give|put|add|use|try|find|get|take|change|turn|switch|swap|bring|keep|compose"
    r"|write)"
    r"\b|\b(?:instead|rather|another|missing|lacks?|deserves?|suits?|fits?|begging|calls? for"
    r"|goes? (?:well )?with|it is|it has to|it'?s|that'?s (?:what|it))\b",
    r"\b(?:too|more|less|not enough|\w+er)\b",
    r"\bany(?:thing)?\b.*\b(?:is|are|will be) (?:fine|good|ok|okay)\b",
    r"^\W*[\w-]+ (?:i'd say|i would say|i guess|i suppose)\W*$",
)
_FINITE: Final = pattern(
    r"\b(?:am|is|are|was|were|has|had|does|did|do|makes?|made|went|got|took|said|says|wrote|came"
    r"|gave|thinks?|plays?|played|sang|paid|bought|used|heard|found|knows?|knew|taught|loves?"
    r"|hates?)\b",
    r"\b(?:isn|aren|wasn|weren|don|doesn|didn|hasn|haven|hadn)'?t\b|'(?:re|m|ve)\b",
    r"\b(?:it|that|this|there|here|he|she|what|who|everyone|everything)'s\b",
    r"\b(?:i|we|he|she|they|you)\b",
)
"""Marks a clause with a verb: it tells something, and is no name of a music."""
_OF_MUSIC: Final = pattern(
    r"\b(?:music|tunes?|songs?|tracks?|beats?|soundtrack|bgm|score|piece|versions?|takes?|one"
    r"|something|background|backing)\b"
)
_CONTENT: Final = pattern(
    r"\b(?:glad|happy (?:with|that|about|how)|pleased|thanks for|thank you for"
    r"|thankful|good (?:that|thing)|nice that"
    r"|(?<!would )(?<!'d )(?:love|like|liked|loved|enjoy) (?:that|how|the way))\b",
    r"\b(?:doesn'?t|isn'?t|don'?t|aren'?t|not) (?:\w+ ){1,4}(?:any ?more|any longer)\b"
    r"|\bno longer\b|\bwell done\b|\bgood job\b|\bleave it\W*$",
)
"""Is content with what was done."""
_SELECTS: Final = pattern(
    r"\b(?:only|just|use|using|keep\w*|show|remove|delete|drop|lose|cut|without|skip|throw|first"
    r"|last"
    r"|then|before|after|order|swap|switch|reverse|flip|round|both|all|join\w*|combine|merge|stitch"
    r"|together|start|begin|open|end|leave|ditch|no|not|don'?t|needn'?t|enough|alone|nothing but"
    r"|out"
    r"|go(?:es)?|gone|single|except|instead|follow\w*|want|need|take|put|include|stay\w*|scrap|bin"
    r"|get rid|axe|kill|nix|move|second|swapped|toss|chuck|dump|kick|boot|exclude|omit|forget)\b"
    r"|[:：]"
)
"""Says which clips are in the film, or in which order."""
_PLACE_OF_CLIP: Final = pattern(
    r"\b(?:in|from|of|behind|inside|within|at|on) (?:the |my |our )?(?:\w+ )?(?:clip|footage"
    r"|shots?|scenes?|video|part|bit)\b"
)
_NOT_ALONE: Final = pattern(
    r"\b(?:only|just|use|keep|drop|lose|show|leave|ditch|nothing but|get rid|remove|delete|out)\b"
)
_RETURNS: Final = pattern(
    r"\b(?:back|return|again|restore|use|want|take|go with|bring|prefer\w*|revert|undo|let'?s"
    r"|please|liked?|loved?|nicer|better|best|keep|choose|pick|have|give|put|get|original"
    r"|previous|earlier"
    r"|switch|change|swap|need|miss|go for|rather)\b"
)
_COMPARED: Final = pattern(
    r"\b(?:but|though|although) (?:this|the (?:new|current|present|latest)|now)\b.*\b(?:better"
    r"|best|nicer|good)\b"
    r"|\bbeats\b|\bvs\b|\bversus\b|\b(?:prefer|like) (?:this|it|the (?:new|current) (?:one"
    r"|version))"
    r" (?:to|over|better than|more than)\b"
)
LACKS_MUSIC: Final = pattern(
    r"\b(?:has|have|had|having|with|got|there(?:'s| is| was)|without|lack\w*|missing)"
    r" (?:no |any |still |yet |a )*(?:music|soundtrack|song|score|tune|track|bgm)\b",
    r"\bno music (?:is )?(?:needed|necessary|required)\b|\bno thanks\b",
)
"""Says that a film is without music: "my reel has no soundtrack yet"."""
_OTHERS: Final = pattern(
    r"^\W*(?:my|our|his|her|their|a|the) (?:\w+ )?(?!video|film|clip|footage|vlog|trip"
    r"|wedding)\w+ (?:wants?|wanted|made|makes"
    r"|did|has|had|loves?|likes?|bought|paid|used|uses|put|said|says|plays?|played)\b"
)
_VERSIONS_OF_OTHERS: Final = pattern(
    r"\b(?:versions?|takes|drafts|pieces|options|ideas) (?:of|for) (?:my|his|her|our|their|the|a) "
    r"(?!(?:\w+ )?(?:music|song|track|piece|soundtrack|score|video|film|clip|vlog|tune|footage|ad"
    r"|trip|party|wedding|intro|reel))\w+"
    r"|\bchoos\w+ between\b.*\b(?:is|are|was)\b"
)
_PUT_BY_OTHERS: Final = re.compile(
    r"\b(?:made|did|took|edited|filmed|shot|cut|posted|trimmed|shortened|used|finished"
    r"|got)\b[^.!?]*\band"
    r" (?:then )?(?:put|cut|set|let|added|laid|slapped)\b",
    re.IGNORECASE,
)
_ASKS_FACT: Final = pattern(
    r"\b(?:what|how much|how many|which|where|who|when) (?:would|will|is|are|was|do|does|did"
    r"|should)"
    r"\b[^?]*\?\s*$"
)
_SPEECH: Final = pattern(
    r"\b(?:music|sound\w*|voices?|speech|speak\w*|talk\w*|say\w*|volume|duck(?:ing|ed|s)|words"
    r"|narrat\w+|vocals?"
    r"|people|someone|anyone|dialog\w*|auto\w*|song|track|level|it)\b"
)
_LEAVES_SOME: Final = pattern(r"\b(?:there|backing|accompaniment|chords|between|during)\b")
_OF_TITLE: Final = pattern(r"\b(?:written|writing|titles?|captions?|lettering|wording)\b")
_OF_FILM: Final = pattern(
    r"\b(?:film|video|clips?|footage|picture|movie|shots?|scenes?|cut\w*|trim\w*|remov\w+|delet\w+"
    r"|keep"
    r"|lose|snip|chop\w*|crop|get rid|take|shorten|skip|drop|reel|vlog)\b"
)
_PICTURE_ALONE: Final = pattern(
    r"\b(?:picture|image|screen)\b.*\b(?:music|sound|audio)\b.*\b(?:stays?|remains?|keeps?|goes on"
    r"|carries on)\b"
    r"|\b(?:leave|keep|don'?t touch) the (?:music|sound|audio)\b.*\b(?:picture|image|screen)\b"
)
_WHO_ASKED: Final = pattern(
    r"\bwho (?:asked|wants|said)\b|\b(?:should|must)(?:n'?t| not) (?:\w+ )?fad"
)
_FADE_GOES: Final = pattern(r"\bthat (?:\w+ )?fade\b[^,;.]*\b(?:off|away|gone|any ?more)\b")
"""Takes a fade away."""
_LEAVES_TOO: Final = pattern(
    r"\b(?:leaves?|goes|ends|exits?)\b(?: \w+){0,3} (?:gent\w+|soft\w+|slow\w+|same)\b"
)
_TIMED: Final = (kinds.Trim, kinds.CutOut, kinds.Passage, kinds.MusicSpan, kinds.AddTitle)
_TITLES: Final = (kinds.AddTitle, kinds.ChangeTitle, kinds.RemoveTitles)
_TELLS_OF_FILMING: Final = pattern(
    r"^\W*(?:we|i|they|he|she|my \w+) (?:\w+ )?(?:shot|filmed|recorded|took|made|got|had)\b"
)
_TUNE: Final = pattern(r"\b(?:tune|melody)\b")
_MOVED: Final = pattern(
    r"\btake (?:the )?(?:music|tune|track|song) (?:somewhere|to|into|down|up|in|back|towards?)\b"
)
_LOST: Final = pattern(r"\b(?:i|we|you|they) (?:\w+ )?lose\b")
_MORE_SPEECH: Final = pattern(
    r"\bmore (?:of (?:the |my |our )?)?(?:talk\w*|voices?|speech|dialogue?|words|original sound)\b"
)
"""Wants more of the clips' own sound: "less music more talking"."""
_BEARS_NO: Final = pattern(r"\b(?:can'?t|cannot|couldn'?t) (?:take|stand|bear|handle)\b")
"""Complains of a noise, which may be one of the user's life."""
_FRAMES: Final = pattern(r"\b(?:first|last) frame\b")
_NOT_BACK: Final = pattern(
    r"\bbefore (?:the|this|that) \w+\b|\bwas (?:a mistake|wrong)\b|\bpredecessor\b"
)
_DUCKS: Final = pattern(
    r"\b(?:duck\w*|dip\w*|when\w*|while|each|every|under|constant|steady|level|same|back off"
    r"|lowering|lower\w* (?:itself|under)|(?:don'?t|not|never) (?:lower|turn)|go down"
    r"|stop|quit|automatic\w*|volume)\b"
)
_OF_VOICE: Final = pattern(
    r"\b(?:words|voices?|speech|(?:give|turn) (?:her|him|them)|vows|says?|talk\w*)\b"
)
_IN_ORDER: Final = pattern(r"\bboth\b|\bahead of\b|\bin front of\b|\bswap\w*\b|\border\b")
_NOT_MODE: Final = pattern(
    r"\b(?:major|minor)\b (?:\w+ )?(?:doesn'?t|does not|isn'?t|is not|won'?t|can'?t)\b"
    r"|\bthe other mode\b"
)
_DROWNED: Final = pattern(
    r"\bdrown\w* (?:out )?(?:the|my|our) \w+|\b(?:louder|stronger) than the \w+"
)
_LOUDER_THAN_MUSIC: Final = pattern(
    r"\b(?:louder|stronger) than (?:the|your|this) (?:music|song|track|tune|soundtrack)\b"
)
"""Says that the music is the softer one."""
_AS_PLAYED: Final = pattern(
    r",? (?:just |exactly )?(?:like|as|the way) (?:they|you|people|we) (?:\w+ )?(?:play|hear"
    r"|sing|listen|use|have)\b[^,.;]*"
)
"""Compares a music with that of a place: "jazz like they play in New Orleans"."""
_SOUNDS_LIKE: Final = pattern(
    r"^\W*(?:it |this |that )?(?:sounds|reminds|feels)(?: \w+)? (?:like|of)\b"
)


def is_in_passing(text: str, done: Iterable[Intent]) -> bool:
    """Return whether an English message only mentions what some work was read from.

    Args:
        text: The message.
        done: The work.
    """
    work = list(done)
    if _CHINESE.search(text) or not work:
        return False
    titled = any(isinstance(one, _TITLES) for one in work)
    first = any(isinstance(one, music.Compose) for one in work)  # "8 seconds, with pop music"
    cuts = [one for one in work if first and isinstance(one, kinds.Trim | kinds.CutOut)]
    untimed = span_of(text) is not None and not any(isinstance(one, _TIMED) for one in work)
    return (
        untimed
        or _mixes_melody(work, text)
        or any(_is_mentioned(one, text, titled=titled) for one in work if one not in cuts)
    )


def _mixes_melody(work: list[Intent], text: str) -> bool:
    """Return whether "tune" was taken for all of the music beside an instrument."""
    parts = any(isinstance(one, music.ChangeMusic) for one in work)
    level = any(isinstance(one, kinds.Volume) and one.of == "music" for one in work)
    return parts and level and bool(_TUNE.search(text))


def _is_mentioned(one: Intent, text: str, *, titled: bool) -> bool:
    """Return whether a message only mentions what an intent was read from.

    Args:
        one: The intent.
        text: The message.
        titled: Whether it is also about a title.
    """
    match one:
        case kinds.Focus(clips):
            other = _IN_ORDER.search(text) or (not titled and _OF_TITLE.search(text))
            if _TELLS_OF_FILMING.search(text) and not ORDER_EN.search(text):
                return True
            if clips is not None and len(clips) == 1 and other:
                return True
            place = clips is not None and len(clips) == 1 and _PLACE_OF_CLIP.search(text)
            return bool(place and not _NOT_ALONE.search(text)) or not _SELECTS.search(text)
        case kinds.Trim() | kinds.CutOut():
            return bool(sound_words.MUSIC.search(text)) and not _OF_FILM.search(text)
        case kinds.Fade(side, of, seconds):
            stays = of != "picture" and _PICTURE_ALONE.search(text)
            unasked = seconds > 0 and (_WHO_ASKED.search(text) or _FADE_GOES.search(text))
            return bool(stays or unasked or (side == "in" and _LEAVES_TOO.search(text)))
        case kinds.ChangeTitle():
            return bool(re.match(r'\W*"[^"]*" is (?:what|the)\b', text))
        case kinds.AddTitle():
            return text.count('"') > 2
        case kinds.Duck(on=False):
            return not _DUCKS.search(text)
        case kinds.Volume("music", _, by) if by > 1 and _OF_VOICE.search(text):
            return not sound_words.MUSIC.search(text) or _only_contents(text)
        case kinds.Volume("music", _, by) if by < 1 and _LOUDER_THAN_MUSIC.search(text):
            return True
        case kinds.Canvas():
            return bool(_FRAMES.search(text))
        case kinds.GoBack(style) if style and _NOT_BACK.search(text):
            return True
        case kinds.GoBack():
            named = _RETURNS.search(text) or not _FINITE.search(text)  # "version 1"
            return not named or bool(_COMPARED.search(text))
        case kinds.Duck(on=True):
            return not _SPEECH.search(text)
        case kinds.RemoveMusic() if _MOVED.search(text):
            return True
        case kinds.Volume("own", _, by) if by < 1 and _MORE_SPEECH.search(text):
            return True
        case kinds.Volume("own", 0.0):
            return bool(_LOST.search(text) or _BEARS_NO.search(text))
        case kinds.RemoveMusic():
            return span_of(text) is not None or bool(_LEAVES_SOME.search(text))
        case music.Compose(count=count) if count > 1:
            return bool(_VERSIONS_OF_OTHERS.search(text))
        case music.Compose(other=True):
            told = _FINITE.search(text)  # "next" and "a new one" tell nothing
            return bool(told) and not (_wishes(text) or DISLIKE.search(text))
        case music.Compose():
            others = (
                not sound_words.MUSIC.search(text)
                and not _names_a_style(text)
                and _OTHERS.search(text)
            )
            return _is_told(text) or bool(others or _ASKS_FACT.search(text))
        case music.ChangeMusic():
            if any(isinstance(two, music.SetKey) for two in one.changes) and _NOT_MODE.search(text):
                return True
            if any(two.how == "less" for two in one.changes if isinstance(two, music.ChangePart)):
                return _is_drowned(one, text)
            return _only_contents(text) or bool(_SOUNDS_LIKE.search(text) and not _wishes(text))
        case kinds.MusicSpan() | kinds.Volume():
            return _only_contents(text)
    return False


def _is_drowned(change: music.ChangeMusic, text: str) -> bool:
    """Return whether a message makes an instrument softer that another one drowns already."""
    changes = [two for two in change.changes if isinstance(two, music.ChangePart)]
    parts = {two.part for two in changes if two.how == "less"}
    found = [one for match in _DROWNED.finditer(text) for one in find_terms(match[0])]
    return any(one.kind == "instrument" and one.name in parts for one in found)


def _clauses(text: str) -> list[str]:
    return [one for one in _CLAUSE.split(text) if one.strip()]


def _wishes(text: str) -> bool:
    return any(map(_asks, _clauses(text)))


def _only_contents(text: str) -> bool:
    """Return whether a message is content with what was done, and orders nothing."""
    if not _CONTENT.search(text):
        return False
    return not any(
        ORDER_EN.search(one) for one in _clauses(text) if not re.match(r"\s*leave it\b", one)
    )


def _is_told(text: str) -> bool:
    """Return whether the clauses that name music only tell something."""
    if _PUT_BY_OTHERS.search(text) and _OTHERS.search(text):
        return True
    text = _AS_PLAYED.sub("", text)
    named = [one for one in _clauses(text) if _names_a_term(one)] or _clauses(text)
    asked = [one for one in _clauses(text) if one not in named and _OF_MUSIC.search(one)]
    return not (
        any(_asks(one) or not _FINITE.search(one) for one in named) or any(map(_asks, asked))
    )


def _asks(clause: str) -> bool:
    return bool(ORDER_EN.search(clause) or _WISH.search(clause))


def _names_a_term(clause: str) -> bool:
    return any(one.kind in {"style", "mood", "instrument"} for one in find_terms(clause))


def _names_a_style(clause: str) -> bool:
    return any(one.kind == "style" for one in find_terms(clause))
