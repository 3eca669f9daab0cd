"""Rules for the video: titles, lengths, sizes, fades. Each takes one clause."""

from __future__ import annotations

import re
from math import gcd
from typing import Literal

from nemomusic.local.agent.intents.message_intents import (
    AddTitle,
    Canvas,
    ChangeTitle,
    CutOut,
    Fade,
    Intent,
    RemoveTitles,
    Trim,
)
from nemomusic.local.agent.parsing.rewriting.message_text import (
    HeldQuotes,
    group,
    length_of,
    span_of,
    time_of,
    to_seconds,
)
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import sound_words as sound
from nemomusic.local.agent.parsing.words.film import (
    fade_words,
    length_words,
    shape_words,
    title_words,
)
from nemomusic.local.agent.parsing.words.film import film_edges as edges

Refused = Literal["refused"]
Found = list[Intent] | Refused | None
"""The result of a rule: intents, a wish that cannot be fulfilled, or nothing."""

_USUAL_FADE = 1.0
_SLOW_FADE = 3.0
_LONGEST_FADE = 30.0


def read_title(clause: str, quotes: HeldQuotes) -> Found:
    """Find titles that are added, changed or removed."""
    noun, quote = title_words.TITLE.search(clause), quotes.first(clause)
    match = None if quote else title_words.UNQUOTED_TITLE.search(clause)
    if match:
        at = match.lastindex or 0
        quote = group(match).strip()
        clause = clause[: match.start(at)] + clause[match.end(at) :]
        if quote.casefold() in {"that", "it", "this", "them", "these", "those"}:
            return None
        if _THING.match(quote):
            return "refused"  # "put a countdown on the screen" names no words
        while timing := title_words.TITLE_TIME.search(quote):
            quote, clause = quote[: timing.start()].strip(), clause + timing.group()
    saying = bool(match or (quote and title_words.SAYING.search(clause)))
    if not quote and title_words.NO_WORDS.search(clause):
        return [RemoveTitles()]
    removes = title_words.REMOVES_TITLE.search(clause) and not common.ADD.search(clause)
    if quote and removes and not (title_words.SAYING.search(clause) or _FILE.search(quote)):
        return [RemoveTitles(quote)]
    if not (noun or saying):
        return None
    if common.REMOVE.search(clause) and not quote:
        return [RemoveTitles()]
    if not quote:  # "add end credits" without a text; captions would need speech recognition
        return None if _ONLY_SPEAKS.search(clause) else "refused"
    if (
        (common.CHANGE.search(clause) or title_words.SHOULD_SAY.search(clause))
        and noun
        and not common.ADD.search(clause)
    ):
        return [ChangeTitle(quote, adds=not common.CHANGE.search(clause))]
    return [new_title(clause, quote)]


_ONLY_SPEAKS = common.pattern(
    r"标题.{0,6}(?:错|不好|不行|不对|差|没|挡|碍|丑)|[还也]没有?标题"
    r"|^(?!.*[加做写打来要换改给放上弄配删去出]).*的片[头尾]\W*$",
)
"""Says what is wrong with the title, and not what to do with it."""
_ALL_BUT = common.pattern(
    r"\b(?:apart from|except(?: for)?|all but|everything but|save for|other than|excluding)\b"
)
"""Keeps all but a part."""
_MUSIC_STAYS = common.pattern(
    r"\b(?:music|sound|audio|song|track) (?:\w+ )?(?:stays?|remains?|keeps?|plays on|alone|goes on"
    r"|carries on)\b"
    r"|\b(?:leave|keep) the (?:music|sound|audio)\b|\bdon'?t touch the (?:music|sound|audio)\b",
    r"(?:音乐|配乐|声音|bgm)(?:都|就)?(?:原样|照旧|不变|不动|别动|不用动|留着)",
)
"""Fades the picture alone."""
_TAKES = common.pattern(r"\btakes? (?:about |around )?\d")
"""Says how long a fade takes."""
_THING = common.pattern(r"(?:an?|some|my|our|the) [a-z]")
"""Begins the name of a thing, and no title."""
_FILE = re.compile(r"\.\w{2,4}$")
"""Ends the name of a file, which is no title."""
_HEARS = common.pattern(
    r"(?:只|就|光|留)(?:留|听|要|有|放)?[^，。]{0,4}(?:听|声|浪|风|鸟|雨|虫)(?!掉)"
)
"""Says in Chinese what is heard at a time: "前5秒只听海浪"."""
_NO_FADE = common.pattern(r"(?:别|不要|不用|不想要?|不喜欢)[^，。]{0,8}(?:淡|渐)")


def new_title(clause: str, quote: str) -> AddTitle:
    """Return a title, at the time and the place that a clause names."""
    span, at = span_of(clause), title_words.TITLE_AT.search(clause)
    duration = length_of(clause)
    start = None
    if span:
        start, duration = span[0], max(0.1, span[1] - span[0])
    elif at:
        start, duration = to_seconds(group(at)), length_of(title_words.TITLE_AT.sub(" ", clause, 1))
    elif title_words.AT_END.search(clause):
        start = -(duration or 3.0)
    position: Literal["top", "center", "bottom"] = "center"
    if title_words.TOP.search(clause):
        position = "top"
    elif title_words.BOTTOM.search(clause):
        position = "bottom"
    return AddTitle(quote, start, duration, position)


_LIKENED = re.compile(
    r"(?:像|好像|仿佛|好比|跟|如同)[^，。]*(?:那种|一样|似的|感觉|那样|那会儿?|时候)"
)
"""Compares in Chinese the music with a moment: "要像决赛最后三十秒那种感觉"."""


