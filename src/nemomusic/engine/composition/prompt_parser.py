"""Parse a prompt in English or Chinese into a brief."""

from __future__ import annotations

import re
from functools import lru_cache

import attrs

from nemomusic.engine.composition.lexicon import (
    BPM,
    INSTRUMENTS,
    MOODS,
    STYLES,
    TURNS,
    Mood,
    MoodModifier,
)
from nemomusic.engine.types import Brief

__all__ = [
    "Term",
    "affect_of_mood",
    "find_terms",
    "move_towards_mood",
    "parse_prompt",
    "style_names",
]

# The words of a title are not a wish for music: 'add a title saying "Sad Jazz"'.
_TITLE = re.compile(
    r"(?:titles?|captions?|text|says?|saying|reads?|reading|called|named|标题|字幕|文字|写着|写上|名为)"
    r"\W{0,4}[\"“”'‘’「『《][^\"“”’」』》]*[\"“”'’」』》]",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"[.;!?。；！？\n]|\b(?:but|with|instead|though|just|only|use|add|keep)\b|但|要有|加上|改成|换成"
)
_NO = re.compile(
    r"\b(?:no|not|without|never|remove|drop|mute|minus|less|fewer|lose|avoid|exclude|skip|n't|dont"
    r"|don't|doesn't|isn't|take out|get rid of|cut the|rather than|instead of)\b"
    r"|\bnothing (?:too |very |so )?$"
    r"|(?<!要)不要|(?<!用)不用|(?<![特分区级离告送性惜])别(?![提说])|(?<!有)没有|无|去掉|去除|删掉|删除|移除|少|不太|不那么"
    r"|(?<![能可要用好是会行忍])不(?![仅但断停由得])",
    re.IGNORECASE,
)
_MORE = re.compile(r"(?:\bmore|更|再)\s*\w{0,2}\s*$", re.IGNORECASE)
_LITTLE = re.compile(
    r"\b(?:slightly|a bit|a little|a touch|somewhat|kind of)\b[\w\s]*$|稍微|有点|略", re.IGNORECASE
)
_MUCH = re.compile(
    r"\b(?:much|very|really|super|way|a lot|extremely|so)\b[\w\s]*$|非常|很|超级|特别|十分",
    re.IGNORECASE,
)
_COLORS = re.compile("慵懒|慵慵懒懒|舞曲|电子|广告|企业|商务|宣传片|瑜伽|冥想|夜店|乡村|氛围")
"""Names a style, or only says what music in another style is for and how it feels."""
_ONLY = re.compile(r"\b(?:only|just|solo|nothing but)\b|只有|只要|仅|独奏", re.IGNORECASE)


@attrs.frozen
class _Found:
    """A word in the text: its place and its meaning."""

    start: int
    end: int
    kind: str
    what: str | Mood | MoodModifier


def _pattern(words: str) -> re.Pattern[str]:
    """Return a pattern that keeps whole words for Latin script and pieces for Chinese.

    The text must be in lower case: patterns for any case take three times as long to compile.
    """
    latin: list[str] = []
    other: list[str] = []
    depth = 0
    word = ""
    for sign in words + "|":
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            (latin if word.isascii() else other).append(word)
            word = ""
        else:
            word += sign
    parts = [rf"(?<![a-z0-9])(?:{'|'.join(latin)})(?![a-z0-9])"] if latin else []
    return re.compile("|".join(parts + other))


_TABLE: tuple[tuple[re.Pattern[str], str, str | Mood | MoodModifier], ...] = (
    *((_pattern(words), "style", name) for name, words in STYLES.items()),
    *((_pattern(words), "instrument", name) for name, words in INSTRUMENTS.items()),
    *((_pattern(mood.words), "mood", mood) for mood in MOODS),
    *((_pattern(turn.words), "turn", turn) for turn in TURNS),
)


_EPIC = next(mood for mood in MOODS if mood.name == "epic")
"""The mood that the style's name means if the name of another style follows."""
_DEGREES = r"(?:(?:really|very|so|pretty|truly|super|quite|properly|totally|rather|kind of)\s+)*"
AS_A_MOOD = re.compile(
    r"\b(?:(?:mood|feeling|atmosphere)\b[\w ]*"
    r"|(?:(?:sound|feel)s?|(?:music|soundtrack|score|tune) (?:should |must |has to )?be)\s*"
    rf"{_DEGREES}|(?:make|keep) the (?:music|soundtrack|score|tune) {_DEGREES})$",
    re.IGNORECASE,
)
"""Stands before "epic" where it names a mood and no style: "it should sound epic"."""
_LOWER = str.maketrans("\u0130\u0131\u017f", "iis")
"""Letters that `re.IGNORECASE` takes for these; `lower()` leaves two and makes two of the first,
which would shift what comes after it."""


