from __future__ import annotations

import json
import re

import pytest

from nemomusic.local.engine import brief_reading
from nemomusic.local.engine.brief import Brief
from nemomusic.local.engine.brief_reading import read_brief
from nemomusic.local.engine.music.repertoire import STYLES as PLAYED
from nemomusic.local.engine.music.words import STYLES as NAMED


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("Add some lo-fi beats", "lofi"),
        ("lofi please", "lofi"),
        ("epic cinematic score", "cinematic"),
        ("an Upbeat Pop track", "pop"),
        ("ambient", "ambient"),
        ("EDM!", "edm"),
        ("acoustic guitar", "acoustic"),
        ("smooth jazz", "jazz"),
        ("hip-hop", "hiphop"),
        ("来一段低保真音乐", "lofi"),
        ("我想要史诗感的电影配乐", "cinematic"),
        ("欢快的流行音乐", "pop"),
        ("氛围音乐", "ambient"),
        ("电子舞曲", "edm"),
        ("民谣吉他", "acoustic"),
        ("舒缓的钢琴曲", "piano"),
        ("国风", "guofeng"),
    ],
)
def test_styles_are_read(text, style):
    assert read_brief(text).style == style


@pytest.mark.parametrize("text", ["SMOOTH JAZZ", "\u017fmooth Jazz", "İstanbul: smooth jazz"])
def test_case_does_not_matter_and_words_are_quoted_as_they_were_written(text):
    brief = read_brief(text)
    assert brief.style == "jazz"
    assert brief.recognised
    assert all(word in text for word in brief.recognised)


@pytest.mark.parametrize("pattern", [pattern for pattern, _, _ in brief_reading._TABLE])
def test_words_are_looked_for_in_lower_case(pattern):
    bare = re.sub(r"\\.", "", pattern.pattern)
    assert bare == bare.lower()


def test_every_style_that_has_a_name_can_be_played():
    assert NAMED.keys() == PLAYED.keys()


@pytest.mark.parametrize(
    "text",
    [
        "Add end credits",
        'Add a title saying "Sad Jazz"',
        "加一个标题《悲伤的爵士》",
        "export the video",
        "put music under my clip",
        "trim the first five seconds",
        "",
    ],
)
def test_what_says_nothing_of_music_is_not_recognised(text):
    brief = read_brief(text)
    assert brief.recognised == ()
    assert brief == Brief(words=text)


def test_moods_lie_where_they_should():
    happy, sad = read_brief("happy"), read_brief("sad")
    calm, energetic = read_brief("calm"), read_brief("energetic")
    assert happy.valence > 0.3 > -0.3 > sad.valence
    assert energetic.arousal > 0.3 > -0.3 > calm.arousal
    assert read_brief("悲伤").valence == sad.valence
    assert read_brief("very happy").valence > happy.valence > read_brief("a bit happy").valence


def test_denied_moods_turn_round():
    assert read_brief("not sad").valence > 0
    assert read_brief("不要太悲伤").valence > 0


def test_tempo_in_words_and_numbers():
    assert read_brief("slower").tempo_scale == pytest.approx(0.85)
    assert read_brief("慢一点").tempo_scale == pytest.approx(0.85)
    assert read_brief("faster").tempo_scale == pytest.approx(1.18)
    assert read_brief("not too fast").tempo_scale < 1
    assert read_brief("pop at 92 bpm").bpm == 92
    assert read_brief("每分钟70拍").bpm == 70
    assert read_brief("a tempo of 128").bpm == 128
    assert read_brief("900 bpm").bpm == read_brief("a song at 220 bpm").bpm


def test_instruments_wanted_and_unwanted():
    brief = read_brief("no drums or bass but with guitar")
    assert brief.wanted == ("guitar",)
    assert brief.unwanted == ("drums", "bass")
    assert read_brief("不要鼓，加上钢琴").unwanted == ("drums",)
    assert read_brief("不要鼓，加上钢琴").wanted == ("piano",)
    only = read_brief("only strings")
    assert only.only
    assert only.wanted == ("strings",)


def test_edits_build_on_what_was_asked_before():
    first = read_brief("warm lo-fi with piano")
    slower = read_brief("make it slower", previous=first)
    assert (slower.style, slower.wanted, slower.mood) == ("lofi", ("piano",), "warm")
    assert read_brief("slower", previous=slower).tempo_scale == pytest.approx(0.85**2)
    happier = read_brief("happier, no drums", previous=slower)
    assert happier.valence > first.valence
    assert happier.unwanted == ("drums",)
    assert read_brief("add the drums again", previous=happier).unwanted == ()
    assert read_brief("make it jazz", previous=happier).style == "jazz"
    assert read_brief("less energetic", previous=read_brief("energetic")).arousal < 0.9
    assert read_brief("更有活力一点", previous=first).arousal > first.arousal
    assert happier.words == "warm lo-fi with piano\nmake it slower\nhappier, no drums"
    assert happier.recognised == ("happier", "drums")


def test_slower_also_moves_a_tempo_given_in_numbers():
    first = read_brief("100 bpm")
    assert read_brief("faster", previous=first).bpm == pytest.approx(118)


def test_a_brief_survives_json():
    brief = read_brief("sad piano in minor at 80 bpm, no drums, louder")
    assert brief.mode == "minor"
    assert brief.loudness > 0
    assert Brief.from_json(json.loads(json.dumps(brief.to_json()))) == brief
