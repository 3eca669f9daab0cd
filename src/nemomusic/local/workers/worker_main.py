"""A worker process: one job at a time, with requests and responses in lines of JSON.

Started by `pool.py` as `python -P -m nemomusic.local.workers.worker_main`. A request is
`{"op": …, …}` with an operation of `OPERATIONS`. The first line is GREETING. If it is missing,
other code has read the pipe, such as a `sitecustomize`. The responses begin with MARK. The first
one is `{"ready": true}`, when the process has started. Then the host sends requests. For each
request there are any number of
`{"progress": 0..1}`
and of `{"alive": SECONDS}`, a heartbeat with the length of the media that the job works on. If the
job has used up its processor time, the heartbeat also has `"costly": SECONDS`. The last one is one
of

* `{"result": {…}}`,
* `{"media": {"message", "remedy"}}`: the input is at fault,
* `{"full": "…"}`: there is no space on the disk,
* `{"error": "…"}`: the engine is at fault.

The process ends when its standard input ends, even in the middle of a job. On Linux it also ends
while it is stopped.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections import Counter, OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import attrs

from nemomusic.engine.errors import NO_ROOM, MediaError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.engine.types import Probe

_IMPORT_ORDER = (
    "engine.media.probe",
    "engine.analysis.analyze",
    "local.limits",
    "engine.composition.compose",
    "engine.synthesis.synthesize",
    "engine.video.render",
)
"""Modules of nemomusic in the order in which a job needs them."""
MARK = b"\x1e"
"""The mark before each response. Other output on the pipe comes from other code, such as a
`sitecustomize`, before this module has redirected standard output.
"""
GREETING = b'{"op":"greeting"}\n'
"""The first line of the host. It has no response."""
_STOLEN = {
    "lacks": "other code has read what this process was sent",
    "remedy": "What Python runs at its start, such as a sitecustomize, must not read its input.",
}
"""The response if the first line was not the greeting."""
_MAX_CACHED_PROBES = 64
_READ_SHARE = 0.4
"""Share of the processor time that reading all frames may take, if they will be encoded later."""
_DEATH_SIGNAL = 1
"""Linux's name of the option is PR_SET_PDEATHSIG (`prctl(2)`)."""
_HEARTBEAT_SECONDS = 1.0
"""Seconds between two heartbeats."""


class JobResponses(Protocol):
    """The reports of an operation while it works."""

    def expect(self, *, length: float = 0.0, processor_limit: float = math.inf) -> None:
        """Say how much work the job is.

        Args:
            length: Seconds of the media that the job works on.
            processor_limit: Seconds of processor time that the job may take.
        """
        ...

    def progress(self, fraction: float) -> None:
        """Report the share of the work that is done, from 0 to 1."""
        ...


_probes: OrderedDict[tuple[object, ...], Probe] = OrderedDict()


def _probed(path: str, *, allow_partial: bool = False) -> Probe:
    """Return the probe of a file. It is kept until the file changes. Moving a file is no change."""
    from nemomusic.engine.media.probe import probe

    try:
        there = Path(path).stat()
    except OSError:
        return probe(path)  # it reports the error
    content = (there.st_dev, there.st_ino, there.st_size, there.st_mtime_ns, Path(path).suffix)
    if (known := _probes.get((content, False))) is not None:
        return known  # a complete file gives the same result with and without the option
    key = (content, allow_partial)
    if key not in _probes:
        _probes[key] = probe(path, allow_partial=True) if allow_partial else probe(path)
        while len(_probes) > _MAX_CACHED_PROBES:
            _probes.popitem(last=False)
    return _probes[key]


def _accepted(path: str) -> Probe:
    """Return the probe of a file that was accepted before. A truncated file is allowed."""
    return _probed(path, allow_partial=True)


def _probe(request: Mapping[str, Any], responses: JobResponses) -> dict[str, Any]:
    responses.progress(0.0)
    allowed = bool(request.get("allow_partial"))
    return _probed(request["path"], allow_partial=allowed).to_json()


