"""Write a score as a cue sheet: its events with their times, for video editing programs."""

from __future__ import annotations

import csv
import io
import json
from bisect import bisect_right
from typing import TYPE_CHECKING

import attrs

from nemomusic.engine.serialization import JsonValue
from nemomusic.engine.types import ON_CUT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.engine.composition.notation.score import Score
    from nemomusic.engine.types import Cut

__all__ = ["MusicCue", "cue_sheet", "cue_sheet_csv", "cue_sheet_json"]


_WITH_FADE_S = 0.5
"""Longest time in seconds between the last chord and the start of the fade that it answers."""


@attrs.frozen
class MusicCue(JsonValue):
    """A line of a cue sheet.

    Attributes:
        bar: Number of the bar, from 1; 0 in a pickup.
        beat: Beat of the bar, from 1.
        time: Seconds.
        what: What happens: "A begins", "chord F", "hit" on a cut, "soft arrival" in a
            dissolve, "last chord", "end with the fade".
        cut: Number of the cut that the event is placed on, from 1; 0 for none.
    """

    bar: int
    beat: int
    time: float
    what: str
    cut: int


def cue_sheet(
    score: Score,
    cuts: Sequence[Cut],
    dissolves: Sequence[float] = (),
    fade_out: float | None = None,
) -> tuple[MusicCue, ...]:
    """Return the events of a score in order of time, with the cuts that they are placed on.

    Args:
        score: The music.
        cuts: The cuts of the clip, in order.
        dissolves: The middles of the dissolves of the clip, in seconds.
        fade_out: The start in seconds of a fade at the end of the clip.
    """
    events = [(one.start, f"{one.name} begins") for one in score.sections if one.name != "end"]
    events += [(one.time, f"chord {one.name}") for one in score.chords[:-1]]
    if score.chords:
        events.append((score.chords[-1].time, f"last chord {score.chords[-1].name}"))
    times = [cut.time for cut in cuts]
    for cut in times:
        if hits := score.hits_near(cut):
            events.append((min(hits, key=lambda one: abs(one - cut)), "hit"))
        elif near := score.beats_near(cut):
            events.append((near[0], "beat"))
    for middle in dissolves:
        if near := score.beats_near(middle):
            events.append((near[0], "soft arrival"))
    if fade_out is not None and score.chords:
        last = score.chords[-1].time
        if abs(last - fade_out) <= _WITH_FADE_S:
            events.append((last, "end with the fade"))
    sheet = []
    for time, what in sorted(set(events)):
        bar = bisect_right(score.downbeats, time + 0.03)
        begin = score.downbeats[bar - 1] if bar else 0.0
        beat = 1 + sum(begin + 0.03 < one <= time + 0.03 for one in score.beats)
        answered = [n for n, cut in enumerate(times, 1) if abs(cut - time) <= ON_CUT_SECONDS]
        sheet.append(MusicCue(bar, beat, round(time, 3), what, answered[0] if answered else 0))
    return tuple(sheet)


def cue_sheet_csv(cues: Sequence[MusicCue]) -> str:
    """Return a cue sheet as CSV with a header, whose lines end in CR LF (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["bar", "beat", "time", "what", "cut"])
    writer.writerows(
        [one.bar, one.beat, f"{one.time:.3f}", one.what, one.cut or ""] for one in cues
    )
    return out.getvalue()


def cue_sheet_json(cues: Sequence[MusicCue]) -> str:
    """Return a cue sheet as a JSON array of objects."""
    return json.dumps([one.to_json() for one in cues], ensure_ascii=False, indent=1)