def _find(text: str) -> list[_Found]:
    """Return the words that the text names, in order. If two overlap, the longer one is kept."""
    low = text.translate(_LOWER).lower()
    found = [
        _Found(match.start(), match.end(), kind, what)
        for pattern, kind, what in _TABLE
        for match in pattern.finditer(low)
    ]
    found.sort(key=lambda one: (one.start - one.end, one.start))
    kept: list[_Found] = []
    for one in found:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


@attrs.frozen
class Term:
    """A word about music, and its meaning.

    Attributes:
        start: The position in the text where the word begins.
        end: The position where the word ends.
        kind: "style", "instrument", "mood", or "turn" for a wish to change something.
        name: The name of the style, instrument or mood; "" for a turn.
    """

    start: int
    end: int
    kind: str
    name: str


def _name_of(what: str | Mood | MoodModifier) -> str:
    if isinstance(what, str):
        return what
    return what.name if isinstance(what, Mood) else ""


@lru_cache(256)
def find_terms(text: str) -> tuple[Term, ...]:
    """Return the words about music that a text holds, in order. Of two that overlap, the longer."""
    return tuple(
        Term(
            one.start,
            one.end,
            one.kind,
            _name_of(one.what),
        )
        for one in _find(text)
    )


def move_towards_mood(brief: Brief, mood: str, by: float) -> Brief:
    """Return a brief with its affect moved toward a mood, or away from it.

    Args:
        brief: The brief to change.
        mood: The name of the mood, as in `MOODS`.
        by: How far; 1 is a clear step, negative moves away.
    """
    found = next(one for one in MOODS if one.name == mood)
    return _towards(brief, found, by)


def _clause(text: str, position: int) -> str:
    """Return the text before `position` in the same clause."""
    begin = 0
    for mark in _BREAK.finditer(text, 0, position):
        begin = mark.start()
    return text[begin:position]


def _clamp(value: float, limit: float = 1.0) -> float:
    return max(-limit, min(limit, value))


def _degree(before: str) -> float:
    if _LITTLE.search(before):
        return 0.5
    return 1.5 if _MUCH.search(before) else 1.0


def _shift(value: float | None, by: float) -> float | None:
    return value if not by else _clamp((value or 0.0) + by)


def parse_prompt(text: str, *, previous: Brief | None = None) -> Brief:
    """Parse the wishes of a text for the music.

    Args:
        text: A prompt or an edit ("make it slower", "慢一点", "happier, no drums").
        previous: The brief that an edit changes; None for a first prompt.

    Returns:
        The whole brief; `recognized` is about this text only and empty if it says nothing.
    """
    brief = previous or Brief()
    plain = _TITLE.sub(lambda match: " " * len(match.group()), text)
    recognized: list[tuple[int, str]] = []

    asked = re.search(BPM, plain, re.IGNORECASE)
    if asked:
        number = float(next(group for group in asked.groups() if group))
        brief = attrs.evolve(brief, bpm=max(40.0, min(220.0, number)), tempo_scale=1.0)
        recognized.append((asked.start(), asked.group().strip()))

    moods: list[tuple[Mood, float]] = []
    named: list[str] = []
    last_end = 0
    for one in _find(plain):
        before = _clause(plain, one.start)
        near = plain[max(last_end, one.start - 24) : one.start]
        # "no drums or bass" denies both; "not sad, calm" denies the first only.
        denied = bool(_NO.search(before if one.kind == "instrument" else _clause(near, len(near))))
        last_end = one.end
        recognized.append((one.start, plain[one.start : one.end]))
        if isinstance(one.what, Mood):
            if previous and denied:
                brief = _towards(brief, one.what, -1.0)
            elif denied:
                moods.append((one.what, -0.5))
            elif _MORE.search(before):
                brief = _towards(brief, one.what, 1.0)
            else:
                moods.append((one.what, _degree(before)))
        elif isinstance(one.what, MoodModifier):
            brief = _turn(brief, one.what, -0.5 if denied else _degree(before))
        elif one.what == "epic" and one.kind == "style" and AS_A_MOOD.search(before):
            moods.append((_EPIC, -0.5 if denied else 1.0))
        elif one.kind == "style":
            if one.what == "epic" and not previous:
                moods.append((_EPIC, -0.5 if denied else _degree(before)))  # "epic cinematic"
            said = plain[one.start : one.end]
            orchestral = brief.style == "classical" and one.what == "cinematic"
            alone = named == ["classicalpiano"] and one.what in {"piano", "classical"}
            if named and not denied and (orchestral or alone or _COLORS.fullmatch(said)):
                continue  # "jazz, as in a lazy bar": the style that was named first stays
            if not denied:
                brief = attrs.evolve(brief, style=one.what)
                named.append(one.what)
            elif brief.style == one.what:
                brief = attrs.evolve(brief, style=None)
        else:
            brief = _instrument(brief, one.what, denied=denied, only=bool(_ONLY.search(before)))
    if moods:
        brief = _moods(brief, moods)
    return attrs.evolve(
        brief,
        words=f"{previous.words}\n{text}" if previous and previous.words else text,
        recognized=tuple(word for _, word in sorted(recognized)),
    )


