"""A worker process: one job at a time, asked and answered in lines of JSON.

Started by `worker_pool` as `python -P -m nemomusic.local.worker`. A request is
`{"op": "probe" | "look" | "score" | "spell" | "render", …arguments}`; the answers are any number of
`{"progress": 0..1}` and then one of `{"result": {…}}`, `{"media": {"message", "remedy"}}` (the
input is at fault) and `{"error": "…"}`. The process ends when its standard input does, in the
middle of a job too.
"""

from __future__ import annotations

import importlib
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from nemomusic.local.engine.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nemomusic.local.engine.probe import Probe

    Progress = Callable[[float], None]

HIT_SECONDS = 0.060
"""A beat this near to a cut is heard as being on it."""


_NEEDED = ("probe", "sight", "compose", "synth", "render")
"""Modules of the engine in the order in which a job wants them."""
_REMEMBERED = 64
_SWITCH_SECONDS = 0.0002
"""After so long a thread that runs Python lets another go on, which may have come back from numpy
or FFmpeg and would otherwise wait for up to 5 ms: some 3 % of a job on two processors."""

_probes: OrderedDict[tuple[object, ...], Probe] = OrderedDict()


def _probed(path: str) -> Probe:
    """What a file is, remembered until it changes; a file that is only moved stays the same."""
    from nemomusic.local.engine.probe import probe

    try:
        there = Path(path).stat()
    except OSError:
        return probe(path)  # which knows how to say it
    key = (there.st_dev, there.st_ino, there.st_size, there.st_mtime_ns, Path(path).suffix)
    if key not in _probes:
        _probes[key] = probe(path)
        while len(_probes) > _REMEMBERED:
            _probes.popitem(last=False)
    return _probes[key]


def _probe(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    progress(0.0)
    return _probed(request["path"]).to_json()


def _look(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    from nemomusic.local.engine.sight import look

    return look(Path(request["path"]), progress=progress, look_at=_probed).to_json()


def _score(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    from nemomusic.local.engine.brief import Brief
    from nemomusic.local.engine.compose import compose
    from nemomusic.local.engine.sight import Sight
    from nemomusic.local.engine.synth import synthesise

    sight = Sight.from_json(request["sight"])
    score = compose(sight, Brief.from_json(request["brief"]), seed=request["seed"])
    synthesise(score, Path(request["out"]), progress=progress)
    return {
        "style": score.style,
        "title": score.title,
        "bpm": round(score.bpm, 1),
        "key": score.key,
        "duration": score.duration,
        "cuts": len(sight.cuts),
        "hits": sum(
            any(abs(beat - cut.time) <= HIT_SECONDS for beat in score.beats) for cut in sight.cuts
        ),
    }


def _spell(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    from nemomusic.local.engine.fonts import fonts_for

    progress(0.0)
    for line in str(request["text"]).splitlines():
        fonts_for(line, 24)
    return {}


def _render(request: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    from nemomusic.local.engine.plan import Plan
    from nemomusic.local.engine.render import render

    plan = Plan.from_json(request["plan"])
    return render(plan, Path(request["out"]), progress=progress, look_at=_probed).to_json()


OPERATIONS: dict[str, Callable[[Mapping[str, Any], Progress], dict[str, Any]]] = {
    "probe": _probe,
    "look": _look,
    "score": _score,
    "spell": _spell,
    "render": _render,
}


class _Answers:
    """The pipe back, with progress thinned out to what a person could see."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._said = 0.0

    def send(self, message: dict[str, Any]) -> None:
        self._pipe.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
        self._pipe.flush()

    def progress(self, fraction: float) -> None:
        now = time.monotonic()
        if now - self._said >= 0.1:
            self._said = now
            self.send({"progress": round(float(fraction), 4)})


def _serve(request: Mapping[str, Any], answers: _Answers) -> None:
    try:
        result = OPERATIONS[request["op"]](request, answers.progress)
    except MediaError as error:
        answers.send({"media": {"message": error.message, "remedy": error.remedy}})
    except Exception as error:  # noqa: BLE001 - one job fails, whatever it was
        traceback.print_exc()
        answers.send({"error": f"{type(error).__name__}: {error}"})
    else:
        answers.send({"result": result})


def _listen(requests: queue.SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)  # whoever asked is gone: nobody waits for an orderly end


def main() -> None:
    """Serve until standard input ends."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    answers = _Answers(pipe)
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests,), daemon=True).start()
    needed = iter(_NEEDED)
    while True:
        while requests.empty() and (name := next(needed, None)):  # nothing else to do
            importlib.import_module(f"nemomusic.local.engine.{name}")
        _serve(json.loads(requests.get()), answers)


if __name__ == "__main__":
    main()
