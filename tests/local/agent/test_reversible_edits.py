"""Edits that are taken back: swapped clips, steps of the history, muted and removed music."""

from __future__ import annotations

import attrs
import pytest

from nemomusic.local import StubEngine
from nemomusic.models.drafts.changes import compare
from nemomusic.models.drafts.draft import Draft
from nemomusic.models.drafts.timeline import Timeline
from nemomusic.models.values.json_text import compact_json
from support.local_api import conversation, paid, segments


class NamedByMood(StubEngine):
    """Names each piece by its mood, as the composer does."""

    async def compose(self, analysis, brief, seed, out, progress):
        told = await super().compose(analysis, brief, seed, out, progress)
        return attrs.evolve(told, title=f"Warm {told.style}")


@pytest.fixture
async def api():
    engine = NamedByMood(duration=20.0)
    async with conversation(engine, "a.mp4", "b.mp4", "song.mp3") as api:
        yield api


async def music(api):
    found = segments(await api.draft(api.session), 1)
    return found[0] if found else None


async def test_swapping_clips_turns_their_present_order_around(api):
    for text, names in (
        ("swap the clips", "ba"),
        ("swap the two clips", "ab"),
        ("交换两个片段", "ba"),
        ("put clip 1 first", "ab"),
        ("put clip 2 first", "ba"),
        ("swap the clips", "ab"),
    ):
        assert (await paid(api, text))[0] == 50
        shown = segments(await api.draft(api.session), 0)
        assert "".join(one["m"]["name"] for one in shown) == names


async def test_as_many_steps_are_taken_back_as_are_named(api):
    drafts = [await api.draft(api.session)]
    for text in ("warm lo-fi", "music at 50%", "9:16", "fade out"):
        await paid(api, text)
        drafts.append(await api.draft(api.session))
    for text, at, said in (
        ("undo the last two changes", 2, "the last 2 changes back"),
        ("redo twice", 4, "2 changes again"),
        ("undo the last 2 changes", 2, "the last 2 changes back"),
        ("redo", 3, "the change again"),
        ("撤销两步", 1, "最近的 2 步"),
        ("重做三步", 4, "3 步"),
        ("undo everything", 0, "the last 4 changes back"),
        ("全部重做", 4, "4 步"),
        ("undo", 3, "the last change back"),
        ("undo 9 steps", 0, "3 changes back. This is free. There is nothing more to take back"),
    ):
        cost, answer = await paid(api, text)
        assert (cost, said in answer) == (0, True), answer
        assert await api.draft(api.session) == drafts[at]


@pytest.mark.parametrize(
    "text",
    [
        "no fades",
        "不要淡入淡出",
        "music at 35%",
        "unmute the music",
        "音乐不要静音",
        "do not mute the original sound",
    ],
)
async def test_an_edit_without_effect_keeps_the_json_of_the_draft(api, text):
    await paid(api, "warm lo-fi")
    before = await api.draft(api.session)
    cost, answer = await paid(api, text)
    assert (cost, "nothing changed" in answer or "没有更改" in answer) == (0, True), answer
    after = await api.draft(api.session)
    assert compact_json(after) == compact_json(before)
    assert not compare(Draft(before), Draft(after))


async def test_a_size_that_the_frame_has_already_is_kept_for_other_clips(api):
    await paid(api, "9:16")
    before = await api.draft(api.session)
    assert (await paid(api, "9:16"))[0] == 0
    assert compact_json(await api.draft(api.session)) == compact_json(before)
    await paid(api, "only b.mp4")
    about = (await api.draft(api.session))["m"]
    assert (about["width"], about["height"]) == (1080, 1920)
    assert (await api.state(api.session))["canvas_config"] == {"width": 1080, "height": 1920}
    await paid(api, "undo twice")
    assert (await api.state(api.session))["canvas_config"] == {}


@pytest.mark.parametrize(
    ("gone", "back"),
    [
        ("mute the music", "unmute the music"),
        ("把音乐静音", "取消音乐静音"),
        ("silence the music", "bring back the music"),
        ("turn off the music", "turn the music back on"),
        ("remove the music", "bring the music back"),
        ("移除音乐", "恢复音乐"),
    ],
)
async def test_muted_and_removed_music_comes_back_for_free_with_its_mix(api, gone, back):
    for text in ("lo-fi", "music at 60%", "quiet music from 4 to 6 seconds", "jazz"):
        await paid(api, text)
    await paid(api, "go back to the lo-fi one")
    before = await music(api)
    assert (before["vol"], len(before["env"])) == (0.6, 1)
    assert (await paid(api, gone))[0] == 50
    now = await music(api)
    muted = "mute" in gone or "静音" in gone or "silence" in gone
    assert (now == before | {"vol": 0.0}) if muted else now is None
    cost, answer = await paid(api, back)
    assert (cost, "60%" in answer) == (0, True), answer
    assert await music(api) == before
    await paid(api, "undo")
    assert await music(api) == now


