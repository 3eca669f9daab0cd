"""Run the engine on a Dask cluster: analysis, composition and rendering run on its workers.

Only this process owns the jobs and sends requests to the service. A worker never gets a token, and
repeated work on a worker costs nothing.
"""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, ParamSpec, TypeVar

import attrs

from nemomusic.engine.errors import MediaError
from nemomusic.engine.types import ClipAnalysis, Probe, RenderResult, ScoreSummary
from nemomusic.errors import ConfigurationError, LocalBackendError
from nemomusic.local.cluster.cluster_tasks import engine_check, read_check, run_job, versions
from nemomusic.local.cluster.content_store import ContentStore
from nemomusic.local.cluster.dask_cluster import (
    DaskCluster,
    SchedulerGoneError,
    check_address,
    check_dask,
    not_runnable,
    other_versions,
)
from nemomusic.local.limits import Limits
from nemomusic.local.private_files import LockedTemporaryFolder
from nemomusic.local.workers.backend_font import sound_font_here
from nemomusic.local.workers.engine import Engine, EngineError
from nemomusic.runtime.executor import Executor

if TYPE_CHECKING:
    from collections.abc import Callable

    from distributed import Client

    from nemomusic.engine.score_source import ScoreForm, ScoreSource
    from nemomusic.engine.types import Brief, RenderPlan
    from nemomusic.local.workers.engine import OnProgress

_P = ParamSpec("_P")
_T = TypeVar("_T")

RETRIES: Final = 2
"""How often Dask repeats a job after an exception that is not the media's fault."""
STORE_THREADS: Final = 8
"""Number of files that are copied into the store, or out of it, at one time."""
LOST_TIMES: Final = 5
"""How often one job is submitted again after its scheduler was lost."""


