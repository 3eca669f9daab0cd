"""Chinese messages made by program from labeled requests, to find paid work that was not asked for.

Each generator changes requests that are read correctly: it puts a frame around an order that makes
it none, limits an order to a part of the film, joins two orders, mistypes, or writes numbers in
another way. The agent may then ask, which is free. The tests limit the share of messages for which
it does something else than is asked, and print it.
"""

from __future__ import annotations

import random
import re
from functools import cache
from typing import TYPE_CHECKING

import attrs
import pytest

from nemomusic.local.agent.message_parser import parse_intents
from support.agent_requests import FOLDERS, OLD, Request, outcome, requests_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nemomusic.local.agent.intents.message_intents import ParsedMessage

pytestmark = pytest.mark.slow

MOST_ORDERS = 24
"""Number of orders that each frame is put around."""
FRAMES = (
    "{}，算了不用了",
    "{}？开玩笑的",
    "{}？别逗了",
    "先别{}",
    "明天再{}吧",
    "等我想好了再{}",
    "如果客户不满意，再{}",
    "万一老板嫌弃，就{}",
    "{}要多少钱",
    "{}不会扣钱吧",
    "{}要等多久",
    "{}这个功能好用吗",
    "{}的话会影响画质吗",
    "如果{}，会有什么变化",
    "为什么要{}",
    "不知道{}好不好",
    "我在纠结{}还是保持原样",
    "教程里说要{}",
    "弹幕都在说{}",
    "听说你会{}",
    "客户说要{}，我没答应",
    "有人建议{}，我不同意",
    "我梦见{}了",
    "没想到你真的{}",
    "谢谢你刚才{}",
    "之前{}过，效果不好",
    "幸亏没{}",
    "用不着{}",
    "我没让你{}",
    "不{}也行",
    "我说{}是开玩笑的",
)
"""Frames that make an order none."""
PLACES = (
    "只在结尾{}",
    "{}，只要结尾那段",
    "{}，不过只在城市那段",
    "{}，第一段就行",
    "{}，除了城市那段",
    "{}，副歌除外",
    "{}，仅限开头",
    "{}，光前面一半",
    "{}，最后几秒别这样",
    "前半段{}",
    "快结束时{}",
    "海边出现的时候{}",
    "到城市的画面再{}",
    "有人说话的时候{}",
)
"""Limits of an order to a part of the film."""
OF_THE_WHOLE_FILM = ("style", "mood", "tempo", "key", "density", "part", "vol", "canvas", "again")
JOINS = ("，然后", "，再", "，还有", "，顺便", "，", " ", "。", "，另外")
SAME_SOUND = dict(
    zip(
        "乐声点换加做再在像调强段秒首题原鼓结尾",
        "月生店还家作在再象掉墙断妙手提元古节伟",
        strict=True,
    )
)
"""Signs, and those of the same sound that are typed for them."""
KEPT_SIGNS = set("不别没无非去删除掉半前后左右大小快慢高低轻重多少只加减升降初末始终头尾")
"""Signs that change the meaning if they are mistyped."""
LONGEST_TALK = 40
"""Characters of talk that is put beside an order."""
DIGITS = "零一二三四五六七八九"


@cache
def _orders(most_signs: int) -> tuple[Request, ...]:
    """Return short requests for one thing that are done as asked, of each kind some."""
    by_kind: dict[str, list[Request]] = {}
    for folder in FOLDERS:
        for path in sorted(folder.glob("*_zh.txt")):
            for one in requests_in(path.stem):
                paid = len(one.asks) == 1 and not one.asks[0].startswith(
                    ("talk", "refuse", "ask", "export", "new")
                )
                if paid and len(one.text) <= most_signs and not re.search(r"[\W]", one.text):
                    by_kind.setdefault(_kind(one), []).append(one)
    chance = random.Random(8)
    found: list[Request] = []
    for kind in sorted(by_kind):
        chance.shuffle(by_kind[kind])
        done = (one for one in by_kind[kind][:12] if _is_done(one))
        found += [one for one, _ in zip(done, range(3), strict=False)]
    chance.shuffle(found)
    return tuple(found)


def _kind(request: Request) -> str:
    return re.split(r"[ =+\-]", request.asks[0])[0]


