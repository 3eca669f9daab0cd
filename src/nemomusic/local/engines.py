"""The seam between the backend and what does the heavy work, and a stand-in for it.

Everything that crosses the seam is JSON, so that the real engine can live in other processes:
a probe, a sight, a brief and a plan are the dicts of the values in `local/engine/`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nemomusic.errors import LocalBackendError
from nemomusic.local.engine.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[float], None]

_KINDS = {
    "image": frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp"}),
    "audio": frozenset({".mp3", ".wav", ".m4a", ".aac"}),
}


class EngineFailure(LocalBackendError):
    """The engine broke down on one job; the backend and its other jobs go on."""


class Engine(Protocol):
    """What the backend needs done. Every call may run beside others and may be cancelled.

    `MediaError` means that the input is at fault, `EngineFailure` that the engine is.
    """

    def warm(self) -> None:
        """Work is about to come: get ready, without waiting."""

    async def probe(self, path: Path) -> dict[str, Any]:
        """Find out what a file is: the fields of `engine.probe.Probe`."""
        ...

    async def look(self, path: Path, progress: Progress) -> dict[str, Any]:
        """Look at and listen to a clip: the fields of `engine.sight.Sight`."""
        ...

    async def score(
        self, sight: dict[str, Any], brief: dict[str, Any], seed: int, out: Path, progress: Progress
    ) -> dict[str, Any]:
        """Compose for what was seen and write a WAV.

        Returns:
            `style`, `title`, `bpm`, `key`, `duration` (s), `cuts` (how many there are) and `hits`
            (how many of them have a beat within 60 ms).
        """
        ...

    async def spell(self, text: str) -> None:
        """Find out whether a title can be drawn; `MediaError` if no font here can."""
        ...

    async def render(self, plan: dict[str, Any], out: Path, progress: Progress) -> dict[str, Any]:
        """Write the MP4 of a plan: takes `engine.plan.Plan`, gives `engine.render.Rendered`."""
        ...

    async def close(self) -> None:
        """Stop all work and free everything."""


class StubEngine(Engine):
    """Does no work and needs nothing installed: plausible answers, files of a few bytes.

    It believes file names. An empty file is unreadable. For `nemomusic.testing`, and for tests of
    the backend itself; subclass it to hold or fail a step.

    Attributes:
        duration: seconds that every clip and song is said to last.
    """

    def __init__(self, *, duration: float = 10.0) -> None:
        self.duration = duration

    def warm(self) -> None:
        """Nothing to do."""

    async def probe(self, path: Path) -> dict[str, Any]:
        """Tell the kind by the name."""
        if not path.stat().st_size:
            raise MediaError(f"{path.name} is empty.", remedy="Check that the file was saved.")
        suffix = path.suffix.lower()
        kind = next((kind for kind, names in _KINDS.items() if suffix in names), "video")
        sound, picture = kind != "image", kind != "audio"
        return {
            "kind": kind,
            "container": suffix.lstrip("."),
            "duration": self.duration if sound else 0.0,
            "width": 1280 if picture else 0,
            "height": 720 if picture else 0,
            "rotation": 0,
            "fps": 30.0 if kind == "video" else 0.0,
            "video_codec": "h264" if picture else None,
            "pixel_format": "yuv420p" if picture else None,
            "has_audio": sound,
            "audio_codec": "aac" if sound else None,
            "sample_rate": 48000 if sound else 0,
            "channels": 2 if sound else 0,
            "copyable": kind == "video",
        }

    async def look(self, path: Path, progress: Progress) -> dict[str, Any]:
        """See a cut every 2.5 s, whatever the clip."""
        probe = await self.probe(path)
        seconds = range(-int(-probe["duration"] // 1))
        cuts = [2.5 * n for n in range(1, int(probe["duration"] / 2.5) + 1)]
        progress(1.0)
        return {
            "duration": probe["duration"],
            "width": probe["width"],
            "height": probe["height"],
            "cuts": [{"time": t, "strength": 1.0} for t in cuts if t < probe["duration"]],
            "motion": [0.4 for _ in seconds],
            "brightness": [0.5 for _ in seconds],
            "warmth": [0.1 for _ in seconds],
            "saturation": [0.5 for _ in seconds],
            "speech": [],
            "own_loudness": -20.0 if probe["has_audio"] else None,
        }

    async def score(
        self, sight: dict[str, Any], brief: dict[str, Any], seed: int, out: Path, progress: Progress
    ) -> dict[str, Any]:
        """Write a moment of silence, and call it what was asked for."""
        style = brief.get("style") or "lofi"
        bpm = brief.get("bpm") or 80.0 * float(brief.get("tempo_scale") or 1.0)
        with wave.open(str(out), "wb") as sound:
            sound.setparams((2, 2, 48000, 0, "NONE", "not compressed"))
            sound.writeframes(hashlib.sha256(f"{seed} {style} {bpm}".encode()).digest())
        progress(1.0)
        return {
            "style": style,
            "title": style.capitalize(),
            "bpm": round(bpm, 1),
            "key": "F major",
            "duration": sight["duration"],
            "cuts": len(sight["cuts"]),
            "hits": len(sight["cuts"]),
        }

    async def spell(self, text: str) -> None:
        """Nothing is drawn, so any title will do."""

    async def render(self, plan: dict[str, Any], out: Path, progress: Progress) -> dict[str, Any]:
        """Write a file that begins as an MP4 does and holds a digest of the plan."""
        what = [
            {**shot, "path": Path(shot["path"]).name} for shot in [*plan["shots"], *plan["music"]]
        ]
        digest = hashlib.sha256(json.dumps([what, plan["titles"]]).encode()).digest()
        out.write_bytes(
            b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + b"\x00\x00\x00\x28mdat" + digest
        )
        progress(0.5)
        await asyncio.sleep(0)
        progress(1.0)
        width, height = plan["canvas"] or (1280, 720)
        return {
            "duration": sum(shot["duration"] for shot in plan["shots"]),
            "size": out.stat().st_size,
            "width": width,
            "height": height,
            "loudness": -14.0,
            "true_peak": -1.0,
            "copied": True,
        }

    async def close(self) -> None:
        """Nothing to free."""
