"""What a batch is to do: from clips on the command line, or from a manifest."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.cli.add_music import checked, wanted
from nemomusic.errors import InputError, NemoMusicError

if TYPE_CHECKING:
    from nemomusic.resources.sources import Source

_KEYS: Final = {"clip", "prompt", "output"}


@attrs.frozen(kw_only=True)
class Order:
    """One clip and what is wanted of it.

    Attributes:
        clip: as it was written.
        path: of the clip, or its web address.
        prompt: what is wanted.
        output: file or folder as it was written, or None.
    """

    clip: str
    path: str
    prompt: str
    output: str | None


@attrs.frozen(kw_only=True)
class Task:
    """An order that was checked: it can be worked on, or `error` says why not."""

    order: Order
    source: Source | str | None = None
    target: Path | None = None
    error: NemoMusicError | None = None


def read_orders(files: list[str], prompt: str | None, output: str | None) -> list[Order]:
    """The orders of a batch.

    Args:
        files: clips, or one manifest.
        prompt: for those without their own.
        output: folder for those without their own.

    Raises:
        InputError: the manifest makes no sense.
        PromptError: an empty prompt.
    """
    manifest = Path(files[0])
    if len(files) == 1 and manifest.suffix.lower() in {".csv", ".json"}:
        rows, home = _rows(manifest), manifest.parent
    else:
        rows, home = [{"clip": file} for file in files], Path()
    return [
        Order(
            clip=row["clip"],
            path=_beside(home, row["clip"]),
            prompt=wanted(row.get("prompt") or prompt),
            output=_beside(home, row["output"]) if row.get("output") else output,
        )
        for row in rows
    ]


def _beside(home: Path, name: str) -> str:
    return name if name.startswith(("https://", "http://")) else str(home / name)


def _rows(manifest: Path) -> list[dict[str, str]]:
    try:
        text = manifest.read_text(encoding="utf-8-sig")
        if manifest.suffix.lower() == ".csv":
            rows: Any = list(csv.DictReader(text.splitlines()))
        else:
            rows = json.loads(text)
    except OSError as error:
        raise InputError(f"{manifest} can't be read ({error.strerror})") from error
    except (ValueError, csv.Error) as error:
        raise InputError(
            f"{manifest} can't be understood ({error})", remedy="It has to be UTF-8 CSV or JSON."
        ) from error
    if not isinstance(rows, list) or not rows:
        raise InputError(
            f"{manifest} lists no clips",
            remedy='As JSON: [{"clip": "a.mp4", "prompt": "lo-fi"}]; as CSV: clip,prompt,output.',
        )
    return [_row(manifest, number, row) for number, row in enumerate(rows, 1)]


def _row(manifest: Path, number: int, row: Any) -> dict[str, str]:
    given = {key: value for key, value in row.items() if value} if isinstance(row, dict) else {}
    words = all(isinstance(value, str) for value in given.values())
    if not given.get("clip") or not given.keys() <= _KEYS or not words:
        raise InputError(
            f"entry {number} of {manifest} is not one of clip, prompt and output",
            remedy="Each needs a clip; prompt and output may be missing.",
        )
    return {key: value.strip() for key, value in given.items()}


def check(orders: list[Order], *, overwrite: bool) -> list[Task]:
    """Check every order before anything is sent.

    Raises:
        InputError: two of them would be written to one file.
    """
    tasks: list[Task] = []
    for order in orders:
        try:
            source, target = checked(order.path, order.output, overwrite=overwrite)
            tasks.append(Task(order=order, source=source, target=target))
        except NemoMusicError as error:
            tasks.append(Task(order=order, error=error))
    twice = [path for path, count in Counter(task.target for task in tasks).items() if count > 1]
    both = next((path for path in twice if path is not None), None)
    if both is not None:
        raise InputError(
            f"two clips would be written to {both}",
            remedy="Name an output for each in a manifest, or leave -o out.",
        )
    return tasks
