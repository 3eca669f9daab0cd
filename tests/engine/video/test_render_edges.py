"""Films of clips that are odd, damaged or edited, and what the renderer costs."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import tracemalloc

import attrs
import av
import numpy as np
import pytest

from nemomusic.engine.audio.master import master
from nemomusic.engine.audio.mix import mix
from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.probe import probe
from nemomusic.engine.pcm import RATE, PcmScratchFile
from nemomusic.engine.types import AudioTrack, Probe, RenderPlan, Shot, Title
from nemomusic.engine.video.canvas import canvas_for
from nemomusic.engine.video.render import render
from support import drawn_clips
from support.rows import one_in, quick_rows

STILL = Probe("image", "image2", 0.0, 320, 180, 0, 0.0, "png", "RGB", False, None, 0, 0, False)


def finished_video(path, **fields):
    return RenderPlan(shots=(Shot(str(path), probe(path).duration),), **fields)


def decoded_frames(path):
    """Return [(seconds since the first one, gray frame)]."""
    with av.open(str(path)) as container:
        shown = [(f.time, f.to_ndarray(format="gray")) for f in container.decode(video=0)]
    return [(round(time - shown[0][0], 3), frame.astype(float)) for time, frame in shown]


def ends(path):
    with av.open(str(path)) as container:
        return [float(stream.duration * stream.time_base) for stream in container.streams]


def heard(path):
    """Return loudness and true peak of the decoded sound, as FFmpeg's own meter has them."""
    found = {}
    with av.open(str(path)) as container:
        graph = av.filter.Graph()
        graph.link_nodes(
            graph.add_abuffer(template=container.streams.audio[0]),
            graph.add("ebur128", "peak=true:metadata=1"),
            graph.add("abuffersink"),
        ).configure()
        for frame in [*container.decode(audio=0), None]:
            graph.push(frame)
            while True:
                try:
                    found.update(graph.pull().metadata)
                except (av.BlockingIOError, av.EOFError):
                    break
    return float(found["lavfi.r128.I"]), 20 * np.log10(float(found["lavfi.r128.true_peak"]))


def edit(path, rows):
    """Give the frames of an MP4 (no sound) an edit list: (seconds, second of the media or None).

    ISO/IEC 14496-12, 8.6.6; "moov" has to come last, so that it can grow.
    """
    with av.open(str(path)) as container:
        ticks = 1 / container.streams.video[0].time_base
    data = bytearray(path.read_bytes())
    at = data.index(b"elst") - 4
    size = int.from_bytes(data[at : at + 4])
    start = int.from_bytes(data[at + 20 : at + 24])  # of the reordering of B-frames
    table = b"".join(
        struct.pack(
            ">Iihh",
            round(seconds * 1000),
            -1 if media is None else start + round(media * ticks),
            1,
            0,
        )
        for seconds, media in rows
    )
    box = struct.pack(">I4sII", 16 + len(table), b"elst", 0, len(rows)) + table
    data[at : at + size] = box
    for name in (b"edts", b"trak", b"moov"):
        outer = data.rindex(name, 0, at) - 4
        grown = int.from_bytes(data[outer : outer + 4]) + len(box) - size
        data[outer : outer + 4] = grown.to_bytes(4)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("reordered", quick_rows({"2"}, ["0", "2"]))
@pytest.mark.parametrize(
    "rows",
    [
        [(1.0, 0.0)],  # the end is cut off
        [(0.8, 0.52)],  # both ends are
        [(0.48, 0.0), (0.48, 1.0)],  # the middle is
        [(0.48, 1.0), (0.48, 0.0)],  # the second half first
        [(0.5, None), (1.48, 0.0)],  # the frames come late
    ],
)
def test_edit_lists(tmp_path, rows, reordered):
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=50, bf=reordered, g="100")
    expected = decoded_frames(edit(clip, rows))
    render(finished_video(clip), tmp_path / "out.mp4")
    made = decoded_frames(tmp_path / "out.mp4")
    assert [time for time, _ in made] == [time for time, _ in expected]
    for (_, before), (_, after) in zip(expected, made, strict=True):
        assert np.abs(before - after).mean() < 5
    seconds = sum(length for length, media in rows if media is not None)
    assert ends(tmp_path / "out.mp4") == pytest.approx([seconds, seconds], abs=0.05)


@pytest.mark.parametrize("reordered", ["0", "2"])
def test_a_shot_may_begin_anywhere_in_an_edited_clip(tmp_path, reordered):
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=50, bf=reordered, g="100")
    edit(clip, [(0.48, 0.0), (0.48, 1.0)])
    expected = decoded_frames(clip)
    for number in (5, 11, 18):
        start = expected[number][0]
        render(RenderPlan(shots=(Shot(str(clip), 0.2, start_in=start),)), tmp_path / "out.mp4")
        first = decoded_frames(tmp_path / "out.mp4")[0][1]
        distances = [np.abs(first - frame).mean() for _, frame in expected]
        assert int(np.argmin(distances)) == number


