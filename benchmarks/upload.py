"""An upload of 500 MB over loopback, plain and over TLS, against `curl -F`.

    python benchmarks/upload.py [--megabytes 500]

Every contender is a process of its own, sending to the same server. `with content hash` reads the
file with a SHA-256 on the way. Memory is the peak of the resident size during the upload over the
size after a small one; the pause is the longest time in which the event loop did not turn.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import json
import ssl
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
from harness import arguments
from processes import Pauses, contend, peak, reset_peak, resident, server, use_uvloop
from table import Goal, Table, finish

import nemomusic

PATH = "/api/upload-video/nemo_agent/me/1"


class Hashed(nemomusic.Source):
    """A source that is hashed while it is sent."""

    def chunks(self, digest: Any = None) -> Any:
        return super().chunks(hashlib.sha256() if digest is None else digest)


def trusting(cert: str) -> aiohttp.ClientSession:
    """Return a session that trusts the server's own certificate."""
    connector: Any = aiohttp.TCPConnector(limit=0, force_close=True)
    if cert:
        context = ssl.create_default_context(cafile=cert)
        connector = aiohttp.TCPConnector(limit=0, force_close=True, ssl=context)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=None))


async def ours(url: str, path: Path, cert: str, *, hashed: bool) -> dict[str, float]:
    settings = nemomusic.Settings(token="nmv_usr_bench", api_url=url, token_file=None)
    http = trusting(cert) if cert else None
    kind = Hashed if hashed else nemomusic.Source
    pauses = Pauses()
    async with nemomusic.Client(settings=settings, http=http) as client:
        small = path.with_name("small.mp4")
        for _ in range(3):
            await client.uploads.send(client.sessions.attach("1"), kind(small))
        gc.collect()
        idle = resident()
        reset_peak()
        async with pauses.watch():
            began, cpu = time.perf_counter(), time.process_time()
            await client.uploads.send(client.sessions.attach("1"), kind(path))
            took, cpu = time.perf_counter() - began, time.process_time() - cpu
        memory = peak() - idle
    if http is not None:
        await http.close()
    return {
        "MB/s": path.stat().st_size / took / 1e6,
        "CPU": cpu,
        "memory": memory,
        "pause": pauses.worst,
        "pause, own CPU": pauses.worst_cpu,
    }


async def form(url: str, path: Path, cert: str) -> dict[str, float]:
    """Send aiohttp's own form of an open file."""
    async with trusting(cert) as session:
        data = aiohttp.FormData()
        began, cpu = time.perf_counter(), time.process_time()
        with path.open("rb") as file:
            data.add_field("files", file, filename=path.name, content_type="video/mp4")
            async with session.post(url + PATH, data=data) as response:
                await response.read()
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"MB/s": path.stat().st_size / took / 1e6, "CPU": cpu}


def curl(url: str, path: Path, cert: str) -> dict[str, float]:
    trust = ["--cacert", cert] if cert else []
    form = ["-F", f"files=@{path};type=video/mp4", "-H", "Expect:"]
    began = time.perf_counter()
    subprocess.run(["curl", "-sS", "-o", "/dev/null", *trust, *form, url + PATH], check=True)
    return {"MB/s": path.stat().st_size / (time.perf_counter() - began) / 1e6}


def one(who: str, url: str, path: Path, cert: str) -> dict[str, float]:
    with_uvloop = who.endswith("uvloop")
    with asyncio.Runner(loop_factory=use_uvloop(wanted=with_uvloop)) as runner:
        if who.startswith("aiohttp"):
            return runner.run(form(url, path, cert))
        return runner.run(ours(url, path, cert, hashed="hash" in who))


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--megabytes", type=int, default=500, help="of 10^6 bytes")
    parser.add_argument("--one", nargs=4, metavar=("WHO", "URL", "PATH", "CERT"))
    parser.set_defaults(rounds=5)
    options = parser.parse_args()
    if options.one:
        who, url, name, cert = options.one
        print(json.dumps(one(who, url, Path(name), cert)))
        return
    tables = []
    names = ["nemomusic", "nemomusic with content hash", "nemomusic, uvloop", "aiohttp FormData"]
    with tempfile.TemporaryDirectory() as folder:
        path, cert = Path(folder) / "clip.mp4", Path(folder) / "cert.pem"
        path.write_bytes(bytes(range(256)) * (options.megabytes * 10**6 // 256))
        path.with_name("small.mp4").write_bytes(bytes(2**16))
        for tls, least in ((False, 0.85), (True, 0.75)):
            table = Table(
                f"upload of {options.megabytes} MB, {'TLS' if tls else 'plain'}",
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
            more = ("--tls", folder) if tls else ()
            with server("file_server.py", "--size", "1000", *more) as found:
                trust = str(cert) if tls else ""
                for number in range(options.rounds + 1):
                    order = [*names, "curl"]
                    for name in order if number % 2 else reversed(order):
                        if name == "curl":
                            figures: dict[str, Any] = curl(found["url"], path, trust)
                        else:
                            figures = contend(
                                "upload.py", "--one", name, found["url"], str(path), trust
                            )
                        if number:
                            table.add(name, **figures)
            table.samples = {name: table.samples[name] for name in [*names, "curl"]}
            tables.append(table)
    finish(tables, as_json=options.json)


if __name__ == "__main__":
    main()