def _processor_limit(request: Mapping[str, Any], paths: list[str]) -> float:
    """Return the seconds of processor time for the shots of these clips.

    Only clips that need much work for their size have a limit: a slow machine must not end usual
    jobs.
    """
    from nemomusic.local.limits import Limits

    if "limits" not in request:
        return math.inf
    limits = Limits(**request["limits"])
    allowed, is_costly = 0.0, False
    for path, count in Counter(paths).items():
        probe = _accepted(path)
        size = Path(path).stat().st_size
        allowed += count * limits.processor_seconds * limits.growth(size)
        is_costly |= probe.kind == "video" and limits.work_of(probe, size) > limits.costly_work
    return allowed if is_costly else math.inf


def _analyze(request: Mapping[str, Any], responses: JobResponses) -> dict[str, Any]:
    from nemomusic.engine.analysis.analyze import analyze

    probe = _accepted(request["path"])
    share = 1.0 if probe.copyable else _READ_SHARE
    limit = share * _processor_limit(request, [request["path"]])
    responses.expect(length=probe.duration, processor_limit=limit)
    return analyze(Path(request["path"]), progress=responses.progress, probe=_accepted).to_json()


def _compose(request: Mapping[str, Any], responses: JobResponses) -> dict[str, Any]:
    from nemomusic.engine.composition.compose import compose
    from nemomusic.engine.synthesis import synthesize
    from nemomusic.engine.synthesis.sampled import Instruments, open_sound_font
    from nemomusic.engine.types import Brief, ClipAnalysis

    analysis = ClipAnalysis.from_json(request["analysis"])
    score = compose(analysis, Brief.from_json(request["brief"]), seed=request["seed"])
    instruments: Instruments | None = None  # those of this machine
    if "font" in request:  # named by the owner of a cluster, so that all workers play the same
        font = request["font"]
        instruments = Instruments(None if font is None else open_sound_font(font["path"]))
    tone = synthesize(
        score, Path(request["out"]), progress=responses.progress, instruments=instruments
    )
    return attrs.evolve(score.summarize(analysis.cuts), instruments=tone.instruments).to_json()


def _score_file(request: Mapping[str, Any], responses: JobResponses) -> dict[str, Any]:
    from nemomusic.engine.composition.compose import compose
    from nemomusic.engine.composition.planning.ending import ending_of
    from nemomusic.engine.synthesis.score_writer import write_score_file
    from nemomusic.engine.types import Brief, ClipAnalysis

    analysis = ClipAnalysis.from_json(request["analysis"])
    score = compose(analysis, Brief.from_json(request["brief"]), seed=request["seed"])
    out, form = Path(request["out"]), request["form"]
    write_score_file(
        score,
        analysis.cuts,
        form,
        out,
        dissolves=analysis.dissolves,
        fade_out=ending_of(analysis).last_chord,
        progress=responses.progress,
    )
    return score.summarize(analysis.cuts).to_json()


def print_sound_font() -> None:
    """Print the path of this machine's sound font as JSON, for the owner of a cluster."""
    from nemomusic.engine.synthesis.sampled import find_sound_font

    found: dict[str, Any]
    try:
        font = find_sound_font()
    except MediaError as error:
        found = {"media": {"message": error.message, "remedy": error.remedy}}
    else:
        found = {"path": None if font is None else str(font.path)}
    sys.stdout.write(json.dumps(found) + "\n")


def _check_glyphs(request: Mapping[str, Any], responses: JobResponses) -> dict[str, Any]:
    from nemomusic.engine.video.fonts import check_glyphs

    responses.progress(0.0)
    check_glyphs(str(request["text"]))
    return {}


def _render(request: Mapping[str, Any], responses: JobResponses) -> dict[str, Any]:
    from nemomusic.engine.types import RenderPlan
    from nemomusic.engine.video.render import render

    plan = RenderPlan.from_json(request["plan"])
    paths = [shot.path for shot in plan.shots]
    responses.expect(processor_limit=_processor_limit(request, paths))
    out = Path(request["out"])
    return render(plan, out, progress=responses.progress, probe=_accepted).to_json()


def _check_sources(request: Mapping[str, Any], responses: JobResponses) -> dict[str, Any]:
    from nemomusic.engine.types import RenderPlan
    from nemomusic.engine.video.check_sources import check_sources

    plan = RenderPlan.from_json(request["plan"])
    limit = _processor_limit(request, [shot.path for shot in plan.shots])
    responses.expect(processor_limit=_READ_SHARE * limit)
    frames = bool(request.get("frames", True))
    decoded = check_sources(plan, progress=responses.progress, probe=_accepted, frames=frames)
    return {"decoded": decoded}


