"""Finished videos: what the frames, the sound and the file are like, decoded again."""

from __future__ import annotations

import wave
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from nemomusic.engine.audio.loudness_meter import Meter
from nemomusic.engine.audio.mix import mix
from nemomusic.engine.errors import MediaError
from nemomusic.engine.media.probe import probe
from nemomusic.engine.pcm import RATE, PcmScratchFile
from nemomusic.engine.types import AudioTrack, RenderPlan, RenderResult, Shot, Title
from nemomusic.engine.video import fonts, titles
from nemomusic.engine.video.render import render
from support import drawn_clips
from support.rows import quick_rows

VP9 = {"codec": "libvpx-vp9", "deadline": "realtime", "cpu-used": "8"}


def plain(color):
    def draw(number, width, height):
        return np.broadcast_to(np.uint8(color), (height, width, 3)).copy()

    return draw


def quarters(number, width, height):
    """Red at the top left, green at the top right, blue below."""
    frame = np.zeros((height, width, 3), np.uint8)
    frame[: height // 2, : width // 2, 0] = 220
    frame[: height // 2, width // 2 :, 1] = 220
    frame[height // 2 :, :, 2] = 220
    return frame


def music_file(path, seconds=4.0):
    """Return a chord with a drum of noise twice a second: harder on a limiter than real music."""
    times = np.arange(round(seconds * RATE)) / RATE
    wild = np.random.default_rng(5).standard_normal((len(times), 2))
    chord = sum(np.sin(2 * np.pi * pitch * times) for pitch in (110.0, 277.2, 660.0))
    sound = 0.05 * chord[:, None] + 0.2 * (np.exp(-(times % 0.5) * 20))[:, None] * wild
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return str(path)


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    return music_file(tmp_path_factory.mktemp("music") / "song.wav")


def finished_video(path, song=None, *, shots=None, **fields):
    """Return a plan of the whole clip with the song under it."""
    seconds = probe(path).duration or 1.0
    shots = shots or (Shot(str(path), seconds),)
    length = sum(shot.duration for shot in shots)
    music = (AudioTrack(song, 0.0, length, volume=0.5, fade_out=0.2),) if song else ()
    return RenderPlan(shots=shots, music=music, **fields)


def decoded_frames(path):
    """Return [(time, RGB array)] as a player that knows rotation would show them."""
    with av.open(str(path)) as container:
        return [
            (frame.time, np.rot90(frame.to_ndarray(format="rgb24"), frame.rotation // 90))
            for frame in container.decode(video=0)
        ]


def sound_of(path):
    with av.open(str(path)) as container:
        return np.concatenate([f.to_ndarray().T for f in container.decode(audio=0)])


def times_of(path):
    return [round(time, 3) for time, _ in decoded_frames(path)]


def video_packets(path):
    with av.open(str(path)) as container:
        return [bytes(p) for p in container.demux(container.streams.video[0]) if p.size]


def check(path, made, seconds):
    """Check what is true of every film."""
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert made.size == len(data)
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert len(container.streams) == 2
        assert video.codec_context.name == "h264"
        assert video.codec_context.pix_fmt == "yuv420p"
        assert audio.codec_context.name == "aac"
        assert (audio.rate, audio.layout.name) == (48000, "stereo")
        ends = [float(stream.duration * stream.time_base) for stream in (video, audio)]
    assert ends == pytest.approx([seconds, seconds], abs=0.05)
    meter = Meter(RATE)
    meter.feed(sound_of(path))
    if made.loudness is None:
        assert meter.integrated == -np.inf
    else:
        assert meter.integrated == pytest.approx(-14.0, abs=0.9)
        assert meter.true_peak_db <= -1.0
        assert made.loudness == pytest.approx(meter.integrated, abs=0.05)
        assert made.true_peak == pytest.approx(meter.true_peak_db, abs=0.05)
    assert not list(path.parent.glob("*.part"))
    assert not list(path.parent.glob(".*"))


@pytest.mark.parametrize("own", [True, False])
def test_h264_is_copied_packet_by_packet(tmp_path, song, own):
    sound = drawn_clips.tone(2.0) if own else None
    clip = drawn_clips.write(tmp_path / "a.mp4", sound=sound, bf="2", g="12")
    seen = []
    made = render(finished_video(clip, song), tmp_path / "out.mp4", progress=seen.append)
    assert made.copied
    assert video_packets(tmp_path / "out.mp4") == video_packets(clip)
    assert times_of(tmp_path / "out.mp4") == times_of(clip)
    check(tmp_path / "out.mp4", made, 2.0)
    assert (made.width, made.height) == drawn_clips.SIZE
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert RenderResult.from_json(made.to_json()) == made


@pytest.mark.parametrize(
    ("name", "made_with", "copied"),
    quick_rows(
        {"a.mkv", "a.webm", "odd.mkv", "anamorphic.mp4"},
        [
            ("a.mkv", {"bf": "2"}, True),
            ("a.mov", {}, True),
            ("a.avi", {"codec": "mpeg4"}, False),
            ("a.webm", VP9, False),
            ("ten.mp4", {"pixels": "yuv420p10le"}, False),
            ("wide.mp4", {"pixels": "yuv422p"}, False),
            ("odd.mkv", {"pixels": "yuv444p", "size": (161, 91)}, False),
            ("large.mp4", {"size": (2000, 400), "preset": "ultrafast"}, False),
            ("anamorphic.mp4", {"aspect": Fraction(4, 3)}, False),
        ],
    ),
)
def test_every_kind_of_clip(tmp_path, song, name, made_with, copied):
    clip = drawn_clips.write(tmp_path / name, frames=25, **made_with)
    goal = tmp_path / "out.mp4"
    made = render(finished_video(clip, song), goal)
    assert made.copied == copied
    check(goal, made, 1.0)
    shown = decoded_frames(goal)
    assert len(shown) == 25
    sizes = {"odd.mkv": (160, 90), "large.mp4": (1920, 384), "anamorphic.mp4": (212, 90)}
    assert (made.width, made.height) == sizes.get(name, drawn_clips.SIZE)
    if "size" not in made_with and "aspect" not in made_with:
        before = decoded_frames(clip)[12][1].astype(float)
        assert np.abs(shown[12][1] - before).mean() < 6


@pytest.mark.parametrize("degrees", [90, 180, 270])
@pytest.mark.parametrize("drawn", [False, True])
def test_turned_clips_stay_upright(tmp_path, song, degrees, drawn):
    clip = drawn_clips.turn(drawn_clips.write(tmp_path / "a.mp4", quarters, frames=12), degrees)
    words = (Title("hi", 0.1, 0.3),) if drawn else ()
    made = render(finished_video(clip, song, titles=words), tmp_path / "out.mp4")
    assert made.copied is not drawn
    assert probe(tmp_path / "out.mp4").rotation == (0 if drawn else degrees)
    assert (made.width, made.height) == drawn_clips.SIZE[:: -1 if degrees % 180 else 1]
    before, after = decoded_frames(clip)[0][1], decoded_frames(tmp_path / "out.mp4")[0][1]
    assert before.shape == after.shape
    assert np.abs(before.astype(float) - after).mean() < 6


def test_a_variable_frame_rate_is_kept(tmp_path, song):
    ticks = [0, 1, 2, 10, 11, 25, 26, 40, 41, 42, 60]
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=ticks, rate=30, bf="2")
    for index, still_there in enumerate(({}, {"canvas": (80, 80)})):
        goal = tmp_path / f"{index}.mp4"
        made = render(finished_video(clip, song, **still_there), goal)
        assert made.copied is not bool(still_there)
        assert times_of(goal) == times_of(clip)
        assert probe(goal).duration == pytest.approx(2.033, abs=0.01)
        check(goal, made, 2.033)


@pytest.mark.parametrize("drawn", [False, True])
@pytest.mark.parametrize("encoder", [{}, {"bf": "2", "g": "100"}])
def test_an_edit_list_is_honored(tmp_path, drawn, encoder):
    late = drawn_clips.tone(2.0)
    late[:RATE] = 0.0
    clip = drawn_clips.write(
        tmp_path / "a.mp4",
        frames=range(-10, 40),
        sound=late,
        muxing={"avoid_negative_ts": "disabled"},
        **encoder,
    )
    words = (Title("hi", 1.0, 0.3, "top"),) if drawn else ()
    made = render(finished_video(clip, titles=words), tmp_path / "out.mp4")
    assert made.copied is not drawn
    check(tmp_path / "out.mp4", made, 1.6)
    shown = decoded_frames(tmp_path / "out.mp4")
    assert len(shown) == 40
    assert np.abs(shown[0][1].astype(float) - drawn_clips.waves(10, *drawn_clips.SIZE)).mean() < 8
    assert np.abs(shown[39][1].astype(float) - drawn_clips.waves(49, *drawn_clips.SIZE)).mean() < 8
    assert onset(sound_of(tmp_path / "out.mp4")) == pytest.approx(1.0, abs=0.004)
    if not drawn:  # those that don't show are needed to decode those that do
        assert video_packets(tmp_path / "out.mp4") == video_packets(clip)


def onset(sound):
    level = np.abs(sound).max(axis=1)
    return int(np.argmax(level > level.max() / 2)) / RATE


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
@pytest.mark.parametrize(("start", "duration"), [(0.0, 2.0), (0.7, 1.0)])
def test_own_sound_stays_in_sync(tmp_path, name, start, duration):
    late = drawn_clips.tone(2.0)
    late[:RATE] = 0.0
    clip = drawn_clips.write(tmp_path / name, sound=late)
    plan = RenderPlan(shots=(Shot(str(clip), duration, start_in=start),))
    made = render(plan, tmp_path / "out.mp4")
    assert made.copied == (start == 0.0)
    check(tmp_path / "out.mp4", made, duration)
    assert onset(sound_of(tmp_path / "out.mp4")) == pytest.approx(1.0 - start, abs=0.004)


def test_shots_are_laid_end_to_end(tmp_path, song):
    red = drawn_clips.write(tmp_path / "red.mp4", plain((200, 30, 30)), frames=20)
    green = drawn_clips.write(tmp_path / "green.mp4", plain((30, 200, 30)), size=(90, 160))
    Image.new("RGBA", (301, 201), (40, 40, 220, 255)).save(tmp_path / "blue.png")
    shots = (
        Shot(str(red), 1.0, start_in=0.2),  # 0.6 s are left: the last frame is held
        Shot(str(green), 0.5, start_in=1.0),
        Shot(str(tmp_path / "blue.png"), 0.5),
    )
    plan = finished_video(red, song, shots=shots, canvas=(128, 128))
    made = render(plan, tmp_path / "out.mp4")
    check(tmp_path / "out.mp4", made, 2.0)
    shown = decoded_frames(tmp_path / "out.mp4")
    assert shown[0][0] == 0.0
    for time, frame in shown:
        color = 0 if time < 1.0 - 1e-3 else 1 if time < 1.5 - 1e-3 else 2
        assert frame[64, 64].argmax() == color, time
        assert frame[64, 64].max() > 100
    # Around a frame of another shape lies a darker one, not black bars.
    corner = shown[0][1][3, 64].astype(int)
    assert 40 < corner[0] < 160
    assert corner[0] > corner[1] + 20


def test_the_video_comes_from_black_and_goes_to_black(tmp_path):
    clip = drawn_clips.write(tmp_path / "a.mp4", plain((200, 200, 200)))
    made = render(finished_video(clip, fade_in=0.4, fade_out=0.4), tmp_path / "out.mp4")
    light = [frame.mean() for _, frame in decoded_frames(tmp_path / "out.mp4")]
    assert light[0] < 12
    assert light[-1] < 30
    assert light[25] == pytest.approx(200, abs=4)
    assert (made.loudness, made.true_peak) == (None, None)
    check(tmp_path / "out.mp4", made, 2.0)


def test_titles_show_when_and_where_they_should(tmp_path):
    clip = drawn_clips.write(tmp_path / "a.mp4", plain((90, 90, 90)), size=(320, 180))
    made = render(
        finished_video(clip, titles=(Title("Rain", 0.4, 1.2, "top"),)), tmp_path / "out.mp4"
    )
    assert not made.copied
    shown = dict(decoded_frames(tmp_path / "out.mp4"))
    assert np.abs(shown[0.2].astype(int) - 90).max() < 12
    middle = shown[1.0].astype(int).mean(axis=2)
    ink = np.argwhere(middle > 180)
    assert len(ink) > 30
    assert ink[:, 0].min() >= 9
    assert ink[:, 0].max() < 60
    assert abs(ink[:, 1].mean() - 160) < 8
    assert middle.min() < 70  # the shadow
    assert shown[0.52].max() < shown[1.0].max()  # coming up


def test_long_titles_are_wrapped_inside_the_safe_area():
    for words in ("a rather long title that goes on and on and has no end in sight " * 2, "W" * 60):
        for canvas in ((320, 180), (180, 320)):
            drawn = titles.draw_title(Title(words, 0.0, 1.0), canvas)
            height, width = drawn.ink[0].shape
            assert drawn.left >= 0
            assert drawn.top >= 0
            assert drawn.left + width <= canvas[0]
            assert drawn.top + height <= canvas[1] * 0.97


def test_a_title_no_font_can_draw_is_refused_before_the_work(tmp_path, monkeypatch):
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=5)
    monkeypatch.setattr(fonts, "_installed", tuple)
    fonts._file_for.cache_clear()
    with pytest.raises(MediaError, match="你") as caught:
        render(finished_video(clip, titles=(Title("你好", 0.0, 1.0),)), tmp_path / "out.mp4")
    fonts._file_for.cache_clear()
    assert "fonts-noto-cjk" in caught.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_failure_leaves_nothing_behind_and_the_old_video_alone(tmp_path, song):
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=25)
    goal = tmp_path / "out.mp4"
    goal.write_bytes(b"the film of yesterday")

    def stop(done):
        if done > 0.5:
            raise KeyboardInterrupt

    for fields in ({}, {"canvas": (64, 64)}):
        with pytest.raises(KeyboardInterrupt):
            render(finished_video(clip, song, **fields), goal, progress=stop)
    with pytest.raises(MediaError, match=r"gone\.wav"):
        render(finished_video(clip, str(tmp_path / "gone.wav")), goal)
    with pytest.raises(MediaError, match="no picture"):
        render(finished_video(clip, shots=(Shot(song, 1.0),)), goal)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "out.mp4"]
    assert goal.read_bytes() == b"the film of yesterday"
    with pytest.raises(OSError, match="No such file"):
        render(finished_video(clip, song), tmp_path / "nowhere" / "out.mp4")


def test_music_may_be_any_sound_and_end_early(tmp_path):
    clip = drawn_clips.write(tmp_path / "a.mp4", sound=np.zeros(2 * RATE, np.float32))
    song = drawn_clips.write_sound(tmp_path / "song.m4a", drawn_clips.tone(1.0), "aac")
    music = (AudioTrack(str(song), 0.25, 3.0, offset=0.5),)
    made = render(RenderPlan(shots=(Shot(str(clip), 2.0),), music=music), tmp_path / "out.mp4")
    check(tmp_path / "out.mp4", made, 2.0)
    level = np.abs(sound_of(tmp_path / "out.mp4")).max(axis=1)
    assert level[: round(0.2 * RATE)].max() < 0.01
    assert level[round(0.3 * RATE) : round(0.7 * RATE)].max() > 0.1
    assert level[round(0.9 * RATE) :].max() < 0.01


# ------------------------------------------------------------------ the mix


def mixed(tmp_path, plan, seconds):
    """Return the mix of a plan, [frames, 2]."""
    probes = {shot.path: probe(shot.path) for shot in plan.shots}
    frames = round(seconds * RATE)
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    with PcmScratchFile(scratch / "mix", frames) as pcm_file:
        mix(plan, probes, frames, pcm_file, scratch)
        return pcm_file.read(0, frames)


def level_at(sound, pitch, start, stop):
    """Return the amplitude of one pitch in a stretch, by correlation."""
    part = sound[round(start * RATE) : round(stop * RATE), 0]
    times = np.arange(len(part)) / RATE
    return 2 * abs(np.mean(part * np.exp(-2j * np.pi * pitch * times)))


@pytest.fixture
def duet(tmp_path):
    """Give a clip that hums at 300 Hz, and music of 1000 Hz."""
    clip = drawn_clips.write(tmp_path / "a.mp4", frames=100, sound=drawn_clips.tone(4.0, 300.0))
    song = drawn_clips.write_sound(
        tmp_path / "song.wav", drawn_clips.tone(4.0, 1000.0), "pcm_s16le"
    )
    return str(clip), str(song)


def test_volumes_mean_the_same_for_music_and_own_sound(tmp_path, duet):
    clip, song = duet

    def levels(own, music):
        plan = RenderPlan(
            shots=(Shot(clip, 4.0, volume=own),), music=(AudioTrack(song, 0.0, 4.0, volume=music),)
        )
        sound = mixed(tmp_path, plan, 4.0)
        return np.array([level_at(sound, pitch, 1.0, 3.0) for pitch in (300.0, 1000.0)])

    full = levels(1.0, 1.0)
    assert full[0] / full[1] == pytest.approx(1.0, abs=0.15)  # as loud as each other
    assert levels(0.5, 1.0) / full == pytest.approx([0.5, 1.0], abs=0.02)
    assert levels(1.0, 0.35) / full == pytest.approx([1.0, 0.35], abs=0.02)
    assert levels(0.0, 1.0) / full == pytest.approx([0.0, 1.0], abs=0.02)


def test_music_is_ducked_before_the_speech_begins(tmp_path, duet):
    clip, song = duet
    music = AudioTrack(song, 0.0, 4.0, ducks=((1.5, 2.0), (2.1, 2.4)))
    sound = mixed(tmp_path, RenderPlan(shots=(Shot(clip, 4.0),), music=(music,)), 4.0)
    before, after = level_at(sound, 1000.0, 0.2, 1.0), level_at(sound, 1000.0, 3.5, 3.9)
    assert after == pytest.approx(before, rel=0.02)
    for start, stop in ((1.4, 1.5), (1.5, 2.0), (2.0, 2.1), (2.1, 2.4)):
        reduction = 20 * np.log10(level_at(sound, 1000.0, start, stop) / before)
        assert -18 <= reduction <= -14
    assert level_at(sound, 300.0, 1.5, 2.4) == pytest.approx(
        level_at(sound, 300.0, 0.2, 1.0), rel=0.02
    )


def test_fades_of_music(tmp_path, duet):
    clip, song = duet
    music = AudioTrack(song, 1.0, 2.0, fade_in=0.5, fade_out=0.5)
    sound = mixed(tmp_path, RenderPlan(shots=(Shot(clip, 4.0, volume=0.0),), music=(music,)), 4.0)
    steps = [level_at(sound, 1000.0, at, at + 0.1) for at in (0.8, 1.0, 1.2, 1.9, 2.7, 2.9, 3.1)]
    assert steps[0] == pytest.approx(0.0, abs=1e-6)
    assert steps[-1] == pytest.approx(0.0, abs=1e-6)
    assert steps[1] < steps[2] < steps[3] > steps[4] > steps[5]


@pytest.mark.parametrize(
    ("amplitude", "speech", "change"),
    quick_rows(
        {0.003},
        [(0.003, False, -12.0), (0.033, False, -6.9), (0.06, False, 0.0), (0.06, True, 10.2)],
    ),
)
def test_background_is_not_raised_but_speech_is(tmp_path, duet, amplitude, speech, change):
    # Measured, this tone has 20 log10(amplitude) - 3.8 LUFS: -54, -33.4 and -28.2.
    tone = drawn_clips.tone(4.0, 300.0)
    tone = tone * np.float32(amplitude / np.abs(tone).max())
    clip = str(drawn_clips.write(tmp_path / "b.mp4", frames=100, sound=tone))
    music = AudioTrack(duet[1], 0.0, 4.0, volume=0.35, ducks=((3.0, 3.5),) if speech else ())
    alone = mixed(tmp_path, RenderPlan(shots=(Shot(clip, 4.0),)), 4.0)
    under = mixed(tmp_path, RenderPlan(shots=(Shot(clip, 4.0),), music=(music,)), 4.0)
    levels = [level_at(sound, 300.0, 1.0, 2.0) for sound in (alone, under)]
    assert 20 * np.log10(levels[1] / levels[0]) == pytest.approx(change, abs=1.5)
    if not speech:
        assert levels[1] <= levels[0] * 1.01


def test_each_shot_has_its_own_volume(tmp_path, duet):
    clip, _ = duet
    plan = RenderPlan(
        shots=(Shot(clip, 1.0, volume=1.0), Shot(clip, 1.0, start_in=2.0, volume=0.25))
    )
    sound = mixed(tmp_path, plan, 2.0)
    loud, quiet = level_at(sound, 300.0, 0.2, 0.8), level_at(sound, 300.0, 1.2, 1.8)
    assert quiet / loud == pytest.approx(0.25, abs=0.02)


def test_plans_go_to_json_and_back():
    plan = RenderPlan(
        shots=(Shot("a.mp4", 2.0, 0.5, 0.8),),
        canvas=(1080, 1920),
        music=(AudioTrack("m.wav", 0.0, 2.0, ducks=((0.5, 1.0),)),),
        titles=(Title("你好", 0.0, 1.0, "top"),),
    )
    assert RenderPlan.from_json(plan.to_json()) == plan
    assert plan.duration == 2.0
    for wrong in ((15, 1080), (1081, 1920)):
        with pytest.raises(ValueError, match="even"):
            RenderPlan(shots=plan.shots, canvas=wrong)
    with pytest.raises(ValueError, match="shots"):
        RenderPlan(shots=())
