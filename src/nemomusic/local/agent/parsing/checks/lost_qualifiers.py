"""English words that limit a wish to a place or to a part of things, and that no intent carries.

"Turn the music down at the end" limits a change to the end. A volume is one for the whole film, so
the reading would do more than was asked. The agent then asks first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.checks.completeness_check import REASON
from nemomusic.local.agent.parsing.words import sound_words
from nemomusic.local.agent.parsing.words.common_words import QUOTED, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext

_SHORTEST_NAME: Final = 2
"""Characters of the name of a clip that is also a word."""
_PIECE: Final = (
    r"(?:half|part|bit|third|quarter|section|segment|scene|shots?|stretch|portion|piece|couple of"
    r" seconds|few seconds|seconds?|moments?|minute|bars?|beats?)"
)
_EDGE: Final = (
    r"(?:(?:very )?(?:start|beginning|end|ending|middle|intro|outro|opening|finale|climax|drop"
    r"|chorus|bridge)|(?:first|second|last|final|other|latter|middle|opening|closing|quiet|loud|fast"
    rf"|slow|boring) {_PIECE})"
)
_PLACE: Final = pattern(
    rf"\b(?:at|in|for|during|over|near|towards?|until|till|before|after|from|by|around|on) (?:the"
    rf"|my|its) {_EDGE}\b",
    rf"\b(?:the|my|its) {_EDGE}"
    r"(?= (?:is|are|was|feels?|sounds?|should|could|needs?|has|gets?|of it)\b)",
    rf"\b(?:make|turn|have|want|keep|leave) (?:just |only )?the {_EDGE}\b",
    r"\b(?:at|in|around) (?:\w+ )?half ?way\b|\bhalf ?way (?:through|in)\b|\bat the back\b",
    r"\b(?:only|just) (?:at(?! \d)|in|for|during|when|while|after|before|until|from(?! now))\b",
)
"""Limits a wish to a place in the film."""
_FOR_A_PLACE: Final = pattern(
    rf"\bfor (?:the|my) {_EDGE}\b(?! of\b)",
    r"\b(?:start|begin|open|end|finish|close)s? (?:it |off |out )*with (?:just |only )?(?:a |an"
    r" |the"
    r" |some )?\w+\W*$",
)
"""Limits a wish to a place by "for", or by what comes first or last: "start with just piano"."""
_AFTERTHOUGHT: Final = pattern(
    r"[,;.] *(?:but |and )?(?:only|just) (?:at(?! \d)|in(?! case)|during|when|while|after|before"
    r"|until)\b"
)
"""Limits a wish after its reason: "…, but only at the end"."""
_CUTS: Final = pattern(
    r"\b(?:cuts|cutting|edits|editing)\b|\bcut (?:it )?(?:faster|slower|quicker)\b|\bcut between\b"
)
_UPLOADED: Final = pattern(
    r"\bupload\w* (?:\w+ ){0,3}(?:songs?|tracks?|mp3|tune|audio|recording)\b",
    r"\b(?:song|track|mp3|tune|audio|recording) (?:that |which )?(?:i|we)(?:'ve| have)? (?:\w+"
    r" )?upload",
)
"""Speaks of a song of the user, which no new piece replaces."""
_NAMED_SONG: Final = re.compile(
    r"\b(?:the|that|this|a) ((?:[A-Z][\w'.-]+ )+)(?:song|track|tune|hit|anthem)\b"
)
_IN_CAPITALS: Final = re.compile(
    r"[a-z] (?:to|play|use|like) ((?:[A-Z][\w'-]+ )+"
    r"(?!Music|Songs?|Style|Please)[A-Z][\w'-]+)(?=\W*$)"
)
"""Names a song by a name that may hold a style: "set it to Uptown Funk"."""
_NOT_MODE: Final = pattern(
    r"\b(?:not|less|no|never|without|isn'?t|don'?t want)(?: so| too| in| a| any)* (major|minor)\b"
)
_NO_PLACE: Final = pattern(
    r"\b(?:in the end|to start with|for a start|in the first place|at the end of the day|from the"
    r" (?:very )?(?:start|beginning)(?= (?:i|we|on)\b)|(?:from|until|till|to|through to) (?:the )?"
    r"(?:start|beginning) to (?:the )?(?:end|finish)|from (?:the )?(?:start|beginning) to (?:the )?"
    r"(?:end|finish)|in the (?:second|first|last) (?:clip|video)|until the (?:very )?end)\b"
)
"""Holds words of a place, and limits nothing."""
_MEANWHILE: Final = pattern(
    r"\b(?:while|whilst|during|whenever|as long as|until|till|before|after(?! all\b))\b|\bwhen"
    r" (?!you)\w+"
)
"""Limits the removal of the music to a time."""
_MIDDLE: Final = pattern(
    r"\b(?:in|around|at|through) (?:the )?middle\b|\bhalf ?way\b|\bin the (?:first|second) half\b"
)
_EXCEPT: Final = pattern(
    r"\b(?:except|apart from|besides|aside from|other than|all but|everything but|everyone but"
    r"|anything but|but (?:please )?not|excluding|save for)\b"
)
"""Takes something out of a wish."""
_LEVEL: Final = pattern(
    r"\b(?:louder|quieter|softer|lower|up|down|faster|slower|busier|simpler|volume|happier|sadder)\b"
)
_STARTS_OR_STOPS: Final = pattern(
    r"\b(?:music|song|track|tune)\b(?: (?:should|must|can|could|has to|needs to|to|only|just"
    r"|please)){0,2} (?:start|begin|stop|end|come in|kick in|pause)s?\b",
    r"\b(?:start|begin|stop|end|pause|bring in) (?:the |my )?(?:music|song|track|tune)\b",
)
_ANYTHING_BUT: Final = pattern(
    r"\b(?:any|every)(?:thing|one| \w+)?,? (?:else )?(?:but|except(?: for)?|other than|besides"
    r"|apart from) (?:for )?(?:the |that |more |this )*$",
    r"\b(?:whatever|something)(?: else)? (?:but|except|other than|besides) (?:the |that )?$",
)
"""Ends before the one style that is not wanted: "anything but jazz"."""
_SAME: Final = pattern(
    r"\b(?:same|keep the|but not the) (?:chords?|melody|tempo|beat|drums|tune|key|notes|rhythm)\b"
)
"""Names what another piece should keep."""
_DESCRIBED: Final = pattern(
    r"\b(?:but|and|with|just|only|a bit|a little|much|more) (?:\w+ ){0,2}(?:faster|slower|happier"
    r"|sadder|calmer|softer|louder|quieter|simpler|busier|shorter|longer|darker|brighter|lighter)\b"
)
"""Says how another piece should differ from this one."""
_MADE_SO: Final = pattern(r"\bmake (?:the |that )$")
_UNPLACED: Final = (
    music.ChangeMusic,
    kinds.Volume,
    kinds.RemoveMusic,
    kinds.Canvas,
    kinds.UseUpload,
)
"""Intents that change the whole film or its whole music."""
_PLACED: Final = (
    kinds.Trim,
    kinds.CutOut,
    kinds.Fade,
    kinds.MusicSpan,
    kinds.Passage,
    kinds.Drop,
    kinds.BiggerEnding,
    kinds.AddTitle,
    kinds.ChangeTitle,
    kinds.RemoveTitles,
    kinds.Focus,
    kinds.GoBack,
    kinds.Duck,
)
"""Intents that may carry the place which a message names."""


def loses_a_qualifier(text: str, done: Sequence[Intent], context: MessageContext) -> bool:
    """Return whether an English message limits a wish by words that none of its intents carries.

    Args:
        text: The message, in plain words.
        done: The work that was read from it.
        context: The session.
    """
    if not text.isascii() or not done:
        return False
    said = QUOTED.sub(" ", text)
    core = REASON.sub(" ", said)
    if any(isinstance(one, kinds.RemoveMusic) for one in done) and _MEANWHILE.search(said):
        return True
    if any(isinstance(one, kinds.Fade) for one in done) and _MIDDLE.search(core):
        return True
    if any(isinstance(one, kinds.Focus) for one in done) and _moves_music(core):
        return True
    return (
        _mistakes_a_thing(said, done)
        or _loses_a_wish_beside_another(core, done)
        or _loses_a_place(core, said, done, context)
        or _loses_a_clip(said, done, context)
        or _loses_an_exception(core, done)
        or _loses_a_style(said, done, context)
    )


def _moves_music(text: str) -> bool:
    """Return whether the music starts or stops beside a clip, and no clip is moved."""
    return bool(
        _STARTS_OR_STOPS.search(text)
        and re.search(r"\b(?:before|after|when|at|with|on|during|until)\b", text)
    )


def _loses_a_place(core: str, said: str, done: Sequence[Intent], context: MessageContext) -> bool:
    if any(isinstance(one, _PLACED) for one in done):
        return False
    unplaced = any(
        isinstance(one, _UNPLACED) or (context.has_music and isinstance(one, music.Compose))
        for one in done
    )
    place = _PLACE.search(_NO_PLACE.sub(" ", core)) or _FOR_A_PLACE.search(said)
    place = place or _AFTERTHOUGHT.search(said)
    return unplaced and bool(place)


def _mistakes_a_thing(text: str, done: Sequence[Intent]) -> bool:
    """Return whether words name another thing than the intent does, or deny its value."""
    for one in done:
        match one:
            case music.Compose() if _UPLOADED.search(text) or _names_a_song(text):
                return True
            case kinds.Passage() if sound_words.OWN.search(text):
                if not sound_words.MUSIC.search(text):
                    return True  # "mute the voices from 5 to 10"
            case music.ChangeMusic(changes):
                if any(isinstance(two, music.ScaleTempo) for two in changes) and _CUTS.search(text):
                    return True
                modes = [two.mode for two in changes if isinstance(two, music.SetKey)]
                if any(
                    f" {mode}" in f" {denied[1]}"
                    for denied in _NOT_MODE.finditer(text)
                    for mode in modes
                ):
                    return True
    return False


def _names_a_song(text: str) -> bool:
    """Return whether a message names a song of others by a proper name: "the Ed Sheeran song"."""
    if any(not find_terms(one[1]) for one in _NAMED_SONG.finditer(text)):
        return True
    named = _IN_CAPITALS.search(text)
    if named is None:
        return False
    known = {word for one in find_terms(named[1]) for word in named[1][one.start : one.end].split()}
    return bool(known) and any(one not in known for one in named[1].split())


def _loses_a_wish_beside_another(text: str, done: Sequence[Intent]) -> bool:
    """Return whether "another one" is wished for with a description: "another one, but slower"."""
    other = [one for one in done if isinstance(one, music.Compose) and one.other]
    if not other or len(done) > 1 or other[0].words:
        return False
    if _SAME.search(text):
        return True
    described = any(one.kind == "instrument" for one in find_terms(text))
    return _DESCRIBED.search(text) is not None or (
        described and bool(re.search(r"\b(?:with|without|but|no)\b", text))
    )


def _loses_a_clip(text: str, done: Sequence[Intent], context: MessageContext) -> bool:
    """Return whether a change is wished for one clip: "lower the music when the beach is shown"."""
    if not all(isinstance(one, (*_UNPLACED, kinds.Duck)) for one in done):
        return False
    stems = [one.rpartition(".")[0] or one for one in context.clips]
    names = "|".join(re.escape(one) for one in stems if len(one) > _SHORTEST_NAME)
    if not names:
        return False
    at = (
        rf"\b(?:when|while|during|over|in|as soon as|until|after|before) (?:the |my )?(?:{names})\b"
    )
    return bool(re.search(at, text, re.IGNORECASE))


def _loses_an_exception(text: str, done: Sequence[Intent]) -> bool:
    """Return whether "except" limits a level or a mood: "everything louder except the bass"."""
    found = _EXCEPT.search(text)
    if not found:
        return False
    after = text[found.end() :]
    music_kept = "music" if sound_words.MUSIC.search(after) else ""
    kept = "own" if sound_words.OWN.search(after) else music_kept
    for one in done:
        if isinstance(one, kinds.Volume) and one.of == kept:
            return True  # "mute everything but the voices" keeps the voices
    changes = [two for one in done if isinstance(one, music.ChangeMusic) for two in one.changes]
    unplaced = changes or any(isinstance(one, kinds.Volume) for one in done)
    return bool(unplaced) and bool(_LEVEL.search(text))


def _loses_a_style(text: str, done: Sequence[Intent], context: MessageContext) -> bool:
    """Return whether a message wants two styles at two places, or another sound of an instrument.

    "Jazz for the beach and rock for the city" cannot be one piece, and "make the guitar acoustic"
    asks for no acoustic piece.
    """
    styled = [
        one
        for one in done
        if (isinstance(one, music.Compose) and one.named and not one.other)
        or (
            isinstance(one, music.ChangeMusic)
            and any(isinstance(two, music.SetStyle) for two in one.changes)
        )
    ]
    if not styled:
        return False
    terms = find_terms(text)
    names = [one for one in terms if one.kind == "style"]
    if any(_ANYTHING_BUT.search(text[: one.start]) for one in names):
        return True
    placed = {
        one.name
        for one in names
        if re.match(
            r"\s*(?:music |song |track |tune |part )?(?:for|in|on|over|during|at|under) the\b",
            text[one.end :],
        )
    }
    if len(placed) > 1:
        return True
    made = [one for one in terms if one.kind == "instrument" and _MADE_SO.search(text[: one.start])]
    return context.has_music and any(
        text[one.end : two.start].strip() in {"", "more", "sound"}
        for one in made
        for two in names
        if two.start >= one.end
    )


_NOT_BIGGER: Final = pattern(
    r"\b(?:less|smaller|shorter|sooner|earlier|later|longer|gentler|calmer|simple|simpler|abrupt\w*"
    r"|never|without|nothing)\b",
    r"\b(?:no|not(?! (?:\w+ )?(?:enough|strong|big|powerful|epic|dramatic|impressive))|don'?t"
    r"|do not)"
    r" (?:\w+ ){0,3}(?:big|bigger|epic|dramatic|huge|grand|loud|ending|end|finale|climax|bang)\b",
    r"\b(?:is|are|way|far|much|bit|feels|sounds) too (?:big|epic|dramatic|huge|grand|loud|much|long"
    r"|strong|powerful|intense)\b",
    r"(?<!too )(?<!so )(?<!bit )(?<!little )(?<!very )(?<!pretty )\b(?:softer|quieter|soft"
    r"|quiet)\b",
)
"""Says the opposite of a bigger ending, or another thing of it: "make it end sooner"."""


def says_the_opposite(text: str, done: Sequence[Intent]) -> bool:
    """Return whether a message says the opposite of the change that was read from it."""
    over_all = any(
        isinstance(one, kinds.MusicSpan) and one == kinds.MusicSpan(None, None) for one in done
    )
    if over_all and sound_words.NO_MUSIC.search(text):
        return True
    ends = any(isinstance(one, kinds.BiggerEnding) for one in done)
    return ends and len(done) == 1 and text.isascii() and bool(_NOT_BIGGER.search(text))
