"""Every step of the main job with every fault that applies to it.

Each cell runs the whole job, with a journal, against the backend with that one fault, and asserts
the outcome, the backend's own count of accepted messages and of credits, and that nothing is left
behind. `python -m pytest -s -m "" tests/reliability/test_fault_matrix.py` runs all cells and prints
the table.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest

from nemomusic import errors as e
from nemomusic.local import Limits, LocalOptions
from nemomusic.testing import FakeClock, Faults, StubBackend, full_disk, run
from nemomusic.testing.fake_time import tasks_left
from support.fast import MEMORY, collect, kinds, open_files
from support.rows import quick_rows

OK = None  # the job ends with a video
PROMPT = "warm lo-fi music that follows the cuts"


class Cell(NamedTuple):
    """One fault at one step."""

    step: str
    fault: object
    outcome: type[Exception] | None = OK
    accepted: int = 1
    times: int = 1
    after: int = 0
    anonymous: bool = False
    tokens: int = 1
    refunded: int = 0
    """Messages whose credits the embedded backend gives back: their film can't be rendered."""
    dialect: str = "adk"
    envelope: str = "code"

    @property
    def name(self) -> str:
        more = "" if self.times == 1 else f" x{self.times}"
        late = "" if not self.after else f" after {self.after}"
        again = "" if self.tokens == 1 else ", and another token is to be had"
        return f"{self.step}: {self.fault}{more}{late}{again}"


def transient(step: str, **more) -> list[Cell]:
    """Return the faults that any call survives that may be repeated."""
    return [
        Cell(step, fault, **more)
        for fault in (
            Faults.reset_before(),
            Faults.reset_after(),
            Faults.cut_after(0),
            Faults.cut_after(7),
            Faults.cut_after(7, hard=True),
            Faults.stall_before(),
            Faults.stall_after(),
            Faults.status(500),
            Faults.status(502),
            Faults.status(503),
            Faults.status(504),
            Faults.status_after(503),
            Faults.rate_limited(),
            Faults.rate_limited(5),
            Faults.rate_limited(5, date=True),
            Faults.then_refuse(3),
        )
    ]


def nonsense(step: str, outcome, **more) -> list[Cell]:
    """Return answers that make no sense."""
    faults = (Faults.html(), Faults.html(200), Faults.broken_json(), Faults.json([1]))
    return [Cell(step, fault, outcome, **more) for fault in faults[1:]]


def codes(step: str, code: int, outcome, spellings=("code", "success", "status"), **more):
    """Return one error code in each spelling, with its own status and with 200."""
    cells = [Cell(step, Faults.code(code, spelling), outcome, **more) for spelling in spellings]
    plain = [s for s in spellings if s in {"code", "success"}]
    return cells + [Cell(step, Faults.code(code, s, status=200), outcome, **more) for s in plain]


