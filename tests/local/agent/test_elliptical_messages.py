"""Messages that only say how to go on from the last change: "a bit more", "no, the music"."""

from __future__ import annotations

import attrs
import pytest

from nemomusic.local import StubEngine
from nemomusic.local.agent.intents.intent_memory import from_memory, to_memory
from nemomusic.local.agent.intents.message_intents import (
    AddTitle,
    BiggerEnding,
    ChangeTitle,
    Drop,
    Duck,
    Fade,
    Focus,
    MessageContext,
    MusicSpan,
    Passage,
    Trim,
    Undo,
    UseUpload,
    Volume,
)
from nemomusic.local.agent.intents.music_intents import (
    ChangeMusic,
    ChangePart,
    Compose,
    ScaleTempo,
    SetMood,
    SetTempo,
)
from nemomusic.local.agent.message_parser import parse_intents
from support.local_api import conversation, paid, segments

CONTEXT = MessageContext(
    clips=("beach.mp4", "city.mp4"),
    songs=("song.mp3",),
    has_music=True,
    composed=True,
    shown=(0, 1),
)
QUIETER = Volume("music", None, 1 / 1.4)
HALF_BACK = Volume("music", None, 1.4**0.5)
LESS_BASS = ChangeMusic((ChangePart("bass", "less"),))
STRINGS = ChangeMusic((ChangePart("strings", "add"),))
SADDER = ChangeMusic((SetMood("sad", 1.0),))
HAPPIER = ChangeMusic((SetMood("sad", -1.0),))
GOODBYE = AddTitle("Goodbye", -3.0, None, "center")
FADES = Fade("both", "music", 1.0)
QUIET = Passage(4.0, 6.0, silent=False)
VOLUMES = (Volume("own", 0.8), Volume("music", 0.2))
OWN = Volume("own", 0.6)


def part(name, how):
    return ChangeMusic((ChangePart(name, how),))


