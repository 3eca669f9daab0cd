"""Run one job of the engine on a worker of a cluster, with files from the store and back into it.

A job may run twice, such as after a lost worker. The same request gives the same bits, and their
address in the store is their content.
"""

from __future__ import annotations

import math
import os
import platform
import shutil
import tempfile
import time
from contextlib import suppress
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from nemomusic.engine.errors import MediaError
from nemomusic.local.limits import TOO_COSTLY_REMEDY, too_costly

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.local.cluster.content_store import ContentStore

CACHED_BYTES: Final = 8 * 2**30
"""Bytes of fetched files that a worker keeps. Above it, the files that were used longest ago are
deleted.
"""
PROGRESS_SECONDS: Final = 0.3
"""Seconds between two reports of one job's progress. Each report is three messages of Dask."""
_stores: dict[str, ContentStore] = {}
_cache: Path | None = None


@cache
def versions() -> dict[str, str]:
    """Return the versions that must be equal on both sides: the results depend on them."""
    found = {"python": platform.python_version()}
    for name in ("nemomusic", "av", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found


def engine_check() -> str | None:
    """Import the modules that the engine needs; return the reason if that fails, or None."""
    try:
        for name in ("analysis.analyze", "composition.compose", "video.render"):
            import_module(f"nemomusic.engine.{name}")
    except Exception as error:  # noqa: BLE001 - told to the host, whatever it is
        return f"{type(error).__name__}: {error}"
    return None


def read_check(url: str, options: dict[str, Any], digest: str) -> str | None:
    """Read a small file of the store; return the reason if that fails, or None."""
    try:
        _store(url, options).read(digest)
    except Exception as error:  # noqa: BLE001 - told to the host, whatever it is
        return f"{type(error).__name__}: {error}"
    return None


def run_job(job: Mapping[str, Any]) -> dict[str, Any]:
    """Do one job.

    Args:
        job: `request` as in `local/workers/worker_main.py`, where each file is `{"digest", "name"}`
            in place of its path; `store` and `options`; `versions` of the host; `topic` for
            progress.

    Returns:
        `{"result": …, "out": digest or None}`, or `{"media": {"message", "remedy"}}` if the input
        is at fault, or `{"versions": …}` if they differ.
    """
    from nemomusic.local.workers.worker_main import OPERATIONS

    own = versions()
    if own != job["versions"]:
        return {"versions": own}
    store = _store(job["store"], job["options"])
    with tempfile.TemporaryDirectory(dir=_cache_folder()) as folder:
        request = _with_files(dict(job["request"]), store)
        out = Path(folder, "out") if request.pop("has_out", False) else None
        if out is not None:
            request["out"] = str(out)
        try:
            responses = _TaskResponses(request["op"], job["topic"], job["key"])
            result = OPERATIONS[request["op"]](request, responses)
        except MediaError as error:
            return {"media": {"message": error.message, "remedy": error.remedy}}
        return {"result": result, "out": None if out is None else store.put(out)}


class _TaskResponses:
    """Replaces the pipe of a worker process: progress goes to the scheduler.

    A job that has used up its processor time ends at its next progress.
    """

    def __init__(self, operation: str, topic: str, key: str) -> None:
        self._processor_limit = math.inf
        self._operation = operation
        self._topic = topic
        self._key = key
        self._at = time.monotonic()
        self._began = time.process_time()

    def expect(self, *, length: float = 0.0, processor_limit: float = math.inf) -> None:
        del length  # a worker of a cluster has no limit of time
        self._processor_limit = processor_limit

    def progress(self, fraction: float) -> None:
        used = time.process_time() - self._began
        if used > self._processor_limit * _threads():
            raise MediaError(
                f"{too_costly(self._operation, self._processor_limit)}.", remedy=TOO_COSTLY_REMEDY
            )
        now = time.monotonic()
        if now - self._at < PROGRESS_SECONDS:
            return
        self._at = now
        with suppress(Exception):  # a lost scheduler must not end the work
            from distributed import get_worker

            get_worker().log_event(self._topic, {"key": self._key, "fraction": float(fraction)})


def _threads() -> int:
    """Return how many jobs this worker may do at once. They share its processor time."""
    with suppress(Exception):
        from distributed import get_worker

        return max(1, int(get_worker().state.nthreads))
    return 1


def _store(url: str, options: dict[str, Any]) -> ContentStore:
    if url not in _stores:
        from nemomusic.local.cluster.content_store import ContentStore

        _stores[url] = ContentStore(url, options)
    return _stores[url]


def _cache_folder() -> Path:
    global _cache  # noqa: PLW0603 - one cache for each worker process
    if _cache is None or not _cache.is_dir():
        place: str | None = None
        with suppress(Exception):
            from distributed import get_worker

            place = get_worker().local_directory  # removed with the worker
        _cache = Path(tempfile.mkdtemp(prefix="nemomusic-cache-", dir=place))
    return _cache


def _with_files(value: Any, store: ContentStore) -> Any:
    """Return a request with paths of this worker in place of digests. Files are fetched once."""
    if isinstance(value, dict):
        if set(value) == {"digest", "name"}:
            return str(_fetched(store, value["digest"], value["name"]))
        return {key: _with_files(inner, store) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_files(inner, store) for inner in value]
    return value


def _fetched(store: ContentStore, digest: str, name: str) -> Path:
    folder = _cache_folder() / digest
    path = folder / (Path(name).name or "file")
    if path.exists():
        os.utime(folder)
        return path
    folder.mkdir(exist_ok=True)
    others = [other for other in folder.iterdir() if not other.name.endswith(".part")]
    if others:  # the same content under another name
        os.link(others[0], path)
    else:
        store.fetch(digest, path)
        _make_room()
    return path


def _make_room(most: Callable[[], int] = lambda: CACHED_BYTES) -> None:
    folders = [one for one in _cache_folder().iterdir() if len(one.name) == 64]
    sizes = {one: sum(file.stat().st_size for file in one.iterdir()) for one in folders}
    total = sum(sizes.values())
    for folder in sorted(folders, key=lambda one: one.stat().st_mtime)[:-8]:
        if total <= most():
            return
        total -= sizes[folder]
        shutil.rmtree(folder, ignore_errors=True)
