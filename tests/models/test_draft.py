"""Views keep what came, give what is there, and say it in one line."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.models.drafts.draft import Draft, Segment, Track
from nemomusic.models.drafts.media import Media
from nemomusic.models.drafts.timeline import Timeline
from nemomusic.models.state import State

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)
KEYS = st.sampled_from(["id", "s", "d", "in", "vol", "m", "name", "text", "tt", "sg", "t", "x"])
OBJECTS = st.dictionaries(KEYS | st.text(max_size=3), JSON, max_size=6)


def objects(**known):
    """Return a JSON object with some of the known keys, unknown ones, in any order."""
    return st.lists(
        st.one_of(
            *(st.tuples(st.just(key), value | JSON) for key, value in known.items()),
            st.tuples(st.text(max_size=3), JSON),
        ),
        max_size=7,
    ).map(dict)


TIMES = st.integers(0, 10**7)
SEGMENTS = objects(
    s=TIMES, d=TIMES, vol=st.floats(0, 1), m=objects(name=st.text(), text=st.text(), url=st.text())
)
TRACKS = objects(tt=st.sampled_from([0, 1, 7, 9, 1.0, True]), sg=st.lists(SEGMENTS, max_size=3))
DRAFTS = objects(t=st.lists(TRACKS, max_size=3), d=TIMES, m=objects(title=st.text()))

URBAN = {
    "d": 10000,
    "m": {"title": "Urban", "width": 1920, "height": 1080, "fps": 30},
    "t": [
        {"tt": 0, "sg": [{"id": "v1", "s": 0, "d": 10000, "m": {"name": "city timelapse.mp4"}}]},
        {"tt": 1, "sg": [{"s": 0, "d": 10000, "vol": 0.35, "m": {"name": "Lo-fi"}}], "z": 1},
        {"tt": 7, "sg": [{"s": 0, "d": 3000, "m": {"text": "Urban Dreams", "position": "top"}}]},
    ],
}
# As captured from a server of the Agent Development Kit.
CAPTURED = {
    "t": [
        {
            "tt": 1,
            "sg": [
                {"d": 30000, "m": {"name": "bgm_lofi.mp3", "url": "https://cdn.example/bgm.mp3"}}
            ],
        },
        {"tt": 0, "sg": [{"d": 10000, "m": {"name": "clip.mp4"}}]},
    ],
    "d": 30000,
}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def every_property(view):
    names = [name for name in dir(type(view)) if isinstance(getattr(type(view), name), property)]
    return {name: getattr(view, name) for name in names}


@given(DRAFTS | OBJECTS)
def test_a_draft_survives_as_text_and_no_garbage_breaks_a_property(value):
    received = compact(value)
    draft = Draft(json.loads(received))
    every_property(draft)
    for track in draft.tracks:
        every_property(track)
        for segment in track.segments:
            every_property(segment)
    str(Timeline.of(draft))
    Timeline.of(draft).text("zh-CN")
    repr(draft)
    assert compact(draft.raw) == received
    assert compact(json.loads(draft.to_json())) == received
    draft.to_json().encode()


def test_json_text_is_the_received_one():
    received = '{"t":[{"sg":[],"tt":0,"ü":"曲"}],"d":5000.0,"e":5000,"n":null,"b":[true,1,1.0]}'
    assert Draft.from_json(received).to_json() == received
    assert Draft.from_json(received.encode()).to_json() == received


def test_half_a_surrogate_pair_can_be_written():
    assert Draft.from_json(r'{"m":{"title":"\ud83d"}}').to_json() == r'{"m":{"title":"\ud83d"}}'


@pytest.mark.parametrize("text", ["[]", "null", "3", '"x"', "{"])
def test_a_draft_is_an_object(text):
    with pytest.raises(ValueError):
        Draft.from_json(text)


def test_a_view_looks_at_an_object():
    with pytest.raises(TypeError, match="raw is a JSON object, not list"):
        Draft([])


def test_what_the_draft_says():
    draft = Draft(URBAN)
    assert [track.kind for track in draft.tracks] == ["video", "audio", "text"]
    assert (draft.duration, draft.title, draft.width, draft.height) == (10.0, "Urban", 1920, 1080)
    assert draft.exportable
    assert [len(t) for t in (draft.video_tracks, draft.audio_tracks, draft.text_tracks)] == [1] * 3
    music = draft.audio_tracks[0].segments[0]
    assert (music.name, music.start, music.duration, music.volume) == ("Lo-fi", 0.0, 10.0, 0.35)
    assert draft.text_tracks[0].segments[0].text == "Urban Dreams"
    assert draft.video_tracks[0].segments[0].id == "v1"


def test_what_is_not_there_is_none():
    music, clip = Draft(CAPTURED).tracks
    assert music.segments[0].url == "https://cdn.example/bgm.mp3"
    assert music.segments[0].start is None
    assert clip.segments[0].volume is None
    assert clip.segments[0].text is None
    assert Draft().duration is None
    assert Draft().tracks == ()


@pytest.mark.parametrize(
    "garbage", [True, "1", -1, [], {}, None, float("inf"), float("nan"), 10**400]
)
def test_garbage_gives_none(garbage):
    segment = Segment({"d": garbage, "s": garbage, "vol": garbage, "m": garbage, "id": garbage})
    values = every_property(segment)
    values.pop("metadata")
    known = {"1": {"id": "1"}}.get(garbage if isinstance(garbage, str) else "", {})
    assert {name: value for name, value in values.items() if value is not None} == known
    assert Track({"tt": garbage, "sg": garbage}).kind == "unknown"
    draft = Draft({"t": garbage, "d": garbage, "m": {"width": garbage, "height": 1.5}})
    assert (draft.tracks, draft.duration, draft.width, draft.height) == ((), None, None, None)
    assert not draft.exportable


def test_a_volume_on_another_scale_is_not_guessed():
    assert Segment({"vol": 35}).volume is None
    assert Segment({"vol": 1}).volume == 1.0


@pytest.mark.parametrize(
    ("tracks", "exportable"),
    [
        ([], False),
        ([{"tt": 0}], False),
        ([{"tt": 0, "sg": []}], False),
        ([{"tt": 0, "sg": []}, {"tt": 1, "sg": [{}]}], True),
        (["x", {"sg": ["not an object, but not empty"]}], True),
    ],
)
def test_exportable(tracks, exportable):
    assert Draft({"t": tracks}).exportable is exportable


def test_drafts_are_equal_when_their_json_is():
    assert Draft({"d": 1, "m": {}}) == Draft({"m": {}, "d": 1})
    assert hash(Draft({"d": 1, "m": {}})) == hash(Draft({"m": {}, "d": 1}))
    assert Draft({"d": 5000}) != Draft({"d": 5000.0})
    assert Draft({"d": 1}) != Draft({"d": True})
    assert Draft() != Track()
    assert Draft(URBAN) == pickle.loads(pickle.dumps(Draft(URBAN)))


def shares_nothing(one, other):
    def mutable(value, seen):
        if isinstance(value, dict | list):
            seen.add(id(value))
            for inner in value.values() if isinstance(value, dict) else value:
                mutable(inner, seen)
        return seen

    return not mutable(one, set()) & mutable(other, set())


COPIES = [
    (lambda d: d.with_title("New"), ("m", "title"), "New"),
    (lambda d: d.with_duration(5.5), ("d",), 5500),
    (lambda d: d.with_metadata(extra=[1]), ("m", "extra"), [1]),
    (lambda d: d.with_track(1, d.tracks[1].with_segments([])), ("t", 1, "sg"), []),
    (
        lambda d: d.with_track(
            1, d.tracks[1].with_segment(0, d.tracks[1].segments[0].with_volume(0.2))
        ),
        ("t", 1, "sg", 0, "vol"),
        0.2,
    ),
    (lambda d: d.with_tracks(d.tracks[:1]), ("t",), URBAN["t"][:1]),
]


@pytest.mark.parametrize(("change", "path", "value"), COPIES)
def test_a_copy_changes_what_it_says_and_shares_nothing(change, path, value):
    received = compact(URBAN)
    draft = Draft(copy.deepcopy(URBAN))
    changed = change(draft)
    assert compact(draft.raw) == received
    expected = copy.deepcopy(URBAN)
    inner = expected
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert compact(changed.raw) == compact(expected)
    assert shares_nothing(draft.raw, changed.raw)


SEGMENT_COPIES = [
    (lambda s: s.with_start(1.5), {"s": 1500}),
    (lambda s: s.with_duration(2), {"d": 2000}),
    (lambda s: s.with_name("x"), {"m": {"k": [1], "name": "x"}}),
    (lambda s: s.with_text("x"), {"m": {"k": [1], "text": "x"}}),
]


@pytest.mark.parametrize(("change", "expected"), SEGMENT_COPIES)
def test_copies_of_a_segment(change, expected):
    raw = {"m": {"k": [1]}, "s": 0, "d": 1}
    changed = change(Segment(raw))
    assert compact(changed.raw) == compact({**raw, **expected})
    assert shares_nothing(raw, changed.raw)


def test_replacing_a_track_leaves_garbage_in_its_place():
    draft = Draft({"t": ["x", {"tt": 0}, 3, {"tt": 1}]})
    changed = draft.with_track(1, draft.tracks[1].with_segments([Segment({"d": 1})]))
    assert changed.to_json() == '{"t":["x",{"tt":0},3,{"tt":1,"sg":[{"d":1}]}]}'
    with pytest.raises(IndexError):
        draft.with_track(2, Track())


@pytest.mark.parametrize(
    "call",
    [
        lambda: Segment().with_volume(1.01),
        lambda: Segment().with_volume(float("nan")),
        lambda: Segment().with_start(-1),
        lambda: Segment().with_duration(float("inf")),
        lambda: Draft().with_size(0, 1080),
    ],
)
def test_impossible_values_are_refused(call):
    with pytest.raises(ValueError):
        call()


def test_a_repr_shows_no_content():
    draft = Draft({"t": [{"sg": [{"m": {"url": "https://cdn.example/?sig=s3cret"}}]}]})
    shown = f"{draft!r} {draft.tracks[0]!r} {draft.tracks[0].segments[0]!r}"
    assert "s3cret" not in shown


# The timeline in words.

LINE = (
    "Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%) "
    '3. Title: "Urban Dreams" (0-3s)'
)


def timeline(*tracks):
    return Timeline.of(Draft({"t": list(tracks)}))


def test_the_line_users_know():
    line = Timeline.of(Draft(URBAN))
    assert str(line) == LINE
    assert f"Timeline (3 tracks): {' '.join(line.lines)}" == LINE
    assert line.duration == 10.0
    assert line.text("zh-CN") == (
        "时间线（3 条轨道）：1. 视频：city timelapse（0-10秒） 2. 配乐：Lo-fi（0-10秒，35%） "
        "3. 标题：“Urban Dreams”（0-3秒）"
    )
    assert line.text("ja") == LINE
    assert line.text("zh_TW") == line.text("ZH")


def test_typed_entries():
    track = Timeline.of(Draft(URBAN)).tracks[1]
    assert (track.number, track.kind) == (2, "audio")
    assert (track.entries[0].start, track.entries[0].end) == (0.0, 10.0)
    assert str(track.entries[0]) == "Lo-fi (0-10s, 35%)"
    assert str(track) == "2. BGM: Lo-fi (0-10s, 35%)"


@pytest.mark.parametrize(
    ("track", "line", "chinese"),
    [
        (
            {"tt": 0, "sg": [{"d": 5300, "m": {"name": "a.b.MOV"}}, {"d": 5000}, {"d": 1}]},
            "1. Video: a.b (0-5.3s), (5.3-10.3s), (10.3-10.3s)",
            "1. 视频：a.b（0-5.3秒）、（5.3-10.3秒）、（10.3-10.3秒）",
        ),
        ({"tt": 0, "sg": [{"d": 10000}]}, "1. Video (0-10s)", "1. 视频（0-10秒）"),
        ({"tt": 0, "sg": []}, "1. Video (empty)", "1. 视频（空）"),
        (
            {"tt": 0, "sg": [{}, {"d": 2000}]},
            "1. Video (from 0s), (2s)",
            "1. 视频（从0秒起）、（2秒）",
        ),
        (
            {"tt": 1, "sg": [{"s": 2000, "m": {"name": "v1.2 final"}, "vol": 1}]},
            "1. BGM: v1.2 final (from 2s, 100%)",
            "1. 配乐：v1.2 final（从2秒起，100%）",
        ),
        (
            {"tt": 0, "sg": [{"d": 1000, "vol": vol} for vol in (1, 0.5, 0)]},
            "1. Video (0-1s), (1-2s, 50%), (2-3s, muted)",
            "1. 视频（0-1秒）、（1-2秒，50%）、（2-3秒，静音）",
        ),
        (
            {"tt": 7, "sg": [{"s": 500, "d": 2500, "m": {"text": "Two\nlines\x1b[31m.mp4"}}]},
            '1. Title: "Two lines [31m.mp4" (0.5-3s)',
            "1. 标题：“Two lines [31m.mp4”（0.5-3秒）",
        ),
        (
            {"tt": 99, "sg": [{"m": {"name": "x"}}]},
            "1. Track: x (from 0s)",
            "1. 轨道：x（从0秒起）",
        ),
    ],
)
def test_lines(track, line, chinese):
    assert timeline(track).lines == (line,)
    assert str(timeline(track)) == f"Timeline (1 track): {line}"
    assert timeline(track).text("zh-CN") == f"时间线（1 条轨道）：{chinese}"


def test_an_empty_timeline():
    assert str(timeline()) == "Timeline (empty)"
    assert timeline().text("zh-CN") == "时间线（空）"
    assert timeline().duration == 0.0


def test_a_long_name_is_cut():
    name = timeline({"tt": 7, "sg": [{"m": {"text": "word " * 50}}]}).tracks[0].entries[0].name
    assert len(name) <= 60
    assert name.endswith("word…")


# The state.

DATA = {
    "session_id": "179535427123456789012",
    "task_id": 42,
    "task_name": "project",
    "state": {
        "draft": URBAN,
        "video_infos": [
            {
                "filename": "旅行.mp4",
                "cdn_url": "https://cdn.example/a",
                "duration": 5.3,
                "fps": 30,
            },
            "not an object",
            {"width": 320, "height": "180", "new": 1},
        ],
        "canvas_config": {"ratio": "16:9"},
        "video_analyses": {"a": 1},
        "generated_media": [{"type": "audio"}],
    },
}


def test_what_the_state_says():
    state = State(DATA)
    assert (state.session_id, state.task_id, state.task_name) == (
        "179535427123456789012",
        "42",
        "project",
    )
    assert str(state.timeline) == LINE
    assert state.exportable
    assert state.canvas == {"ratio": "16:9"}
    assert state.video_analyses == {"a": 1}
    assert state.generated_media == [{"type": "audio"}]
    first, second = state.media
    assert (first.filename, first.url, first.duration, first.fps) == (
        "旅行.mp4",
        "https://cdn.example/a",
        5.3,
        30.0,
    )
    assert (second.width, second.height, second.raw["new"]) == (320, None, 1)
    assert "179535427123456789012" in repr(state)
    assert "旅行" in repr(first)


@given(OBJECTS, OBJECTS)
def test_no_garbage_breaks_a_state(data, inner):
    for value in (data, {**data, "state": inner}):
        state = State(value)
        every_property(state)
        repr(state)
    every_property(Media(inner))


@pytest.mark.parametrize("data", [{}, {"state": None}, {"state": {"draft": None}}, {"state": []}])
def test_a_missing_draft_is_an_empty_one(data):
    state = State(data)
    assert state.draft == Draft()
    assert not state.exportable
    assert state.fingerprint == State().fingerprint


def with_state(**values):
    return State({**DATA, "state": {**DATA["state"], **values}})


def test_the_fingerprint_follows_draft_and_generated_media_only():
    first = State(DATA).fingerprint
    assert State(json.loads(json.dumps(DATA))).fingerprint == first
    assert with_state(draft=dict(reversed(URBAN.items()))).fingerprint == first
    assert with_state(video_analyses={}).fingerprint == first
    assert with_state(generated_media=None).fingerprint != first
    assert with_state(draft={**URBAN, "d": 10000.0}).fingerprint != first
    assert with_state(draft={**URBAN, "unknown": None}).fingerprint != first
