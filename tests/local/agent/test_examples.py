"""The second opinion from examples: its files, its scores, and what follows from them."""

from __future__ import annotations

import pytest

from nemomusic.local.agent.examples.example_model import model_of, scores_of
from nemomusic.local.agent.examples.intent_kinds import kind_of_label
from nemomusic.local.agent.examples.labeled_sentences import digest, read
from nemomusic.local.agent.intent_parser import read_by_rules
from nemomusic.local.agent.intents import message_intents as wishes
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.message_parser import parse_intents
from support.agent_requests import NEW, OLD


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_weights_belong_to_the_sentences(language):
    assert model_of(language).digest == digest(language), "run python tools/train_examples.py"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_label_has_a_kind_that_the_model_knows(language):
    known = set(model_of(language).kinds)
    labels = {label for all_ in read(language).values() for one in all_ for label in one.asks}
    assert {kind_of_label(one) for one in labels} <= known
    assert len(known) > 50


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("could you bring the cello down a little", "part less"),
        ("my aunt used to teach the cello", "talk"),
        ("这次花掉我几个积分", "ask cost"),
        ("大提琴别要了", "part none"),
    ],
)
def test_the_model_hears_the_kind_of_a_sentence_it_has_not_seen(text, kind):
    scores = scores_of(text, has_music=True)
    assert max(scores, key=scores.__getitem__) == kind


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("going to bed, night", OLD),
        ("the music in that restaurant was too loud", OLD),
        ("next project I'll use more bass", OLD),
        ("maybe I'll add a flute later", OLD),
        ("put Bohemian Rhapsody on this", NEW),
        ("下回要个快点的", OLD),
        ("海边那段我最喜欢", OLD),
        ("加弦乐会不会太多了", OLD),
        ("湖水冰得要命", NEW),
    ],
)
def test_what_the_rules_take_for_work_is_asked_first_where_the_examples_disagree(text, context):
    read_ = parse_intents(text, context)
    assert read_.work == ()
    rules = read_by_rules(text, context)
    assert not rules.work or read_.unsure or read_.refused


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("original audio off", wishes.Volume("own", 0.0)),
        ("start from black", wishes.Fade("in", "picture", 1.0)),
        ("换成我传的那首", wishes.UseUpload(0)),
        ("音多一点", music.ChangeMusic((music.ChangeDensity(1.0),))),
    ],
)
def test_a_wish_that_no_rule_knows_is_done_where_the_examples_are_sure(text, done):
    assert parse_intents(text, OLD).intents == (done,)


def test_the_scores_decide_between_the_rules_and_a_question():
    (change,) = read_by_rules("faster", OLD).intents
    sure = {"tempo+": 0.9, "talk": -0.9, "new": -0.9}
    talk = {"tempo+": -0.9, "talk": 0.9, "new": -0.9}
    assert parse_intents("faster", OLD, sure).intents == (change,)
    doubted = parse_intents("faster", OLD, talk)
    assert (doubted.intents, doubted.unsure) == ((), (change,))


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("原聲靜音", wishes.Volume("own", 0.0)),
        ("幫我轉成大調", music.ChangeMusic((music.SetKey(None, "major"),))),
        ("音樂細聲啲吖唔該", wishes.Volume("music", None, 1 / 1.4)),
        ("剛剛不該復原的，重做", wishes.Redo()),
    ],
)
def test_traditional_chinese_is_read(text, done):
    assert parse_intents(text, OLD).intents == (done,)


def test_the_words_of_a_title_stay_as_they_are_written():
    (title,) = parse_intents("加個標題「夜市開箱」", OLD).intents
    assert isinstance(title, wishes.AddTitle)
    assert title.text == "夜市開箱"


def test_what_the_music_is_for_names_no_style():
    (piece,) = parse_intents("romantic tune for our first dance", NEW).intents
    assert isinstance(piece, music.Compose)
    assert "dance" not in piece.words


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("用歌.wav作为背景音乐", wishes.UseUpload(0)),
        ("use 歌.wav as background music", wishes.UseUpload(0)),
        ("restore the drums", music.ChangeMusic((music.ChangePart("drums", "back"),))),
    ],
)
def test_a_song_named_by_its_file_and_an_edit_in_a_few_words_are_not_doubted(text, intent):
    context = wishes.MessageContext(
        clips=("a.mp4",), songs=("歌.wav",), has_music="drums" in text, composed="drums" in text
    )
    read = parse_intents(text, context)
    assert read.intents == (intent,)
    assert not read.unsure
