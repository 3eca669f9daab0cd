"""The parts of a running backend that all its handlers share."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sqlite3
import tempfile
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import attrs

from nemomusic.errors import LocalBackendError
from nemomusic.local.errors import QuotaError
from nemomusic.local.limits import limits_of
from nemomusic.local.private_files import delete_folder
from nemomusic.log import GuardedLogger
from nemomusic.runtime.executor import thread_remedy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from nemomusic.engine.types import ClipAnalysis
    from nemomusic.local.limits import Limits
    from nemomusic.local.options import LocalOptions
    from nemomusic.local.storage.ledger import Ledger
    from nemomusic.local.storage.records import Asset
    from nemomusic.local.storage.store import Store
    from nemomusic.local.workers.engine import Engine
    from nemomusic.runtime.clock import Clock

T = TypeVar("T")

_SAVE_AGAIN: Final = 1.0
"""Seconds between two tries to write to a full disk."""
_MAX_KEPT_ANSWERS: Final = 1000
"""Answers to uploads that are kept, so that a request that arrives twice has one effect."""
_TELL_AGAIN: Final = 60.0
"""Seconds between two log lines about a full disk."""

SHORTAGE_REMEDY: Final = (
    "This embedded backend has the service's credits and prices: leave out faithful=True "
    "(--faithful), or issue a token with more credits (backend.issue_token(credits=...))."
)
"""The remedy for a user whose credits are used up."""

log: Final = GuardedLogger(logging.getLogger("nemomusic.local"))


class LastAnswers(OrderedDict[tuple[object, ...], dict[str, Any]]):
    """The last answers to requests that must have their effect once."""

    def remember(self, key: tuple[object, ...], answer: dict[str, Any]) -> None:
        """Keep an answer, and forget the oldest one if there are many."""
        self[key] = answer
        if len(self) > _MAX_KEPT_ANSWERS:
            self.popitem(last=False)


@attrs.define(kw_only=True)
class Service:
    """The shared parts of a running backend.

    Attributes:
        folder: The folder with all files. No file outside of it is ever read for a client.
        store: The SQLite store.
        ledger: The backend's own counts.
        engine: Does the heavy work.
        options: The options of the backend.
        seed: The seed of all music, or None to derive it from the clip and the message.
        faithful: Whether users are held to the service's limits.
        shortage_remedy: The remedy for a user whose credits are used up; None for the one that the
            client has for the service.
        told_full: The time of the last log line about a full disk.
        own_client_id: The client id of the embedded client. It is a secret.
        url: The base of the backend's URLs, known once the socket listens.
        tasks: Messages and renders under way.
        in_flight: How much of each kind of work each user has under way.
        checked_ranges: Ranges of files (path, start, length) that were decoded without an error.
            A path identifies a content, since a file is never changed.
        uploads: The answers of the last uploads, by session, `Idempotency-Key` and files.
        analyses: Analyses that began before a message was read, by content hash. The message that
            needs one takes it out.
        loading_reader: The import of the module that reads messages, once it has begun.
        threads: Threads for disks and long computations. The event loop's own may be full of the
            user's work.
    """

    folder: Path
    store: Store
    ledger: Ledger
    engine: Engine
    options: LocalOptions
    seed: int | None = None
    faithful: bool = False
    shortage_remedy: str | None = SHORTAGE_REMEDY
    url: str = ""
    own_client_id: str = ""
    told_full: float = float("-inf")
    tasks: set[asyncio.Task[Any]] = attrs.field(factory=set)
    in_flight: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    checked_ranges: set[tuple[str, float, float]] = attrs.field(factory=set)
    uploads: LastAnswers = attrs.field(factory=LastAnswers)
    analyses: dict[str, asyncio.Task[ClipAnalysis]] = attrs.field(factory=dict)
    loading_reader: asyncio.Task[Any] | None = None
    threads: ThreadPoolExecutor = attrs.field(
        factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="nemomusic-local")
    )

    @property
    def limits(self) -> Limits:
        """The limits of users."""
        given = self.options.limits
        return given if given is not None else limits_of(faithful=self.faithful)

    @property
    def clock(self) -> Clock:
        """The clock of the backend."""
        return self.options.clock

    async def in_thread(self, call: Callable[..., T], *args: Any) -> T:
        """Run a function in a thread, because it would block the event loop."""
        try:
            work = asyncio.get_running_loop().run_in_executor(self.threads, call, *args)
        except RuntimeError as error:  # in a function of `atexit`, Python starts no more threads
            raise LocalBackendError(
                f"no thread can be started ({error})", remedy=thread_remedy(error)
            ) from error
        return await work

    def begin_work(self, kind: str, user_id: str, most: int) -> Callable[[], None]:
        """Count a piece of a user's work. Return the function that counts its end.

        Args:
            kind: `uploads`, `messages` or `exports`.
            user_id: The user.
            most: The limit of one user.

        Raises:
            QuotaError: The user has reached the limit.
        """
        if self.in_flight[kind, user_id] >= most:
            raise QuotaError(f"{most} {kind} are at work already; wait for one", passes=True)
        self.in_flight[kind, user_id] += 1

        def end() -> None:
            self.in_flight[kind, user_id] -= 1
            if not self.in_flight[kind, user_id]:
                del self.in_flight[kind, user_id]

        return end

    def save_when_possible(self, save: Callable[[], object], name: str) -> None:
        """Write data now, or as soon as the disk has space.

        Args:
            save: Writes the data. A failed call changes nothing.
            name: The name of the data, for the log.
        """
        try:
            save()
        except sqlite3.OperationalError as error:
            self.tell_full(error)
            self.spawn(self._save_later(save), f"save {name}")

    async def _save_later(self, save: Callable[[], object]) -> None:
        while True:
            await asyncio.sleep(_SAVE_AGAIN)
            try:
                save()
            except sqlite3.OperationalError:
                continue
            return

    def tell_full(self, error: BaseException) -> str:
        """Log that the disk is full, once a minute. Return the sentence."""
        said = f"no room in {self.folder}: {error}"
        now = self.clock.time()
        if now - self.told_full >= _TELL_AGAIN:
            self.told_full = now
            log.warning("%s", said)
        return said

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Run a coroutine that outlives its request."""
        task = asyncio.create_task(work, name=name)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    def listens_at(self, url: str) -> None:
        """Keep the base of the backend's URLs."""
        self.url = url

    def begin_loading(self, module: str) -> asyncio.Task[Any]:
        """Begin to load the module that reads messages, in a thread; again after a failure."""
        loading = self.loading_reader
        if loading is None or (loading.done() and (loading.cancelled() or loading.exception())):
            work = self.in_thread(importlib.import_module, module)
            loading = self.loading_reader = self.spawn(work, "load the reader of messages")
        return loading

    def asset_url(self, asset: Asset) -> str:
        """Return the URL of a file. It needs no token: the key in it is a secret."""
        from urllib.parse import quote

        return f"{self.url}/cdn/{asset.asset}/{quote(asset.name, safe='')}"

    def asset_path(self, asset: Asset) -> Path:
        """Return the path of a file on disk."""
        return self.folder / asset.file

    @asynccontextmanager
    async def scratch(self) -> AsyncIterator[Path]:
        """Make a folder for the files of one job.

        It is deleted at the end, with all files that are left in it.
        """
        folder = Path(tempfile.mkdtemp(prefix="job-", dir=self.folder / "tmp"))
        try:
            yield folder
        finally:
            await delete_folder(folder)

    def end_interrupted(self) -> None:
        """Settle the messages that an earlier run never ended.

        A message whose work was saved is paid for. All credits of another one are given back.
        """
        for number, owed in self.store.unfinished_messages():
            outcome = "done" if owed else "interrupted"
            self.store.end_message(number, outcome, spend=owed, now=self.clock.time())

    async def stop(self) -> None:
        """Cancel all work under way, and wait until it has ended."""
        tasks = list(self.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
