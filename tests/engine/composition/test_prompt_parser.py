from __future__ import annotations

import json
import re

import pytest

from nemomusic.engine.composition import prompt_parser as brief_reading
from nemomusic.engine.composition.lexicon import STYLES as NAMED
from nemomusic.engine.composition.prompt_parser import parse_prompt
from nemomusic.engine.composition.style_presets import STYLES as PLAYED
from nemomusic.engine.types import Brief


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
        ("something epic", "epic"),
        ("reggae music", "reggae"),
        ("latin salsa music", "latin"),
        ("celtic music", "celtic"),
        ("drum and bass", "drumandbass"),
        ("a waltz", "waltz"),
        ("funk groove", "funk"),
        ("deep house", "house"),
        ("trap beat", "trap"),
        ("corporate", "corporate"),
        ("classical piano", "classicalpiano"),
        ("lofi hip hop beats", "lofi"),
        ("来一首圆舞曲", "waltz"),
        ("雷鬼风格", "reggae"),
        ("古典钢琴曲", "classicalpiano"),
        ("企业宣传片音乐", "corporate"),
        ("放克", "funk"),
    ],
)
def test_styles_are_read(text, style):
    assert parse_prompt(text).style == style


@pytest.mark.parametrize("text", ["SMOOTH JAZZ", "\u017fmooth Jazz", "İstanbul: smooth jazz"])
def test_case_does_not_matter_and_words_are_quoted_as_they_were_written(text):
    brief = parse_prompt(text)
    assert brief.style == "jazz"
    assert brief.recognized
    assert all(word in text for word in brief.recognized)


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
def test_what_says_nothing_of_music_is_not_recognized(text):
    brief = parse_prompt(text)
    assert brief.recognized == ()
    assert brief == Brief(words=text)


def test_moods_lie_where_they_should():
    happy, sad = parse_prompt("happy"), parse_prompt("sad")
    calm, energetic = parse_prompt("calm"), parse_prompt("energetic")
    assert happy.valence > 0.3 > -0.3 > sad.valence
    assert energetic.arousal > 0.3 > -0.3 > calm.arousal
    assert parse_prompt("悲伤").valence == sad.valence
    assert parse_prompt("very happy").valence > happy.valence > parse_prompt("a bit happy").valence


def test_denied_moods_turn_round():
    assert parse_prompt("not sad").valence > 0
    assert parse_prompt("不要太悲伤").valence > 0


def test_tempo_in_words_and_numbers():
    assert parse_prompt("slower").tempo_scale == pytest.approx(0.85)
    assert parse_prompt("慢一点").tempo_scale == pytest.approx(0.85)
    assert parse_prompt("faster").tempo_scale == pytest.approx(1.18)
    assert parse_prompt("not too fast").tempo_scale < 1
    assert parse_prompt("pop at 92 bpm").bpm == 92
    assert parse_prompt("每分钟70拍").bpm == 70
    assert parse_prompt("a tempo of 128").bpm == 128
    assert parse_prompt("house，bpm要124").bpm == 124
    assert parse_prompt("速度大概在90左右").bpm == 90
    assert parse_prompt("速度加到120%").bpm is None


def test_the_sound_of_the_clips_is_no_style():
    assert parse_prompt("配个lofi，原声全是风声").style == "lofi"
    assert parse_prompt("原声吉他").style == "acoustic"
    assert parse_prompt("900 bpm").bpm == parse_prompt("a song at 220 bpm").bpm


def test_instruments_wanted_and_unwanted():
    brief = parse_prompt("no drums or bass but with guitar")
    assert brief.wanted == ("guitar",)
    assert brief.unwanted == ("drums", "bass")
    assert parse_prompt("不要鼓，加上钢琴").unwanted == ("drums",)
    assert parse_prompt("不要鼓，加上钢琴").wanted == ("piano",)
    only = parse_prompt("only strings")
    assert only.only
    assert only.wanted == ("strings",)


def test_edits_build_on_what_was_asked_before():
    first = parse_prompt("warm lo-fi with piano")
    slower = parse_prompt("make it slower", previous=first)
    assert (slower.style, slower.wanted, slower.mood) == ("lofi", ("piano",), "warm")
    assert parse_prompt("slower", previous=slower).tempo_scale == pytest.approx(0.85**2)
    happier = parse_prompt("happier, no drums", previous=slower)
    assert happier.valence > first.valence
    assert happier.unwanted == ("drums",)
    assert parse_prompt("add the drums again", previous=happier).unwanted == ()
    assert parse_prompt("make it jazz", previous=happier).style == "jazz"
    assert parse_prompt("less energetic", previous=parse_prompt("energetic")).arousal < 0.9
    assert parse_prompt("更有活力一点", previous=first).arousal > first.arousal
    assert happier.words == "warm lo-fi with piano\nmake it slower\nhappier, no drums"
    assert happier.recognized == ("happier", "drums")


def test_slower_also_moves_a_tempo_given_in_numbers():
    first = parse_prompt("100 bpm")
    assert parse_prompt("faster", previous=first).bpm == pytest.approx(118)


def test_a_brief_survives_json():
    brief = parse_prompt("sad piano in minor at 80 bpm, no drums, louder")
    assert brief.mode == "minor"
    assert brief.loudness > 0
    assert Brief.from_json(json.loads(json.dumps(brief.to_json()))) == brief
