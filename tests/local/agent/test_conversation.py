"""Conversations with the embedded backend's agent: what is done, what it costs, what is said."""

from __future__ import annotations

import attrs
import pytest

from nemomusic.local import StubEngine
from support.local_api import conversation, paid, segments


class Deaf(StubEngine):
    """Composes the same piece whatever is asked of it."""

    async def compose(self, analysis, brief, seed, out, progress):
        told = await super().compose(analysis, attrs.evolve(brief), seed, out, progress)
        return attrs.evolve(
            told,
            bpm=80.0,
            key="F major",
            style="lofi",
            levels=(("bass", -8.0), ("piano", -8.0)),
            notes_per_second=4.0,
            color=0.0,
            energy=0.5,
            fingerprint="same",
        )


@pytest.fixture
def engine():
    return StubEngine(duration=20.0)


@pytest.fixture
async def api(engine):
    async with conversation(engine, "a.mp4", "b.mp4", "song.mp3") as api:
        yield api


async def music(api):
    (found,) = segments(await api.draft(api.session), 1)
    return found


async def test_a_change_that_cannot_be_heard_is_not_kept_and_not_charged():
    async with conversation(Deaf(), "a.mp4") as api:
        await paid(api, "warm lo-fi")
        before = await api.state(api.session)
        for text, said in (
            ("happier", "would not sound more happy"),
            ("make it jazz", "could not turn it into jazz"),
            ("in D minor", "could not move it to that key"),
            ("set the tempo to 140 bpm", "could not bring it to that tempo"),
            ("no bass", "could not do that with the bass"),
            ("make it fuller", "would hardly sound fuller or simpler"),
            ("without drums", "There is no drums in this music"),
        ):
            cost, answer = await paid(api, text)
            assert (cost, said in answer) == (0, True), answer
            assert "This message cost nothing." in answer
        after = await api.state(api.session)
        assert (after["draft"], after["generated_media"]) == (
            before["draft"],
            before["generated_media"],
        )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("make it jazz", "The music is jazz"),
        ("in D minor", "D minor"),
        ("改成D小调", "D小调"),
        ("set the tempo to 92", "92 BPM"),
        ("slower", "It is slower"),
        ("less bass", "softer now, and still there"),
        ("低音少一点", "更轻了，仍然保留"),
        ("no drums", "Drums: gone"),
        ("add some strings", "Strings: plays along now"),
        ("more energetic", "closer to energetic"),
    ],
)
async def test_a_change_that_is_measured_costs_an_edit(api, text, said):
    assert (await paid(api, "warm lo-fi"))[0] == 100
    cost, answer = await paid(api, text)
    assert cost == 50
    assert said in answer


async def test_yes_does_what_was_asked_back_beside_work_that_was_done(api):
    cost, said = await paid(api, "Add warm lo-fi music. My brother says the music is too quiet")
    assert cost == 100
    assert "yes" in said.lower()
    before = (await music(api))["vol"]
    assert (await paid(api, "yes"))[0] == 50
    assert (await music(api))["vol"] > before


async def test_a_change_keeps_all_else_of_the_piece(api):
    await paid(api, "jazz at 90 bpm")
    await paid(api, "in D minor")
    await paid(api, "no drums")
    await paid(api, "music at 20%")
    await paid(api, "add some strings")
    told = (await api.state(api.session))["nemomusic"]["music"]
    now = told[(await music(api))["m"]["asset"]]
    assert (now["style"], now["bpm"], now["key"]) == ("jazz", 90.0, "D minor")
    names = {name for name, _ in now["levels"]}
    assert "strings" in names
    assert "drums" not in names
    assert (await music(api))["vol"] == 0.2


