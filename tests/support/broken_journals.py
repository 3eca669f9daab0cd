"""Damaged journals: each call ends with a result or a typed error, and nothing is sent twice.

    python tests/support/broken_journals.py --count 1000 --seed 5

A journal has a finished job, one that was killed while its message was on its way, and one that was
killed in its render. Its bytes, or its cells, are damaged. Then the jobs are listed, resumed and
salvaged.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nemomusic import Client, errors
from nemomusic.jobs.storage.salvage import salvage_journal
from nemomusic.settings import Settings
from nemomusic.testing import FakeClock, StubBackend, run

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.call_outcomes import CallOutcomes

if TYPE_CHECKING:
    from collections.abc import Iterator

ODD: tuple[Any, ...] = (
    *(
        None,
        0,
        -1,
        1e308,
        2**62,
        "",
        "x",
        "\0",
        "[]",
        "{}",
        "null",
        "1e999",
        "NaN",
        '{"a":',
        "[" * 9,
    ),
    *(b"", b"\xff\xfe", b"\0" * 9, "\u202e", "x" * 100_000, '{"message":5}', '{"sources":{"a":1}}'),
    *('{"session_id":[]}', '{"render_id":{}}', '{"finalizing":["x",null]}', '{"output":7}'),
)
CELLS = {
    "jobs": ("id", "status", "created", "backend", "key", "data"),
    "steps": ("job", "at", "step", "phase", "data"),
    "leases": ("name", "owner"),
}


def damage_bytes(path: Path, rng: random.Random) -> str:
    """Damage the file as disks do."""
    data = bytearray(path.read_bytes())
    where, length = rng.randrange(len(data)), rng.choice([1, 8, 100, 4096])
    kind = rng.choice(["cut", "zeros", "noise", "flips", "twice"])
    if kind == "cut":
        del data[where:]
    elif kind == "zeros":
        data[where : where + length] = bytes(length)
    elif kind == "noise":
        data[where : where + length] = rng.randbytes(length)
    elif kind == "twice":
        data[where:where] = data[where : where + length]
    else:
        for _ in range(length):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)
    return kind


def damage_cells(path: Path, rng: random.Random) -> str:
    """Put odd values into cells, and delete rows and tables."""
    done = []
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys=OFF")
        for _ in range(rng.choice([1, 1, 2, 5])):
            table = rng.choice(["jobs", "steps", "steps", "leases"])
            cell, odd = rng.choice(CELLS[table]), rng.choice(ODD)
            try:
                if rng.random() < 0.05:
                    db.execute(f"DROP TABLE {table}")
                    done.append(f"no {table}")
                    continue
                rows = [row for (row,) in db.execute(f"SELECT rowid FROM {table}")] or [0]
                db.execute(f"UPDATE {table} SET {cell}=? WHERE rowid=?", (odd, rng.choice(rows)))
                done.append(f"{table}.{cell}={odd!r:.30}")
            except sqlite3.Error:
                continue
    return ", ".join(done)


async def _make(backend: StubBackend, token: str, folder: Path) -> Path:
    """Write the journal, and the clips."""
    journal = folder / "whole.sqlite"
    async with _client(backend, token, journal) as client:
        for number in range(3):
            clip = folder / f"clip {number}.mp4"
            clip.write_bytes(b"\0\0\0\x18ftypmp42" + bytes([number]) * 5000)
            await client.add_music(clip, f"warm lo-fi, take {number}")
        jobs = [job.id for job in await client.jobs.list()]
    with closing(sqlite3.connect(journal, isolation_level=None)) as db:
        for number, (step, phase) in {1: ("message", "intent"), 2: ("render", "submitted")}.items():
            (last,) = db.execute(
                "SELECT rowid FROM steps WHERE job=? AND step=? AND phase=?",
                (jobs[number], step, phase),
            ).fetchone()
            db.execute("DELETE FROM steps WHERE job=? AND rowid>?", (jobs[number], last))
            db.execute("UPDATE jobs SET status='open' WHERE id=?", (jobs[number],))
            (said,) = db.execute("SELECT data FROM jobs WHERE id=?", (jobs[number],)).fetchone()
            Path(json.loads(said)["output"]).unlink()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.execute("PRAGMA journal_mode=DELETE")
    return journal


def _client(backend: StubBackend, token: str, journal: Path) -> Client:
    settings = Settings(
        api_url=backend.url, web_url=backend.url, client_id="damage", token_file=None
    )
    return Client(token, settings=settings, journal=journal, clock=backend.clock)


async def _use(damages: CallOutcomes, backend: StubBackend, token: str, journal: Path) -> None:
    """List, look at, resume and salvage the jobs of a damaged journal."""
    call = damages.call
    try:
        client = _client(backend, token, journal)
    except errors.JournalError:
        damages.ends["client: JournalError"] += 1
        return
    async with client:
        for job in await call("list", client.jobs.list()) or ():
            await call("log", client.jobs.log(job.id))
            await call("result", _result(client, job.id))


async def _result(client: Client, job_id: str) -> Any:
    return await client.jobs.attach(job_id).result()


async def _save(damages: CallOutcomes, journal: Path) -> bool:
    """Salvage the journal; return whether it can be opened then."""
    found = await damages.call("salvage", asyncio.to_thread(salvage_journal, journal))
    return found is not None


async def _runs(
    damages: CallOutcomes, count: int, seed: int, clock: FakeClock, folder: Path
) -> None:
    async with StubBackend(clock=clock) as backend:
        token = backend.issue_token(credits=10**9)
        finished = await _make(backend, token, folder)
        assert backend.ledger.accepted == 3
        for number in range(count):
            rng, before = random.Random(f"{seed} {number}"), len(damages.wrong)
            accepted = backend.ledger.accepted
            work = folder / f"run {number}"
            work.mkdir()
            journal = Path(shutil.copy(finished, work / "jobs.sqlite"))
            how = rng.choice([damage_bytes, damage_cells])(journal, rng)
            await _use(damages, backend, token, journal)
            if await _save(damages, journal):
                await _use(damages, backend, token, journal)
            if backend.ledger.accepted > accepted:
                damages.wrong.append("a message was sent again")
            damages.wrong[before:] = [
                f"run {number} ({how}): {one}" for one in damages.wrong[before:]
            ]
            for left in _videos(folder):
                left.unlink()
            shutil.rmtree(work)


def _videos(folder: Path) -> Iterator[Path]:
    """Give the results of the jobs that had not ended."""
    return (path for path in folder.glob("clip [12]-with-music*"))


def broken_journals(count: int, seed: int) -> CallOutcomes:
    """Make that many runs."""
    damages, clock = CallOutcomes(), FakeClock()
    with tempfile.TemporaryDirectory() as name:
        run(_runs(damages, count, seed, clock, Path(name)), clock=clock)
    return damages


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    damages = broken_journals(chosen.count, chosen.seed)
    sys.stdout.write(f"{dict(damages.ends.most_common())}\nwrong: {len(damages.wrong)}\n")
    sys.stdout.writelines(f"  {one}\n" for one in damages.wrong[:20])
    return 1 if damages.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
