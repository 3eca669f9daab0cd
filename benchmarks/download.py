"""A download of 500 MB over loopback: plain, over TLS, and resumed at half, against `curl`.

    python benchmarks/download.py [--megabytes 500]

Every contender is a process of its own, reading from the same server and writing to the same
folder: in memory where there is one (`/dev/shm`), since a disk's speed is not what is compared.
Ours ends with the check of what came, an fsync and the renaming; `without fsync` shows what that
takes on a disk (`--folder`), since curl doesn't do it. Memory and pauses as in `upload.py`.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from harness import arguments
from processes import Pauses, contend, peak, reset_peak, resident, server, use_uvloop
from table import Goal, Table, finish
from upload import trusting

import nemomusic
from nemomusic.models.render import RenderStatus


async def ours(url: str, target: Path, cert: str) -> dict[str, float]:
    settings = nemomusic.Settings(token="nmv_usr_bench", api_url=url, token_file=None)
    http = trusting(cert) if cert else None
    pauses = Pauses()
    status = RenderStatus({"id": "r", "status": "completed", "outputUrl": f"{url}/file"})
    part = target.with_name(f"{target.name}.nemomusic.part")
    before = part.stat().st_size if part.exists() else 0
    async with nemomusic.Client(settings=settings, http=http) as client:
        for number in range(3):
            small = target.with_name(f"small-{number}.mp4")
            few = RenderStatus({**status.raw, "outputUrl": f"{url}/small"})
            await client.render.download("r", small, status=few)
            small.unlink()
        gc.collect()
        idle = resident()
        reset_peak()
        async with pauses.watch():
            began, cpu = time.perf_counter(), time.process_time()
            done = await client.render.download("r", target, status=status)
            took, cpu = time.perf_counter() - began, time.process_time() - cpu
        memory = peak() - idle
    if http is not None:
        await http.close()
    return {
        "MB/s": (done.size - before) / took / 1e6,
        "CPU": cpu,
        "memory": memory,
        "pause": pauses.worst,
        "pause, own CPU": pauses.worst_cpu,
    }


def curl(url: str, target: Path, cert: str, before: int) -> dict[str, float]:
    trust = ["--cacert", cert] if cert else []
    resume = ["-C", str(before)] if before else []
    began = time.perf_counter()
    subprocess.run(["curl", "-sS", "-o", str(target), *trust, *resume, f"{url}/file"], check=True)
    return {"MB/s": (target.stat().st_size - before) / (time.perf_counter() - began) / 1e6}


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--megabytes", type=int, default=500, help="of 10^6 bytes")
    parser.add_argument("--one", nargs=4, metavar=("WHO", "URL", "PATH", "CERT"))
    memory = Path("/dev/shm")
    parser.add_argument("--folder", type=Path, default=memory if memory.is_dir() else None)
    parser.set_defaults(rounds=5)
    options = parser.parse_args()
    if options.one:
        who, url, name, cert = options.one
        if "without fsync" in who:
            os.fsync = lambda _: None  # type: ignore[assignment]
        with asyncio.Runner(loop_factory=use_uvloop(wanted="uvloop" in who)) as runner:
            print(json.dumps(runner.run(ours(url, Path(name), cert))))
        return
    tables = []
    size = options.megabytes * 10**6
    names = ["nemomusic", "nemomusic without fsync", "nemomusic, uvloop", "curl"]
    with tempfile.TemporaryDirectory(dir=options.folder) as text:
        folder = Path(text)
        target = folder / "film.mp4"
        for title, tls, resumed, least in (
            ("plain", False, False, 0.9),
            ("TLS", True, False, 0.75),
            ("plain, resumed at half", False, True, 0.9),
        ):
            table = Table(
                f"download of {options.megabytes} MB, {title}",
                "nemomusic",
                [
                    Goal("MB/s", "curl", least=least),
                    Goal("memory", None, most=8.0),
                    Goal("pause", None, most=10.0),
                ],
                {
                    "memory": (2**-20, "MiB over idle"),
                    "pause": (1e3, "ms, the worst"),
                    "pause, own CPU": (1e3, "ms, the worst"),
                    "CPU": (1.0, "s"),
                },
            )
            more = ("--tls", text) if tls else ()
            cert = str(folder / "cert.pem") if tls else ""
            with server("file_server.py", "--size", str(size), *more) as found:
                half = folder / "half"
                if resumed:
                    with open(found["file"], "rb") as file:  # noqa: PTH123
                        half.write_bytes(file.read(size // 2))
                for number in range(options.rounds + 1):
                    for name in names if number % 2 else reversed(names):
                        for left in folder.glob("film*"):
                            left.unlink()
                        if name == "curl":
                            if resumed:
                                shutil.copyfile(half, target)
                            figures: dict[str, Any] = curl(
                                found["url"], target, cert, size // 2 if resumed else 0
                            )
                        else:
                            if resumed:
                                shutil.copyfile(half, folder / "film.mp4.nemomusic.part")
                                note = json.dumps({"validator": '"e1"'})
                                (folder / "film.mp4.nemomusic.part.json").write_text(
                                    note, encoding="utf-8"
                                )
                            figures = contend(
                                "download.py", "--one", name, found["url"], str(target), cert
                            )
                        if target.stat().st_size != size:
                            raise AssertionError(f"{name} got {target.stat().st_size} bytes")
                        if number:
                            table.add(name, **figures)
            table.samples = {name: table.samples[name] for name in names}
            tables.append(table)
    finish(tables, as_json=options.json)


if __name__ == "__main__":
    main()