def _moods(brief: Brief, moods: list[tuple[Mood, float]]) -> Brief:
    """Set the affect to the mean of the named moods. Values that no mood sets stay unchanged."""

    def mean(values: list[tuple[float, float]], old: float | None) -> float | None:
        if not values:
            return old
        return _clamp(sum(value * by for value, by in values) / len(values))

    plain = [mood.name for mood, by in moods if by > 0]
    return attrs.evolve(
        brief,
        mood=plain[0] if plain else None,
        valence=mean([(m.valence, by) for m, by in moods if m.valence is not None], brief.valence),
        arousal=mean([(m.arousal, by) for m, by in moods if m.arousal is not None], brief.arousal),
        color=_clamp(sum(mood.color * by for mood, by in moods)),
        density=_clamp(sum(mood.density * by for mood, by in moods)),
    )


def _towards(brief: Brief, mood: Mood, by: float) -> Brief:
    """Move the affect toward a mood ("more happy") or away from it, from its present value."""
    return attrs.evolve(
        brief,
        mood=mood.name if by > 0 else None,
        valence=_shift(brief.valence, 0.6 * by * (mood.valence or 0.0)),
        arousal=_shift(brief.arousal, 0.6 * by * (mood.arousal or 0.0)),
        color=_clamp(brief.color + 0.5 * by * mood.color),
        density=_clamp(brief.density + 0.5 * by * mood.density),
    )


def _turn(brief: Brief, turn: MoodModifier, by: float) -> Brief:
    scale = max(0.5, min(2.0, brief.tempo_scale * turn.tempo**by))
    return attrs.evolve(
        brief,
        tempo_scale=scale,
        bpm=brief.bpm and max(40.0, min(220.0, brief.bpm * turn.tempo**by)),
        density=_clamp(brief.density + turn.density * by),
        loudness=_clamp(brief.loudness + turn.loudness * by, 12.0),
        color=_clamp(brief.color + turn.color * by),
        valence=_shift(brief.valence, turn.valence * by),
        arousal=_shift(brief.arousal, turn.arousal * by),
        mode=turn.mode if turn.mode and by > 0 else brief.mode,
    )


def _instrument(brief: Brief, name: str, *, denied: bool, only: bool) -> Brief:
    wanted = tuple(other for other in brief.wanted if other != name)
    unwanted = tuple(other for other in brief.unwanted if other != name)
    if denied:
        return attrs.evolve(brief, wanted=wanted, unwanted=(*unwanted, name))
    return attrs.evolve(brief, wanted=(*wanted, name), unwanted=unwanted, only=only or brief.only)


def affect_of_mood(mood: str) -> tuple[float, float, float]:
    """Return valence, arousal and color of a mood, each -1..1; 0 for those that it does not set.

    Args:
        mood: The name of the mood, as in `MOODS`.
    """
    found = next(one for one in MOODS if one.name == mood)
    return found.valence or 0.0, found.arousal or 0.0, found.color


def style_names() -> tuple[str, ...]:
    """Return the names of the styles that can be requested."""
    return tuple(STYLES)