def matrix() -> list[Cell]:
    cells: list[Cell] = []
    # -- the token: acquired once in the job's life; asking twice would use up the week's other one
    token = "anonymous-token"
    for fault in (
        Faults.reset_before(),
        Faults.reset_after(),
        Faults.cut_after(7),
        Faults.stall_after(),
    ):
        outcome = e.RequestTimeoutError if "stall" in fault.name else e.ConnectionLostError
        cells.append(Cell(token, fault, outcome, 0, anonymous=True))
    cells += [
        Cell(token, Faults.rate_limited(), anonymous=True),
        Cell(token, Faults.rate_limited(30), anonymous=True),
        Cell(token, Faults.rate_limited(), e.RateLimitedError, 0, times=2, anonymous=True),
        Cell(token, Faults.rate_limited(500_000), e.RateLimitedError, 0, anonymous=True),
        Cell(token, Faults.code(400), anonymous=True),
        Cell(token, Faults.code(400), e.ClientIdError, 0, times=2, anonymous=True),
        Cell(token, Faults.status(503), e.ServerError, 0, anonymous=True),
        Cell(token, Faults.then_refuse(3), anonymous=True),
    ]
    cells += nonsense(token, e.UnexpectedAnswerError, accepted=0, anonymous=True)

    # -- replayable calls
    for step, accepted in (("open-session", 0), ("state", 0), ("render-status", 1)):
        cells += transient(step)
        survived = step == "render-status"
        cells += nonsense(step, OK if survived else e.UnexpectedAnswerError, accepted=accepted)
        cells += codes(step, 1001, e.AuthenticationError, accepted=accepted)
        cells += [
            Cell(step, Faults.rate_limited(500), e.RateLimitedError, accepted),
            Cell(step, Faults.rate_limited(1), e.RateLimitedError if accepted == 0 else OK,
                 accepted, times=2),
            Cell(step, Faults.status(503), times=4),
            Cell(step, Faults.status(503), e.ServerError if accepted == 0 else OK, accepted,
                 times=5),
            Cell(step, Faults.reset_before(), times=4),
        ]  # fmt: skip
    # -- 1001 of a token that was not the user's is replaced; its sessions with it
    for step in ("open-session", "upload", "state", "stream"):
        cells += [
            Cell(step, Faults.code(1001), e.RateLimitedError, 0, anonymous=True),
            Cell(step, Faults.code(1001), anonymous=True, tokens=2),
        ]
    cells += codes("state", 1002, OK, ("code", "success", "detail"))
    cells += [Cell(step, Faults.code(1002, "status"), e.NotFoundError, 0)
              for step in ("state", "upload", "stream")]  # fmt: skip
    cells += [
        Cell("state", Faults.lose_sessions()),
        Cell("upload", Faults.lose_sessions()),
        Cell("render-status", Faults.code(404), e.NotFoundError),
    ]

    # -- uploads: the state is asked before anything is sent again
    cells += transient("upload")
    cells += nonsense("upload", e.UnexpectedAnswerError, accepted=0)
    cells += codes("upload", 1001, e.AuthenticationError, accepted=0)
    cells += codes("upload", 1002, OK, ("code", "success", "detail"))
    cells += codes("upload", 4001, e.UnsupportedFileTypeError, ("code", "success"), accepted=0)
    cells += codes("upload", 4002, e.FileTooLargeError, ("code", "success"), accepted=0)
    cells += [
        Cell("upload", Faults.status(413), e.FileTooLargeError, 0),
        Cell("upload", Faults.status(415), e.UnsupportedFileTypeError, 0),
        Cell("upload", Faults.reset_during_request(1000)),
        Cell("upload", Faults.reset_during_request(100_000)),
        Cell("upload", Faults.status(503), times=4),
        Cell("upload", Faults.status(503), e.ServerError, 0, times=5),
    ]

    # -- the message: sent once, whatever happens
    for dialect in ("adk", "gateway"):
        more = {"dialect": dialect, "envelope": "code" if dialect == "adk" else "success"}
        cells += [
            Cell("stream", fault, outcome, accepted, **more)
            for fault, outcome, accepted in (
                (Faults.reset_before(), e.OutcomeUnknownError, 0),
                (Faults.reset_during_request(40), e.OutcomeUnknownError, 0),
                (Faults.reset_after(), OK, 1),
                (Faults.stall_before(), e.OutcomeUnknownError, 0),
                (Faults.stall_after(), OK, 1),
                (Faults.heartbeats_only(), OK, 1),
                (Faults.heartbeats_only(accepted=False), e.OutcomeUnknownError, 0),
                (Faults.silent(), OK, 1),
                (Faults.agent_error(), e.AgentError, 0),
                (Faults.agent_error("no model", "RESOURCE_EXHAUSTED"), e.AgentError, 0),
                (Faults.lose_sessions(), OK, 1),
                (Faults.html(), e.OutcomeUnknownError, 0),
                (Faults.json(), e.OutcomeUnknownError, 0),
                (Faults.broken_json(), e.OutcomeUnknownError, 0),
                *((Faults.status(n), e.OutcomeUnknownError, 0) for n in (500, 502, 503, 504)),
                *((Faults.status_after(n), OK, 1) for n in (500, 502, 503, 504)),
                (Faults.rate_limited(), OK, 1),
                (Faults.rate_limited(7), OK, 1),
                (Faults.rate_limited(7, date=True), OK, 1),
                (Faults.rate_limited(121), e.RateLimitedError, 0),
                (Faults.status(403), e.InvalidRequestError, 0),
                (Faults.status(422), e.InvalidRequestError, 0),
                (Faults.then_refuse(5), OK, 1),
            )
        ]
        for cut in (-1, 0, 1, 5, 6, 7, 50, 119, 120, 121, 300, 500, 700, 1000, 2000):
            fault = Faults.reset_after() if cut < 0 else Faults.cut_after(cut, hard=bool(cut % 2))
            cells.append(Cell("stream", fault, **more))
        cells += codes("stream", 1001, e.AuthenticationError, accepted=0, **more)
        cells += codes("stream", 1002, OK, ("code", "success", "detail"), **more)
        cells += codes("stream", 2001, e.OutOfCreditsError, ("code", "success"), accepted=0, **more)
        cells += [
            Cell("stream", Faults.rate_limited(1), e.RateLimitedError, 0, times=2, **more),
            Cell("stream", Faults.code(1002), e.SessionNotFoundError, 0, times=2, **more),
            # The reading of the state after the turn.
            Cell("state", Faults.reset_before(), after=1, times=2, **more),
            Cell("state", Faults.status(503), after=1, times=4, **more),
        ]

    # -- the render
    start = "render-start"
    for envelope in ("code", "success"):
        more = {"envelope": envelope}
        cells += [
            Cell(start, fault, **more)
            for fault in (
                Faults.reset_before(),
                Faults.reset_during_request(30),
                Faults.reset_after(),
                Faults.cut_after(7),
                Faults.stall_before(),
                Faults.stall_after(),
                *(Faults.status(n) for n in (500, 502, 503, 504)),
                Faults.status_after(503),
                Faults.rate_limited(),
                Faults.rate_limited(5, date=True),
                Faults.html(),
                Faults.broken_json(),
                Faults.duplicate_id(),
                Faults.duplicate_id(accepted=False),
                Faults.then_refuse(3),
            )
        ]
        cells += [
            Cell(start, Faults.status(500), e.ServerError, times=2, **more),
            Cell(start, Faults.status_after(500), times=2, **more),
            Cell(start, Faults.failed_render(), e.RenderFailedError, refunded=1, **more),
            Cell(start, Faults.rate_limited(300), e.RateLimitedError, **more),
            Cell(start, Faults.lose_sessions(), e.SessionLostError, **more),
        ]
    cells += codes(start, 1001, e.AuthenticationError)
    cells += codes(start, 1002, e.SessionLostError, ("code", "success", "detail"))
    cells += codes(start, 402, e.PlanRequiredError)

    # -- the download
    for fault in (
        Faults.reset_before(),
        Faults.reset_after(),
        Faults.cut_after(0),
        Faults.cut_after(20),
        Faults.cut_after(20, hard=True),
        Faults.stall_before(),
        Faults.stall_after(),
        *(Faults.status(n) for n in (403, 404, 410, 500, 502, 503, 504)),
        Faults.rate_limited(),
        Faults.rate_limited(5, date=True),
        Faults.rate_limited(500),
        Faults.html(),
        Faults.wrong_length(+5),
        Faults.wrong_length(-5),
        Faults.changed_file(),
        Faults.then_refuse(3),
    ):
        cells.append(Cell("cdn", fault))
        if fault.name != "refused for 3 s":
            cells.append(Cell("cdn", fault, times=6))  # the fallback it is, then
    return cells


