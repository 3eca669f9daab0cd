"""Stems, MIDI files and cue sheets of composed music: written when they are first fetched."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.engine.types import ScoreSummary
from nemomusic.local.errors import QuotaError
from nemomusic.local.workers.slots import WORK_OWNER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nemomusic.engine.score_source import ScoreForm
    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import Asset

NAMES: Final[Mapping[ScoreForm, str]] = {
    "stems": "stems.zip",
    "midi": "music.mid",
    "csv": "cue-sheet.csv",
    "json": "cue-sheet.json",
}
"""The name of each form's file, as shown."""


class ScoreChangedError(Exception):
    """A piece can't be composed again: another version of this package composed it."""


def score_urls(service: Service, music: Asset) -> dict[str, str]:
    """Return where the files of a piece can be fetched, by form; "mix" is the piece itself."""
    urls = {"mix": service.asset_url(music)}
    if service.store.has_score_source(music.asset):
        for form, name in NAMES.items():
            urls[form] = f"{service.url}/cdn/{music.asset}.{form}/{name}"
    return urls


class ScoreFiles:
    """Writes the files of scores, each once.

    The key of such a file is the key of the music, a dot, and the form. So the key is as hard to
    guess as the music's key, and is deleted with it.

    Args:
        service: The running backend.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._writing: dict[str, asyncio.Task[Asset]] = {}

    async def asset(self, key: str) -> Asset | None:
        """Return the file with a key, written now if it does not exist yet; None without music.

        If the caller is canceled, the writing goes on for the next caller.

        Raises:
            EngineError: The engine broke down.
            QuotaError: The user has no room left for it, or too much work under way.
            ScoreChangedError: The piece can't be composed again.
        """
        store = self._service.store
        known = store.asset(key)
        if known is not None:
            return known
        of, _, ending = key.partition(".")
        music, form = store.asset(of), next((one for one in NAMES if one == ending), None)
        if form is None or music is None or not store.has_score_source(of):
            return None
        if key not in self._writing:
            most = self._service.limits.renders_per_user
            end = self._service.begin_work("score files", music.user_id, most)
            task = self._service.spawn(self._write(music, form, key), f"score {form}")
            self._writing[key] = task

            def written(done: asyncio.Task[Asset]) -> None:
                end()
                del self._writing[key]
                if not done.cancelled():
                    done.exception()  # the requests that wait for it raise it

            task.add_done_callback(written)
        return await asyncio.shield(self._writing[key])

    async def _write(self, music: Asset, form: ScoreForm, key: str) -> Asset:
        service = self._service
        source = service.store.score_source(music.asset)
        if source is None or not isinstance(music.info, ScoreSummary):
            raise ScoreChangedError
        WORK_OWNER.set(music.user_id)
        async with service.scratch() as folder:
            path = folder / NAMES[form]
            written = await service.engine.score_file(source, form, path, lambda _: None)
            if written.fingerprint != music.info.fingerprint:
                raise ScoreChangedError
            size = path.stat().st_size
            if service.store.used_bytes(music.user_id) + size > service.limits.bytes_per_user:
                raise QuotaError("there is no room left for the files of this user", passes=False)
            digest = await service.in_thread(_digest, path)
            file = f"music/{music.asset}-{NAMES[form]}"
            path.replace(service.folder / file)
        asset = attrs.evolve(
            music,
            asset=key,
            origin="score",
            kind="data",
            name=NAMES[form],
            hash=digest,
            file=file,
            bytes=size,
        )
        service.store.add_assets([asset])
        return asset


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
