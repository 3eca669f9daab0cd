"""A stub engine that does no work and needs no further package."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import wave
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs

from nemomusic.engine.errors import MediaError
from nemomusic.engine.score_source import ScoreForm, ScoreSource
from nemomusic.engine.types import (
    Brief,
    ClipAnalysis,
    Cut,
    Probe,
    RenderPlan,
    RenderResult,
    ScoreSummary,
)
from nemomusic.local.workers.engine import Engine

if TYPE_CHECKING:
    from nemomusic.local.workers.engine import OnProgress

_IMAGES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp"})
_SOUNDS = frozenset({".mp3", ".wav", ".m4a", ".aac"})
_SHOT_SECONDS = 2.5
"""Seconds between two cuts, in every clip."""


_PLAYERS = ("drums", "bass", "piano", "melody")
"""Instruments of every piece."""
_TONICS = ("C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")


def _key(brief: Brief) -> str:
    """Return the key that the brief asks for, else F major."""
    tonic = _TONICS[5 if brief.tonic is None else brief.tonic]
    sad = (brief.valence or 0.0) < 0
    return f"{tonic} {brief.mode or ('minor' if sad else 'major')}"


def _levels(brief: Brief) -> tuple[tuple[str, float], ...]:
    """Return the instruments that the brief asks for, each with its level."""
    names = brief.wanted if brief.only else {*_PLAYERS, *brief.wanted} - set(brief.unwanted)
    louder = dict(brief.levels)
    return tuple((name, -8.0 + louder.get(name, 0.0)) for name in sorted(names))


def _content(source: ScoreSource) -> bytes:
    """Return bytes that differ for different pieces."""
    return hashlib.sha256(repr((source.seed, source.brief, source.analysis)).encode()).digest()


def _moment_of_silence(content: bytes) -> bytes:
    """Return a silent WAV of a few frames."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((2, 2, 48000, 0, "NONE", "not compressed"))
        sound.writeframes(content)
    return out.getvalue()


class StubEngine(Engine):
    """Does no work and needs no further package.

    Its results are plausible, its files tiny. It takes the kind of a file from its name. An empty
    file is unreadable. Subclass it to delay a step or to let it fail.

    Attributes:
        duration: The reported length of every clip and song, in seconds.
    """

    def __init__(self, *, duration: float = 10.0) -> None:
        self.duration = duration

    def prewarm(self) -> None:
        """Do nothing."""

    async def probe(self, path: Path) -> Probe:
        """Take the kind from the name."""
        if not path.stat().st_size:
            raise MediaError(f"{path.name} is empty.", remedy="Check that the file was saved.")
        suffix = path.suffix.lower()
        kind: Literal["video", "image", "audio"] = "video"
        if suffix in _IMAGES:
            kind = "image"
        elif suffix in _SOUNDS:
            kind = "audio"
        has_audio, has_video = kind != "image", kind != "audio"
        return Probe(
            kind=kind,
            container=suffix.lstrip("."),
            duration=self.duration if has_audio else 0.0,
            width=1280 if has_video else 0,
            height=720 if has_video else 0,
            rotation=0,
            fps=30.0 if kind == "video" else 0.0,
            video_codec="h264" if has_video else None,
            pixel_format="yuv420p" if has_video else None,
            has_audio=has_audio,
            audio_codec="aac" if has_audio else None,
            sample_rate=48000 if has_audio else 0,
            channels=2 if has_audio else 0,
            copyable=kind == "video",
        )

    async def analyze(self, path: Path, progress: OnProgress) -> ClipAnalysis:
        """Report a cut every 2.5 s in every clip."""
        probe = await self.probe(path)
        still = ClipAnalysis.still(probe.width, probe.height, probe.duration)
        count = int(probe.duration / _SHOT_SECONDS)
        times = [_SHOT_SECONDS * number for number in range(1, count + 1)]
        progress(1.0)
        return attrs.evolve(
            still,
            cuts=tuple(Cut(time, 1.0) for time in times if time < probe.duration),
            motion=(0.4,) * len(still.motion),
            warmth=(0.1,) * len(still.warmth),
            own_loudness=-20.0 if probe.has_audio else None,
        )

    async def compose(
        self, analysis: ClipAnalysis, brief: Brief, seed: int, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """Write a short silence, named after the brief."""
        source = ScoreSource(analysis, brief, seed)
        out.write_bytes(_moment_of_silence(_content(source)))
        progress(1.0)
        return self._summary(source)

    async def score_file(
        self, source: ScoreSource, form: ScoreForm, out: Path, progress: OnProgress
    ) -> ScoreSummary:
        """Write the smallest file of the form: one silent stem, no note, or the cuts as cues."""
        cues = [
            {"bar": 1, "beat": 1, "time": cut.time, "what": "beat", "cut": number}
            for number, cut in enumerate(source.analysis.cuts, 1)
        ]
        if form == "stems":
            with zipfile.ZipFile(out, "w") as archive:
                archive.writestr("melody.wav", _moment_of_silence(_content(source)))
        elif form == "midi":
            track = b"MTrk\x00\x00\x00\x04\x00\xff\x2f\x00"
            out.write_bytes(b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x03\xc0" + track)
        elif form == "json":
            out.write_text(json.dumps(cues), encoding="utf-8")
        else:
            rows = [",".join(map(str, one.values())) for one in cues]
            out.write_text("\r\n".join(["bar,beat,time,what,cut", *rows, ""]), encoding="utf-8")
        progress(1.0)
        return self._summary(source)

    @staticmethod
    def _summary(source: ScoreSource) -> ScoreSummary:
        analysis, brief = source.analysis, source.brief
        style = brief.style or "lofi"
        bpm = brief.bpm or 80.0 * brief.tempo_scale
        return ScoreSummary(
            style=style,
            title=style.capitalize(),
            bpm=round(bpm, 1),
            key=_key(brief),
            duration=analysis.duration,
            cuts=len(analysis.cuts),
            hits=len(analysis.cuts),
            levels=_levels(brief),
            notes_per_second=round(4.0 * (1.0 + 0.5 * brief.density), 2),
            color=brief.color,
            energy=round(0.5 + 0.3 * (brief.arousal or 0.0), 3),
            fingerprint=_content(source).hex()[:16],
        )

    async def check_glyphs(self, text: str) -> None:
        """Accept every title: nothing is drawn."""

    async def check_sources(
        self,
        plan: RenderPlan,  # noqa: ARG002
        progress: OnProgress,  # noqa: ARG002
        *,
        frames: bool = True,  # noqa: ARG002
    ) -> bool:
        """Report no fault."""
        return False

    async def render(self, plan: RenderPlan, out: Path, progress: OnProgress) -> RenderResult:
        """Write a file that begins like an MP4 and holds a digest of the plan."""
        parts = [(attrs.asdict(shot), shot.path) for shot in plan.shots]
        parts += [(attrs.asdict(track), track.path) for track in plan.music]
        content = [about | {"path": Path(path).name} for about, path in parts]
        titles = [attrs.asdict(title) for title in plan.titles]
        digest = hashlib.sha256(json.dumps([content, titles]).encode()).digest()
        out.write_bytes(
            b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + b"\x00\x00\x00\x28mdat" + digest
        )
        progress(0.5)
        await asyncio.sleep(0)
        progress(1.0)
        width, height = plan.canvas or (1280, 720)
        return RenderResult(
            duration=plan.duration,
            size=out.stat().st_size,
            width=width,
            height=height,
            loudness=-14.0,
            true_peak=-1.0,
            copied=True,
        )

    async def close(self) -> None:
        """Do nothing."""