class DaskEngine(Engine):
    """Runs the engine on the workers of a Dask cluster.

        client = nemomusic.Client.local(engine=DaskEngine("tcp://10.0.0.5:8786", store="s3://…"))

    Args:
        scheduler: Address of the scheduler; None for a cluster on this machine.
        store: The store for exchanging files: an fsspec address that this machine and all workers
            see, such as `file:///mnt/shared/store` or `s3://bucket/prefix`. With a cluster on this
            machine None means a temporary folder.
        store_options: Keyword arguments of the file system. They reach the workers.
        workers: Processes of a cluster on this machine; None for one per processor.
        wait_seconds: Seconds to wait for a lost scheduler.
        allow_partial: Accept truncated clips.
        limits: The limits of processor time of its jobs; None for those of the own pool.

    Attributes:
        gone: The error after which the cluster is given up, or None.

    Raises:
        MissingExtraError: The extra `dask` is not installed.
        ConfigurationError: There is no store for a cluster elsewhere, or an address makes no sense.
    """

    gone: LocalBackendError | None

    def __init__(
        self,
        scheduler: str | None = None,
        *,
        store: str | None = None,
        store_options: dict[str, Any] | None = None,
        workers: int | None = None,
        wait_seconds: float = 60.0,
        allow_partial: bool = False,
        limits: Limits | None = None,
    ) -> None:
        check_dask()
        if scheduler is not None:
            check_address(scheduler)
        self._folder: LockedTemporaryFolder | None = None
        if store is None:
            if scheduler is not None:
                raise ConfigurationError(
                    "a cluster elsewhere needs a store that its workers see",
                    remedy="Pass store='file:///mnt/shared/store' or store='s3://bucket/prefix'.",
                )
            self._folder = LockedTemporaryFolder("nemomusic-store-")
            store = self._folder.path.as_uri()
        self._store = ContentStore(store, store_options)
        self._cluster = DaskCluster(scheduler, workers, wait_seconds)
        self._allow_partial = allow_partial
        self._limits = attrs.asdict(limits if limits is not None else Limits())
        self._versions = versions()
        self._checked: Client | None = None
        self._checking: asyncio.Lock | None = None
        self._topic = f"nemomusic-{uuid.uuid4().hex}"
        self._listeners: dict[str, OnProgress] = {}
        self._warming: asyncio.Task[object] | None = None
        self._closed = False
        self._font: asyncio.Task[dict[str, str] | None] | None = None
        self.gone = None
        self._on_gone: Callable[[LocalBackendError], object] | None = None
        self._closing = asyncio.Event()
        self._threads = Executor(STORE_THREADS, "nemomusic-store")

    def call_when_gone(self, on_gone: Callable[[LocalBackendError], object]) -> None:
        """Call a function once when the cluster is given up, with the error.

        The work then waits until the engine is closed, and does not fail, so that its jobs can be
        resumed. Without such a function, the work fails.
        """
        self._on_gone = on_gone

    def prewarm(self) -> None:
        """Connect while the upload is still arriving."""
        if self._warming is None:
            self._warming = asyncio.create_task(self._warm())

    async def _warm(self) -> None:
        with suppress(LocalBackendError):  # the first job reports it
            await self._client()

    async def check(self) -> None:
        """Connect, and check that the workers have the same versions and can read the store.

        Raises:
            SchedulerGoneError: There is no scheduler with workers.
            StoreError: The store can't be written here.
            EngineError: A worker has other versions, can't run the engine, or can't read the store.
            ConfigurationError: Dask can't use the scheduler's address.
        """
        await self._client()

    async def _client(self) -> Client:
        if self._closed:
            raise EngineError("the engine was closed", remedy="Start the backend again.")
        if self._checking is None:
            self._checking = asyncio.Lock()
        async with self._checking:
            client = await self._cluster.client()
            if client is not self._checked:
                await self._check(client)
                client.subscribe_topic(self._topic, self._heard)
                self._checked = client
            return client

    async def _check(self, client: Client) -> None:
        for worker, found in (await _on_all(client, versions)).items():
            if found != self._versions:
                raise other_versions(worker, found, self._versions)
        for worker, problem in (await _on_all(client, engine_check)).items():
            if problem is not None:
                raise not_runnable(worker, problem)
        digest = await self._in_thread(self._store.check)
        read = await _on_all(client, read_check, self._store.url, self._store.options, digest)
        await self._in_thread(self._store.remove, digest)
        for worker, problem in read.items():
            if problem is not None:
                raise EngineError(
                    f"the worker {worker} can't read the store {self._store.url} ({problem})",
                    remedy="Choose a store that this machine and all workers see.",
                )

    def _heard(self, event: tuple[object, Any]) -> None:
        _, message = event
        listener = self._listeners.get(message.get("key", ""))
        if listener is not None:
            listener(float(message["fraction"]))

    async def _call(
        self, request: dict[str, Any], progress: OnProgress, out: Path | None = None
    ) -> dict[str, Any]:
        if self.gone is not None:
            await self._give_up(self.gone)
        request = await self._in_thread(self._with_digests, request)
        if out is not None:
            request["has_out"] = True
        for _ in range(LOST_TIMES):
            try:
                client = await self._client()
            except SchedulerGoneError as error:
                await self._give_up(error)
            answer = await self._attempt(client, request, progress)
            if answer is None:  # the job was lost with its scheduler; it may run twice
                await self._cluster.lose()
                continue
            if "media" in answer:
                raise MediaError(**answer["media"])
            if "versions" in answer:
                raise other_versions("that has joined", answer["versions"], self._versions)
            if out is not None:
                await self._in_thread(self._store.fetch, answer["out"], out)
            result: dict[str, Any] = answer["result"]
            return result
        raise EngineError(
            f"the scheduler was lost {LOST_TIMES} times during one job",
            remedy="Look at its log.",
        )

    async def _give_up(self, error: LocalBackendError) -> NoReturn:
        """Raise the error of a cluster that is gone, or wait for the owner to close the engine."""
        first, self.gone = self.gone is None, self.gone or error
        if self._on_gone is not None:
            if first:
                self._on_gone(error)
            await self._closing.wait()
        raise EngineError(error.message, remedy=error.remedy) from error

    async def _attempt(
        self, client: Client, request: dict[str, Any], progress: OnProgress
    ) -> dict[str, Any] | None:
        """Submit a job and wait for it; None if it was lost with its scheduler."""
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        key = f"nemomusic-{request['op']}-{uuid.uuid4().hex}"
        job = {
            "key": key,
            "request": request,
            "store": self._store.url,
            "options": self._store.options,
            "versions": self._versions,
            "topic": self._topic,
        }
        self._listeners[key] = progress
        # Not pure: two jobs with one key would be merged, and both would end when one is canceled.
        future = client.submit(run_job, job, key=key, pure=False, retries=RETRIES)
        try:
            answer: dict[str, Any] = await future.result()
        except FutureCancelledError:
            return None
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if future.cancelled() and task is not None and not task.cancelling():
                return None
            await _cancel(future)
            raise
        except KilledWorker as error:
            raise EngineError(
                f"the workers that did one job died ({error})",
                remedy="Give the workers more memory, or leave this clip out.",
            ) from error
        except (OSError, TimeoutError) as error:
            if client.status != "running":
                return None
            raise EngineError(f"a worker failed ({type(error).__name__}: {error})") from error
        except LocalBackendError:
            raise
        except Exception as error:
            raise EngineError(
                f"a worker failed ({type(error).__name__}: {error})", remedy="Look at its log."
            ) from error
        finally:
            self._listeners.pop(key, None)
            future.release()  # fetched at once, since nothing keeps results on the workers
        return answer

    async def _in_thread(self, function: Callable[_P, _T], *args: _P.args, **more: _P.kwargs) -> _T:
        # A cancellation does not wait for a store that hangs. The thread does no harm.
        call = self._threads.begin(function, *args, **more)
        return await call.result(wait_when_cancelled=False)

    def _with_digests(self, value: Any) -> Any:
        """Return a request with digests in place of paths. Files are put into the store once."""
        if isinstance(value, dict):
            return {
                key: self._stored(Path(inner))
                if key == "path" and isinstance(inner, str)
                else self._with_digests(inner)
                for key, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self._with_digests(inner) for inner in value]
        return value

    def _stored(self, path: Path) -> dict[str, str]:
        try:
            return {"digest": self._store.put(path), "name": path.name}
        except FileNotFoundError as error:
            raise MediaError(f"{path.name} does not exist.", remedy="Check the path.") from error
        except OSError as error:
            raise MediaError(
                f"{path.name} can't be read ({error.strerror}).", remedy="Check its rights."
            ) from error

    # -------------------------------------------------------------- the verbs

    async def probe(self, path: Path) -> Probe:
        """See `Engine.probe`."""
        request = {"op": "probe", "path": str(path), "allow_partial": self._allow_partial}
        return Probe.from_json(await self._call(request, _ignore))

    async def analyze(self, path: Path, progress: OnProgress) -> ClipAnalysis:
        """See `Engine.analyze`."""
        request = {"op": "analyze", "path": str(path), "limits": self._limits}
        return ClipAnalysis.from_json(await self._call(request, progress))

    async def compose(
        self, analysis: ClipAnalysis, brief: Brief, seed: int, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """See `Engine.compose`."""
        request = {
            "op": "compose",
            "analysis": analysis.to_json(),
            "brief": brief.to_json(),
            "seed": seed,
            "font": await self._sound_font(),
        }
        return ScoreSummary.from_json(await self._call(request, progress, out))

    async def score_file(
        self, source: ScoreSource, form: ScoreForm, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """See `Engine.score_file`."""
        request = {"op": "score_file", **source.to_json(), "form": form}
        return ScoreSummary.from_json(await self._call(request, progress, out))

    async def _sound_font(self) -> dict[str, str] | None:
        """Return this machine's sound font: the same piece needs it on any worker."""
        if self._font is None:
            self._font = asyncio.create_task(sound_font_here())
        return await asyncio.shield(self._font)

    async def check_glyphs(self, text: str) -> None:
        """See `Engine.check_glyphs`."""
        await self._call({"op": "check_glyphs", "text": text}, _ignore)

    async def check_sources(
        self, plan: RenderPlan, progress: OnProgress, *, frames: bool = True
    ) -> bool:
        """See `Engine.check_sources`."""
        what = {
            "op": "check_sources",
            "plan": plan.to_json(),
            "frames": frames,
            "limits": self._limits,
        }
        return bool((await self._call(what, progress))["decoded"])

    async def render(self, plan: RenderPlan, out: Path, progress: OnProgress) -> RenderResult:
        """See `Engine.render`."""
        request = {"op": "render", "plan": plan.to_json(), "limits": self._limits}
        return RenderResult.from_json(await self._call(request, progress, out))

    async def close(self) -> None:
        """Close the connection, and end a cluster on this machine."""
        self._closed = True
        self._closing.set()
        for task in (self._warming, self._font):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
        self._warming = None
        await self._cluster.close()
        if self._folder is not None:
            await self._in_thread(self._folder.cleanup)
        self._threads.close()


async def _on_all(client: Client, function: Callable[..., Any], *given: object) -> dict[str, Any]:
    """Run a function on all workers.

    Raises:
        EngineError: A worker can't run it, such as without nemomusic.
    """
    try:
        found: dict[str, Any] = await client.run(function, *given)
    except OSError:
        raise  # the connection failed: it is made again
    except Exception as error:
        raise not_runnable("a worker", error) from error
    return found


async def _cancel(future: Any) -> None:
    with suppress(Exception):  # the scheduler may be lost, and the job with it
        await future.cancel()


def _ignore(_: float) -> None:
    """Ignore the progress of jobs that are too short to report any."""
