"""`client.scores`: stems, MIDI files and cue sheets of composed music."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from nemomusic import errors
from nemomusic.conversation.readings import read_state
from nemomusic.files.download import Download
from nemomusic.files.outputs import temporary_folder
from nemomusic.files.part_file import CUE_SHEET, MIDI, ZIP, ResultKind
from nemomusic.files.stem_archive import check_stem_folder, unpack_stems
from nemomusic.models.cue_sheet import CueSheet, score_urls
from nemomusic.protocol.json_codec import loads
from nemomusic.transport.pipeline import SessionPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from os import PathLike

    from nemomusic.conversation.session_ref import AttachSession, SessionLike
    from nemomusic.models.drafts.draft import Draft
    from nemomusic.transport.pipeline import RequestPipeline

_CUE_SHEET_BYTES: Final = 16 * 2**20
"""Bytes that a cue sheet may have."""


class Scores:
    """`client.scores`: the stems, the MIDI file and the cue sheet of the music of a session.

    The embedded backend has these files for the music that it composed. It writes a file at the
    first request. A MIDI file takes a moment. Stems take as long as the synthesis of the music
    took.
    """

    def __init__(self, pipeline: RequestPipeline, attach: AttachSession) -> None:
        self._pipeline = pipeline
        self._attach = attach

    async def stems(
        self,
        session: SessionLike,
        folder: str | PathLike[str],
        *,
        draft: Draft | None = None,
        overwrite: bool = False,
    ) -> dict[str, Path]:
        """Write each part of the music as a WAV file. All files together sound like the music.

        Args:
            session: A `Session` or its id.
            folder: The folder of the files. The SDK makes it if it does not exist.
            draft: The draft that names the music; None for the newest draft.
            overwrite: Whether the folder may contain files already. Files with the names of stems
                are replaced.

        Returns:
            The path of each file, by the name of its part. "room" is the reverb of all parts. The
            files have 48 kHz, 16 bit, stereo, and are as long as the music.

        Raises:
            ScoreUnavailableError: The backend has no stems.
            OutputError: The files can't be written there.
            DownloadError: The files could not be fetched completely.
        """
        run, target = self._pipeline.executor.run, Path(folder)
        url = await self._url(session, "stems", draft)
        await run(check_stem_folder, target, overwrite=overwrite)
        async with self._fetched(url, ZIP) as archive:
            return await run(unpack_stems, archive, target)

    async def midi(
        self,
        session: SessionLike,
        path: str | PathLike[str],
        *,
        draft: Draft | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write the music as a MIDI file. Its tempo map follows the music's own beats.

        Args:
            session: A `Session` or its id.
            path: The path of the file.
            draft: The draft that names the music; None for the newest draft.
            overwrite: Whether an existing file may be replaced.

        Returns:
            The path.

        Raises:
            ScoreUnavailableError: The backend has no MIDI file.
            OutputError: The file can't be written there.
            DownloadError: The file could not be fetched completely.
        """
        target = Path(path)
        if not overwrite and await self._pipeline.executor.run(target.exists):
            raise errors.OutputExistsError(f"{target} exists already")
        url = await self._url(session, "midi", draft)
        await Download(self._pipeline, target, replace=overwrite, kind=MIDI).fetch_url(url)
        return target

    async def cue_sheet(self, session: SessionLike, *, draft: Draft | None = None) -> CueSheet:
        """Return the events of the music with their times, and the cuts that they are placed on.

        Args:
            session: A `Session` or its id.
            draft: The draft that names the music; None for the newest draft.

        Raises:
            ScoreUnavailableError: The backend has no cue sheet.
            DownloadError: The cue sheet could not be fetched completely.
        """
        async with self._fetched(await self._url(session, "json", draft), CUE_SHEET) as path:
            return await self._pipeline.executor.run(_read_cue_sheet, path)

    async def _url(self, session: SessionLike, form: str, draft: Draft | None) -> str:
        """Return the present address of a form: the address of an embedded backend changes."""
        ref = self._attach(session)
        state = await read_state(self._pipeline, ref, SessionPolicy.REPORT)
        url = score_urls(state, None if draft is None else draft.raw).get(form)
        if url is None:
            what = {"stems": "stems", "midi": "MIDI file"}.get(form, "cue sheet")
            raise errors.ScoreUnavailableError(
                f"the backend has no {what} of this music", session_id=ref.id
            )
        return url

    @asynccontextmanager
    async def _fetched(self, url: str, kind: ResultKind) -> AsyncIterator[Path]:
        """Fetch a file into a temporary folder, which is deleted at the end."""
        async with temporary_folder(self._pipeline.executor, "nemomusic-score-") as folder:
            path = folder / "score"
            await Download(self._pipeline, path, kind=kind).fetch_url(url)
            yield path


def _read_cue_sheet(path: Path) -> CueSheet:
    if path.stat().st_size > _CUE_SHEET_BYTES:
        raise errors.DownloadError("the cue sheet is too large")
    try:
        return CueSheet.from_json(loads(path.read_bytes()))
    except ValueError as error:
        raise errors.DownloadError("what came is not a cue sheet") from error
