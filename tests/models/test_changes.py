"""What an edit changed, in words and as values."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.models.drafts.changes import MAX_SENTENCES, compare
from nemomusic.models.drafts.draft import Draft

VIDEO = {"id": "v", "s": 0, "d": 58000, "in": 0, "vol": 1, "m": {"name": "trip.mp4", "url": "u/v"}}
MUSIC = {
    "id": "a",
    "s": 0,
    "d": 58000,
    "vol": 0.35,
    "m": {"name": "Warm lo-fi", "kind": "music", "style": "lo-fi", "bpm": 80, "key": "C"},
}
TITLE = {"id": "t", "s": 0, "d": 3000, "m": {"text": "Summer", "position": "bottom"}}


def draft(video=(VIDEO,), music=(MUSIC,), titles=(TITLE,), **more):
    tracks = [{"tt": 0, "sg": video}, {"tt": 1, "sg": music}, {"tt": 7, "sg": titles}]
    raw = {"d": 58000, "t": [{**t, "sg": list(t["sg"])} for t in tracks if t["sg"]], **more}
    return Draft(json.loads(json.dumps(raw)))


def but(segment, **values):
    m = values.pop("m", {})
    changed = {**segment, **values, "m": {**segment["m"], **m}}
    return {key: value for key, value in changed.items() if value is not None}


def level(start, length, decibels):
    return {"s": start, "d": length, "db": decibels, "why": "quiet"}


B = but(VIDEO, id="v2", m={"name": "beach.mp4", "url": "u/b"})

# (before, after, English, Chinese)
SAID = [
    (
        draft(),
        draft(m={"fade_in": 1000}),
        "Picture fade-in none → 1s.",
        "画面淡入 无 → 1秒。",
    ),
    (
        draft(m={"fade_out": 2500}),
        draft(m={"fade_out": 0}),
        "Picture fade-out 2.5s → none.",
        "画面淡出 2.5秒 → 无。",
    ),
    (
        draft(music=[but(MUSIC, fi=1000)]),
        draft(music=[but(MUSIC, fi=2000, fo=1000)]),
        "Music fade-in 1s → 2s. Music fade-out none → 1s.",
        "配乐淡入 1秒 → 2秒。配乐淡出 无 → 1秒。",
    ),
    (
        draft(m={"width": 1280, "height": 720}),
        draft(m={"width": 1080, "height": 1920, "canvas": True}),
        "Picture size 1280x720 → 1080x1920.",
        "画面尺寸 1280x720 → 1080x1920。",
    ),
    (
        draft(music=()),
        draft(),
        'Added music "Warm lo-fi" (0-58s, 35%).',
        "已添加配乐“Warm lo-fi”（0-58秒，35%）。",
    ),
    (
        None,
        draft(music=(), titles=()),
        'Added video "trip" (0-58s).',
        "已添加视频“trip”（0-58秒）。",
    ),
    (draft(titles=()), draft(), 'Added title "Summer" (0-3s).', "已添加标题“Summer”（0-3秒）。"),
    (draft(), draft(titles=()), 'Title "Summer" removed.', "已删除标题“Summer”。"),
    (
        draft(),
        draft(music=[but(MUSIC, vol=0.2)]),
        "Music volume 35% → 20%.",
        "配乐音量 35% → 20%。",
    ),
    (
        draft(),
        draft(music=[but(MUSIC, vol=None)]),
        "Music volume 35% → none.",
        "配乐音量 35% → 无。",
    ),
    (
        draft(),
        draft(video=[but(VIDEO, d=30000)]),
        "Video trimmed from 58s to 30s.",
        "视频从 58秒 剪短到 30秒。",
    ),
    (
        draft(),
        draft(titles=[but(TITLE, d=4500)]),
        "Title extended from 3s to 4.5s.",
        "标题从 3秒 延长到 4.5秒。",
    ),
    (draft(), draft(titles=[but(TITLE, d=None)]), "Title 3s → none.", "标题 3秒 → 无。"),
    (
        draft(),
        draft(titles=[but(TITLE, s=5000)]),
        "Title moved from 0s to 5s.",
        "标题从 0秒 移到 5秒。",
    ),
    (
        draft(),
        draft(titles=[but(TITLE, m={"text": "Winter"})]),
        'Title text "Summer" → "Winter".',
        "标题文字 “Summer” → “Winter”。",
    ),
    (
        draft(),
        draft(titles=[but(TITLE, m={"position": "top"})]),
        "Title position bottom → top.",
        "标题位置 bottom → top。",
    ),
    (
        draft(),
        draft(music=[but(MUSIC, m={"name": "Jazz", "style": "jazz", "bpm": 120.5, "key": "D"})]),
        (
            'Music replaced: "Warm lo-fi" → "Jazz". Music style lo-fi → jazz. '
            "Music tempo 80 → 120.5 bpm. Music key C → D."
        ),
        (
            "配乐已替换：“Warm lo-fi” → “Jazz”。配乐风格 lo-fi → jazz。"
            "配乐速度 80 → 120.5 BPM。配乐调性 C → D。"
        ),
    ),
    (
        draft(),
        draft(video=[but(VIDEO, m={"url": "u/other"})]),
        "Video has new content.",
        "视频内容已更新。",
    ),
    # Of several, the one that changed is named.
    (
        draft(video=[VIDEO, B]),
        draft(video=[VIDEO, but(B, vol=0)]),
        'Video "beach" volume 100% → 0%.',
        "视频“beach”音量 100% → 0%。",
    ),
    # Without ids: found again by content, by source and place in it, by name, by time.
    (
        draft(video=[but(VIDEO, id=None), but(B, id=None)]),
        draft(video=[but(B, id=None)]),
        'Video "trip" removed.',
        "已删除视频“trip”。",
    ),
    (
        draft(video=[but(VIDEO, id=None), but(VIDEO, id=None, **{"in": 9000})]),
        draft(video=[but(VIDEO, id=None, d=5000), but(VIDEO, id=None, **{"in": 9000})]),
        'Video "trip" trimmed from 58s to 5s.',
        "视频“trip”从 58秒 剪短到 5秒。",
    ),
    (
        draft(music=[but(MUSIC, id=None)]),
        draft(music=[but(MUSIC, id=None, vol=1)]),
        "Music volume 35% → 100%.",
        "配乐音量 35% → 100%。",
    ),
    (
        draft(titles=[but(TITLE, id=None)]),
        draft(titles=[but(TITLE, id=None, m={"text": "Winter"})]),
        'Title text "Summer" → "Winter".',
        "标题文字 “Summer” → “Winter”。",
    ),
    (
        draft(titles=[but(TITLE, id=None)]),
        draft(titles=[but(TITLE, id=None, s=9000, m={"text": "Winter"})]),
        'Title "Summer" removed. Added title "Winter" (9-12s).',
        "已删除标题“Summer”。已添加标题“Winter”（9-12秒）。",
    ),
    # Levels of the music.
    (
        draft(),
        draft(music=[but(MUSIC, env=[level(4000, 2000, -10), level(8000, 1500, -90.0)])]),
        "Music 10 dB quieter from 4s to 6s. Music silent from 8s to 9.5s.",
        "配乐从4秒到6秒轻 10 dB。配乐从8秒到9.5秒静音。",
    ),
    (
        draft(music=[but(MUSIC, env=[level(4000, 2000, -10), level(8000, 1000, -90)])]),
        draft(music=[but(MUSIC, env=[level(8000, 1000, 2.5)])]),
        "Music at its usual level from 4s to 6s. Music 2.5 dB louder from 8s to 9s.",
        "配乐从4秒到6秒恢复原来的音量。配乐从8秒到9秒响 2.5 dB。",
    ),
    (  # A passage that was cut short, and one behind the end of the video.
        draft(music=[but(MUSIC, env=[level(4000, 2000, -10), level(8000, 1000, -90)])]),
        draft(music=[but(MUSIC, d=5000, env=[level(4000, 1000, -10)])]),
        "Music trimmed from 58s to 5s. Music 10 dB quieter from 4s to 5s.",
        "配乐从 58秒 剪短到 5秒。配乐从4秒到5秒轻 10 dB。",
    ),
    (
        draft(music=[but(MUSIC, env="loud")]),
        draft(music=[but(MUSIC, env=[{}, 5, level(None, 1, 2), level(0, 1000, -6)], duck=False)]),
        "Music keeps its level under speech. Music 6 dB quieter from 0s to 1s.",
        "有人说话时，配乐保持音量。配乐从0秒到1秒轻 6 dB。",
    ),
    (
        draft(music=[but(MUSIC, duck=False)]),
        draft(),
        "Music is turned down under speech.",
        "有人说话时，配乐会压低。",
    ),
    # The draft as a whole.
    (
        draft(m={"title": "A", "width": 1920, "height": 1080}),
        draft(m={"title": "B", "width": 1080, "height": 1920}),
        'Project title "A" → "B". Picture size 1920x1080 → 1080x1920.',
        "项目标题 “A” → “B”。画面尺寸 1920x1080 → 1080x1920。",
    ),
    (
        draft(),
        Draft({**draft().raw, "d": 60000}),
        "Length 58s → 60s.",
        "总时长 58秒 → 60秒。",
    ),
    # Something is different, nobody knows what.
    (
        draft(),
        draft(unknown=[1]),
        "The timeline changed in details this SDK does not know.",
        "时间线有变化，但涉及本 SDK 不了解的细节。",
    ),
    (
        draft(),
        draft(music=[but(MUSIC, fade=1)]),
        "The timeline changed in details this SDK does not know.",
        "时间线有变化，但涉及本 SDK 不了解的细节。",
    ),
    (draft(), draft(), "The timeline did not change.", "时间线没有变化。"),
    (None, Draft(), "The timeline did not change.", "时间线没有变化。"),
]


@pytest.mark.parametrize(("before", "after", "english", "chinese"), SAID)
def test_in_words(before, after, english, chinese):
    changes = compare(before, after)
    assert changes.text() == str(changes) == english
    assert changes.text("zh-CN") == chinese
    assert changes.text("ja") == english
    assert bool(changes) is changes.different is (english != "The timeline did not change.")


def test_items_are_typed():
    (change,) = compare(draft(), draft(music=[but(MUSIC, vol=0.2)])).items
    assert (change.kind, change.track, change.what) == ("changed", "audio", "volume")
    assert (change.before, change.after) == (0.35, 0.2)
    (added,) = compare(draft(music=()), draft()).items
    assert (added.kind, added.track, added.before) == ("added", "audio", None)
    assert (added.after.name, added.after.end) == ("Warm lo-fi", 58.0)
    assert str(added) == 'Added music "Warm lo-fi" (0-58s, 35%).'
    assert repr(added) in repr(compare(draft(music=()), draft()))


def test_a_new_signature_on_a_url_is_no_new_content():
    before = draft(video=[but(VIDEO, m={"url": "https://cdn/x.mp4?sig=1"})])
    after = draft(video=[but(VIDEO, m={"url": "https://cdn/x.mp4?sig=2"})])
    changes = compare(before, after)
    assert changes.different
    assert changes.items == ()


def test_shots_that_only_move_up_are_not_told():
    first, second = but(VIDEO, s=None), but(B, s=None)
    changes = compare(draft(video=[first, second]), draft(video=[but(first, d=5000), second]))
    assert changes.text() == 'Video "trip" trimmed from 58s to 5s.'


def test_of_very_many_changes_some_are_counted():
    titles = [but(TITLE, id=str(n), s=n * 1000) for n in range(MAX_SENTENCES + 3)]
    changes = compare(draft(titles=()), draft(titles=titles))
    assert len(changes.items) == MAX_SENTENCES + 3
    assert changes.text().endswith(" 3 more changes.")
    assert changes.text("zh").endswith("另有 3 处更改。")
    assert changes.text().count("Added") == MAX_SENTENCES


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        (None, draft(), True),
        (draft(music=()), draft(), True),
        (draft(), draft(), False),
        (draft(), draft(music=()), False),
        (draft(), draft(titles=()), False),
        (draft(), draft(music=[but(MUSIC, m={"name": "Jazz"})]), True),
        (draft(), draft(music=[MUSIC, MUSIC]), True),
        (draft(music=[MUSIC, MUSIC]), draft(), False),
        (draft(music=()), Draft({"t": [{"tt": 1, "sg": []}]}), False),
        (draft(music=()), Draft({"t": [{"tt": 1, "sg": ["garbage"]}]}), False),
        (draft(), None, False),
    ],
)
def test_added_audio(before, after, added):
    assert compare(before, after).added_audio is added


VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
SEGMENT = st.dictionaries(
    st.sampled_from(["id", "s", "d", "in", "vol", "x"]),
    VALUES | st.lists(VALUES, max_size=1),
    max_size=4,
).flatmap(
    lambda raw: st.dictionaries(
        st.sampled_from(["name", "text", "url", "bpm", "style"]), VALUES, max_size=3
    ).map(lambda m: {**raw, "m": m})
)
TRACK = st.fixed_dictionaries(
    {"tt": st.sampled_from([0, 1, 7, 3]), "sg": st.lists(SEGMENT, max_size=3)}
)
DRAFT = st.fixed_dictionaries({"t": st.lists(TRACK, max_size=3), "d": VALUES})


@given(DRAFT, DRAFT)
def test_any_two_drafts(one, other):
    changes = compare(Draft(one), Draft(other))
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert changes.different is not same
    assert changes.text()
    assert changes.text("zh-CN")
    assert not compare(Draft(one), Draft(copy.deepcopy(one)))


@given(DRAFT, st.integers(0, 2), st.integers(0, 2), VALUES)
def test_a_change_in_any_corner_is_noticed(raw, track, segment, value):
    changed = copy.deepcopy(raw)
    held = changed["t"][track]["sg"] if track < len(changed["t"]) else []
    inner = held[segment]["m"] if segment < len(held) else changed
    inner["a key nobody knows"] = value
    assert compare(Draft(raw), Draft(changed)).different
