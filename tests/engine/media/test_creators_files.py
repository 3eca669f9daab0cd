"""What creators bring: each kind of trouble with the right outcome, measured on the finished MP4.

A row is one case: how the file is made, and what is right. The film of `creators_files` flashes and
beeps at 0.4, 1.2 and 2.2 s, so that loss and sync show.
"""

from __future__ import annotations

import re
from functools import partial

import attrs
import numpy as np
import pytest

from nemomusic.engine.analysis.analyze import analyze
from support import creators_files as made
from support.creators_cases import (
    DISCS,
    FRAGMENTS,
    KNOWN,
    NOISE,
    ONE_FRAME,
    TWICE,
    all_around,
    ambisonic,
    animation,
    claims_an_hour,
    cover,
    damaged_codec,
    eight_channels,
    joined_discs,
    lost_packets,
    no_order,
    old_handler,
    one_behind_the_other,
    other_identifiers,
    other_rate,
    overlapping,
    overwritten,
    overwritten_mkv,
    power_cut,
    rendered,
    spherical_box,
    starts_inside,
    stream_parts,
    tagged,
    telemetry,
    thumbnail_first,
    two_programs,
    undecodable_sound,
)
from support.creators_files import beeps, film, silence
from support.rows import one_in
from support.transport_streams import long_tables, spaced


@attrs.frozen
class Case:
    """A file, and what is right.

    Attributes:
        kind: Of the trouble.
        name: Of the file.
        make: Makes it.
        duration: Seconds of the finished video.
        frames: How many frames it has; None if that is not the point.
        flashes: Seconds at which it turns white.
        beeps: Seconds at which its sound begins; None if that is not the point.
        said: What a warning says, as a pattern; "" for no warning at all.
        options: Of the probe.
    """

    kind: str
    name: str
    make: object
    duration: float = 3.0
    frames: int | None = 75
    flashes: list[float] = attrs.Factory(lambda: KNOWN)
    beeps: list[float] | None = attrs.Factory(lambda: KNOWN)
    said: str = ""
    options: dict = attrs.Factory(dict)

    def __str__(self):
        return f"{self.kind}-{self.name}"


