"""Credits of a batch: what is reserved is never too little."""

from __future__ import annotations

import asyncio
import random

import pytest

from nemomusic import errors
from nemomusic.batches.credit_limit import CreditLimit
from nemomusic.models.account import Credits


class Account:
    """A balance that charges at any moment between a message's begin and its end."""

    def __init__(self, total=100_000.0):
        self.total = total

    async def balance(self):
        await asyncio.sleep(0)
        return Credits(self.total, 0.0, self.total)


@pytest.mark.parametrize("seed", range(30))
async def test_a_fixed_price_never_overruns_and_never_stops_early(seed):
    rng = random.Random(seed)
    account = Account()
    most, price = rng.randint(100, 1500), 100.0
    limit = CreditLimit(float(most), account.balance)
    await limit.begin()
    refused = []

    async def job(number):
        try:
            await limit.reserve(f"job_{number}")
        except errors.BudgetError as error:
            refused.append(error)
            return
        waits = [rng.randint(0, 6), rng.randint(0, 6)]
        for _ in range(waits[0]):
            await asyncio.sleep(0)
        account.total -= price
        for _ in range(waits[1]):
            await asyncio.sleep(0)
        await limit.end(f"job_{number}")

    await asyncio.gather(*(job(number) for number in range(20)))
    spent = 100_000.0 - account.total
    assert spent == min(20, most // 100) * 100.0
    assert len(refused) == 20 - spent / 100.0


@pytest.mark.parametrize("seed", range(30))
async def test_known_prices_never_overrun(seed):
    rng = random.Random(seed)
    account = Account()
    most, prices = rng.randint(100, 1500), [0.0] * 3 + rng.choices([0.0, 50.0, 100.0], k=20)
    limit = CreditLimit(float(most), account.balance, floor=100.0)
    await limit.begin()

    async def job(number, price):
        try:
            await limit.reserve(f"job_{number}")
        except errors.BudgetError:
            return
        for _ in range(rng.randint(0, 6)):
            await asyncio.sleep(0)
        account.total -= price
        for _ in range(rng.randint(0, 6)):
            await asyncio.sleep(0)
        await limit.end(f"job_{number}")

    await asyncio.gather(*(job(number, price) for number, price in enumerate(prices)))
    assert min(most, sum(prices)) - 100.0 <= 100_000.0 - account.total <= most


async def test_a_free_message_is_not_taken_for_a_price():
    account = Account()
    limit = CreditLimit(150.0, account.balance)
    await limit.begin()
    for name in ("question", "talk"):
        await limit.reserve(name)
        await limit.end(name)
    await limit.reserve("a")
    waiting = asyncio.create_task(limit.reserve("b"))
    await asyncio.sleep(0)
    assert not waiting.done()
    account.total -= 40.0
    await limit.end("a")  # and free messages before it do not halve its price
    await waiting
    assert limit.price == 40.0


async def test_one_that_is_charged_late_is_not_taken_for_cheap():
    account = Account()
    limit = CreditLimit(350.0, account.balance)
    await limit.begin()
    for name in "abc":
        await limit.reserve(name)
    account.total -= 100.0
    await limit.end("a")  # b and c are not charged yet
    waiting = asyncio.create_task(limit.reserve("d"))
    await asyncio.sleep(0)
    assert not waiting.done()
    for name in "bc":
        account.total -= 100.0
        await limit.end(name)
    with pytest.raises(errors.BudgetError):
        await waiting
    assert limit.spent == 300.0


async def test_what_is_refused_is_given_back_and_what_is_unknown_is_not():
    account = Account()
    limit = CreditLimit(200.0, account.balance)
    await limit.begin()
    await limit.reserve("a")
    await limit.reserve("a")  # again for the same message
    await limit.give_back("a")
    await limit.reserve("b")
    await limit.close("b")
    assert limit.spent == 100.0
    await limit.reserve("c")
    await limit.give_back("c")
    assert limit.spent == 100.0


async def test_the_highest_price_seen_is_reserved_and_a_free_one_costs_nothing():
    account = Account()
    limit = CreditLimit(1000.0, account.balance)
    await limit.begin()
    for name, price in (("a", 40.0), ("b", 150.0), ("c", 50.0)):
        await limit.reserve(name)
        account.total -= price
        await limit.end(name)
    assert limit.price == 150.0
    free = CreditLimit(0.0, account.balance, price=0.0)
    await free.begin()
    for name in "abc":
        await free.reserve(name)
        await free.end(name)
    assert free.spent == 0.0
    with pytest.raises(errors.BudgetError, match="below the price"):
        await CreditLimit(99.0, account.balance).begin()
