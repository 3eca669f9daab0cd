"""The cue sheet of a composed piece: its events and their times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, SupportsIndex, overload

import attrs

from nemomusic.models.drafts.draft import as_mapping, as_text, as_views, as_whole
from nemomusic.models.values.value import Value
from nemomusic.models.values.wire_numbers import as_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nemomusic.models.state import State


@attrs.frozen(kw_only=True)
class CueSheetEntry(Value):
    """One line of a cue sheet.

    Attributes:
        time: Seconds into the music.
        bar: The bar, from 1; 0 for a pickup.
        beat: The beat of the bar, from 1.
        what: The event, such as "A begins", "chord F", "hit" or "last chord C".
        cut: The number of the cut that the event is placed on, from 1; None if it is on no cut.
    """

    time: float
    bar: int
    beat: int
    what: str
    cut: int | None = None


@attrs.frozen
class CueSheet(Value):
    """The events of a piece of music, in order of time.

    Attributes:
        cues: The lines.
    """

    cues: tuple[CueSheetEntry, ...] = ()

    @classmethod
    def from_json(cls, rows: object) -> CueSheet:
        """Return the cue sheet that a backend sent. A row without a time is left out."""
        found = []
        for _, row in as_views(rows):
            time = as_number(row.get("time"))
            if time is not None:
                cue = CueSheetEntry(
                    time=time,
                    bar=as_whole(row.get("bar")) or 0,
                    beat=as_whole(row.get("beat")) or 1,
                    what=as_text(row.get("what")) or "",
                    cut=as_whole(row.get("cut"), at_least=1),
                )
                found.append(cue)
        return cls(tuple(found))

    @property
    def hits(self) -> tuple[CueSheetEntry, ...]:
        """For each cut of the clip with a cue on it: the first such cue, in order of time."""
        found: dict[int, CueSheetEntry] = {}
        for cue in self.cues:
            if cue.cut is not None:
                found.setdefault(cue.cut, cue)
        return tuple(found.values())

    def to_csv(self) -> str:
        """Return the lines as CSV with a header. Lines end in CR LF (RFC 4180)."""
        rows = ["bar,beat,time,what,cut"]
        for cue in self.cues:
            what = '"' + cue.what.replace('"', '""') + '"'
            rows.append(f"{cue.bar},{cue.beat},{cue.time:.3f},{what},{cue.cut or ''}")
        return "\r\n".join([*rows, ""])

    def __iter__(self) -> Iterator[CueSheetEntry]:
        return iter(self.cues)

    def __len__(self) -> int:
        return len(self.cues)

    @overload
    def __getitem__(self, place: SupportsIndex) -> CueSheetEntry: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[CueSheetEntry, ...]: ...

    def __getitem__(
        self, place: SupportsIndex | slice
    ) -> CueSheetEntry | tuple[CueSheetEntry, ...]:
        return self.cues[place]

    def __str__(self) -> str:
        return "\n".join(
            f"{cue.time:8.3f} s  {cue.bar:3}.{cue.beat}  {cue.what}"
            + ("" if cue.cut is None else f" (cut {cue.cut})")
            for cue in self.cues
        )


def score_urls(state: State, draft: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return the addresses of the files of the music in a draft, by form.

    Args:
        state: The newest state, with what the embedded backend adds (docs/protocol.md).
        draft: The draft that names the music, as received; None for the state's own.

    Returns:
        The addresses of those of the forms "mix", "stems", "midi", "csv" and "json" that exist.
    """
    inner = as_mapping(state.raw.get("state"))
    pieces = as_mapping(as_mapping(inner.get("nemomusic")).get("music"))
    tracks = state.draft.raw if draft is None else draft
    for _, track in as_views(tracks.get("t")):
        for _, segment in as_views(track.get("sg")):
            piece = as_mapping(pieces.get(as_text(as_mapping(segment.get("m")).get("asset")) or ""))
            files = as_mapping(piece.get("files"))
            if files:
                return {form: url for form, url in files.items() if as_text(url)}
    return {}
