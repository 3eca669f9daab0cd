"""Where the clock of a file breaks, told from the times of its packets alone."""

from __future__ import annotations

import numpy as np
import pytest

from nemomusic.engine.media.decoding.timestamps import StreamTimes, corrected, find_jumps

VIDEO, SOUND = 0, 1


def file(*parts, video=25.0, sound=50.0):
    """Give the times of a file of parts, each (start of video, start of sound, seconds).

    A start of None leaves the stream out of the part.
    """
    rows = {VIDEO: [], SOUND: []}
    number = 0
    for begin, heard, seconds in parts:
        packets = []
        for stream, start, rate in ((VIDEO, begin, video), (SOUND, heard, sound)):
            if start is not None:
                steps = np.arange(round(seconds * rate)) / rate
                packets += [(step, stream, start + step, 1 / rate) for step in steps]
        for _, stream, time, length in sorted(packets):
            rows[stream].append((number, time, length))
            number += 1
    found = {}
    for stream, row in rows.items():
        if row:
            table = np.array(row)
            times = table[:, 1]
            hidden = np.zeros(len(row), np.bool_)
            found[stream] = StreamTimes(
                table[:, 0].astype(np.int64), times, times.copy(), table[:, 2], hidden
            )
    return found


def joined(times, format_name="mpegts"):
    """Give the corrected start of each packet, by stream."""
    fixed = corrected(times, find_jumps(times, format_name))
    return {stream: one.dts for stream, one in fixed.items()}


@pytest.mark.parametrize("name", ["mpegts", "matroska,webm", "flv"])
@pytest.mark.parametrize("later", [0.0, 3.0, 1000.0, 95_443.7, -20.0])
def test_parts_follow_each_other(name, later):
    fixed = joined(file((50.0, 50.0, 6.0), (50.0 + later, 50.0 + later, 6.0)), name)
    for rate, times in ((25, fixed[VIDEO]), (50, fixed[SOUND])):
        assert np.diff(times) == pytest.approx(1 / rate, abs=1e-6)
        assert times[0] == 50.0


def test_three_parts_in_any_order_of_their_clocks():
    fixed = joined(file((0.0, 0.0, 4.0), (900.0, 900.0, 4.0), (500.0, 500.0, 4.0)))
    assert fixed[VIDEO][-1] == pytest.approx(12.0 - 1 / 25)
    assert fixed[SOUND][-1] == pytest.approx(12.0 - 1 / 50)


def test_what_ends_first_waits_for_the_other():
    """The sound of the first part is 0.5 s longer: the second part starts where it ends."""
    first, more = file((0.0, 0.0, 4.0)), file((None, 4.0, 0.5))
    second = file((0.0, 0.0, 4.0))
    times = {}
    shift = 0
    parts = []
    for part in (first, more, second):
        parts.append({k: (v, shift) for k, v in part.items()})
        shift += max(int(v.numbers.max()) for v in part.values()) + 1
    for stream in (VIDEO, SOUND):
        rows = [(v, by) for part in parts for k, (v, by) in part.items() if k == stream]
        times[stream] = StreamTimes(
            np.concatenate([v.numbers + by for v, by in rows]),
            np.concatenate([v.pts for v, _ in rows]),
            np.concatenate([v.dts for v, _ in rows]),
            np.concatenate([v.length for v, _ in rows]),
            np.concatenate([v.hidden for v, _ in rows]),
        )
    fixed = joined(times)
    assert fixed[VIDEO][100] == pytest.approx(4.5)
    assert fixed[SOUND][225] == pytest.approx(4.5)


@pytest.mark.parametrize("name", ["mpegts", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"])
def test_a_silence_under_moving_frames_is_no_break(name):
    times = file((0.0, 0.0, 5.0), (5.0, None, 30.0), (35.0, 35.0, 5.0))
    assert find_jumps(times, name) == ()


@pytest.mark.parametrize("name", ["mpegts", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"])
def test_a_still_image_with_sound_is_no_break(name):
    times = file((0.0, 0.0, 5.0), (None, 5.0, 30.0), (35.0, 35.0, 5.0))
    assert find_jumps(times, name) == ()


def test_a_still_image_of_a_silent_screen_recording_is_no_break():
    times = file((0.0, None, 5.0), (305.0, None, 5.0))
    assert find_jumps(times, "matroska,webm") == ()
    assert find_jumps(times, "mpegts") == ((VIDEO, 125, pytest.approx(-300.0)),)


def test_an_ordinary_file_has_none():
    assert find_jumps(file((0.0, 0.0, 600.0)), "mov,mp4,m4a,3gp,3g2,mj2") == ()