CASES = [
    Case("plain", "a.mp4", film),
    # opening
    Case("a tag in an encoding that is not clear", "a.avi", tagged, said="tags left out: title"),
    Case("a track name in an old code page", "a.mov", old_handler),
    # choosing tracks
    Case("sound without decoder first", "a.mov", undecodable_sound, said="apac.*can't be decoded"),
    Case(
        "a damaged name of a codec",
        "a.mov",
        damaged_codec,
        said=r"its codec \(unknown\) can't be decoded",
    ),
    Case("a thumbnail as first video", "a.mp4", thumbnail_first),
    Case(
        "a silent track first",
        "a.mkv",
        partial(film, sounds=[np.stack([silence()] * 2), np.stack([beeps()] * 2)], layout="stereo"),
        said="track 1 is silent: track 2 is used",
    ),
    Case(
        "a silent microphone beside one that is not",
        "a.mp4",
        partial(film, sounds=[silence(), beeps()]),
        said="track 1 is silent",
    ),
    Case(
        "a mono track per microphone",
        "a.mov",
        partial(film, sounds=[NOISE, beeps()], sound_codec="pcm_s16le"),
        said="1 and 2 are heard as left and right",
    ),
    Case("ambisonic sound", "a.mkv", ambisonic, said="ambisonic"),
    Case("ambisonic sound by a box", "a.mp4", spherical_box, said="ambisonic"),
    Case(
        "ambisonic PCM by a box",
        "a.mov",
        partial(spherical_box, sound_codec="pcm_s16le"),
        said="ambisonic",
    ),
    Case("a data track", "a.mov", telemetry, said="Data tracks are left out: gpmd"),
    Case("a cover picture", "a.mp4", cover, said="cover picture is left out"),
    Case("a 360-degree camera", "a.mp4", all_around, said="360-degree video"),
    Case("two MP4s in one file", "a.mp4", one_behind_the_other, said="2 files lie .* first one"),
    Case("eight channels of PCM", "a.mov", eight_channels),
    # time
    Case(
        "the clock starts again",
        "a.mp4",
        partial(stream_parts, later=0.0),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a.mp4: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "the clock jumps ahead",
        "a.mp4",
        partial(stream_parts, later=1000.0),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a.mp4: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "a later part on other identifiers",
        "a.mp4",
        other_identifiers,
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a.mp4: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "tables of several packets, and a later part on other identifiers",
        "a.ts",
        partial(other_identifiers, form=long_tables),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a[.]ts: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "packets of 192 bytes, and a later part on other identifiers",
        "a.m2ts",
        partial(other_identifiers, form=partial(spaced, before=4)),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a[.]m2ts: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "packets of 204 bytes, and a later part on other identifiers",
        "a.ts",
        partial(other_identifiers, form=partial(spaced, after=16)),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a[.]ts: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "a later part on other identifiers after half a packet",
        "a.ts",
        partial(other_identifiers, cut=100),
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="^a[.]ts: The clock of the file breaks [^;]*joined.",
    ),
    Case(
        "parts of two sizes that overlap",
        "a.ts",
        overlapping,
        duration=5.84,
        frames=146,
        flashes=[*KNOWN, *[round(2.84 + at, 2) for at in KNOWN]],
        beeps=[*KNOWN, *[round(2.84 + at, 2) for at in KNOWN]],
        said="1 packet of its video is damaged",
    ),
    Case(
        "two VOBs in one file",
        "a.mp4",
        joined_discs,
        duration=6.0,
        frames=150,
        flashes=DISCS,
        beeps=DISCS,
        said="^a.mp4: The clock of the file breaks [^;]*joined.$",
    ),
    Case(
        "two programs",
        "a.mp4",
        two_programs,
        said="track 1 is left out: track 2 is used.*Another video track is left out",
    ),
    Case("B-frames in an AVI", "a.avi", partial(film, sound_codec="libmp3lame", bf="2")),
    Case(
        "MPEG-4 B-frames in an AVI",
        "a.avi",
        partial(film, sound_codec="libmp3lame", codec="mpeg4", bf="2"),
    ),
    Case("an MP4 without its order of frames", "a.mp4", no_order),
    Case("a header that claims an hour", "a.mp4", claims_an_hour, said="claims 3600"),
    Case(
        "a fragmented recording that was cut off",
        "a.mp4",
        partial(power_cut, muxing=FRAGMENTS),
        duration=2.28,
        frames=57,
        beeps=KNOWN[:2],
        said="cut off: .* What is there is used",
        options={"allow_partial": True},
    ),
    Case(
        "an MKV that was cut off",
        "a.mkv",
        power_cut,
        duration=2.4,
        frames=None,
        said="cut off: .* What is there is used",
        options={"allow_partial": True},
    ),
    Case(
        "a broadcast that starts between two key frames",
        "a.mp4",
        starts_inside,
        duration=2.4,
        frames=None,
        flashes=[0.64, 1.64],
        beeps=[0.64, 1.64],
        said="first 0.. s can't be decoded: the first frame is held",
    ),
    Case(
        "a broadcast with bad reception",
        "a.mp4",
        lost_packets,
        frames=None,
        beeps=None,
        said="of its video (is|are) damaged",
    ),
    Case(
        "a block of zeros in the middle",
        "a.mp4",
        partial(overwritten, noise=False, muxing={"movflags": "faststart"}),
        frames=69,
        said="damaged frames are left out.*of its sound are damaged: it is silent there",
    ),
    Case(
        "a block of zeros in the middle of an MKV",
        "a.mkv",
        partial(overwritten_mkv, noise=False),
        frames=61,
        beeps=None,
        said="neither a frame nor sound for 0[.]6 s from 1[.]4 s on: data are missing there",
    ),
    Case(
        "a block of noise in the middle of an MKV",
        "a.mkv",
        partial(overwritten_mkv, noise=True),
        frames=61,
        beeps=None,
        said="neither a frame nor sound for 0[.]6 s from 1[.]4 s on: data are missing there",
    ),
    Case(
        "a block of noise in the middle of an AVI",
        "a.avi",
        partial(overwritten, sound_codec="libmp3lame", bf="0"),
        duration=2.72,
        frames=67,
        flashes=[0.44, 1.24, 1.92],
        beeps=[0.42, 1.22, 1.89],
        said="Its header claims 3.0 s; 2.7 s are there",
    ),
    Case(
        "sound that changes its rate",
        "a.ts",
        other_rate,
        duration=6.0,
        frames=150,
        flashes=TWICE,
        beeps=TWICE,
        said="parts are joined",
    ),
    Case(
        "a block of noise in the middle",
        "a.mp4",
        partial(overwritten, noise=True, muxing={"movflags": "faststart"}),
        frames=69,
        said="damaged frames are left out.*of its sound are damaged: it is silent there",
    ),
    # nothing of one's own is lost
    Case(
        "sound that goes on",
        "a.mp4",
        partial(film, seconds=1.8, sounds=[beeps(4.0)]),
        duration=4.0,
        frames=45,
        flashes=KNOWN[:2],
        said="last frame is held",
    ),
    Case(
        "frames that start late",
        "a.mp4",
        partial(film, delay=1.0, sounds=[beeps(4.0)]),
        duration=4.0,
        flashes=[round(1.0 + at, 2) for at in KNOWN],
        said="first frame is held",
    ),
    Case(
        "frames that start late, and sound that ends a little later",
        "a.mp4",
        partial(film, delay=1.0, sounds=[beeps(4.25)]),
        duration=4.25,
        flashes=[round(1.0 + at, 2) for at in KNOWN],
        said="first frame is held.*last frame is held: the sound goes on for 0.2 s",
    ),
    Case(
        "sound that starts late",
        "a.mkv",
        partial(film, sound_delay=0.7),
        duration=3.7,
        beeps=[round(0.7 + at, 2) for at in KNOWN],
        said="last frame is held",
    ),
    Case("an animated GIF", "a.gif", animation, frames=15, flashes=[0.4, 1.2, 2.2], beeps=None),
    Case("an animated PNG", "a.png", animation, frames=15, flashes=[0.4, 1.2, 2.2], beeps=None),
    Case("an animated WebP", "a.webp", animation, frames=15, flashes=[0.4, 1.2, 2.2], beeps=None),
]