@pytest.mark.parametrize(
    ("last", "text", "means"),
    [
        # more, less, too much, the opposite
        (QUIETER, "a bit more", [QUIETER]),
        (QUIETER, "再来一点", [QUIETER]),
        (QUIETER, "hmm, that's too much", [HALF_BACK]),
        (QUIETER, "过头了", [HALF_BACK]),
        (LESS_BASS, "a bit less still", [LESS_BASS]),
        (LESS_BASS, "再少一点", [LESS_BASS]),
        (LESS_BASS, "too much", [Undo()]),
        (BiggerEnding(), "even bigger", [BiggerEnding()]),
        (BiggerEnding(), "再大一点", [BiggerEnding()]),
        (SADDER, "no, the opposite", [Undo(), HAPPIER]),
        (SADDER, "不对，反过来", [Undo(), HAPPIER]),
        (VOLUMES, "the other way round", [Volume("own", 0.2), Volume("music", 0.8)]),
        (VOLUMES, "反过来", [Volume("own", 0.2), Volume("music", 0.8)]),
        # of something else
        (OWN, "no, the music", [Undo(), Volume("music", 0.6)]),
        (OWN, "不是，我说的是音乐", [Undo(), Volume("music", 0.6)]),
        (QUIETER, "我是说原声太吵了", [Undo(), Volume("own", None, 1 / 1.4)]),
        (FADES, "same for the picture", [Fade("both", "picture", 1.0)]),
        (FADES, "画面也一样", [Fade("both", "picture", 1.0)]),
        (GOODBYE, "same for the start", [AddTitle("Goodbye", None, None, "center")]),
        (GOODBYE, "开头也要", [AddTitle("Goodbye", None, None, "center")]),
        (LESS_BASS, "the drums too", [part("drums", "less")]),
        (LESS_BASS, "鼓也是", [part("drums", "less")]),
        # other times and amounts
        (Drop(8.0), "no, at 10", [Drop(10.0)]),
        (Drop(8.0), "不，第10秒", [Drop(10.0)]),
        (MusicSpan(3.0, None), "no, at 5", [MusicSpan(5.0, None)]),
        (MusicSpan(3.0, None), "不，从第5秒", [MusicSpan(5.0, None)]),
        (Trim(0.0, 12.0), "no, the first 10 seconds", [Undo(), Trim(0.0, 10.0)]),
        (QUIET, "and from 8 to 9 too", [Passage(8.0, 9.0, silent=False)]),
        (QUIET, "8到9秒也是", [Passage(8.0, 9.0, silent=False)]),
        (QUIET, "make that silent instead", [Passage(4.0, 6.0, silent=True)]),
        (QUIET, "改成静音", [Passage(4.0, 6.0, silent=True)]),
        (GOODBYE, "make it 5 seconds", [ChangeTitle(duration=5.0)]),
        (GOODBYE, "改成5秒", [ChangeTitle(duration=5.0)]),
        (FADES, "make that 2", [Fade("both", "music", 2.0)]),
        (Volume("music", 0.2), "10 more", [Volume("music", 0.2 + 0.1)]),
        (Volume("music", 0.2), "再加10%", [Volume("music", 0.2 + 0.1)]),
        (Volume("music", 0.2), "翻倍", [Volume("music", None, 2.0)]),
        (ChangeMusic((ScaleTempo(1.2),)), "make it 100", [ChangeMusic((SetTempo(100.0),))]),
        # pronouns
        (GOODBYE, "move it to the bottom", [ChangeTitle(position="bottom")]),
        (GOODBYE, "放到下面", [ChangeTitle(position="bottom")]),
        (STRINGS, "make them louder", [part("strings", "more")]),
        (STRINGS, "remove them again", [part("strings", "none")]),
        (STRINGS, "还是不要了", [Undo()]),
        (Trim(0.0, 5.0), "放回来", [Undo()]),
        (Undo(), "and again", [Undo()]),
        (Undo(), "再撤一次", [Undo()]),
        (Duck(on=False), "hm, now I can't understand what he says", [Duck(on=True)]),
        (Duck(on=False), "现在听不清他说什么了", [Duck(on=True)]),
        (Focus((1, 0)), "把第二个放前面", [Focus((1, 0))]),
        (Volume("own", None, 1 / 1.4), "太小了", [Volume("own", None, 1.4)]),
        (Volume("music", None, 1.4), "还是太大了", [Volume("music", None, 1 / 1.4)]),
        (STRINGS, "go back to my song", [UseUpload(0)]),
        (GOODBYE, "at the end, not the start", [ChangeTitle(start=-3.0)]),
        (GOODBYE, "放结尾，不是开头", [ChangeTitle(start=-3.0)]),
        (GOODBYE, 'call it "Day one" instead', [ChangeTitle("Day one")]),
        (UseUpload(0), "only from 2 to 10 seconds", [MusicSpan(2.0, 10.0)]),
        (UseUpload(0), "只在2到10秒放", [MusicSpan(2.0, 10.0)]),
        (QUIETER, "that's better, a bit more", [QUIETER]),
        (Compose("jazz", other=True), "之前那首更好", [Undo()]),
        (Focus((0,)), "改主意了，加回来", [Undo()]),
        # what was not asked for
        (Compose("jazz"), "that's too much", []),
        (Compose("jazz"), "a bit more", []),
        (Undo(), "no, from 4 to 6", []),
        ((), "no, at 10", []),
    ],
)
def test_a_short_message_goes_on_from_the_last_change(last, text, means):
    remembered = from_memory(to_memory(last if isinstance(last, tuple) else (last,)))
    read = parse_intents(text, attrs.evolve(CONTEXT, last=remembered))
    found = list(read.work) or [one for one in read.intents if isinstance(one, Undo)]
    if any(isinstance(one, Undo) for one in read.intents) and read.work:
        found = list(read.intents)
    assert _rounded(found) == _rounded(means)


def _rounded(intents):
    return [
        attrs.evolve(one, by=round(one.by, 6), to=one.to and round(one.to, 6))
        if isinstance(one, Volume)
        else one
        for one in intents
    ]


def test_a_memory_that_an_older_backend_wrote_is_passed_over():
    assert from_memory([{"intent": "Gone", "of": "music"}]) == ()
    assert from_memory(None) == ()


@pytest.fixture
async def api():
    async with conversation(StubEngine(duration=20.0), "a.mp4", "b.mp4") as api:
        yield api


async def test_a_question_about_the_price_leaves_the_question_of_the_agent_open(api):
    await paid(api, "give me three versions of jazz")
    cost, said = await paid(api, "how much would that be?")
    assert (cost, "would cost 300 credits" in said) == (0, True)
    assert (await paid(api, "yes do it"))[0] == 300


async def test_yes_but_changes_what_was_asked_about(api):
    await paid(api, "three versions of jazz")
    assert (await paid(api, "yes but without drums"))[0] == 300
    told = (await api.state(api.session))["nemomusic"]["music"]
    assert {one["style"] for one in told.values()} == {"jazz"}
    assert all("drums" not in dict(one["levels"]) for one in told.values())


async def test_a_change_of_the_wrong_sound_is_taken_back_with_the_right_one(api):
    await paid(api, "jazz")
    await paid(api, "lower the original sound to 60%")
    cost, said = await paid(api, "no, the music")
    draft = await api.draft(api.session)
    assert (cost, "free" in said) == (50, False)
    assert {one["vol"] for one in segments(draft, 0)} == {1.0}
    assert segments(draft, 1)[0]["vol"] == 0.6


