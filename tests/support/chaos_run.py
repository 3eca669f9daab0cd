"""Quick edits through a proxy that harms connections; the backend counts what it accepted.

    python tests/support/chaos_run.py --edits 200 --seed 31 [--rate 0.4] [--held 5 60 --patient]

Each edit has a user and a journal of its own. The proxy resets, stalls, cuts, dribbles, swallows
ends and refuses at seeded positions; `--held` makes it hold whole requests, and deliver them that
many seconds after their connection was reset. `--patient` makes the jobs wait for the outcome of a
message as long as they do by default, 270 s, and not for 1.4 s. A job that fails is resumed through
the same proxy. At the end the proxy is calm, what was held has been delivered, and jobs whose
outcome was unknown are resumed once more.

Must hold: no message accepted twice, no render that no journal knows, no output that differs from
its render, each accepted message a video, typed errors only, everything in bounded time.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import attrs

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nemomusic import Client, errors
from nemomusic.local import LocalBackend, LocalOptions, StubEngine
from nemomusic.runtime.clock import Clock, SystemClock
from nemomusic.settings import Settings, Timeouts
from support.chaos_proxy import ChaosProxy

TIMEOUTS = Timeouts(
    connect=2,
    call=3,
    read=3,
    upload_stall=3,
    turn=20,
    heartbeats=6,
    recover_first=0.2,
    recover_next=0.3,
    render=15,
)
PATIENT = attrs.evolve(TIMEOUTS, turn=900, recover_first=None, recover_next=None)
"""The same, but a job waits for the outcome of a message as long as by default: 270 s."""
LIMIT = 90.0
"""Seconds in which each attempt has to end, besides the wait for the outcome."""
WAIT = 300.0
"""Seconds more for patient jobs."""
RESUMES = 12
ENDED = {"film", "OutcomeUnknownError", "NoMusicAddedError", "SessionLostError", "AgentError"}
"""Ends of a job that trying again does not change."""


class SlowEngine(StubEngine):
    """A stub whose work takes a moment, and whose films are as long as some reads of a socket."""

    async def compose(self, *given: Any) -> Any:
        """See `Engine.compose`."""
        await asyncio.sleep(0.05)
        return await super().compose(*given)

    async def render(self, plan: Any, out: Path, progress: Any) -> Any:
        """See `Engine.render`."""
        await asyncio.sleep(0.05)
        made = await super().render(plan, out, progress)
        with out.open("ab") as video:
            video.write(random.Random(out.name).randbytes(200_000))
        return attrs.evolve(made, size=out.stat().st_size)


@attrs.define
class ChaosRun:
    """What came of the edits.

    Attributes:
        edits: How many.
        first: How the first attempts ended.
        ended: How the jobs had ended when the proxy was calmed.
        arrived: Of the outcomes that were unknown then, how many messages had arrived by then.
        twice: Messages accepted more than once.
        orphans: Renders that no journal knows.
        lost: Accepted messages that gave no video.
        wrong: What else should not have happened.
        faults: How often each fault struck.
        held_messages: How many requests that were held carried a message.
        unknown: What struck the messages whose outcome was unknown then.
    """

    edits: int
    first: Counter[str] = attrs.field(factory=Counter)
    ended: Counter[str] = attrs.field(factory=Counter)
    arrived: int = 0
    twice: list[str] = attrs.field(factory=list)
    orphans: list[str] = attrs.field(factory=list)
    lost: list[str] = attrs.field(factory=list)
    wrong: list[str] = attrs.field(factory=list)
    faults: Counter[str] = attrs.field(factory=Counter)
    held_messages: int = 0
    unknown: Counter[str] = attrs.field(factory=Counter)

    @property
    def bad(self) -> list[str]:
        """All that must not be."""
        return [*self.twice, *self.orphans, *self.lost, *self.wrong]


class _Edit:
    """One job, its user and its journal."""

    def __init__(
        self, run: ChaosRun, number: int, folder: Path, settings: Settings, clock: Clock
    ) -> None:
        self._run = run
        self._clock = clock
        self.number = number
        self._folder = folder
        self._settings = settings
        self._limit = LIMIT + (WAIT if settings.timeouts.recover_first is None else 0.0)
        self.prompt = f"warm lo-fi music, take {number}"
        self.output = folder / "out.mp4"
        self.last = ""

    def _client(self) -> Client:
        return Client(
            settings=self._settings, journal=self._folder / "jobs.sqlite", clock=self._clock
        )

    async def _attempt(self, work: Any, what: str) -> str:
        try:
            async with asyncio.timeout(self._limit):
                await work
        except errors.NemoMusicError as error:
            str(error), repr(error)
            end = type(error).__name__
        except TimeoutError:
            self._run.wrong.append(f"edit {self.number} {what}: over {self._limit:g} s")
            end = "no end"
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self._run.wrong.append(f"edit {self.number} {what}: untyped {error!r}")
            end = f"untyped {type(error).__name__}"
        else:
            end = "film"
        if (end == "film") != self.output.exists():
            self._run.wrong.append(f"edit {self.number} {what}: {end}, and the file says no")
        return end

    async def first(self) -> None:
        """Start the job."""
        clip = self._folder / "clip.mp4"
        clip.write_bytes(f"{self.number:08}ftypmp42".encode() * 3800)
        async with self._client() as client:
            work = client.add_music(clip, self.prompt, output=self.output)
            self.last = await self._attempt(work, "add_music")
        self._run.first[self.last] += 1

    async def resume(self, times: int) -> None:
        """Go on with the job until that does not change its end."""
        async with self._client() as client:
            try:
                jobs = await client.jobs.list()
            except errors.NemoMusicError as error:
                self._run.wrong.append(f"edit {self.number}: {error!r}")
                return
            for _ in range(times if jobs else 0):
                self.last = await self._attempt(client.jobs.attach(jobs[0].id).result(), "resume")
                if self.last in ENDED or self.last.startswith(("untyped", "no end")):
                    break

    async def known_renders(self) -> set[str]:
        """Return ids of the renders that the journal knows."""
        async with self._client() as client:
            return {
                str(step.data.get("render_id"))
                for job in await client.jobs.list()
                for step in await client.jobs.log(job.id)
            }

    def leftovers(self) -> list[str]:
        """Return files of unfinished work."""
        return [one.name for one in self._folder.iterdir() if ".part" in one.name]


async def chaos_run(
    edits: int,
    seed: int,
    *,
    rate: float = 0.4,
    held: tuple[float, float] | None = None,
    patient: bool = False,
    at_once: int = 8,
    clock: Clock | None = None,
) -> ChaosRun:
    """Make that many edits.

    Args:
        edits: How many.
        seed: Of the faults.
        rate: The share of connections that are harmed.
        held: Seconds for which requests are held, shortest and longest; None for none.
        patient: Whether jobs wait for the outcome of a message as long as by default.
        at_once: Edits side by side.
        clock: The clock of the event loop, if its time is not that of the system.
    """
    run, clock = ChaosRun(edits), clock if clock is not None else SystemClock()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        async with LocalBackend(
            work / "data", engine=SlowEngine(), faithful=True, options=LocalOptions(clock=clock)
        ) as backend:
            proxy = ChaosProxy(int(backend.url.rpartition(":")[2]), seed, rate, held)
            address = f"http://127.0.0.1:{await proxy.start()}"
            gate = asyncio.Semaphore(at_once)

            async def edit(number: int) -> _Edit:
                async with gate:
                    folder = work / f"edit {number}"
                    folder.mkdir()
                    settings = Settings(
                        token=backend.issue_token(user_id=f"user_{number}"),
                        api_url=address,
                        web_url=address,
                        client_id=f"chaos-{number}",
                        token_file=None,
                        timeouts=PATIENT if patient else TIMEOUTS,
                    )
                    one = _Edit(run, number, folder, settings, clock)
                    await one.first()
                    if one.last != "film":
                        await one.resume(RESUMES)
                    run.ended[one.last] += 1
                    return one

            made = await asyncio.gather(*map(edit, range(edits)))
            accepted = {text for said in backend.ledger.messages.values() for text in said}
            unknown = [one for one in made if one.last == "OutcomeUnknownError"]
            run.arrived = sum(one.prompt in accepted for one in unknown)
            faults = proxy.message_faults
            run.unknown = Counter(faults.get(one.number, "not connected") for one in unknown)
            proxy.calm()
            await proxy.delivered()

            async def finish(one: _Edit) -> None:
                async with gate:
                    await one.resume(RESUMES)

            await asyncio.gather(*[finish(one) for one in made if one.last != "film"])
            await proxy.stop()
            await _judge(run, made, backend)
            run.faults = proxy.struck
            run.held_messages = proxy.held_messages
    return run


async def _judge(run: ChaosRun, made: list[_Edit], backend: LocalBackend) -> None:
    texts = Counter(text for said in backend.ledger.messages.values() for text in said)
    run.twice += [f"accepted {count} times: {text}" for text, count in texts.items() if count > 1]
    known = set().union(*[await one.known_renders() for one in made])
    run.orphans += [one for one in backend.ledger.renders_started if one not in known]
    run.lost += [
        f"accepted, and no film: {one.prompt} ({one.last})"
        for one in made
        if one.prompt in texts and one.last != "film"
    ]
    if backend.ledger.credits_spent != 100 * len(texts):
        run.wrong.append(f"{backend.ledger.credits_spent} credits for {len(texts)} messages")
    videos = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (backend.folder / "renders").iterdir()
    }
    for one in made:
        if one.last != "film":
            continue
        if hashlib.sha256(one.output.read_bytes()).hexdigest() not in videos:
            run.wrong.append(f"{one.prompt}: the output differs from every render")
        if left := one.leftovers():
            run.wrong.append(f"{one.prompt}: left {left}")


def report(run: ChaosRun, seed: int) -> str:
    """Give the figures."""
    unknown = run.ended["OutcomeUnknownError"]
    return "\n".join(
        [
            f"seed {seed}: {run.edits} edits, {run.faults.total()} faults {dict(run.faults)}",
            f"first attempts: {dict(run.first)}",
            f"after resuming: {dict(run.ended)}",
            (
                f"outcome unknown: {unknown / run.edits:.1%}, of which had arrived {run.arrived};"
                f" messages held: {run.held_messages}; by fault: {dict(run.unknown)}"
            ),
            (
                f"accepted twice {len(run.twice)}, orphans {len(run.orphans)}, "
                f"accepted and no film {len(run.lost)}, else wrong {len(run.wrong)}"
            ),
            *run.bad,
        ]
    )


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0.4)
    parser.add_argument("--held", type=float, nargs=2, metavar="SECONDS")
    parser.add_argument("--patient", action="store_true")
    parser.add_argument("--at-once", type=int, default=8)
    chosen = parser.parse_args()
    held = tuple(chosen.held) if chosen.held else None
    run = asyncio.run(
        chaos_run(
            chosen.edits,
            chosen.seed,
            rate=chosen.rate,
            held=held,
            patient=chosen.patient,
            at_once=chosen.at_once,
        )
    )
    sys.stdout.write(report(run, chosen.seed) + "\n")
    return 1 if run.bad else 0


if __name__ == "__main__":
    sys.exit(main())