@pytest.mark.parametrize("case", one_in(3, CASES), ids=str)
def test_the_film_is_right(tmp_path, case):
    path = case.make(tmp_path / case.name)
    out, result = rendered(path, **case.options)
    shown = made.times(out)
    assert shown == sorted(set(shown)), "frames go back in time"
    if case.frames is not None:
        assert len(shown) == pytest.approx(case.frames, abs=2)
    assert result.duration == pytest.approx(case.duration, abs=0.15)
    assert made.flashes(out) == pytest.approx(case.flashes, abs=ONE_FRAME)
    if case.beeps is not None:
        assert made.heard(out) == pytest.approx(case.beeps, abs=ONE_FRAME)
    said = " ".join(result.warnings)
    assert re.search(case.said, said) if case.said else not said


@pytest.mark.parametrize(
    "case",
    one_in(2, [c for c in CASES if c.kind.startswith(("B-frames", "the clock", "an animated"))]),
    ids=str,
)
def test_the_analysis_sees_the_same_film(tmp_path, case):
    path = case.make(tmp_path / case.name)
    seen, plain = analyze(path), analyze(film(tmp_path / "plain.mp4"))
    assert seen.duration == pytest.approx(case.duration, abs=0.15)
    times = [round(cut.time, 2) for cut in seen.cuts if cut.time < 3.0]
    assert set(times) <= {round(cut.time, 2) for cut in plain.cuts}  # a break is no cut
    assert seen.brightness[:3] == pytest.approx(plain.brightness, abs=0.1)
