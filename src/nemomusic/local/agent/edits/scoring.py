"""Analyze the clips on the timeline, and compose music for them."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import TYPE_CHECKING, Any

import attrs

from nemomusic.engine.score_source import ScoreSource
from nemomusic.engine.types import Brief, ClipAnalysis, ScoreSummary, Shot, length_to_end
from nemomusic.local.agent.edits import timeline
from nemomusic.local.agent.edits.workspace import MAX_PIECES
from nemomusic.local.storage.drafts import MUSIC_VOLUME, OWN_KEY, VIDEO, asset_key
from nemomusic.local.storage.records import Asset

if TYPE_CHECKING:
    from pathlib import Path

    from nemomusic.local.agent.edits.workspace import Memory, Workspace


Span = tuple[float | None, float | None]
"""The start and end of the music, in seconds of the video; None for the ends of the video."""


@attrs.frozen
class ComposedPiece:
    """A composed piece that is not on the timeline yet.

    Attributes:
        asset: Its file.
        summary: The facts of the music.
        source: The analysis, the brief and the seed that it was composed from.
        start: Milliseconds into the video where it begins.
    """

    asset: Asset
    summary: ScoreSummary
    source: ScoreSource
    start: int

    @property
    def brief(self) -> Brief:
        """The wishes for the piece."""
        return self.source.brief

    @property
    def seed(self) -> int:
        """The seed of its random choices."""
        return self.source.seed


def _ignore(_: float) -> None:
    """Ignore progress: the stream has no event for it. Heartbeats show that the work continues."""


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class ScoringService:
    """Composes music for one session's timeline, and lays pieces under it."""

    def __init__(self, work: Workspace) -> None:
        self._work = work
        self._service = work.service

    def seed_for(self, words: str, take: int) -> int:
        """Return a seed.

        The same clips and words give the same music, unless another piece is asked for.

        Args:
            words: The user's words about the music.
            take: How many times another piece was asked for.
        """
        if self._service.seed is not None:
            return self._service.seed + take
        contents = [asset.hash for asset, _ in self._shots((None, None))]
        what = "\n".join([*contents, words.strip(), str(take)])
        return int.from_bytes(hashlib.sha256(what.encode("utf-8", "replace")).digest()[:7], "big")

    async def compose(
        self, analysis: ClipAnalysis, brief: Brief, seed: int, *, start: float = 0.0
    ) -> ComposedPiece:
        """Compose a piece. The draft does not change.

        Args:
            analysis: The analysis of the video where the music plays.
            brief: The wishes for the music.
            seed: The seed of all random choices.
            start: Seconds into the video where the piece begins.

        Raises:
            EngineError: The engine failed.
        """
        asset, summary = await self._score(analysis, brief, seed)
        source = ScoreSource(analysis, brief, seed)
        return ComposedPiece(asset, summary, source, round(start * 1000))

    def place(self, piece: ComposedPiece, entry: Memory, *, facts: Memory) -> bool:
        """Lay a piece under the video, in place of the present music.

        Args:
            piece: The piece.
            entry: Its entry in the list of pieces. The `name` in it is shown on the timeline.
            facts: The facts that the memory keeps with it.

        Returns:
            Whether the video has changed.
        """
        url = self._service.asset_url(piece.asset)
        self._service.store.add_assets([piece.asset])
        self._service.store.save_score_source(piece.asset.asset, piece.source)

        def change(draft: timeline.Draft, memory: Memory) -> bool:
            before = timeline.music(draft)
            if before is None or not self._same(before, piece):
                length = round(piece.summary.duration * 1000)
                segment = timeline.music_segment(
                    piece.asset,
                    url,
                    name=entry["name"],
                    start=piece.start,
                    duration=min(length, draft["d"] - piece.start),
                    volume=MUSIC_VOLUME,
                )
                timeline.set_music(draft, segment)
            known = {
                **entry,
                "asset": piece.asset.asset,
                "style": piece.summary.style,
                "bpm": piece.summary.bpm,
                "key": piece.summary.key,
                "seconds": piece.summary.duration,
                "mood": piece.brief.mood,
                "brief": piece.brief,
                "seed": piece.seed,
            }
            memory["pieces"] = [*memory.get("pieces", []), known][-MAX_PIECES:]
            memory |= {"brief": piece.brief, "seed": piece.seed, **facts}
            return True

        return self._work.commit(change)

    def discard(self, piece: ComposedPiece) -> None:
        """Delete the file of a piece that is not used."""
        self._service.asset_path(piece.asset).unlink(missing_ok=True)

    def _same(self, music: timeline.Segment, piece: ComposedPiece) -> bool:
        """Return whether exactly this piece is on the timeline, complete and at its place."""
        old = self._service.store.asset(asset_key(music))
        length = round(piece.summary.duration * 1000)
        return (
            old is not None
            and old.hash == piece.asset.hash
            and abs(music["d"] - length) <= 1
            and music["s"] == piece.start
        )

    def _shots(self, span: Span) -> list[tuple[Asset, Shot]]:
        """Return the shots of the timeline, or those between two times."""
        draft = self._work.draft
        if span != (None, None):
            start = round((span[0] or 0.0) * 1000)
            end = draft["d"] if span[1] is None else min(draft["d"], round(span[1] * 1000))
            timeline.trim(draft, start, end)
        shots = []
        for one in timeline.segments(draft, VIDEO):
            asset = self._service.store.known_asset(asset_key(one))
            start_in, length = one["in"] / 1000, one["d"] / 1000
            if asset.kind == "video" and asset.duration:
                length = length_to_end(start_in, length, asset.duration)
            shots.append((asset, Shot(asset.file, length, start_in, float(one["vol"]))))
        return shots

    async def analyze(self, span: Span = (None, None)) -> ClipAnalysis:
        """Return the analysis of the timeline. Analyze the clips that are new.

        Args:
            span: The start and end of the music, in seconds of the video; None for its ends.

        Raises:
            MediaError: A clip cannot be read.
            EngineError: The engine failed.
        """
        shots, store = self._shots(span), self._service.store
        new = {
            asset.hash: asset
            for asset, _ in shots
            if asset.kind == "video" and store.analysis(asset.hash) is None
        }
        if new:
            await self._analyze_clips(new)
        return ClipAnalysis.concatenate(
            [
                (store.analysis(asset.hash) or ClipAnalysis.still(*asset.size, shot.duration), shot)
                for asset, shot in shots
            ]
        )

    async def _analyze_clips(self, clips: dict[str, Asset]) -> None:
        service, names = self._service, [asset.name for asset in clips.values()]
        call = self._work.start_tool("analyze_video", {"clips": names})
        async with asyncio.TaskGroup() as group:
            tasks = {
                content: group.create_task(self._analyze_clip(asset))
                for content, asset in clips.items()
            }
        found = []
        for content, task in tasks.items():
            analysis = task.result()
            service.store.save_analysis(content, analysis)
            found.append({"filename": clips[content].name, "cuts": len(analysis.cuts)})
        facts: dict[str, Any] = {"status": "success", OWN_KEY: {"clips": found}}
        self._work.finish_tool(call, "analyze_video", facts)

    async def _analyze_clip(self, clip: Asset) -> ClipAnalysis:
        service = self._service
        begun = service.analyses.pop(clip.hash, None)  # no other message may cancel it now
        if begun is not None and not (begun.done() and (begun.cancelled() or begun.exception())):
            return await begun
        return await service.engine.analyze(service.asset_path(clip), _ignore)

    async def _score(
        self, analysis: ClipAnalysis, brief: Brief, seed: int
    ) -> tuple[Asset, ScoreSummary]:
        service, key = self._service, secrets.token_urlsafe(18)
        async with service.scratch() as folder:
            path = folder / f"{key}.wav"
            summary = await service.engine.compose(analysis, brief, seed, path, _ignore)
            content = await service.in_thread(_digest, path)
            size = path.stat().st_size
            path.replace(service.folder / "music" / path.name)
        asset = Asset(
            asset=key,
            session_id=self._work.ids[0],
            user_id=self._work.ids[1],
            origin="music",
            kind="audio",
            name=f"{summary.title}.wav",
            hash=content,
            file=f"music/{key}.wav",
            info=summary,
            bytes=size,
        )
        return asset, summary
