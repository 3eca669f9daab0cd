"""The limit of a batch's credits: reserve a price before each message, and end it afterward."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from nemomusic import errors
from nemomusic.log import logger

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from nemomusic.models.account import Credits

_log: Final = logger("batches")

FIRST_PRICE: Final = 100.0
"""The assumed price of a message in credits, before the first price is known (docs/protocol.md)."""


class CreditLimit:
    """Makes messages wait that would exceed a limit.

    Before each message, the highest price of a message so far is reserved. For a moment, a message
    may count twice, as reserved and as spent. So a message may wait that would be possible. If
    prices differ, each job can exceed the limit by the difference of one message. With `floor`,
    the limit is never exceeded.

    Args:
        most: Credits that may be spent.
        balance: Reads the balance.
        price: The assumed price of a message in credits, until a message has cost credits.
        floor: The lowest price that is reserved, in credits: the highest price that a message can
            have, if it is known.

    Attributes:
        spent: Credits spent since `begin`, by the balance.
        price: The highest price seen, or the assumed price.
    """

    spent: float
    price: float

    def __init__(
        self,
        most: float,
        balance: Callable[[], Awaitable[Credits]],
        price: float = FIRST_PRICE,
        *,
        floor: float = 0.0,
    ) -> None:
        self.spent = 0.0
        self.price = price
        self._most = most
        self._floor = floor
        self._balance = balance
        self._reserved: dict[str, float] = {}
        self._settled = 0
        self._uncharged = 0  # messages that have ended, and may be charged later
        self._highest = 0.0
        self._total = 0.0
        self._changed = asyncio.Condition()

    async def begin(self) -> None:
        """Read the balance that the batch begins with.

        Raises:
            BudgetError: The limit is below the price of one message.
            NemoMusicError: The balance can't be read.
        """
        if self.price > self._most:
            raise errors.BudgetError(
                f"a limit of {self._most:g} credits is below the price of one clip, about "
                f"{self.price:g}",
                remedy="Raise the limit. Nothing was sent.",
            )
        self._total = (await self._balance()).total

    async def reserve(self, job_id: str) -> None:
        """Wait until a job's message may be sent.

        Raises:
            BudgetError: The remaining credits are not enough, and no running message can free
                credits.
        """
        async with self._changed:
            while job_id not in self._reserved:
                committed = self.spent + sum(self._reserved.values())
                if committed + self.price <= self._most:
                    self._reserved[job_id] = self.price
                elif self._reserved:
                    await self._changed.wait()
                else:
                    raise errors.BudgetError(
                        f"{self.spent:g} of {self._most:g} credits are spent, and a message costs "
                        f"about {self.price:g}",
                        job_id=job_id,
                        remedy="Continue with a higher limit. This clip's message was not sent.",
                    )

    async def give_back(self, job_id: str) -> None:
        """Free the reserved credits of a message that was refused or not sent."""
        async with self._changed:
            self._reserved.pop(job_id, None)
            self._changed.notify_all()

    async def end(self, job_id: str) -> None:
        """Replace the reserved credits of a message by its cost."""
        if job_id not in self._reserved:
            return
        try:
            total = (await self._balance()).total
        except errors.NemoMusicError as error:
            _log.warning(
                "the balance can't be read: %s; a message is taken to have cost %g credits",
                error.message,
                self.price,
            )
            total = None
        async with self._changed:
            self._settled += 1
            if total is None:
                self.spent += self._reserved.pop(job_id, 0.0)
                self._uncharged += 1
            else:
                cost = max(0.0, self._total - total)  # a top-up meanwhile does not lower the cost
                self.spent += cost
                self._total = total
                self._learn(cost)
                self._reserved.pop(job_id, None)
            self._changed.notify_all()

    def _learn(self, cost: float) -> None:
        """Take the cost since the last reading as a sign of the price of one message."""
        if not self.spent:  # a message that costs nothing, such as a question, has no price
            return
        # All messages that can have been charged meanwhile. One has cost their mean, or more.
        charged = max(1, len(self._reserved) + self._uncharged)
        self._highest = max(self._highest, cost / charged)
        # Messages under way may be paid already, so the mean can be too high for a moment.
        self.price = max(self._floor, self._highest, self.spent / self._settled)

    async def close(self, job_id: str) -> None:
        """Settle a message whose outcome is not known. It counts as paid."""
        async with self._changed:
            if job_id in self._reserved:
                self.spent += self._reserved.pop(job_id)
                self._settled += 1
                self._uncharged += 1
            self._changed.notify_all()
