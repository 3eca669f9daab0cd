"""A user's progress callback can fail and be slow: the work goes on."""

from __future__ import annotations

import asyncio

import pytest

from nemomusic.models.progress import Progress
from nemomusic.progress_reporter import MAX_PENDING, SLOW_SECONDS, ProgressReporter, reporting
from nemomusic.testing import FakeClock
from support.fast import fast


@pytest.fixture
def clock():
    return FakeClock()


def step(number):
    return Progress(stage="upload", fraction=number / 1000)


@fast
async def test_coroutine_callbacks_are_awaited_in_order(clock):
    seen = []

    async def slow(progress):
        await asyncio.sleep(1 - progress.fraction)
        seen.append(progress.fraction)

    async with reporting(slow) as report:
        for number in range(4):
            report(step(number))
        assert seen == []
    assert seen == [0.0, 0.001, 0.002, 0.003]


@pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="Python 3.12 has it")
def test_coroutine_callbacks_in_eager_tasks(clock):
    seen = []

    async def callback(progress):
        seen.append(progress.fraction)

    @fast
    async def test(clock):
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        async with reporting(callback) as report:
            for number in range(4):
                report(step(number))
                await asyncio.sleep(0)

    test(clock=clock)
    assert seen == [0.0, 0.001, 0.002, 0.003]


@fast
async def test_one_that_takes_too_long_is_given_up_and_logged_once(clock, caplog):
    begun = []

    async def stuck(progress):
        begun.append(progress)
        await asyncio.sleep(3600)

    async with reporting(stuck) as report:
        for number in range(5):
            report(step(number))
            await asyncio.sleep(0)
        await asyncio.sleep(SLOW_SECONDS + 1)
        report(step(6))
    assert len(begun) == 1
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert "took over 5 s" in caplog.text


@pytest.mark.parametrize("end", ["cancellation", "end of the work"])
def test_one_that_ignores_its_cancellation_is_left_alone(clock, caplog, end):
    @fast
    async def test(clock):
        calls, freed = [], asyncio.Event()

        async def stubborn(progress):
            calls.append(asyncio.current_task())
            while not freed.is_set():
                try:
                    await freed.wait()
                except asyncio.CancelledError:
                    continue

        async def work():
            async with reporting(stubborn) as report:
                for number in range(3):
                    report(step(number))
                if end == "cancellation":
                    await asyncio.sleep(3600)

        working = asyncio.create_task(work())
        await asyncio.sleep(1)
        if end == "cancellation":
            working.cancel()
        await asyncio.wait([working])
        assert working.cancelled() is (end == "cancellation")
        freed.set()
        await asyncio.wait(calls)
        assert len(calls) == 1

    test(clock=clock)
    logged = [r for r in caplog.records if r.levelname == "WARNING"]
    assert len(logged) == (0 if end == "cancellation" else 1)


@pytest.mark.parametrize("error", [ValueError, TimeoutError, asyncio.CancelledError])
def test_one_that_raises_is_given_up_and_logged_once(clock, caplog, error):
    @fast
    async def test(clock):
        calls = []

        def plain(progress):
            calls.append(progress)
            raise error

        async def coroutine(progress):
            calls.append(progress)
            raise error

        for callback in (plain, coroutine):
            calls.clear()
            caplog.clear()
            async with reporting(callback) as report:
                for number in range(5):
                    report(step(number))
                    await asyncio.sleep(0.1)
            assert len(calls) == 1
            assert [r.levelname for r in caplog.records] == ["WARNING"]

    test(clock=clock)


@fast
async def test_a_slow_one_skips_steps_but_gets_the_last(clock):
    seen = []

    async def slow(progress):
        await asyncio.sleep(0.01)
        seen.append(progress.fraction)

    async with reporting(slow) as report:
        for number in range(500):
            report(step(number))
    assert len(seen) <= MAX_PENDING + 1
    assert seen[-1] == 0.499
    assert seen == sorted(seen)


@fast
async def test_a_cancellation_waits_for_no_callback(clock):
    async def stuck(progress):
        await asyncio.sleep(4)

    async def work():
        async with reporting(stuck) as report:
            report(step(1))
            await asyncio.sleep(3600)

    working = asyncio.create_task(work())
    await asyncio.sleep(1)
    before = clock.monotonic()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert clock.monotonic() - before < 0.01


def test_a_reporter_is_used_as_it_is():
    async def main():
        outer = ProgressReporter(None)
        async with reporting(outer) as inner:
            assert inner is outer

    asyncio.run(main())