OPERATIONS: dict[str, Callable[[Mapping[str, Any], JobResponses], dict[str, Any]]] = {
    "probe": _probe,
    "analyze": _analyze,
    "compose": _compose,
    "score_file": _score_file,
    "check_glyphs": _check_glyphs,
    "check_sources": _check_sources,
    "render": _render,
}


class _Responses:
    """The pipe to the host. It skips progress that is too small for a person to see."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._said = 0.0
        self._lock = threading.Lock()
        self._working = threading.Event()
        self._length = 0.0
        self._processor_limit = math.inf
        self._began = 0.0
        threading.Thread(target=self._beat, daemon=True).start()

    def send(self, message: dict[str, Any]) -> None:
        line = MARK + json.dumps(message, separators=(",", ":")).encode() + b"\n"
        with self._lock:
            self._pipe.write(line)
            self._pipe.flush()

    def begin(self) -> None:
        """Send heartbeats until `end` or `pause`."""
        self.expect()
        self._began = time.process_time()
        self._working.set()

    def expect(self, *, length: float = 0.0, processor_limit: float = math.inf) -> None:
        self._length = length
        self._processor_limit = processor_limit

    def pause(self) -> None:
        """Stop the heartbeats: there is no work."""
        self._working.clear()

    def end(self, message: dict[str, Any]) -> None:
        """Send the response of a job that has ended, and stop the heartbeats."""
        self.pause()
        self.send(message)

    def _beat(self) -> None:
        while True:
            self._working.wait()
            time.sleep(_HEARTBEAT_SECONDS)
            if self._working.is_set():
                is_costly = time.process_time() - self._began > self._processor_limit
                costly = {"costly": self._processor_limit} if is_costly else {}
                self.send({"alive": self._length} | costly)

    def progress(self, fraction: float) -> None:
        now = time.monotonic()
        if now - self._said >= 0.1:
            self._said = now
            self.send({"progress": round(float(fraction), 4)})


def _serve(request: Mapping[str, Any], responses: _Responses) -> None:
    responses.begin()
    try:
        result = OPERATIONS[request["op"]](request, responses)
    except MediaError as error:
        responses.end({"media": {"message": error.message, "remedy": error.remedy}})
    except OSError as error:
        if error.errno in NO_ROOM:
            responses.end({"full": os.strerror(error.errno or 0)})
        else:
            traceback.print_exc()
            responses.end({"error": f"{type(error).__name__}: {error}"})
    except ImportError as error:
        traceback.print_exc()
        responses.end({"lacks": str(error)})
    except Exception as error:  # noqa: BLE001 - one job fails, whatever it was
        traceback.print_exc()
        responses.end({"error": f"{type(error).__name__}: {error}"})
    else:
        responses.end({"result": result})


def _listen(requests: queue.SimpleQueue[bytes]) -> None:
    try:
        with open(0, "rb", closefd=False) as pipe:  # a `sitecustomize` may have changed sys.stdin
            for line in pipe:
                requests.put(line)
    finally:
        os._exit(0)  # the backend is gone, so an orderly end is not needed


def _end_with_owner() -> None:
    """Let Linux kill this process when its owner dies.

    The end of standard input shows the owner's death too, but only to a process that runs. A
    process that is stopped (SIGSTOP), or blocked in a library, would stay.
    """
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):  # without a C library that can be loaded
            ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)


def main() -> None:
    """Serve until standard input ends, or the owner dies."""
    _end_with_owner()
    os.umask(0o077)  # only the user can read its files
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # the output of a library must not be read as a response
    responses = _Responses(pipe)
    responses.send({"ready": True})
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    responses.begin()  # heartbeats, since the start takes time too
    needed = iter(_IMPORT_ORDER)
    is_greeted = False
    while True:
        while requests.empty() and (name := next(needed, None)):  # there is no other work
            try:
                importlib.import_module(f"nemomusic.{name}")
            except ImportError:
                needed = iter(())  # the first job that needs it reports what is missing
        if requests.empty():
            responses.pause()
        line = requests.get()
        if is_greeted:
            _serve(json.loads(line), responses)
        elif line == GREETING:
            is_greeted = True
        else:
            responses.end(_STOLEN)


if __name__ == "__main__":
    main()