@pytest.mark.parametrize("canvas", [None, (90, 160)], ids=str)
@pytest.mark.parametrize(
    ("seconds", "end"), quick_rows({0.4, 2.3}, [(0.4, 1.0), (1.0, 1.0), (1.4, 1.0), (2.3, 2.3)])
)
def test_the_sound_ends_with_the_video(tmp_path, seconds, end, canvas):
    """The last frame is held where the sound goes on for more than half a second."""
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=25, sound=drawn_clips.tone(seconds))
    made = render(finished_video(clip, canvas=canvas), tmp_path / "out.mp4")
    assert made.copied == (canvas is None)
    assert ends(tmp_path / "out.mp4") == pytest.approx([end, end], abs=0.05)
    loudness, peak = heard(tmp_path / "out.mp4")
    assert loudness == pytest.approx(-14.0, abs=1.0)
    assert peak <= -1.0


@pytest.mark.parametrize(
    ("name", "codec", "layout", "rate"),
    one_in(
        2,
        [
            ("a.mov", "pcm_s16le", "mono", 44100),
            ("a.mkv", "flac", "stereo", 96000),
            ("a.mp4", "aac", "5.1", 48000),
            ("a.avi", "libmp3lame", "stereo", 22050),
        ],
    ),
)
def test_own_sound_of_every_kind(tmp_path, name, codec, layout, rate):
    clip = tmp_path / name
    with av.open(str(clip), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 160, 90, "yuv420p"
        audio = container.add_stream(codec, rate=rate, layout=layout)
        for number in range(50):
            frame = drawn_clips.waves(number, 160, 90)
            container.mux(video.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(video.encode(None))
        times = np.arange(2 * rate) / rate
        wave = (0.1 * np.sin(2 * np.pi * 440 * times)).astype(np.float32)
        channels = len(av.AudioLayout(layout).channels)
        frame = av.AudioFrame.from_ndarray(np.stack([wave] * channels), "fltp", layout)
        frame.sample_rate, frame.pts = rate, 0
        resampler = av.AudioResampler(
            audio.codec_context.format, layout, rate, audio.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(audio.encode(piece))
        container.mux(audio.encode(None))
    render(finished_video(clip), tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as container:
        sound = np.concatenate([f.to_ndarray().T for f in container.decode(audio=0)])
    spectrum = np.abs(np.fft.rfft(sound[RATE // 2 : 3 * RATE // 2, 0]))
    assert spectrum.argmax() == 440  # one second: bins are 1 Hz apart
    assert heard(tmp_path / "out.mp4")[0] == pytest.approx(-14.0, abs=1.0)


def voice_of(kind):
    times = np.arange(2 * RATE) / RATE
    noise = np.random.default_rng(3).standard_normal(2 * RATE)
    hum = 0.02 * np.sin(2 * np.pi * 440 * times)
    return {
        "noise": noise * 0.3,
        "square": np.sign(np.sin(np.arange(2 * RATE) / 20)),
        "drums": 0.9 * np.exp(-(times % 0.5) * 30) * np.sin(2 * np.pi * 60 * times)
        + 0.2 * np.exp(-((times + 0.25) % 0.5) * 80) * noise,
        "slams": 0.01 * noise + noise.clip(-1, 1) * (times % 0.5 < 0.01),
        "clicks": hum + (np.arange(2 * RATE) % 12_000 == 0),
    }[kind]


@pytest.mark.parametrize("level", quick_rows({-30}, [-30, -15, 0]))
@pytest.mark.parametrize(
    "kind", quick_rows({"noise", "slams"}, ["noise", "square", "drums", "slams", "clicks"])
)
def test_own_sound_of_any_level(tmp_path, level, kind):
    wave = voice_of(kind)
    sound = (wave * 10 ** (level / 20)).astype(np.float32)
    clip = drawn_clips.write(tmp_path / "a.mp4", sound=sound)
    made = render(finished_video(clip), tmp_path / "out.mp4")
    loudness, peak = heard(tmp_path / "out.mp4")
    assert loudness == pytest.approx(-14.0, abs=1.0)
    assert peak <= -1.0
    assert made.loudness == pytest.approx(loudness, abs=0.1)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((3840, 2160), (1920, 1080)),
        ((2160, 3840), (1080, 1920)),
        ((4096, 1716), (1920, 804)),
        ((2000, 2000), (1080, 1080)),
        ((1921, 1081), (1918, 1080)),
        ((321, 181), (320, 180)),
        ((5000, 40), (1920, 16)),
    ],
)
def test_what_is_too_large_is_scaled_down(size, expected):
    assert canvas_for(attrs.evolve(STILL, width=size[0], height=size[1])) == expected


@pytest.mark.parametrize("canvas", [(90, 160), (96, 96)])
def test_another_shape_shows_the_whole_frame(tmp_path, canvas):
    def draw(_, width, height):  # a white frame around gray
        frame = np.full((height, width, 3), 110, np.uint8)
        frame[:, :6] = frame[:, -6:] = 235
        return frame

    clip = drawn_clips.write(tmp_path / "a.mp4", draw, frames=5)
    render(finished_video(clip, canvas=canvas), tmp_path / "out.mp4")
    frame = decoded_frames(tmp_path / "out.mp4")[2][1]
    assert frame.shape == canvas[::-1]
    middle = frame[canvas[1] // 2]
    assert min(middle[:2].min(), middle[-2:].min()) > 180
    assert np.abs(middle[10:-10] - 110).max() < 25


def test_only_the_title_changes_the_frame(tmp_path):
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=50, size=(320, 180), crf="10")
    goals = [tmp_path / "plain.mp4", tmp_path / "titled.mp4"]
    for goal, words in zip(goals, [Title(" ", 0, 1), Title("Sea", 0.8, 0.4)], strict=True):
        render(finished_video(clip, titles=(words,), fade_out=0.04), goal)
    for (time, plain), (_, titled) in zip(*map(decoded_frames, goals), strict=True):
        difference = np.abs(plain - titled)
        if 0.9 < time < 1.1:
            assert difference[120:170, 100:220].max() > 60, time
        if not 0.78 < time < 1.3:
            assert difference.max() < 25, time
        assert difference[:90].mean() < 3, time


def test_damaged_and_cut_off_clips(tmp_path):
    original = drawn_clips.write(
        tmp_path / "whole.mp4",
        sound=drawn_clips.tone(2.0),
        g="10",
        muxing={"movflags": "+faststart"},
    ).read_bytes()
    clip = tmp_path / "a.mp4"
    clip.write_bytes(original[: len(original) // 2])
    with pytest.raises(MediaError, match="cut off") as caught:
        render(RenderPlan(shots=(Shot(str(clip), 2.0),)), tmp_path / "out.mp4")
    assert caught.value.remedy
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "whole.mp4"]
    damaged = bytearray(original)
    middle = len(original) // 2
    damaged[middle : middle + 1500] = bytes(1500)
    clip.write_bytes(damaged)
    render(
        RenderPlan(shots=(Shot(str(clip), 2.0),), titles=(Title("x", 0, 1),)), tmp_path / "out.mp4"
    )
    assert ends(tmp_path / "out.mp4") == pytest.approx([2.0, 2.0], abs=0.05)
    clip.write_bytes(original[:40] + os.urandom(5000))
    with pytest.raises(MediaError):
        render(RenderPlan(shots=(Shot(str(clip), 2.0),)), tmp_path / "never.mp4")
    assert not (tmp_path / "never.mp4").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send")
def test_an_interrupted_process_leaves_nothing(tmp_path):
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=150)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    program = (
        "import select, sys\n"
        "from nemomusic.engine.types import RenderPlan, Shot\n"
        "from nemomusic.engine.video.render import render\n"
        "def told(done):\n"
        "    if 0.8 < done < 0.9:\n"
        "        print('half', flush=True)\n"
        # A signal that comes just before a read that has no limit would not end it.
        "        while not select.select([sys.stdin], [], [], 0.05)[0]: pass\n"
        "render(RenderPlan((Shot(sys.argv[1], 6.0),), (96, 96)), sys.argv[2], progress=told)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(clip), str(tmp_path / "out.mp4")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    with process:
        assert process.stdout.readline() == b"half\n"
        assert list(tmp_path.glob(".out.mp4.*.part"))
        process.send_signal(signal.SIGINT)
        process.wait(180)
    assert process.returncode != 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "scratch"]
    assert not list(scratch.iterdir())


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length(tmp_path):
    def most(seconds):
        song = tmp_path / f"{seconds}.wav"
        wave = np.random.default_rng(1).standard_normal(seconds * RATE) * 0.1
        drawn_clips.write_sound(song, wave, "pcm_s16le")
        plan = RenderPlan(
            shots=(Shot("a.png", seconds),), music=(AudioTrack(str(song), 0.0, seconds),)
        )
        probes = {"a.png": STILL}
        tracemalloc.start()
        try:
            with PcmScratchFile(tmp_path / "tape", seconds * RATE) as pcm_file:
                master(pcm_file, mix(plan, probes, pcm_file.frames, pcm_file, tmp_path), tmp_path)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    # Two threads hold a few sections more at one moment or not, as the system runs them, and a long
    # sound has more such moments. Sound that is kept whole would add all of its bytes.
    added_bytes = 32 * RATE * np.dtype(np.float32).itemsize * 2
    assert min(most(40) for _ in range(3)) - most(8) < added_bytes / 2