def unique(cells: list[Cell]) -> dict[str, Cell]:
    named: dict[str, Cell] = {}
    for cell in cells:
        name = f"{cell.name} [{cell.dialect}, {cell.envelope}{', anonymous' * cell.anonymous}]"
        named[name] = cell
    return named


CELLS = unique(matrix())


def quick_cells() -> set[str]:
    """Return the first cell of each step and outcome; the rest is slow."""
    firsts: dict[tuple[object, ...], str] = {}
    for name, cell in CELLS.items():
        firsts.setdefault((cell.step, cell.outcome, cell.accepted, cell.dialect), name)
    return set(firsts.values())


RESULTS: dict[str, str] = {}


class Seen(NamedTuple):
    error: Exception | None
    backend: StubBackend
    path: Path
    state: str


async def job(cell: Cell, clock: FakeClock, folder: Path) -> Seen:
    """Return the main job with this fault in it."""
    clip = folder / "clip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(150_000))
    output = folder / "out.mp4"
    backend = StubBackend(
        clock=clock,
        folder=folder / "backend",
        options=LocalOptions(
            dialect=cell.dialect,
            envelope=cell.envelope,
            limits=Limits(tokens_per_client=cell.tokens),
        ),
    )
    async with (
        backend,
        backend.client(
            anonymous=cell.anonymous,
            journal=folder / "jobs.sqlite",
            client_id_file=folder / "client_id",
        ) as client,
    ):
        backend.faults.add(cell.step, cell.fault, times=cell.times, after=cell.after)
        error = None
        try:
            async with asyncio.timeout(5000):  # of the clock's time: nothing may hang
                await client.add_music(clip, PROMPT, output=output)
        except e.NemoMusicError as caught:
            error = caught
        if error is not None:
            error.__traceback__ = None
        (record,) = await client.jobs.list()
        left = await others_end_but_servers()
        assert not left, left
    return Seen(error, backend, output, record.state)


