"""Analyses and plans of a whole timeline, from those of its clips."""

from __future__ import annotations

import pytest

from nemomusic.engine.types import ClipAnalysis, Cut, RenderResult, Shot
from nemomusic.local import Limits
from nemomusic.local.errors import DraftError
from nemomusic.local.renders.planner import Planner, size_warning
from nemomusic.local.storage.records import Asset

TALK = ClipAnalysis(
    duration=10.0,
    width=640,
    height=360,
    cuts=(Cut(2.0, 0.9), Cut(8.0, 0.5)),
    motion=tuple(float(n) / 10 for n in range(10)),
    brightness=(0.5,) * 10,
    warmth=(0.0,) * 10,
    saturation=(0.5,) * 10,
    speech=((1.0, 3.0), (7.0, 9.5)),
    own_loudness=-20.0,
)


def shot(start: float, length: float, volume: float = 1.0) -> Shot:
    return Shot("x", length, start, volume)


def test_a_video_of_parts_has_its_own_times():
    parts = [shot(1.5, 2.0), shot(6.0, 3.5, 0.5), shot(0.0, 2.0, 0.0)]
    video = ClipAnalysis.concatenate([(TALK, part) for part in parts])
    assert video.duration == 7.5
    assert [cut.time for cut in video.cuts] == [0.5, 2.0, 4.0, 5.5]
    assert [cut.strength for cut in video.cuts] == [0.9, 1.0, 0.5, 1.0]
    assert video.speech == ((0.0, 1.5), (3.0, 5.5))
    assert video.own_loudness == -20.0
    assert video.motion == (0.2, 0.3, 0.6, 0.7, 0.8, 0.0, 0.1, 0.1)


def test_muted_sound_is_not_heard():
    video = ClipAnalysis.concatenate([(TALK, shot(0.0, 10.0, 0.0))])
    assert (video.speech, video.own_loudness) == ((), None)
    half = ClipAnalysis.concatenate([(TALK, shot(0.0, 10.0, 0.5))])
    assert half.own_loudness == pytest.approx(-26.02, abs=0.01)


def test_a_still_is_quiet():
    video = ClipAnalysis.concatenate([(ClipAnalysis.still(64, 36, 2.5), shot(0.0, 2.5))])
    assert (video.duration, video.cuts, video.motion) == (2.5, (), (0.0, 0.0, 0.0))


def asset(key: str, kind: str, duration: float, width: int = 640) -> Asset:
    info = RenderResult(
        duration=duration,
        size=1,
        width=width,
        height=360,
        loudness=None,
        true_peak=None,
        copied=True,
    )
    return Asset(key, "1", "anon_1", "upload", kind, f"{key}.x", key, "files/x", info)


ASSETS = {
    "clip": asset("clip", "video", 10.0004),
    "still": asset("still", "image", 0.0),
    "strip": asset("strip", "image", 0.0, width=65_500),
    "song": asset("song", "audio", 6.0),
}


@pytest.fixture
def planner(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"x")
    seen = {"clip": TALK}
    return Planner(ASSETS.get, lambda _: path, lambda one: seen.get(one.asset), Limits())


def video(*, clips, sounds=(), texts=(), **about):
    tracks = [{"tt": 0, "sg": list(clips)}, {"tt": 1, "sg": list(sounds)}]
    return {"m": about, "t": [*tracks, {"tt": 7, "sg": list(texts)}, {"tt": 99, "sg": [{}]}]}


def segment(key, **more):
    return {"m": {"asset": key}, **more}


def test_music_is_ducked_under_speech_that_is_heard(planner):
    clips = [
        segment("clip", d=4000, **{"in": 6000}),
        segment("still", d=3000),
        segment("clip", d=2000, vol=0.0),
    ]
    plan = planner.plan(video(clips=clips, sounds=[segment("song")]))
    assert plan.music[0].ducks == ((1.0, 3.5),)
    assert [one.duration for one in plan.shots] == [
        pytest.approx(4.0004),  # to the very end of the clip
        3.0,
        2.0,
    ]
    assert (plan.music[0].duration, plan.canvas) == (6.0, None)


def test_what_is_missing_has_a_meaning_and_what_lies_outside_is_left_out(planner):
    plan = planner.plan(
        video(
            clips=[segment("clip")],
            sounds=[segment("song", s=20_000), segment("song", s=9000, d=50_000, fo=9000)],
            texts=[
                {"m": {"text": " "}},
                {"s": 99_000, "m": {"text": "late"}},
                {"m": {"text": "here", "position": "sideways"}},
            ],
            fade_out=99_000,
        )
    )
    assert plan.shots[0].duration == 10.0004
    (sound,) = plan.music
    assert sound.duration == pytest.approx(1.0004)
    assert sound.fade_out == sound.duration
    (title,) = plan.titles
    assert (title.text, title.position, title.start) == ("here", "bottom", 0.0)
    assert plan.fade_out == pytest.approx(5.0002)


@pytest.mark.parametrize(
    ("size", "canvas"),
    [
        ((640, 360), None),
        ((1080, 1920), (1080, 1920)),
        ((3840, 2160), (1920, 1080)),
        ((1081, 1081), (1080, 1080)),
        ((101, 55), (100, 56)),
    ],
)
def test_canvas(planner, size, canvas):
    draft = video(clips=[segment("clip")], width=size[0], height=size[1])
    plan = planner.plan(draft)
    assert plan.canvas == canvas
    warned = "".join(size_warning(draft, plan))
    assert ("largest size" in warned) == (max(size) > 1920 or min(size) > 1080)
    assert f"{size[0]} x {size[1]}" in warned or not warned


@pytest.mark.parametrize(
    "draft",
    [
        [],
        None,
        {"t": [1]},
        {"t": [{"tt": 0, "sg": [1]}]},
        {"t": [{"tt": 0, "sg": {"a": 1}}]},
        {"t": [{"tt": 0, "sg": [{"m": []}]}], "m": {}},
        video(clips=[segment("clip")]) | {"m": 3},
        video(clips=[{"m": {"url": "http://[oops/cdn/clip/x"}}]),
        video(clips=[segment("song")]),
        video(clips=[segment("clip", d=True)]),
        video(clips=[segment("clip", d=10**12)]),
        video(clips=[segment("clip", d="10")]),
    ],
)
def test_bad_drafts(planner, draft):
    with pytest.raises(DraftError):
        planner.plan(draft)


def test_a_short_clip_is_not_shown_for_an_hour(planner):
    """An export of an hour from one small file would be minutes of work for a small request."""
    with pytest.raises(DraftError, match="lasts 1401 s: at most 1400 s for these files"):
        planner.plan(video(clips=[segment("clip", d=1_401_000)]))
    for length in (1_400_000, 1_400_001):
        plan = planner.plan(video(clips=[segment("clip", d=length), segment("still", d=1000)]))
        assert sum(one.duration for one in plan.shots) == pytest.approx((length + 1000) / 1000)


def test_a_strip_has_its_own_size_however_narrow(planner):
    """What was accepted and paid for can be rendered: the engine chooses the canvas."""
    plan = planner.plan(video(clips=[segment("strip", d=3000)], width=65_500, height=360))
    assert plan.canvas is None