def read_trim(clause: str, _: HeldQuotes) -> Found:
    """Find which part of the video is kept, or taken out."""
    if sound.MUSIC.search(clause) or sound.OWN.search(clause) or _HEARS.search(clause):
        return None
    if _LIKENED.search(clause):
        return None
    off = length_words.OFF.search(clause) or (_ALL_BUT.search(clause) and span_of(clause))
    if length_words.STAYS_ZH.search(clause):
        off = None
    edge = _new_edge(clause, off=bool(off))
    if edge is not None:
        return [edge]
    if not (off or length_words.CUTTING.search(clause)):
        return None
    span = span_of(clause)
    if span:
        return [CutOut(*span)] if off else [Trim(*span)]
    for found, keep, drop in (
        (length_words.FIRST_SECONDS, (0.0, 1), (1, None)),
        (length_words.LAST_SECONDS, (-1, None), (0.0, -1)),
        (length_words.TO_SECONDS, (0.0, 1), None),
    ):
        match = found.search(clause)
        if match and (seconds := _count(group(match))) > 0:
            chosen = drop if off else keep
            if chosen is None:
                return None
            start, stop = chosen[0] * seconds, chosen[1]
            return [Trim(start, None if stop is None else stop * seconds)]
    return None


def _new_edge(clause: str, *, off: bool) -> Trim | None:
    """Return the trim that sets where the film begins or ends: "the film should end at 0:08"."""
    time = time_of(clause)
    discards = off or edges.DISCARDS.search(clause)
    if time is None and edges.EVERYTHING_BEFORE.search(clause):
        time = length_of(clause)
    if (
        time is None
        or span_of(clause)
        or fade_words.FADE.search(clause)
        or title_words.TITLE.search(clause)
    ):
        return None
    if discards and edges.EVERYTHING_AFTER.search(clause):
        return Trim(0.0, time)
    if discards and edges.EVERYTHING_BEFORE.search(clause):
        return Trim(time, None)
    if edges.KEPT_FROM.search(clause) and not off:
        return Trim(time, None)
    if edges.FILM_BEGINS.search(clause):
        return Trim(time, None)
    return Trim(0.0, time) if edges.FILM_ENDS.search(clause) else None


def _count(said: str) -> float:
    return 1.0 if said.lower() in {"a", "second"} else float(said)


def read_canvas(clause: str, _: HeldQuotes) -> Found:
    """Find the shape of the frame."""
    size = shape_words.PIXELS.search(clause)
    if size:
        width, height = (int(one) // 2 * 2 for one in size.groups())
        if (
            max(width, height) > shape_words.LONGEST_SIDE
            or min(width, height) > shape_words.SHORTEST_SIDE
        ):
            return "refused"
        named = (name for name, one in shape_words.RATIOS.items() if one == (width, height))
        factor = gcd(width, height)
        ratio = next(named, f"{width // factor}:{height // factor}")
        return [Canvas(ratio, width, height)]
    if shape_words.OWN_SHAPE.search(clause):
        return [Canvas("original", 0, 0)]
    match = shape_words.RATIO.search(clause)
    ratio = f"{match[1]}:{match[2]}" if match else ""
    if ratio not in shape_words.RATIOS and not sound.MUSIC.search(clause):
        ratio = next((named for found, named in shape_words.SHAPES if found.search(clause)), "")
        if ratio and shape_words.SHAPE_JUDGED.search(clause):
            return None
        if shape_words.TOLD_SHAPE.search(clause) and not shape_words.SHAPING_ZH.search(clause):
            return None
        few = len(clause.split()) <= 2 or not clause.isascii()
        if ratio and not (few or shape_words.SHAPING.search(clause)):
            return None
        if not ratio and shape_words.RESHAPING.search(
            clause
        ):  # the name of a place alone does not ask for another shape
            places = shape_words.PLACES
            ratio = next((named for found, named in places if found.search(clause)), "")
    if ratio not in shape_words.RATIOS:
        return None
    return [Canvas(ratio, *shape_words.RATIOS[ratio])]


def read_fade(clause: str, _: HeldQuotes) -> Found:
    """Find fades at the ends of the video."""
    if not fade_words.FADE.search(clause):
        return None
    length = length_of(clause)
    usual = _SLOW_FADE if fade_words.SLOW_FADE.search(clause) else _USUAL_FADE
    seconds = usual if length is None else min(length, _LONGEST_FADE)
    if (
        (common.REMOVE.search(clause) and not _TAKES.search(clause))
        or fade_words.UNFADED.search(clause)
        or _NO_FADE.search(clause)
    ):
        seconds = 0.0
    of: Literal["picture", "music", "both"] = "both"
    both = fade_words.FADE_BOTH.search(clause)
    if fade_words.FADE_PICTURE.search(clause) and _MUSIC_STAYS.search(clause):
        of, both = "picture", None
    elif both and not (both[0] == "都" and sound.MUSIC.search(clause)):
        of = "both"
    elif sound.MUSIC.search(clause) or sound.SOUND.search(clause):
        of = "music"
    elif fade_words.FADE_PICTURE.search(clause):
        of = "picture"
    elif fade_words.FADE_SOUND.search(clause):
        of = "music"
    into, out = fade_words.FADE_IN.search(clause), fade_words.FADE_OUT.search(clause)
    side: Literal["in", "out", "both"] = "both"
    if bool(into) != bool(out):
        side = "in" if into else "out"
    return [Fade(side, of, seconds)]
