"""An event loop in a thread.

gevent and eventlet run all threads of a program in one thread of the system, and asyncio runs one
event loop at a time in a thread of the system. So all blocking clients of such a program share one
loop.
"""

from __future__ import annotations

import asyncio
import os
import threading
from contextlib import nullcontext, suppress
from typing import ClassVar, Self

from nemomusic.errors import ConfigurationError
from nemomusic.runtime.executor import thread_remedy
from nemomusic.runtime.green_threads import check_green_threads, green_library, patched_wrongly
from nemomusic.sync.green_loop import GreenLoop


class LoopThread:
    """An event loop that runs in a thread, until its last user releases it.

    Attributes:
        loop: The event loop.
        thread: The thread.
    """

    _shared: ClassVar[LoopThread | None] = None

    def __init__(self) -> None:
        self._library = green_library()
        self.loop: asyncio.AbstractEventLoop = (
            asyncio.new_event_loop() if self._library is None else GreenLoop()
        )
        self.thread: threading.Thread = threading.Thread(
            target=self._serve, name="nemomusic-sync", daemon=True
        )
        self._stopped = threading.Event()
        self._process = os.getpid()
        self._users = 1

    @classmethod
    def take(cls) -> LoopThread:
        """Return a loop that runs. The caller has to release it.

        Raises:
            ConfigurationError: No thread can be started, or a library has replaced only a part of
                Python's threads.
        """
        check_green_threads()
        if green_library() is None:
            return cls().start()
        while (shared := cls._shared) is not None:
            if shared.used_again():
                return shared
            if cls._shared is shared:  # no other greenlet has made a loop meanwhile
                cls._shared = None
        cls._shared = shared = cls()  # before its start, which lets other greenlets run
        return shared.start()

    def start(self) -> Self:
        """Start the thread.

        Raises:
            ConfigurationError: No thread can be started.
        """
        try:
            self.thread.start()
        except RuntimeError as error:
            self.loop.close()
            raise ConfigurationError(
                f"no thread can be started ({error})", remedy=thread_remedy(error)
            ) from error
        return self

    def used_again(self) -> bool:
        """Count one more user, and return True. Return False if this loop has come to its end."""
        if self._process != os.getpid():
            return False
        if self._stopped.is_set():
            self.thread.join()  # it runs its last tasks
            return False
        self._users += 1
        return True

    def check(self) -> None:
        """Raise if Python's threads have been replaced since the loop was made.

        Raises:
            ConfigurationError: They have been replaced. The program could not wait for the loop.
        """
        library = green_library()
        if library != self._library and library is not None:
            raise patched_wrongly(
                f"{library} has replaced Python's threads after this client was opened", library
            )

    def release(self, *, wait: bool = False) -> None:
        """Stop the loop if nothing else uses it.

        Args:
            wait: Whether to wait until its thread has ended.
        """
        self._users -= 1
        if self._users or self._process != os.getpid():
            return
        self._stopped.set()
        with suppress(RuntimeError):  # the loop is closed
            self.loop.call_soon_threadsafe(self.loop.stop)
        late = green_library() != self._library  # the thread is real, and `join` is not
        if wait and not late and threading.current_thread() is not self.thread:
            self.thread.join()

    def _serve(self) -> None:
        with self.loop.in_place() if isinstance(self.loop, GreenLoop) else nullcontext():
            self._serve_here()

    def _serve_here(self) -> None:
        loop = self.loop
        asyncio.set_event_loop(loop)
        try:
            while not self._stopped.is_set():
                # A callback may raise SystemExit. Its call raises that in the caller's thread.
                with suppress(KeyboardInterrupt, SystemExit):
                    loop.run_forever()
        finally:
            try:
                while left := asyncio.all_tasks(loop):
                    for task in left:
                        task.cancel()
                    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
                    loop.run_until_complete(loop.shutdown_asyncgens())
            finally:
                loop.close()
