"""Requests that a program made into others: how many of them are paid, and not done as asked.

An order that is taken back, quoted or told of is none. A limit that no intent carries is asked
about. Two orders in one message are both done, or asked about. A slip of the finger changes
nothing.
"""

from __future__ import annotations

import random

import pytest

from nemomusic.local.agent.message_parser import parse_intents
from support.agent_requests import FOLDERS, requests_in
from support.reworded_requests import GENERATORS, orders

COUNT = 300
MOST_WRONG = {
    "framed": 0.03,
    "limited": 0.02,
    "joined": 0.05,
    "remarked": 0.02,
    "mistyped": 0.04,
    "renumbered": 0.03,
}
"""The largest share that is paid and not done as asked."""


@pytest.mark.slow
@pytest.mark.parametrize("name", GENERATORS)
def test_few_reworded_requests_are_paid_and_not_done_as_asked(name, capsys):
    trials = sorted(path.stem for one in FOLDERS for path in one.glob("trial*_en.txt"))
    known = orders([one for trial in trials for one in requests_in(trial)])
    made = list(GENERATORS[name](known, random.Random(11), COUNT))
    wrong = [
        one.request.text
        for one in made
        if one.wrong(parse_intents(one.request.text, one.request.context))
    ]
    with capsys.disabled():
        print(f"\n{name}: {len(wrong)} of {len(made)} wrong and paid")  # noqa: T201 - the figures
    assert len(made) > COUNT / 3
    assert len(wrong) <= MOST_WRONG[name] * len(made), wrong
