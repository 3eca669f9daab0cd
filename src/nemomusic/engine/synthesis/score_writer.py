"""Write a score for other programs: its stems in one ZIP, a MIDI file, a cue sheet."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from nemomusic.engine.composition.notation.cue_sheet import cue_sheet, cue_sheet_csv, cue_sheet_json
from nemomusic.engine.composition.notation.midi import to_midi
from nemomusic.engine.synthesis.synthesize import synthesize

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nemomusic.engine.composition.notation.score import Score
    from nemomusic.engine.score_source import ScoreForm
    from nemomusic.engine.types import Cut

__all__ = ["write_score_file"]

_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a ZIP, so that the same score gives the same bytes."""


def write_score_file(
    score: Score,
    cuts: Sequence[Cut],
    form: ScoreForm,
    out: Path,
    *,
    dissolves: Sequence[float] = (),
    fade_out: float | None = None,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write one of the forms of a score.

    Args:
        score: The music.
        cuts: The cuts of the clip, in order. A cue sheet says which of them have music on them.
        form: "stems" for a ZIP with a WAV of each part, "midi" for a MIDI file, "csv" or "json" for
            a cue sheet in UTF-8.
        out: The path of the file, which is replaced if it exists.
        dissolves: The middles of the dissolves of the clip, in seconds, for a cue sheet.
        fade_out: The start in seconds of a fade at the end of the clip, for a cue sheet.
        progress: Called with 0..1.

    Raises:
        OSError: A file can't be written.
        MediaError: The sound font that was named can't be read.
    """
    if form == "stems":
        _write_stems(score, out, progress)
    elif form == "midi":
        out.write_bytes(to_midi(score))
    else:
        cues = cue_sheet(score, cuts, dissolves, fade_out)
        text = cue_sheet_csv(cues) if form == "csv" else cue_sheet_json(cues)
        out.write_bytes(text.encode("utf-8"))
    if progress:
        progress(1.0)


def _write_stems(score: Score, out: Path, progress: Callable[[float], None] | None) -> None:
    with tempfile.TemporaryDirectory(prefix="stems-", dir=out.parent) as name:
        folder = Path(name)
        stems = folder / "stems"
        synthesize(score, folder / "mix.wav", stems=stems, progress=progress)
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for path in sorted(stems.iterdir()):
                about = zipfile.ZipInfo(path.name, _DATE)
                about.compress_type, about.file_size = zipfile.ZIP_DEFLATED, path.stat().st_size
                with path.open("rb") as stem, archive.open(about, "w") as packed:
                    shutil.copyfileobj(stem, packed, 2**20)
                path.unlink()  # the parts of a long piece need as much space as an hour of video