def _is_done(request: Request) -> bool:
    return outcome(request, parse_intents(request.text, request.context)) == "done"


def _is_wrong(request: Request, read: ParsedMessage) -> bool:
    """Return whether a reading does what was not asked for, or only a part of it, and charges."""
    judged = outcome(request, read)
    return judged == "wrong" or (bool(read.work) and judged != "done")


def _framed() -> Iterator[Request]:
    for frame in FRAMES:
        for one in _orders(12)[:MOST_ORDERS]:
            yield attrs.evolve(one, text=frame.format(one.text), asks=("talk",))


def _placed() -> Iterator[Request]:
    unplaced = [
        one for one in _orders(12) if one.context is OLD and _kind(one) in OF_THE_WHOLE_FILM
    ]
    for frame in PLACES:
        for one in unplaced[:MOST_ORDERS]:
            duck = "说话" in frame and one.asks[0].startswith("vol music")  # this is ducking
            if not duck:
                yield attrs.evolve(one, text=frame.format(one.text), asks=("talk",))


def _joined() -> Iterator[Request]:
    chance = random.Random(9)
    exclusive = {"undo", "redo", "back", "again", "versions", "nomusic", "song", "style"}
    for _ in range(400):
        one, two = chance.sample(_orders(16), 2)
        first, second = _kind(one), _kind(two)
        if one.context is two.context and first != second and not {first, second} <= exclusive:
            text = one.text + chance.choice(JOINS) + two.text
            yield attrs.evolve(one, text=text, asks=one.asks + two.asks)


def _beside_talk() -> Iterator[Request]:
    chance = random.Random(11)
    said = [
        one.text
        for folder in FOLDERS
        for path in sorted(folder.glob("*_zh.txt"))
        for one in requests_in(path.stem)
        if one.asks == ("talk",) and one.context is OLD and len(one.text) <= LONGEST_TALK
    ]
    orders = [one for one in _orders(16) if one.context is OLD]
    for _ in range(500):
        one, talk = chance.choice(orders), chance.choice(said)
        halves = chance.sample([one.text, talk], 2)
        yield attrs.evolve(one, text=chance.choice(("，", "。", "\n")).join(halves))


def _mistyped() -> Iterator[Request]:
    chance = random.Random(10)
    for one in _orders(20):
        text = one.text
        places = [
            place
            for place, sign in enumerate(text)
            if "\u3400" <= sign <= "\u9fff" and sign not in KEPT_SIGNS
        ]
        if not places or "title" in one.asks[0]:
            continue
        heard = [place for place in places if text[place] in SAME_SOUND]
        if heard:
            place = chance.choice(heard)
            yield attrs.evolve(one, text=text[:place] + SAME_SOUND[text[place]] + text[place + 1 :])
        place = chance.choice(places)
        yield attrs.evolve(one, text=text[:place] + text[place + 1 :])
        yield attrs.evolve(one, text=text[:place] + text[place] + text[place:])


def _numbered() -> Iterator[Request]:
    for one in _orders(20):
        wide = "".join(
            chr(ord(sign) + 0xFEE0) if sign in "0123456789" else sign for sign in one.text
        )
        words = re.sub(
            r"(?<![\d.])(\d)(?=秒|个|首|版)", lambda said: DIGITS[int(said[1])], one.text
        )
        for text in {wide, words} - {one.text}:
            yield attrs.evolve(one, text=text)


@pytest.mark.parametrize(
    ("made", "most_wrong"),
    [
        (_framed, 0.04),
        (_placed, 0.05),
        (_joined, 0.055),
        (_beside_talk, 0.02),
        (_mistyped, 0.04),
        (_numbered, 0.01),
    ],
)
def test_little_is_done_that_a_changed_message_does_not_ask_for(made, most_wrong, capsys):
    messages = list(made())
    wrong = [one.text for one in messages if _is_wrong(one, parse_intents(one.text, one.context))]
    with capsys.disabled():
        print(f"\n{made.__name__}: wrong and paid {len(wrong)} of {len(messages)}")  # noqa: T201
    assert len(messages) > 20
    assert len(wrong) <= most_wrong * len(messages), wrong