async def test_a_wish_that_was_not_done_is_no_change_to_go_on_from(api):
    await paid(api, "jazz")
    await paid(api, "quieter")
    before = await api.draft(api.session)
    assert (await paid(api, "make the clip a bit shorter"))[0] == 0
    assert (await paid(api, "a bit more"))[0] == 0
    assert await api.draft(api.session) == before


async def test_a_title_moves_and_keeps_its_words(api):
    await paid(api, 'title "Road trip" for the first 3 seconds')
    assert (await paid(api, "make it 5 seconds"))[0] == 50
    assert (await paid(api, "move it to the bottom"))[0] == 50
    assert (await paid(api, "no, at 4 seconds"))[0] == 50
    (title,) = segments(await api.draft(api.session), 7)
    assert (title["s"], title["d"]) == (4000, 5000)
    assert title["m"] == {"text": "Road trip", "position": "bottom"}


async def test_bare_words_at_the_end_are_a_title_at_the_end(api):
    assert (await paid(api, '"Goodbye" at the end'))[0] == 50
    (title,) = segments(await api.draft(api.session), 7)
    assert (title["s"], title["d"]) == (37_000, 3000)


async def test_a_join_takes_the_music_along(api):
    await paid(api, 'for "b.mp4": jazz at 30%')
    cost, said = await paid(api, "join the clips")
    (music,) = segments(await api.draft(api.session), 1)
    assert (cost, music["d"], music["vol"]) == (50, 40_000, 0.3)
    assert "composed the music again" in said


async def test_one_of_two_titles_is_removed_and_the_other_stays(api):
    await paid(api, 'title "Day 1"')
    await paid(api, 'title "The End" for the last 2 seconds')
    cost, said = await paid(api, "remove the first title")
    (title,) = segments(await api.draft(api.session), 7)
    assert (cost, title["m"]["text"], '"Day 1" is gone' in said) == (50, "The End", True)
    assert (await paid(api, "the title should stay for the whole video"))[0] == 50
    (title,) = segments(await api.draft(api.session), 7)
    assert (title["s"], title["d"]) == (0, 40_000)


async def test_a_drop_is_taken_out_after_its_time_was_corrected(api):
    await paid(api, "jazz")
    await paid(api, "drop at 8 seconds")
    await paid(api, "no, at 10")
    assert (await paid(api, "remove the drop"))[0] == 50
    (music,) = segments(await api.draft(api.session), 1)
    assert "env" not in music


async def test_the_other_one_is_the_piece_that_played_neither_before_nor_now(api):
    for text in ("jazz", "make it rock", "make it ambient", "go back to the jazz one"):
        await paid(api, text)
    cost, said = await paid(api, "no, the other one")
    assert (cost, "Rock again" in said) == (0, True)
    cost, said = await paid(api, "which one is playing now?")
    assert (cost, "rock" in said) == (0, True)


async def test_a_piece_that_was_removed_comes_back_for_free(api):
    await paid(api, "jazz")
    await paid(api, "remove the music")
    assert (await paid(api, "take out the guitar"))[0] == 0
    assert not segments(await api.draft(api.session), 1)
    assert (await paid(api, "bring it back"))[0] == 0
    assert segments(await api.draft(api.session), 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I hate it", "Shall I do this"),
        ("why is it so slow?", "I write by rules"),
        ("怎么是小调？", "我按规则写作"),
        ("do you do reggae?", "Yes, I can write reggae"),
        ("你会写雷鬼吗？", "我能写雷鬼"),
        ("what did you change?", "The last change was: turn the music down"),
        ("你改了什么？", "上一步是：把音乐调小"),
        ("音乐现在多大声？", "音乐音量现在是 25%"),
    ],
)
async def test_questions_and_opinions_get_an_answer_of_their_own_for_free(api, text, said):
    await paid(api, "jazz")
    await paid(api, "quieter")
    before = await api.draft(api.session)
    cost, answer = await paid(api, text)
    assert (cost, said in answer) == (0, True), answer
    assert await api.draft(api.session) == before


async def test_yes_reads_the_message_with_the_change_that_it_went_on_from(api):
    await api.uploaded(api.session, "song.mp3")
    await paid(api, "use my song as the music")
    cost, said = await paid(api, "cut it to the first 8 seconds")
    assert (cost, "stop the music at 8 s" in said) == (0, True)
    assert (await paid(api, "yes"))[0] == 50
    draft = await api.draft(api.session)
    assert (draft["d"], segments(draft, 1)[0]["d"]) == (40_000, 8000)