async def test_undo_and_redo_are_free_and_exact(api):
    await paid(api, "warm lo-fi")
    drafts = [await api.draft(api.session)]
    for text in ("make it jazz", "9:16", "keep the first 5 seconds"):
        await paid(api, text)
        drafts.append(await api.draft(api.session))
    for draft in reversed(drafts[:-1]):
        cost, said = await paid(api, "undo")
        assert (cost, "free" in said) == (0, True)
        assert await api.draft(api.session) == draft
    for draft in drafts[1:]:
        assert (await paid(api, "redo"))[0] == 0
        assert await api.draft(api.session) == draft
    assert "nothing to make again" in (await paid(api, "redo"))[1]
    assert (await api.state(api.session))["canvas_config"] == {"width": 1080, "height": 1920}


async def test_an_undo_loses_no_upload(api):
    await paid(api, "warm lo-fi")
    await api.uploaded(api.session, "c.mp4")
    await paid(api, "undo")
    shown = [one["m"]["name"] for one in segments(await api.draft(api.session), 0)]
    assert shown == ["a", "b", "c"]


async def test_back_to_an_earlier_piece(api):
    await paid(api, "warm lo-fi")
    first = await music(api)
    await paid(api, "make it jazz")
    jazz = await music(api)
    await paid(api, "rock")
    cost, said = await paid(api, "go back to the jazz one")
    assert (cost, "Jazz again" in said) == (0, True)
    assert (await music(api))["m"] == jazz["m"]
    await paid(api, "回到低保真那一版")
    assert (await music(api))["m"] == first["m"]
    cost, said = await paid(api, "go back to the waltz version")
    assert cost == 0
    assert "no such music before" in said


async def test_removed_music_comes_back(api):
    await paid(api, "warm lo-fi at 60%")
    before = await music(api)
    assert (await paid(api, "remove the music"))[0] == 50
    assert (await paid(api, "bring the music back"))[0] == 0
    after = await music(api)
    assert (after["m"], after["vol"]) == (before["m"], 0.6)


@pytest.mark.parametrize(
    ("ask", "yes"), [("give me three versions", "yes"), ("来三个版本", "好的")]
)
async def test_versions_are_announced_with_their_price(api, ask, yes):
    await paid(api, "warm lo-fi")
    cost, said = await paid(api, ask)
    assert cost == 0
    assert "300" in said
    cost, said = await paid(api, yes)
    assert cost == 300
    third = await music(api)
    told = (await api.state(api.session))["nemomusic"]["music"]
    assert len({one["fingerprint"] for one in told.values()}) == 4
    assert (await paid(api, "version 1"))[0] == 0
    assert (await music(api))["m"]["asset"] != third["m"]["asset"]
    assert (await paid(api, "version 3"))[0] == 0
    assert (await music(api))["m"] == third["m"]
    assert (await paid(api, yes))[0] == 0


async def test_versions_that_cannot_be_paid_are_refused_before_anything_is_done(api):
    broke = api.backend.issue_token(user_id="user_2", credits=250, plan="pro")
    api.token = broke
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, "three versions of jazz")
    status, body = await api.call("POST", "/run_sse", json=api.message(session, "yes"))
    assert (status, body["code"]) == (200, 2001)
    assert await api.credits() == (250, 0, 250)


async def test_below_the_bar_there_is_a_question_and_yes_does_it(api):
    await paid(api, "warm lo-fi")
    cost, said = await paid(api, "what if it was jazz?")
    if cost == 0:
        assert "Shall I" in said or "jazz" in said
    text = "turboflip the quarzle of the drums into a wibbled frob"
    before = await api.draft(api.session)
    cost, said = await paid(api, text)
    assert cost == 0
    assert "Shall I do this" in said
    assert await api.draft(api.session) == before
    assert (await paid(api, "no thanks"))[0] == 0
    assert (await paid(api, "yes"))[0] == 0
    assert await api.draft(api.session) == before
    for text, proposal, yes in (
        ("my boss says the music is too loud", "turn the music down", "yes please"),
        ("我老板说原声太吵了", "把原声调小", "对"),
        ("pop at 300%, starting from clip 9 or so at 0:07", "Shall I do this", "ok"),
    ):
        before = await api.draft(api.session)
        cost, said = await paid(api, text)
        assert (cost, proposal in said) == (0, True), said
        assert await api.draft(api.session) == before
        assert (await paid(api, yes))[0] > 0
        assert await api.draft(api.session) != before