async def test_a_removed_song_comes_back(api):
    await paid(api, "use song.mp3 as the music")
    before = await music(api)
    await paid(api, "remove the music")
    assert (await paid(api, "bring the music back"))[0] == 0
    assert await music(api) == before


@pytest.mark.parametrize(
    ("text", "volumes"),
    [
        ("mute the music, the voice should stay", (0.0, 1.0)),
        ("mute the original sound, the music should stay", (0.35, 0.0)),
        ("原声静音，音乐保留", (0.35, 0.0)),
        ("mute the music, the original sound too", (0.0, 0.0)),
        ("mute both", (0.0, 0.0)),
    ],
)
async def test_only_the_sound_that_is_named_is_muted(api, text, volumes):
    await paid(api, "warm lo-fi")
    await paid(api, text)
    own = segments(await api.draft(api.session), 0)[0]["vol"]
    assert ((await music(api))["vol"], own) == volumes


@pytest.mark.parametrize("text", ["除了音乐都静音", "mute everything except the music"])
async def test_all_but_the_music_is_muted(api, text):
    await paid(api, "warm lo-fi")
    await paid(api, text)
    assert (await music(api))["vol"] == 0.35
    assert segments(await api.draft(api.session), 0)[0]["vol"] == 0


@pytest.mark.parametrize("text", ["music from 1s to 3s only", "音乐只在1到3秒放"])
async def test_the_only_time_of_the_music_is_not_the_length_of_the_video(api, text):
    await paid(api, "warm lo-fi")
    assert (await paid(api, text))[0] == 50
    playing = await music(api)
    assert (playing["s"], playing["d"], (await api.draft(api.session))["d"]) == (1000, 2000, 40_000)


@pytest.mark.parametrize("text", ["only piano, slower, at 80%", "只要钢琴，慢一点，80%"])
async def test_a_question_leaves_no_value_of_the_message_out(api, text):
    await paid(api, "warm lo-fi")
    cost, answer = await paid(api, text)
    assert (cost, "80" in answer) == (0, True), answer
    await paid(api, "yes")
    assert (await music(api))["vol"] == 0.8


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["quiet music from 4 to 6 seconds"], ["10 dB quieter from 4s to 6s"]),
        (["no music from 4 to 6 seconds", "undo"], ["silent from 4s to 6s", "its usual level"]),
        (["don't duck the music under the voice"], ["keeps its level under speech"]),
    ],
)
async def test_changes_of_the_level_are_named(api, texts, said):
    await paid(api, "warm lo-fi")
    for text, words in zip(texts, said, strict=True):
        before = Draft(await api.draft(api.session))
        await paid(api, text)
        assert words in str(compare(before, Draft(await api.draft(api.session))))


async def test_a_piece_keeps_its_name_when_the_language_of_the_messages_changes(api):
    await paid(api, "warm jazz")
    for text in ("保留前30秒", "慢一点", "trim to the first 20 seconds", "音乐从第3秒开始"):
        before = Draft(await api.draft(api.session))
        cost, answer = await paid(api, text)
        assert cost == 50
        assert (await music(api))["m"]["name"] == "Warm jazz"
        told = str(compare(before, Draft(await api.draft(api.session))))
        assert "Added music" not in told
        assert "温暖" not in told + answer
    await paid(api, "换成放克")
    assert (await music(api))["m"]["name"] == "温暖·放克"


async def test_the_state_counts_its_tracks_and_tells_what_is_muted(api):
    await paid(api, "warm lo-fi")
    await paid(api, "mute the original sound")
    await paid(api, "mute the music")
    said = "Timeline (2 tracks): 1. Video: a (0-20s, muted), b (20-40s, muted) 2. BGM: "
    answer = await api.reply(api.session, "what have I got?")
    assert answer.startswith(f"{said}Warm lofi (0-40s, muted). The music is Warm lofi: lo-fi")
    shown = Timeline.of(Draft(await api.draft(api.session)))
    assert answer.startswith(f"{shown}. ")
    assert (await api.reply(api.session, "现在有什么？")).startswith(f"{shown.text('zh')}。")


async def test_the_text_arrives_in_sentences_and_numbers_stay_whole(api):
    events = await api.say(api.session, "edm at 110.5 bpm, only b.mp4")
    texts = [event["content"]["parts"][0].get("text") for event in events if event.get("partial")]
    assert [one for one in texts if "110.5 BPM" in one]
    assert all(one.rstrip().endswith((".", "。")) for one in texts)
    assert not [one for one in texts if one.rstrip().endswith(("110.", " b."))]
    events = await api.say(api.session, "what have I got?")
    texts = [event["content"]["parts"][0].get("text") for event in events if event.get("partial")]
    assert texts[0] == "Timeline (2 tracks): 1. Video: b (0-20s) 2. BGM: Warm edm (0-20s, 35%). "
