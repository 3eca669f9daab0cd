"""A decorator for coroutine tests in which waiting takes no time."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any, Final, ParamSpec

from nemomusic.testing.clock import FakeClock, run

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_P = ParamSpec("_P")

_PASSES: Final = 50
"""Passes of the event loop in which the tasks of a test may still end."""


def fake_time(test: Callable[_P, Coroutine[Any, Any, None]]) -> Callable[_P, None]:
    """Run a coroutine test on an event loop in which waiting takes no real time.

        @fake_time
        async def test_mine(nemo_clock):
            async with StubBackend(clock=nemo_clock) as backend, backend.client() as client:
                ...

    The clock of the loop is the `FakeClock` among the arguments, such as the fixture `nemo_clock`.
    pytest sees a plain function, so no plugin is needed.

    Raises:
        AssertionError: Tasks are still running at the end of the test.
    """

    @functools.wraps(test)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> None:
        given = (*args, *kwargs.values())
        clock = next((one for one in given if isinstance(one, FakeClock)), None)
        run(_alone(test(*args, **kwargs)), clock=FakeClock() if clock is None else clock)

    return wrapper


async def _alone(test: Coroutine[Any, Any, None]) -> None:
    await test
    left = await tasks_left()
    if left:
        raise AssertionError(f"the test left tasks running: {left}")


async def tasks_left() -> set[asyncio.Task[Any]]:
    """Return the tasks besides this one that do not end within a few passes of the event loop."""
    own = asyncio.current_task()
    left: set[asyncio.Task[Any]] = set()
    for _ in range(_PASSES):
        left = {task for task in asyncio.all_tasks() if task is not own}
        if not left:
            break
        await asyncio.sleep(0)
    return left