async def test_talk_and_questions_are_free_and_answered(api):
    await paid(api, "jazz in D minor at 92 bpm")
    before = await api.draft(api.session)
    for text, said in (
        ("do you like jazz?", "no taste of my own"),
        ("my sister's wedding had beautiful piano music", "took that as a remark"),
        ("would pop or rock be better?", "no taste of my own"),
        ("which key is it in?", "The music is in D minor."),
        ("what's the tempo?", "The music plays at 92 BPM."),
        ("what kind of music is this?", "The music is jazz"),
        ("what did that cost?", "cost 100 credits"),
        ("what would a title cost?", "a change of the video 50"),
        ("加一段新的音乐要多少积分？", "创作新音乐用 100 积分"),
        ("how loud is the music?", "The music plays at 35%."),
        ("hello", "music you would like for your video"),
        ("brr xyzzy", 'I do not understand this part: "brr xyzzy".'),
        ("how many credits do I have left?", "9900 credits"),
        ("how long is the video?", "40 s long"),
        ("which instruments are playing?", "bass, drums"),
        ("what have I got so far?", "Timeline (2 tracks)"),
        ("是什么调？", "D小调"),
        ("刚才花了多少积分？", "100 积分"),
        ("现在有什么？", "时间线（2 条轨道）"),
    ):
        cost, answer = await paid(api, text)
        assert (cost, said in answer) == (0, True), (text, answer)
    assert await api.draft(api.session) == before


async def test_a_title_that_is_not_there_yet_is_added_in_place_of_changed(api):
    cost, said = await paid(api, 'the title should say "Winter Feed"')
    assert (cost, 'The title "Winter Feed" shows from 0 s to 3 s.' in said) == (50, True), said


async def test_a_quoted_title_is_removed_and_no_other(api):
    assert (await paid(api, 'add a title "One" at 2 seconds'))[1] == (
        'The title "One" shows from 2 s to 5 s.'
    )
    cost, said = await paid(api, 'remove the title "B"')
    assert (cost, 'There is no title "B". The titles are: "One".' in said) == (0, True), said
    assert (await paid(api, 'add a title "C" at 90 seconds'))[0] == 0
    assert (await paid(api, 'delete "one"')) == (50, 'The title "one" is gone.')
    assert segments(await api.draft(api.session), 2) == []


async def test_a_first_message_without_a_style_goes_by_the_video_and_says_so(api):
    cost, said = await paid(api, "something for my grandma's birthday")
    assert cost == 100
    assert "You named no style, so I went by the mood of the picture." in said


async def test_an_unknown_style_is_refused_by_name(api):
    cost, said = await paid(api, "a polka please")
    assert cost == 0
    assert "I cannot write polka" in said
    assert segments(await api.draft(api.session), 1) == []


async def test_music_goes_along_with_the_clips(api):
    await paid(api, "warm lo-fi")
    await paid(api, "music at 20%")
    for text, names, length in (
        ("put clip 2 first", ["b", "a"], 40_000),
        ("cut out seconds 4 to 6", ["b", "b", "a"], 38_000),
        ("only clip 2", ["b", "b"], 18_000),
        ("join all clips", ["b", "b", "a"], 38_000),
    ):
        await paid(api, text)
        draft = await api.draft(api.session)
        assert [one["m"]["name"] for one in segments(draft, 0)] == names
        (playing,) = segments(draft, 1)
        assert (draft["d"], playing["s"], playing["d"]) == (length, 0, length)
        assert playing["vol"] == 0.2


async def test_music_that_no_longer_covers_the_video_is_named_and_extended(api):
    await paid(api, "warm lo-fi")
    await api.uploaded(api.session, "c.mp4")
    assert "does not cover the complete video" in (await paid(api, "what have I got?"))[1]
    assert (await paid(api, "music over the whole video"))[0] == 50
    assert (await music(api))["d"] == 60_000
    assert (await paid(api, "music over the whole video"))[0] == 0


