"""One answer to "is it Chinese?", and texts for people that say the same in both languages."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.models import language
from nemomusic.models.language import Phrase, detect_language, is_chinese
from nemomusic.models.progress import Progress, ProgressMeter


@pytest.mark.parametrize(
    ("tag", "chinese"),
    [
        *((tag, True) for tag in ("zh", "ZH", "zh-CN", "ZH-cn", "zh_TW", "zh-Hant-HK", "zh-")),
        *((tag, False) for tag in ("zha", "en", "en-zh", "ja", "", "z", "chinese", " zh")),
        (None, False),
    ],
)
def test_is_chinese(tag, chinese):
    assert is_chinese(tag) is chinese
    assert Phrase("no", "yes").text(tag) == ("yes" if chinese else "no")


@pytest.mark.parametrize(
    ("text", "language_"),
    [
        ("Warm lo-fi", "en"),
        ("", "en"),
        ("café", "en"),
        ("给视频配乐", "zh-CN"),
        ("add 音乐", "zh-CN"),
        ("動画に音楽を", "ja"),
        ("ｶﾀｶﾅ", "ja"),
        ("음악", "ko"),
        ("㐀", "zh-CN"),
        ("\U00020000", "zh-CN"),
        ("…。！？", "en"),
    ],
)
def test_detect_language(text, language_):
    assert detect_language(text) == language_


def fields(text: str) -> set[str]:
    return {name.lower() for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def phrases() -> dict[str, Phrase]:
    found = {}
    for name, value in vars(language).items():
        if isinstance(value, Phrase):
            found[name] = value
        elif isinstance(value, dict):
            found.update(
                (f"{name}[{key}]", one) for key, one in value.items() if isinstance(one, Phrase)
            )
    return found


def test_both_languages_fill_in_the_same_fields():
    assert len(phrases()) > 50
    for name, phrase in phrases().items():
        assert fields(phrase.en) == fields(phrase.zh), name


def test_both_languages_are_what_they_claim_to_be():
    for name, phrase in phrases().items():
        assert detect_language(phrase.en) == "en", name
        words = re.sub(r"\{.*?\}", "", phrase.en)
        if re.search(r"[A-Za-z]{2}", words.replace("MB/s", "")):
            assert detect_language(phrase.zh) == "zh-CN", name


@given(st.text(), st.text())
def test_what_is_filled_in_is_never_read_as_a_field(name, other):
    assert language.QUOTED.text("en", name) == f'"{name}"'
    sentence = language.CHANGES["name"].text("zh", what=name, What="", before=other, after="{x}")
    assert sentence == f"{name}已替换：{other} → {{x}}。"


def test_progress_speaks_both():
    step = Progress(
        stage="upload", fraction=0.4, name="trip.mp4", rate=3_100_000.0, eta=5.2, job_id="job_1"
    )
    assert str(step) == step.line() == "Uploading trip.mp4 40 % at 3.1 MB/s, 5 s left"
    assert step.line("zh-CN") == "正在上传 trip.mp4 40 %，速度 3.1 MB/s，剩余 5 秒"
    assert str(Progress(stage="connect")) == "Connecting…"
    meter = ProgressMeter("upload", 4_000_000, "trip.mp4", now=0.0)
    assert str(meter.at(1_000_000, 0.5)) == "Uploading trip.mp4 25 %"  # too early for a speed
    assert str(meter.at(2_000_000, 1.0)) == "Uploading trip.mp4 50 % at 2.0 MB/s, 1 s left"
    done = Progress(stage="done", fraction=1.0, text="Ready! a.mp4", name="a.mp4")
    assert str(done) == "Ready! a.mp4"
