"""What every part of a running backend shares."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from nemomusic.local.engines import Engine
    from nemomusic.local.ledger import Ledger
    from nemomusic.local.limits import Clock, Limits
    from nemomusic.local.rows import Asset
    from nemomusic.local.store import Store

Dialect = Literal["adk", "gateway"]
Envelope = Literal["code", "success"]
OnHangup = Literal["continue", "abort"]

log: Final = logging.getLogger("nemomusic.local")


@attrs.frozen(kw_only=True)
class Options:
    """How this backend behaves; see `LocalBackend` for the words."""

    faithful: bool = False
    dialect: Dialect = "adk"
    envelope: Envelope = "code"
    seed: int | None = None
    on_hangup: OnHangup = "continue"
    generate_price: int = 100
    edit_price: int = 50
    silent_edits: bool = False
    allow_private_urls: bool = False


@attrs.define(kw_only=True)
class Service:
    """The running backend, as its parts see it.

    Attributes:
        folder: where everything is kept; nothing outside is ever read for a client.
        url: the base of our own URLs, known once the socket listens.
        tasks: messages and renders under way.
    """

    folder: Path
    store: Store
    ledger: Ledger
    engine: Engine
    limits: Limits
    clock: Clock
    options: Options
    url: str = ""
    tasks: set[asyncio.Task[Any]] = attrs.field(factory=set)

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run something that outlives the request that asked for it."""
        task = asyncio.create_task(work, name=name)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def asset_url(self, asset: Asset) -> str:
        """Where a file can be fetched without a token: whoever knows the key may have it."""
        from urllib.parse import quote

        return f"{self.url}/cdn/{asset.asset}/{quote(asset.name, safe='')}"

    def asset_path(self, asset: Asset) -> Path:
        """Where a file is on disk."""
        return self.folder / asset.file

    def settle_interrupted(self) -> None:
        """Messages that an earlier run never finished: their credits are given back."""
        for number in self.store.unfinished_messages():
            self.store.end_message(number, "interrupted", spend=False, now=self.clock.time())

    async def stop(self) -> None:
        """Cancel all work under way and wait until it is gone."""
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