async def test_when_the_music_plays(api):
    await paid(api, "warm lo-fi")
    for text, start, end in (
        ("start the music at 3 seconds", 3000, 40_000),
        ("stop the music at 15 seconds", 3000, 15_000),
        ("make it jazz", 3000, 15_000),
        ("let the music play over the whole video", 0, 40_000),
    ):
        assert (await paid(api, text))[0] == 50
        playing = await music(api)
        assert (playing["s"], playing["s"] + playing["d"]) == (start, end)
    cost, said = await paid(api, "start the music at 99 seconds")
    assert cost == 0
    assert "not inside the video" in said


async def test_passages_of_the_music(api):
    await paid(api, "warm lo-fi")
    await paid(api, "quiet music from 4 to 6 seconds")
    await paid(api, "no music from 8 to 9 seconds")
    await paid(api, "a drop at 12 seconds")
    await paid(api, "make the ending bigger")
    spans = [(one["why"], one["s"], one["d"]) for one in (await music(api))["env"]]
    assert spans == [
        ("quiet", 4000, 2000),
        ("silent", 8000, 1000),
        ("drop", 10_500, 1500),
        ("ending", 0, 30_000),
    ]
    await paid(api, "trim to the first 10 seconds")
    kept = [(one["why"], one["s"], one["d"]) for one in (await music(api))["env"]]
    assert kept == [("quiet", 4000, 2000), ("silent", 8000, 1000), ("ending", 0, 10_000)]


async def test_ducking_is_switched_off_and_on(api):
    await paid(api, "warm lo-fi")
    assert (await paid(api, "don't duck the music under the voice"))[0] == 50
    assert (await music(api))["duck"] is False
    assert (await paid(api, "说话时不要压低音乐"))[0] == 0
    assert (await paid(api, "lower the music when someone is speaking"))[0] == 50
    assert "duck" not in await music(api)


async def test_a_song_of_the_user_is_not_recomposed(api):
    await paid(api, "use my song as the music")
    assert (await music(api))["m"]["name"] == "song"
    assert (await paid(api, "half as loud"))[0] in {0, 50}
    cost, said = await paid(api, "make it jazz")
    assert cost == 0
    assert "I can change only music that I composed" in said


async def test_several_wishes_one_of_which_cannot_be_fulfilled(api):
    await paid(api, "warm lo-fi")
    bpm = (await api.state(api.session))["nemomusic"]["music"]
    for text, named, rest in (
        ("slower, and add a vintage filter", "beyond what I can do", "slower"),
        ('add a title "A", and move it to the start', "move it to the start", 'title "A"'),
    ):
        cost, said = await paid(api, text)
        assert (cost, named in said, rest in said) == (0, True, True), said
    assert (await api.state(api.session))["nemomusic"]["music"] == bpm
    assert (await paid(api, "yes"))[0] == 50
    cost, said = await paid(api, "louder piano and less violin")
    assert cost == 50
    assert "Piano: louder now." in said
    assert "There is no violin" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("country music please", "I have no country style of its own; this is acoustic."),
        ("a bit of disco", "I have no disco style of its own; this is house."),
        ("来一段蓝调", "我没有单独的蓝调风格，这是爵士。"),
        ("加布鲁斯音乐", "我没有单独的蓝调风格，这是爵士。"),
        ("mambo music please", "I have no mambo style of its own; this is Latin."),
    ],
)
async def test_a_style_that_is_played_as_its_neighbor_is_said(api, text, said):
    cost, answer = await paid(api, text)
    assert (cost, said in answer) == (100, True), answer


async def test_a_style_of_its_own_names_no_neighbor(api):
    assert "style of its own" not in (await paid(api, "jazz, no blues"))[1]


async def test_what_the_examples_doubt_is_free_until_the_user_says_yes(api):
    await paid(api, "warm lo-fi")
    cost, answer = await paid(api, "maybe I'll add a flute later")
    assert (cost, "Shall I" in answer) == (0, True), answer
    cost, answer = await paid(api, "yes")
    assert (cost, "Flute" in answer) == (50, True), answer
