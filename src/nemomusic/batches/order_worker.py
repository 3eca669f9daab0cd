"""Carry out one order: plan it, note its job, drive the job, note the hash of its result."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic import errors
from nemomusic.batches.order import Order, OrderOutcome
from nemomusic.batches.plan import CheckedOrder, key_of, plan_order, wrapped_error
from nemomusic.jobs.steps.inputs import file_digest, same_content
from nemomusic.progress_reporter import ProgressReporter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from nemomusic.batches.adaptive_concurrency import AdaptiveConcurrency
    from nemomusic.batches.credit_limit import CreditLimit
    from nemomusic.batches.order import OutcomeState
    from nemomusic.batches.output_names import OrderOutput
    from nemomusic.batches.plan import Redo
    from nemomusic.jobs.driver import JobDriver
    from nemomusic.jobs.steps.scored_video import ScoredVideo
    from nemomusic.jobs.storage.records import JobRecord
    from nemomusic.models.progress import Progress
    from nemomusic.runtime.clock import Clock
    from nemomusic.runtime.executor import Executor

PATIENCE_WITH_429: Final = 20
"""How often one order is begun again after a 429 that the policy no longer retries."""
PAUSING: Final = (
    errors.OutOfCreditsError,
    errors.BudgetError,
    errors.AuthenticationError,
    errors.PlanRequiredError,
)
"""Errors after which the next order would fail the same way."""


@attrs.frozen(kw_only=True)
class BatchTools:
    """The parts that all orders of a batch use.

    Attributes:
        driver: Runs the jobs.
        clock: The time.
        executor: Reads and hashes files.
        concurrency_limit: Limits the orders at once.
        budget: Limits the credits; None for no limit.
        cloud: Whether the orders are for the cloud, which accepts fewer types of files.
    """

    driver: JobDriver
    clock: Clock
    executor: Executor
    concurrency_limit: AdaptiveConcurrency
    budget: CreditLimit | None
    cloud: bool


@attrs.frozen(kw_only=True)
class BatchOptions:
    """The options of a batch.

    Attributes:
        folder: The folder of the outputs; None to use the path of each order.
        overwrite: Whether files of other programs at the outputs may be replaced.
        redo: Which orders are repeated.
        on_progress: Called with an order and a `Progress`.
    """

    folder: Path | None = None
    overwrite: bool = False
    redo: Collection[Redo] = ()
    on_progress: Callable[[Order, Progress], object] | None = None


class OrderWorker:
    """Carries out the orders of one batch, one order per call.

    Args:
        tools: The parts that all orders use.
        options: The options of the batch.
    """

    def __init__(self, tools: BatchTools, options: BatchOptions) -> None:
        self.tools = tools
        self.options = options

    async def plan(
        self, order: Order, number: int, output: OrderOutput, *, look_only: bool = False
    ) -> CheckedOrder:
        """Return what a run would do with an order. Nothing is sent.

        Args:
            order: The order.
            number: The position of the order in the list.
            output: The order's output.
            look_only: Whether to make no file and no folder, not even the folder of the output.

        Raises:
            JournalError: The journal can't be read.
        """
        run = self.tools.executor.run
        path = output.path
        if path is None or output.error is not None:
            return CheckedOrder(order=order, number=number, state="bad", error=output.error)
        store = await self.tools.driver.notes()
        record: JobRecord | None = None
        try:
            record = await store.find(self.tools.driver.backend, key_of(path))
        except errors.JournalError as error:
            if error.job_id is None:
                raise
            return CheckedOrder(order=order, number=number, state="bad", path=path, error=error)
        try:
            return await run(
                plan_order,
                order,
                number,
                path,
                record,
                overwrite=self.options.overwrite,
                redo=self.options.redo,
                cloud=self.tools.cloud,
                look_only=look_only,
            )
        except errors.NemoMusicError:
            raise
        except Exception as own:  # noqa: BLE001 - of the caller's source
            wrapped = wrapped_error(own)
            return CheckedOrder(
                order=order, number=number, state="bad", path=path, error=wrapped, record=record
            )

    async def carry_out(self, order: Order, number: int, output: OrderOutput) -> OrderOutcome:
        """Carry out an order, or continue it.

        Raises:
            OutOfCreditsError: The credits are used up.
            BudgetError: The budget is used up.
            JournalError: The journal can't be used.
        """
        began = self.tools.clock.monotonic()
        planned = await self.plan(order, number, output)
        job_id = planned.record.id if planned.record is not None else None
        video: ScoredVideo | None = None
        error = planned.error
        if planned.state == "kept" and planned.record is not None:
            video = await self.tools.driver.finished(planned.record)
            await self._seal(planned.record, planned)
        elif error is None:
            try:
                record = await self._record_of(planned)
                job_id = record.id
                video = await self._work(record, planned)
            except PAUSING:
                raise
            except errors.JournalError as broken:
                if broken.job_id is None:
                    raise
                error = broken
            except errors.NemoMusicError as failed:
                error = failed
            except Exception as own:  # noqa: BLE001 - of the caller's source: the others go on
                error = wrapped_error(own, job_id)
        state: OutcomeState = "kept" if planned.state == "kept" else "done"
        if error is not None:
            state = "failed"
        return OrderOutcome(
            order=order,
            number=number,
            state=state,
            path=planned.path,
            video=video,
            error=error,
            job_id=job_id,
            seconds=self.tools.clock.monotonic() - began,
        )

    async def _record_of(self, planned: CheckedOrder) -> JobRecord:
        """Return the order's job, and note it first if it is new."""
        if planned.state == "resume" and planned.record is not None:
            return planned.record
        store = await self.tools.driver.store()
        inputs, path = planned.inputs, planned.path
        assert inputs is not None  # noqa: S101 - planned as new
        assert path is not None  # noqa: S101 - planned as new
        if planned.record is not None:  # the order is repeated
            async with store.lease(planned.record.id):
                await store.forget(planned.record.id)
        try:
            return await store.create(
                self.tools.driver.backend,
                inputs.data,
                now=self.tools.clock.time(),
                key=key_of(path),
            )
        except errors.JobBusyError:  # another run of the same batch was faster: follow its job
            record = await store.find(self.tools.driver.backend, key_of(path))
            same = self.tools.executor.run
            if record is None or not await same(same_content, inputs.data, record.data):
                raise
            return record

    async def _work(self, record: JobRecord, planned: CheckedOrder) -> ScoredVideo:
        driver, budget = self.tools.driver, self.tools.budget
        changes: dict[str, Any] = {"hash_output": True}  # a later run recognizes the output by it
        if self.options.overwrite:
            changes["overwrite"] = True
        reporter = ProgressReporter(self._reporting(planned.order))
        try:
            for attempt in range(PATIENCE_WITH_429 + 1):
                drive = driver.start(
                    record,
                    reporter=reporter,
                    clips=None if planned.inputs is None or attempt else planned.inputs.clips,
                    gate=budget,
                    **changes,
                )
                try:
                    video = await driver.wait(drive)
                    break
                except errors.JobBusyError:  # another process works on it
                    video = await driver.result(record.id, reporter, gate=budget, **changes)
                    break
                except errors.RateLimitedError as limited:
                    if attempt == PATIENCE_WITH_429:
                        raise
                    until = limited.retry_at or self.tools.clock.time() + 30.0
                    await self.tools.clock.sleep(max(1.0, until - self.tools.clock.time()))
                except asyncio.CancelledError:
                    await driver.stop(drive)
                    raise
        finally:
            await reporter.close()
            if budget is not None:
                await budget.close(record.id)
        return video

    def _reporting(self, order: Order) -> Callable[[Progress], object] | None:
        on_progress = self.options.on_progress
        return None if on_progress is None else lambda progress: on_progress(order, progress)

    async def _seal(self, record: JobRecord, planned: CheckedOrder) -> None:
        """Note the hash of a finished output. A later run recognizes the output by it."""
        if planned.path is None or record.data.get("output_sha256") is not None:
            return
        with suppress(OSError):
            digest = await self.tools.executor.run(file_digest, planned.path)
            store = await self.tools.driver.store()
            await store.note(
                record.id,
                "download",
                "hashed",
                {"output_sha256": digest},
                now=self.tools.clock.time(),
            )
