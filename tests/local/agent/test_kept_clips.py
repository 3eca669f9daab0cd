"""Messages that keep one clip and want the other one gone, in many words."""

from __future__ import annotations

import random
from itertools import product

import pytest

from nemomusic.local.agent.intents.message_intents import Focus
from nemomusic.local.agent.message_parser import parse_intents
from support.agent_requests import OLD, Request, outcome

KEEPS_EN = (
    "just use the {} one", "only the {} clip", "keep the {} clip", "i only want the {} part",
    "{} only", "use only the {} clip", "show just the {} footage", "stick with the {} one",
    "use the {} clip alone", "keep only the {} video",
)  # fmt: skip
DROPS_EN = (
    "i dont want the {} clip in it", "no {} clip", "lose the {} one", "skip the {} one",
    "throw out the {} clip", "the {} one can go", "forget the {} clip", "leave the {} clip out",
    "the {} clip looks bad", "not the {} one", "drop the {} clip", "cut the {} clip",
    "the {} one is boring", "i hate the {} one", "get rid of the {} one", "take the {} clip out",
)  # fmt: skip
KEEPS_ZH = (
    "只要{}那段", "只用{}的", "留{}那段就行", "就用{}那个", "保留{}的片段", "只留{}",
    "用{}那段就够了", "光要{}那段",
)  # fmt: skip
DROPS_ZH = (
    "{}那段不要", "{}的不用", "删掉{}那段", "{}那个拍糊了", "{}的去掉", "不要{}", "{}那段剪掉",
    "{}那条不好看", "把{}那个扔了", "{}的就算了",
)  # fmt: skip


@pytest.mark.parametrize(
    ("keeps", "drops", "names", "joins", "least_done"),
    [
        (KEEPS_EN, DROPS_EN, ("beach", "city"), (", ", ". ", " and ", " - "), 0.85),
        (KEEPS_ZH, DROPS_ZH, ("海边", "城市"), ("，", "。", " "), 0.97),
    ],
    ids=["english", "chinese"],
)
@pytest.mark.slow
def test_the_clip_that_is_wanted_is_kept(keeps, drops, names, joins, least_done):
    chance = random.Random(4)
    judged, wrong = [], []
    for keep, drop in product(keeps, drops):
        for first in (True, False):
            wanted = chance.randint(0, 1)
            halves = [keep.format(names[wanted]), drop.format(names[1 - wanted])]
            text = chance.choice(joins).join(halves if first else halves[::-1])
            asked = Request(text, (f"clips {wanted + 1}",), OLD)
            judged.append(outcome(asked, parse_intents(text, OLD)))
            if judged[-1] == "wrong":
                wrong.append(text)
    assert len(wrong) <= 1, wrong
    assert judged.count("done") >= least_done * len(judged)


@pytest.mark.parametrize(
    ("text", "clips"),
    [
        ("not the beach one", (1,)),
        ("the city one can go", (0,)),
        ("i dont want the city clip in it", (0,)),
        ("throw the beach clip out", (1,)),
        ("海边那段剪掉", (1,)),
        ("把城市那段去掉吧", (0,)),
        ("take the city clip", (1,)),
    ],
)
def test_a_clip_that_should_go_is_not_the_one_that_is_kept(text, clips):
    assert parse_intents(text, OLD).intents == (Focus(clips),)


@pytest.mark.parametrize("text", ["城市那条不好看", "the beach one is boring", "海边那个拍糊了"])
def test_a_clip_that_is_found_bad_is_not_the_one_that_is_kept(text):
    assert parse_intents(text, OLD).work == ()


def test_two_choices_that_differ_are_asked_about():
    read = parse_intents("show just the beach footage. now only the city clip", OLD)
    assert read.work == ()
