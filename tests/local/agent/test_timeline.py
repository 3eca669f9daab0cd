"""Edits on the embedded backend's timeline, message after message."""

from __future__ import annotations

import pytest

from nemomusic.engine.composition.lexicon import MOODS
from nemomusic.engine.errors import MediaError
from nemomusic.engine.types import ScoreSummary
from nemomusic.local import LocalBackend, StubEngine
from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog
from support.local_api import Api, segments


class ScoringService(StubEngine):
    """Remembers what it was asked to compose for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = []

    async def compose(self, analysis, brief, seed, out, progress):
        self.asked.append((analysis, brief, seed))
        return await super().compose(analysis, brief, seed, out, progress)


@pytest.fixture
def engine():
    return ScoringService()


@pytest.fixture
async def api(engine):
    async with LocalBackend(engine=engine) as backend, Api(backend) as api:
        await api.sign_in()
        yield api


async def test_music_answers_to_the_words_and_to_edits(api, engine):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    assert "lo-fi, 80 BPM in F major, 10 s long" in await api.reply(session, "warm lo-fi")
    assert "3 of 3 cuts" in await api.reply(session, "make it slower")
    (_, first, seed), (_, second, seed_of_edit) = engine.asked
    assert (first.style, second.style) == ("lofi", "lofi")
    assert second.tempo_scale < first.tempo_scale
    assert seed == seed_of_edit
    await api.say(session, "another one")
    assert engine.asked[2][1].style == "lofi"
    assert engine.asked[2][2] != seed
    await api.say(session, "generate epic orchestral music")
    assert engine.asked[3][1].style == "cinematic"
    assert engine.asked[3][1].tempo_scale == 1.0


async def test_one_clip_and_one_prompt_give_one_seed(engine):
    for options in ({}, {"seed": 7}):
        seeds = []
        async with LocalBackend(engine=engine, **options) as backend, Api(backend) as api:
            await api.sign_in()
            for words in ("warm lo-fi", "warm lo-fi", "cold lo-fi"):
                session = await api.open()
                await api.uploaded(session, "a.mp4")
                await api.say(session, words)
                seeds.append(engine.asked[-1][2])
        assert seeds[0] == seeds[1]
        assert (seeds[2] == seeds[0]) is bool(options)
        assert (seeds[0] == 7) is bool(options)


async def test_volumes(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4", "b.mp4")
    await api.say(session, "upbeat pop at 60%, mute the original sound")
    draft = await api.draft(session)
    assert [one["vol"] for one in segments(draft, 1)] == [0.6]
    assert [one["vol"] for one in segments(draft, 0)] == [0.0, 0.0]
    assert "84%" in await api.reply(session, "louder")
    await api.say(session, "make it slower")
    assert segments(await api.draft(session), 1)[0]["vol"] == 0.84
    await api.say(session, "louder")
    assert segments(await api.draft(session), 1)[0]["vol"] == 1.0
    await api.say(session, "remove the music")
    assert segments(await api.draft(session), 1) == []


async def test_titles_and_fades(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, 'add a title saying "Hello" for the first 4 seconds')
    await api.say(session, 'add text "The End" at the end')
    texts = segments(await api.draft(session), 7)
    assert [(one["m"]["text"], one["s"], one["d"]) for one in texts] == [
        ("Hello", 0, 4000),
        ("The End", 7000, 3000),
    ]
    await api.say(session, 'change the title to "Bye"')
    assert segments(await api.draft(session), 7)[-1]["m"]["text"] == "Bye"
    await api.say(session, "remove the titles, warm lo-fi, fade in and out over 2 seconds")
    draft = await api.draft(session)
    assert segments(draft, 7) == []
    assert (draft["m"]["fade_in"], draft["m"]["fade_out"]) == (2000, 2000)
    assert (segments(draft, 1)[0]["fi"], segments(draft, 1)[0]["fo"]) == (2000, 2000)


async def test_a_trim_recomposes_the_music_for_what_is_left(api, engine):
    session = await api.open()
    await api.uploaded(session, "a.mp4", "b.mp4")
    await api.say(session, "warm lo-fi")
    assert engine.asked[-1][0].duration == 20.0
    assert "composed the music again" in await api.reply(session, "keep from 4 to 13 seconds")
    draft = await api.draft(session)
    shots = [(one["s"], one["d"], one["in"]) for one in segments(draft, 0)]
    assert shots == [(0, 6000, 4000), (6000, 3000, 0)]
    assert draft["d"] == 9000
    analysis, brief, _ = engine.asked[-1]
    assert (analysis.duration, brief.style) == (9.0, "lofi")
    assert [cut.time for cut in analysis.cuts] == [1.0, 3.5, 6.0, 8.5]
    assert segments(draft, 1)[0]["d"] == 9000
    assert "nothing was cut" in await api.reply(session, "keep from 20 to 30 seconds")
    assert await api.draft(session) == draft


async def test_images_alone_are_shown_for_three_seconds_each(api, engine):
    session = await api.open()
    await api.uploaded(session, "one.jpg", "two.png")
    await api.say(session, "generate music")
    assert engine.asked[-1][0].duration == 6.0
    assert [cut.time for cut in engine.asked[-1][0].cuts] == [3.0]


async def test_an_uploaded_song_is_the_music(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4", "b.mp4", "song.mp3")
    reply = await api.reply(session, "use song.mp3 as the music")
    assert "It ends after 10 s, before the video does" in reply
    (music,) = segments(await api.draft(session), 1)
    assert (music["m"]["name"], music["d"]) == ("song", 10000)
    await api.say(session, "keep the first 5 seconds")
    (music,) = segments(await api.draft(session), 1)
    assert (music["m"]["name"], music["d"]) == ("song", 5000)


async def test_one_session_several_clips_each_with_its_own_music(api, engine):
    session = await api.open()
    await api.uploaded(session, "a.mp4", "b.mp4", "c.mp4")
    await api.say(session, 'for "b.mp4": upbeat pop')
    b = await api.draft(session)
    assert [one["m"]["name"] for one in segments(b, 0)] == ["b"]
    assert segments(b, 1)[0]["m"]["name"] == "Pop"
    await api.say(session, "clip 3: ambient")
    c = await api.draft(session)
    assert [one["m"]["name"] for one in segments(c, 0)] == ["c"]
    assert segments(c, 1)[0]["m"]["name"] == "Ambient"
    # back to a clip: as it was left
    await api.say(session, "only b.mp4")
    assert await api.draft(session) == b
    await api.say(session, "make it slower")
    assert engine.asked[-1][1].style == "pop"
    await api.say(session, "join all clips")
    draft = await api.draft(session)
    assert [one["m"]["name"] for one in segments(draft, 0)] == ["a", "b", "c"]
    assert draft["d"] == 30000


async def test_canvas(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, "make it vertical")
    state = await api.state(session)
    assert state["canvas_config"] == {"width": 1080, "height": 1920}
    assert (state["draft"]["m"]["width"], state["draft"]["m"]["height"]) == (1080, 1920)


async def test_answers_come_in_the_language_of_the_message(api):
    session = await api.open("en")
    await api.uploaded(session, "a.mp4")
    assert "lo-fi, 80 BPM in F major" in await api.reply(session, "warm lo-fi")
    assert "爵士，80 BPM，F大调" in await api.reply(session, "换成爵士")
    assert segments(await api.draft(session), 1)[0]["m"]["name"] == "Jazz"
    assert "标题“Spring”" in await api.reply(session, "加一个标题“Spring”")
    assert 'title "春天"' in await api.reply(session, "add a title saying “春天”")
    session = await api.open("ja")
    assert "upload a clip" in await api.reply(session, "配乐")


async def test_what_cannot_be_done_is_named_before_the_rest_is_done(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    reply = await api.reply(session, "warm lo-fi, add a vintage filter")
    assert "beyond what I can do: add a vintage filter" in reply
    assert "Shall I do the rest" in reply
    assert "lo-fi, 80 BPM" in await api.reply(session, "yes")


async def test_the_timeline_is_described_for_free(api):
    session = await api.open()
    assert "empty" in await api.reply(session, "what is on the timeline?")
    await api.uploaded(session, "a.mp4")
    await api.say(session, 'warm lo-fi and a title saying "Hi"')
    said = await api.reply(session, "show me the tracks")
    assert said.startswith(
        'Timeline (3 tracks): 1. Video: a (0-10s) 2. BGM: Lofi (0-10s, 35%) 3. Title: "Hi" (0-3s)'
    )
    assert "The music is Lofi: lo-fi, 80 BPM in F major, 10 s long." in said
    assert "ready to be exported" in await api.reply(session, "export")


async def test_analyses_and_media_show_up_in_the_state(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, "warm lo-fi")
    state = await api.state(session)
    (key,) = state["video_analyses"]
    assert state["video_analyses"][key] == {"filename": "a.mp4"}
    assert state["nemomusic"]["analyses"][key]["cuts"] == [2.5, 5.0, 7.5]
    (made,) = state["generated_media"]
    assert set(made) == {"type", "name", "url"}
    (music,) = state["nemomusic"]["music"].values()
    assert (music["style"], music["bpm"], music["duration"]) == ("lofi", 80.0, 10.0)
    async with api.http.get(made["url"]) as answer:
        assert (await answer.read())[:4] == b"RIFF"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("music at 40%", "no music on the timeline yet"),
        ("fade out the music", "no music on the timeline yet"),
        ("remove the music", "no music on the timeline yet"),
        ('change the title to "x"', "no title on the timeline"),
        ("remove the title", "no title on the timeline"),
        ("only a.mp4", "shows a.mp4 already"),
        ("keep the first 99 seconds", "nothing was cut"),
    ],
)
async def test_edits_of_what_is_not_there_say_so_and_change_nothing(api, text, said):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    before = await api.draft(session)
    assert said in await api.reply(session, text)
    assert await api.draft(session) == before


async def test_fades_of_one_thing_and_no_fade(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, "warm lo-fi")
    assert "The picture fades in over 1 s" in await api.reply(session, "fade in from black")
    assert "The music fades out over 2 s" in await api.reply(
        session, "fade out the music over 2 seconds"
    )
    draft = await api.draft(session)
    assert draft["m"]["fade_in"] == 1000
    assert "fade_out" not in draft["m"]
    assert segments(draft, 1)[0]["fo"] == 2000
    assert "The fade is gone" in await api.reply(session, "remove the fades")
    draft = await api.draft(session)
    assert (draft["m"]["fade_in"], draft["m"]["fade_out"]) == (0, 0)


async def test_music_for_one_cut_or_none_is_described_truly(api, engine):
    for length, said in ((2.0, "I saw no hard cuts"), (4.0, "The music strikes the cut")):
        engine.duration = length
        session = await api.open()
        await api.uploaded(session, f"{length:g}.mp4")
        assert said in await api.reply(session, "warm lo-fi")


async def test_joining_clips_that_had_music_gives_the_whole_video_music(api, engine):
    session = await api.open()
    await api.uploaded(session, "a.mp4", "b.mp4")
    await api.say(session, 'for "b.mp4": upbeat pop')
    await api.say(session, "join a.mp4 and b.mp4")
    await api.say(session, "only a.mp4")
    await api.say(session, "jazz")
    await api.say(session, "trim to the first 3 seconds")
    assert engine.asked[-1][0].duration == 3.0
    await api.say(session, "remove a.mp4")
    assert [one["m"]["name"] for one in segments(await api.draft(session), 0)] == ["b"]


@pytest.mark.parametrize(
    ("language", "already", "texts"),
    [
        ("en", "It already is like this", ("make it vertical",)),
        ("en", "It already is like this", ("fade in and out",)),
        ("en", "The clip's own sound is muted", ("mute the original sound",)),
        ("en", "It already is like this", ("original sound at 0%", "original sound quieter")),
        ("en", "It already is like this", ('add a title saying "Hi"',)),
        ("en", "It already is like this", ('add a title saying "Hi"', 'change the title to "Hi"')),
        ("en", "The fade is gone", ("fade out", "no fades", "remove the fades")),
        ("zh", "已经是这样了", ("竖屏",)),
        ("zh", "已经是这样了", ("原声调到0%", "原声小一点")),
        ("zh", "已经是这样了", ("加一个标题“春天”",)),
    ],
)
async def test_an_edit_that_changes_nothing_says_so_and_is_free(language, already, texts):
    async with LocalBackend(engine=StubEngine(), faithful=True) as backend, Api(backend) as api:
        api.token = backend.issue_token(user_id="user_1", credits=1000, plan="free")
        session = await api.open(language)
        await api.uploaded(session, "a.mp4")
        for text in texts:
            await api.say(session, text)
        before, left = await api.draft(session), await api.credits()
        assert left[0] < 1000
        assert already in await api.reply(session, texts[-1])
        assert await api.draft(session) == before
        assert await api.credits() == left


async def test_steps_that_undo_one_another_are_free():
    async with LocalBackend(engine=StubEngine(), faithful=True) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open()
        await api.uploaded(session, "a.mp4")
        await api.say(session, "original sound at 20%, unmute")
        assert await api.credits() == (100, 0, 100)


async def test_the_same_music_again_is_free():
    async with LocalBackend(engine=StubEngine(), faithful=True) as backend, Api(backend) as api:
        api.token = backend.issue_token(user_id="user_1", credits=1000, plan="free")
        session = await api.open()
        await api.uploaded(session, "a.mp4")
        await api.say(session, "warm lo-fi")
        before, left = await api.draft(session), await api.credits()
        assert "It already is like this" in await api.reply(session, "warm lo-fi")
        assert (await api.draft(session), await api.credits()) == (before, left)
        assert "I composed" in await api.reply(session, "another one")


async def test_what_is_silent_can_be_made_louder(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, "mute the original sound")
    assert "own sound is at 20%" in await api.reply(session, "original sound louder")


class Fontless(StubEngine):
    """Has no font with Chinese characters."""

    async def check_glyphs(self, text):
        if not text.isascii():
            raise MediaError("No font can draw it.", remedy="Install Noto Sans CJK.")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "was left out: No font can draw it. Install Noto Sans CJK. This message cost"),
        ("zh", "apt install fonts-noto-cjk），或者换一个标题。这条消息不消耗积分。"),
    ],
)
async def test_a_title_that_no_font_can_draw_is_left_out_and_free(language, said):
    async with LocalBackend(engine=Fontless(), faithful=True) as backend, Api(backend) as api:
        await api.sign_in()
        session = await api.open(language)
        await api.uploaded(session, "a.mp4")
        words = {"en": "add a title saying", "zh": "加一个标题"}[language]
        reply = await api.reply(session, f'{words} "Hello 世界"')
        assert said in reply
        assert ("Install" in reply) is (language == "en")
        assert segments(await api.draft(session), 7) == []
        assert await api.credits() == (100, 0, 100)
        await api.say(session, 'add a title saying "Hello"')
        assert await api.credits() == (50, 0, 50)


@pytest.mark.parametrize(
    ("language", "key", "said"),
    [
        ("zh", "F major", "《温暖·低保真》：低保真，80 BPM，F大调"),
        ("zh-CN", "C# minor", "《温暖·低保真》：低保真，80 BPM，升C小调"),
        ("zh", "Bb minor", "《温暖·低保真》：低保真，80 BPM，降B小调"),
        ("en", "F major", "Warm lo-fi for your video: lo-fi, 80 BPM in F major"),
    ],
)
def test_music_is_named_in_the_language_of_the_answer(language, key, said):
    info = ScoreSummary("lofi", "Warm lo-fi", 80.0, key, 10.0, cuts=0, hits=0)
    assert said in ReplyCatalog(language).music("composed", info)


def test_every_mood_has_a_chinese_name():
    words = ReplyCatalog("zh")
    assert [one.name for one in MOODS if "pop" in words.title(f"{one.name} pop", "pop")] == []
