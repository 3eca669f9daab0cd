"""Connect to a Dask cluster, or start one on this machine."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from nemomusic.errors import ConfigurationError, LocalBackendError, MissingExtraError
from nemomusic.local.private_files import LockedTemporaryFolder
from nemomusic.local.workers.engine import EngineError
from nemomusic.local.workers.environment import worker_environment
from nemomusic.runtime.executor import SHARED

if TYPE_CHECKING:
    from distributed import Client, Scheduler

SETTINGS: Final[dict[str, Any]] = {
    "distributed.scheduler.worker-saturation": 1.0,  # a job waits at the scheduler, not at a worker
    "distributed.scheduler.allowed-failures": 3,  # workers that may die at one job before it fails
    "distributed.scheduler.work-stealing": False,  # files that were fetched would be fetched again
    "distributed.comm.timeouts.connect": "5s",
    "distributed.admin.tick.interval": "1s",  # in place of 20 ms, on the owner's event loop
    "distributed.admin.system-monitor.interval": "10s",
}
"""The settings of Dask for this engine."""
QUIET: Final = {
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL": "10s",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
}
"""Settings of workers on this machine. Without them, a worker measures itself every 10 to 500
ms."""


_ADDRESS: Final = re.compile(
    r"(?:(?:tcp|tls|ucx|ws|wss)://)?(?:\[[0-9A-Fa-f:.%]+\]|[^\s/:]+):(\d+)/?"
)


class SchedulerGoneError(LocalBackendError):
    """The scheduler can't be reached, or has no workers."""


def check_dask() -> None:
    """Check that Dask is installed.

    Raises:
        MissingExtraError: Dask is not installed.
    """
    from importlib.util import find_spec

    missing = [name for name in ("dask", "distributed", "fsspec") if find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"a cluster needs {', '.join(missing)}",
            remedy='Install the extra "dask" in a checkout of nemomusic: pip install ".[dask]"',
        )


def check_address(scheduler: str) -> None:
    """Check the form of a scheduler's address, without connecting.

    Raises:
        ConfigurationError: The address has another form.
    """
    found = _ADDRESS.fullmatch(scheduler)
    if found is None or not 0 < int(found[1]) < 2**16:
        raise ConfigurationError(
            f"{scheduler!r} is not the address of a scheduler",
            remedy="Give protocol, host and port, such as tcp://10.0.0.5:8786.",
        )


def other_versions(worker: str, found: dict[str, str], wanted: dict[str, str]) -> EngineError:
    """Return the error for a worker with other versions, whose results would differ."""
    differing = ", ".join(
        f"{name} {found.get(name, 'missing')} and not {wanted[name]}"
        for name in wanted
        if found.get(name) != wanted[name]
    )
    return EngineError(
        f"the worker {worker} has {differing}",
        remedy="Install the same versions on all workers as here.",
    )


def not_runnable(worker: str, problem: object) -> EngineError:
    """Return the error for a worker that lacks a module that the engine needs."""
    return EngineError(
        f"{worker} can't run the engine ({problem})",
        remedy="Install the same packages there as here, with the extra `dask` of nemomusic.",
    )


class DaskCluster:
    """Returns a connected client. It connects again after the scheduler was lost.

    Args:
        scheduler: Its address, such as `tcp://10.0.0.5:8786`; None for a scheduler and workers on
            this machine, which end with this object.
        workers: Processes on this machine; None for one per processor.
        wait_seconds: Seconds to wait for a scheduler with at least one worker.
    """

    def __init__(self, scheduler: str | None, workers: int | None, wait_seconds: float) -> None:
        self.address: str | None = scheduler
        self.local: bool = scheduler is None
        self._workers = workers or os.cpu_count() or 1
        self._wait = wait_seconds
        self._client: Client | None = None
        self._scheduler: Scheduler | None = None
        self._processes: list[subprocess.Popen[bytes]] = []
        self._folder: LockedTemporaryFolder | None = None
        self._connecting = asyncio.Lock()

    async def client(self) -> Client:
        """Return a client that is connected, and whose cluster has workers.

        Raises:
            SchedulerGoneError: No such cluster was found within the time.
            ConfigurationError: Dask can't use the address.
        """
        async with self._connecting:
            if self._client is not None and self._client.status == "running":
                return self._client
            if self.local and self._scheduler is None:
                await self._start()
            await self._drop()
            self._client = await self._connect()
            return self._client

    async def _connect(self) -> Client:
        import dask
        from distributed import Client

        loop = asyncio.get_running_loop()
        until = loop.time() + self._wait
        reason: object = "it has no workers"
        while True:
            client: Client | None = None
            left = max(0.1, until - loop.time())
            try:
                with dask.config.set(SETTINGS):
                    client = await Client(
                        self.address,
                        asynchronous=True,
                        set_as_default=False,
                        timeout=min(5.0, left),
                        name="nemomusic",
                    )
                await client.wait_for_workers(1, timeout=left)
                return client
            except (OSError, TimeoutError) as error:
                reason = error or reason
                if client is not None:
                    await client.close()
            except (ImportError, TypeError, ValueError) as error:  # such as tls:// without keys
                raise ConfigurationError(
                    f"Dask can't connect to {self.address} ({error})",
                    remedy="Check the address and Dask's own configuration.",
                ) from error
            if loop.time() >= until:
                raise SchedulerGoneError(
                    f"no scheduler with workers at {self.address} within {self._wait:g} s "
                    f"({reason})",
                    remedy="Check the address, start the scheduler and its workers, and run the "
                    "same command again.",
                )
            await asyncio.sleep(0.5)

    async def _start(self) -> None:
        """Start a scheduler in this process, and workers whose environment holds no secret."""
        import dask
        from distributed import Scheduler

        # At its own log level, it reports each connection on standard error.
        logging.getLogger("distributed").setLevel(logging.WARNING)
        with dask.config.set(SETTINGS):
            self._scheduler = await Scheduler(
                host="127.0.0.1", port=0, dashboard=False, dashboard_address="127.0.0.1:0"
            )
        self.address = str(self._scheduler.address)
        self._folder = LockedTemporaryFolder("nemomusic-dask-")
        command = [sys.executable, "-P", "-m", "distributed.cli.dask_worker", self.address]
        command += ["--nworkers", "1", "--nthreads", "1", "--no-dashboard"]
        command += ["--local-directory", str(self._folder.path), "--memory-limit", "0"]
        command += ["--death-timeout", "60"]
        for _ in range(self._workers):
            self._processes.append(
                subprocess.Popen(  # noqa: S603, ASYNC220 - a program of ours; it only starts here
                    command,
                    env=worker_environment() | QUIET,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            )

    async def lose(self) -> None:
        """Drop a connection that has failed, so that the next call connects again."""
        async with self._connecting:
            await self._drop()

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(Exception):
                await client.close()

    async def close(self) -> None:
        """Close the connection, and end the cluster of this machine."""
        await self.lose()
        scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            with suppress(Exception):
                await scheduler.close()
        processes, self._processes = self._processes, []
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                await SHARED.run(process.wait, 10)
            except subprocess.TimeoutExpired:
                process.kill()
                await SHARED.run(process.wait)
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