async def others_end_but_servers() -> set[asyncio.Task]:
    """Return tasks of the client's that are still there; the backend's own go on."""
    for _ in range(20):
        await asyncio.sleep(0)
    return {
        task
        for task in asyncio.all_tasks()
        if (task.get_name().startswith("nemomusic") or "client" in repr(task.get_coro()))
        and task is not asyncio.current_task()
    }


def check(cell: Cell, folder: Path) -> Seen:
    """Run one cell, and assert what has to be so."""
    random.seed(cell.name)  # the jitter of waits
    collect()
    files = kinds(open_files())
    clock = FakeClock()

    async def main() -> Seen:
        seen = await job(cell, clock, folder)
        left = await tasks_left()
        assert not left, left
        return seen

    seen = run(main(), clock=clock)
    collect()
    assert kinds(open_files()) == files, "file descriptors are left open"
    ledger, error = seen.backend.ledger, seen.error

    assert seen.backend.faults.struck, "the fault did not strike"
    if cell.outcome is OK:
        assert error is None, repr(error)
        assert seen.path.read_bytes()[4:8] == b"ftyp"
        assert seen.state == "done"
    else:
        assert type(error) is cell.outcome, repr(error)
        assert not seen.path.exists()
        assert seen.state != "done"
        assert len(error.attempts) >= 1 or isinstance(error, e.AgentError | e.RenderFailedError)
    assert all(len(texts) <= 1 for texts in ledger.messages.values()), "sent twice"
    assert ledger.accepted == cell.accepted
    assert ledger.credits_spent == 100 * (cell.accepted - cell.refunded)
    assert max(ledger.uploads.values(), default=0) <= (2 if lost(cell) else 1), "uploaded twice"
    left = sorted(path.name for path in folder.iterdir())
    allowed = {"backend", "clip.mp4", "out.mp4", "jobs.sqlite", "jobs.sqlite.owners", "client_id"}
    assert set(left) <= allowed, left
    return seen


def lost(cell: Cell) -> bool:
    """Return whether the fault takes away a session, so that its uploads are sent again.

    Another token is another user, who can't see it.
    """
    return cell.tokens > 1 or "1002" in cell.fault.name or "lost" in cell.fault.name


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


@pytest.mark.parametrize("name", quick_rows(quick_cells(), CELLS))
def test_cell(name, folder):
    check(CELLS[name], folder)
    RESULTS[name] = "result" if CELLS[name].outcome is OK else CELLS[name].outcome.__name__


@pytest.mark.parametrize("after", [0, 1, 30])
def test_a_full_disk_ends_the_job_and_leaves_nothing(folder, after):
    cell = Cell("cdn", Faults.changed_file(), e.OutputError)
    with full_disk(after):
        clock = FakeClock()
        seen = run(job(cell, clock, folder), clock=clock)
    assert type(seen.error) is e.OutputError
    assert "No space left" in str(seen.error)
    assert not seen.path.exists()
    assert not list(folder.glob("*.part*"))
    RESULTS[f"disk: full after {after} B"] = "OutputError"


def table(results: dict[str, str]) -> str:
    """Return the cells by step, and how they ended."""
    steps: dict[str, Counter[str]] = defaultdict(Counter)
    for name, outcome in results.items():
        steps[name.partition(":")[0]][outcome] += 1
    lines = [f"{'step':16} {'cells':>5} {'result':>6} {'typed error':>11}"]
    totals: Counter[str] = Counter()
    for step, outcomes in steps.items():
        good, cells = outcomes["result"], outcomes.total()
        lines.append(f"{step:16} {cells:5} {good:6} {cells - good:11}")
        totals += outcomes
    good = totals["result"]
    lines.append(f"{'all':16} {totals.total():5} {good:6} {totals.total() - good:11}")
    lines += [f"  {n:4} {outcome}" for outcome, n in totals.most_common() if outcome != "result"]
    return "\n".join(lines)


def test_table(capsys):
    """Last, so that it tells of all cells that were run."""
    with capsys.disabled():
        sys.stdout.write(f"\n{table(RESULTS)}\n")
    assert len(RESULTS) <= len(CELLS) + 3


if __name__ == "__main__":
    sys.exit(pytest.main([__file__, "-q", *sys.argv[1:]]))
