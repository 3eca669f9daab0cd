"""Clauses of a message that ask for something by themselves, of which the reading knows nothing.

"重来，标题改成“假期”" asks for another piece and for a title. Rules for complete messages may see
only one of the two. So each clause is read alone, in English each sentence. A wish of a clause that
the reading of the message lacks was lost, unless the clause only says why something else is wished.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.combined_requests import SAID_AS_REASON, in_order
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
from nemomusic.local.agent.parsing.rules.hedges import ASKS_FOR_MUSIC
from nemomusic.local.agent.parsing.rules.order_detection import (
    is_consequence,
    is_left_alone,
    is_order,
    is_reason,
    is_too_much,
)
from nemomusic.local.agent.parsing.rules.pronouns import has_object
from nemomusic.local.agent.parsing.wish_subjects import (
    POINTS_BACK,
    are_reasons,
    changes_of,
    subjects,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nemomusic.local.agent.intents.message_intents import Intent, ParsedMessage

_MOST_SENTENCES: Final = 3
"""The largest number of English sentences that are read alone."""
_SHORTEST: Final = 3
"""The smallest number of characters of a sentence that may be a wish."""
_LONGEST: Final = 160
"""Characters of an English message whose sentences are read. A longer one tells a story."""
_MOST_CLAUSES: Final = 5
"""The largest number of clauses that are read alone, so that the time to read is bounded."""
_SENTENCE_END: Final = re.compile(
    r"[.!?;]*\s*\n+\s*|[.!?;]+\s+"
    r"|,?\s+(?:(?:oh|plus|but)\s+(?:and|also)|and also|and then|then|plus)\s+",
    re.IGNORECASE,
)
"""Divides an English message into sentences."""
_SEPARATOR: Final = re.compile(
    r"[，,。！!？?；;\n]+\s*|(?<=[\u3400-\u9fff\ue000a-z])\s+(?=[\u3400-\u9fff])"
    r"|(?<=[\u3400-\u9fff\ue000])\s+(?=\d)"
    r"|(?=然后|另外|还有|同时|顺便|顺手)"
)
_JOINED: Final = re.compile(
    r"^\W*(?:然后|另外|还有|同时|顺便|顺手|再就是|完了|最后|接着|并且?|而且|再(?![来快慢大小高低轻响"
    r"重强弱多少欢]))[\s，,]*"
)
"""Joins a further wish to those before."""
_REPLACES: Final = (music.Compose, kinds.UseUpload, kinds.GoBack, kinds.Undo, kinds.Redo)
"""Intents after which the music is another one: what is said of it belongs to them."""
_COVERED_BY: Final[tuple[tuple[type | tuple[type, ...], tuple[type, ...]], ...]] = (
    (music.Compose, (music.Compose, music.SetStyle, music.SetMood, kinds.UseUpload)),
    (music.SetStyle, (music.SetStyle, *_REPLACES)),
    (
        music.SetMood,
        (
            music.SetMood,
            music.SetStyle,
            kinds.BiggerEnding,
            kinds.Volume,
            kinds.Duck,
            kinds.Passage,
            *_REPLACES,
        ),
    ),
    (music.SetKey, (music.SetKey, kinds.GoBack)),
    (music.SetTempo, (music.SetTempo, music.ScaleTempo, music.Compose, kinds.GoBack)),
    (music.ScaleTempo, (music.SetTempo, music.ScaleTempo, music.SetMood, *_REPLACES)),
    (
        music.ChangeDensity,
        (music.ChangeDensity, music.ChangePart, kinds.Passage, *_REPLACES),
    ),
    (
        kinds.Volume,
        (kinds.Volume, kinds.Duck, kinds.Passage, kinds.RemoveMusic, kinds.MusicSpan),
    ),
    (kinds.Duck, (kinds.Duck, kinds.Volume, kinds.Passage)),
    (kinds.Passage, (kinds.Passage, kinds.MusicSpan, kinds.RemoveMusic)),
    (kinds.MusicSpan, (kinds.MusicSpan, kinds.Passage, kinds.Fade, kinds.Trim)),
    (
        kinds.RemoveMusic,
        (kinds.RemoveMusic, kinds.MusicSpan, kinds.Passage, music.ChangePart, *_REPLACES),
    ),
    (kinds.Trim, (kinds.Trim, kinds.CutOut, kinds.Focus, kinds.MusicSpan)),
    (kinds.CutOut, (kinds.CutOut, kinds.Trim, kinds.Focus)),
    (kinds.Focus, (kinds.Focus, kinds.CutOut)),
    (kinds.Canvas, (kinds.Canvas,)),
    (kinds.Fade, (kinds.Fade, kinds.MusicSpan)),
    (kinds.AddTitle, (kinds.AddTitle, kinds.ChangeTitle)),
    (kinds.ChangeTitle, (kinds.AddTitle, kinds.ChangeTitle)),
    (kinds.RemoveTitles, (kinds.RemoveTitles, kinds.ChangeTitle)),
    (kinds.Drop, (kinds.Drop,)),
    (kinds.BiggerEnding, (kinds.BiggerEnding, music.SetMood, *_REPLACES)),
    (kinds.UseUpload, (kinds.UseUpload,)),
    (kinds.STEPS, (*kinds.STEPS, music.Compose, music.SetStyle, kinds.UseUpload)),
)
"""For each kind of wish, the intents that may have been read from its words."""
_SAID_AS_COMPLAINT: Final = (
    *SAID_AS_REASON,
    music.ScaleTempo,
    kinds.Volume,
    kinds.Duck,
    kinds.BiggerEnding,
)
"""Changes that a complaint asks for, too: "太闷了，快一点"."""

_COMPLAINS: Final = re.compile(r"太|有[点些]|不够|过于|[没不听像是得都好真]|弱|差")
"""May say why something is wished."""
_SCALED: Final = re.compile(r"[点些]|想|[要换改变]|感觉")
"""Asks for more of a mood, and does not only name it: "加铜管，喜庆"."""


def lost_wishes(
    text: str, work: Sequence[Intent], read_alone: Callable[[str], ParsedMessage]
) -> tuple[Intent, ...]:
    """Return what clauses of a message ask for, and its reading lacks.

    Args:
        text: The message.
        work: The work that was read from it.
        read_alone: Reads a clause.
    """
    return (_lost_sentences if text.isascii() else _lost_clauses)(text, work, read_alone)


def _lost_sentences(
    text: str, work: Sequence[Intent], read_alone: Callable[[str], ParsedMessage]
) -> tuple[Intent, ...]:
    """Return what sentences of an English message ask for that its reading is not about."""
    said = [one for one in _SENTENCE_END.split(text) if len(one.strip()) >= _SHORTEST]
    if not 1 < len(said) <= _MOST_SENTENCES or len(text) > _LONGEST:
        return ()
    complete = changes_of(work)
    about = {name for one in complete for name in _topics(one)}
    of_music = any(isinstance(one, music.MusicChange | kinds.Volume) for one in complete)
    lost: list[Intent] = []
    for one in said:
        if (of_music and POINTS_BACK.search(one)) or is_left_alone(one) or is_too_much(one):
            continue
        read = read_alone(one)
        if read.unsure or read.refused or read.unknown_style:
            continue
        found = changes_of(read.intents)
        if are_reasons(found) and not is_order(one):
            continue
        lost += [
            _as_intent(two)
            for two in found
            if isinstance(two, kinds.Intent | music.MusicChange) and about.isdisjoint(_topics(two))
        ]
    return in_order(list(dict.fromkeys(lost)))


def _topics(change: object) -> tuple[str, ...]:
    """Return what a change is about, the music under speech apart from its level."""
    return ("duck",) if isinstance(change, kinds.Duck) else subjects(change)


def _lost_clauses(
    text: str, work: Sequence[Intent], read_alone: Callable[[str], ParsedMessage]
) -> tuple[Intent, ...]:
    """Return what clauses of a Chinese message ask for that its reading does not cover."""
    quotes = HeldQuotes()
    said = [one for one in _SEPARATOR.split(quotes.hold(text)) if one.strip()]
    if not 1 < len(said) <= _MOST_CLAUSES:
        return ()
    has = list(_flat(work))
    lost: list[Intent] = []
    for place, clause in enumerate(said):
        joined = _JOINED.match(clause) if place else None
        plain = clause[joined.end() :] if joined else clause
        if is_left_alone(plain) or is_consequence(plain) or (is_reason(plain) and not joined):
            continue
        read = read_alone(quotes.restore(plain))
        asked = joined or is_order(plain) or not _COMPLAINS.search(plain)
        found = [one for one in read.intents if one in read.work or isinstance(one, kinds.STEPS)]
        doubted = [
            one
            for one in read.unsure
            if joined
            or (is_order(plain) and not isinstance(one, music.Compose | music.ChangeMusic))
        ]
        for one in _flat(found or doubted):
            mood = isinstance(one, music.SetMood) and not (joined or _SCALED.search(plain))
            told = mood or (isinstance(one, _SAID_AS_COMPLAINT) and not asked)
            vague = isinstance(one, kinds.Volume) and not (joined or has_object(plain))
            if isinstance(one, music.Compose) and not (one.named or one.other or one.count > 1):
                vague = not ASKS_FOR_MUSIC.search(plain)
            if not (told or vague or _is_covered(one, has)):
                lost.append(_as_intent(one))
    return in_order(list(dict.fromkeys(lost)))


def _flat(found: Iterable[Intent]) -> Iterator[Intent | music.MusicChange]:
    for one in found:
        if isinstance(one, music.ChangeMusic):
            yield from one.changes
        else:
            yield one


def _as_intent(one: Intent | music.MusicChange) -> Intent:
    return music.ChangeMusic((one,)) if isinstance(one, music.MusicChange) else one


def _is_covered(one: object, has: Sequence[object]) -> bool:
    """Return whether an intent of a message may have been read from the words of a wish."""
    if one in has:
        return True
    match one:
        case music.Compose(other=other, count=count) if other or count > 1:
            return any(isinstance(two, music.Compose) for two in has)
        case music.SetKey():
            if any(isinstance(two, music.Compose) and two.key for two in has):
                return True
        case music.ChangePart(part):
            return any(
                (isinstance(two, music.ChangePart) and (two.part == part or two.how == "only"))
                or isinstance(two, (*_REPLACES, music.SetStyle))
                for two in has
            )
    meant = next((two for kind, two in _COVERED_BY if isinstance(one, kind)), None)
    return meant is None or any(isinstance(two, meant) for two in has)
