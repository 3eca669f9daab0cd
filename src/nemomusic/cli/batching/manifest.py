"""Read the orders of a batch: from a CSV, JSON or JSON Lines file, or from the command line."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import attrs

from nemomusic.batches.order import Order
from nemomusic.cli.arguments.languages import checked_language
from nemomusic.errors import (
    ConfigurationError,
    InputError,
    ManifestError,
    NemoMusicError,
    PromptError,
)
from nemomusic.files.outputs import default_name

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES: Final = frozenset({".csv", ".tsv", ".json", ".jsonl", ".ndjson"})
"""Suffixes of files that are manifests and not clips."""
COLUMNS: Final = ("input", "prompt", "output", "language", "name")
"""Columns of a manifest. All but the first may be missing."""
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_TABLES: Final = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".numbers", ".txt", ".yaml", ".yml"})
"""Suffixes of files that people take for manifests."""
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_WEB: Final = ("https://", "http://")
_CSV: Final = frozenset({".csv", ".tsv"})


@attrs.frozen(kw_only=True)
class Defaults:
    """The defaults for orders without their own values.

    Attributes:
        prompt: The message.
        output: Name of a result, with `{stem}` and `{n}`; None for `<stem>-with-music.mp4`.
        language: Language code of the agent's answers, or None.
        into_folder: Whether results go into one folder.
    """

    prompt: str
    output: str | None = None
    language: str | None = None
    into_folder: bool = False


@attrs.frozen
class _Unusable:
    """A row that can't be read.

    Attributes:
        why: The reason.
    """

    why: str


@attrs.frozen(kw_only=True)
class ListedOrder:
    """One row: an order, or the error of the row.

    Attributes:
        number: Its place in the batch, from 1.
        label: The input as it was written.
        order: The order; None if the row makes no sense.
        error: The error of the row, or None.
    """

    number: int
    label: str
    order: Order | None = None
    error: NemoMusicError | None = None


def is_manifest(path: Path) -> bool:
    """Return whether a file is a manifest, by its name."""
    return path.suffix.lower() in SUFFIXES


def check_no_table(path: Path) -> None:
    """Refuse a list of clips in a format that is not read.

    Raises:
        ManifestError: The file is a spreadsheet or a plain list.
    """
    if path.suffix.lower() in _TABLES and path.is_file():
        raise ManifestError(
            f"{path} is no manifest: its format is not read",
            remedy="Save it as CSV with the header input,prompt,output, or name the clips.",
        )


def orders_of_clips(clips: list[str], defaults: Defaults, *, first: int = 1) -> list[ListedOrder]:
    """Return an order for each clip of the command line.

    Args:
        clips: Paths and addresses.
        defaults: Prompt and output.
        first: The number of the first order.
    """
    return [
        _listed(number, {"input": clip}, defaults, None) for number, clip in enumerate(clips, first)
    ]


def read_manifest(path: Path, defaults: Defaults) -> list[ListedOrder]:
    """Return the orders of a manifest. A row that makes no sense is listed with its error.

    Raises:
        ManifestError: The file as a whole can't be understood.
    """
    text = _text_of(path)
    rows = list(_csv_rows(path, text) if path.suffix.lower() in _CSV else _json_rows(path, text))
    if not rows:
        raise ManifestError(
            f"{path} lists no clips",
            remedy='As JSON Lines: {"input": "a.mp4", "prompt": "lo-fi"}; as CSV: a header '
            "input,prompt,output and a row for each clip.",
        )
    found = []
    for number, (row, given) in enumerate(rows, 1):
        try:
            found.append(_listed(number, _checked(path, number, row, given), defaults, path.parent))
        except ManifestError as error:
            label = given.get("input") if isinstance(given, dict) else None
            named = isinstance(label, str) and label and not _broken(label)
            shown = str(label) if named else "(no input)"
            found.append(ListedOrder(number=number, label=shown, error=error))
    return found


def _text_of(path: Path) -> str:
    """Return the text of a manifest, in UTF-8 or in UTF-16 with its mark, as spreadsheets save it.

    Raises:
        ManifestError: The file can't be read or is in another encoding.
    """
    try:
        content = path.read_bytes()
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except OSError as error:
        raise ManifestError(
            f"{path} can't be read ({error.strerror})", remedy="Check the path, and its rights."
        ) from error
    except UnicodeDecodeError as error:
        row = None if wide else content.count(b"\n", 0, error.start) + 1
        raise _other_encoding(path, row, str(error)) from error
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise _other_encoding(path, row, "it holds zero bytes")
    return text


def _other_encoding(path: Path, row: int | None, why: str) -> ManifestError:
    where = "" if row is None else f", line {row}"
    return ManifestError(
        f"{path}{where}: it can't be understood ({why})", row=row, remedy="Save it as UTF-8."
    )


def _csv_rows(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    # Strict: otherwise, after a quote without an end, the following rows would become one prompt.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    header: list[str] = []
    usual = csv.field_size_limit(max(1, len(text)))  # a long cell makes one row bad, not all
    try:
        for cells in reader:
            row = reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                if cells[0].startswith("sep="):  # a line of Excel's own
                    continue
                header = _header(path, row, cells)
                continue
            while len(cells) > len(header) and not cells[-1].strip():
                cells.pop()
            given: Any = dict(zip(header, cells, strict=False))
            if len(cells) > len(header):
                given = _Unusable(f"{len(cells)} cells under {len(header)} columns")
            yield row, given
    except csv.Error as error:
        raise ManifestError(
            f"{path}, line {reader.line_num}: it can't be understood ({error})", row=reader.line_num
        ) from error
    finally:
        csv.field_size_limit(usual)


def _delimiter(text: str) -> str:
    """Return the sign between cells: a comma, or the semicolon or tab of some spreadsheets."""
    for line in text.splitlines():
        if line.startswith("sep=") and len(line) == len("sep=") + 1:
            return line[-1]
        for delimiter in ";\t":
            if "input" in (cell.strip().strip('"').lower() for cell in line.split(delimiter)):
                return delimiter if delimiter in line else ","
        if line.strip():
            break
    return ","


def _header(path: Path, row: int, cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    while header and not header[-1]:
        header.pop()
    wrong = next((name for name in header if name not in COLUMNS), None)
    if wrong is not None:
        column, why = wrong, f"the column {wrong!r} is unknown"
    elif len(set(header)) < len(header):
        column = next(name for name in header if header.count(name) > 1)
        why = f"the column {column!r} is there twice"
    elif "input" not in header:
        column, why = "input", "there is no column 'input'"
    else:
        return header
    raise ManifestError(
        f"{path}, line {row}: {why}",
        row=row,
        column=column,
        remedy=f"The columns are {', '.join(COLUMNS)}.",
    )


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, Any]]:
    if path.suffix.lower() == ".json":
        try:
            listed = json.loads(text, object_pairs_hook=_once)
        except (ValueError, RecursionError) as error:
            raise ManifestError(f"{path} can't be understood ({error})") from error
        if not isinstance(listed, list):
            raise ManifestError(
                f"{path} is no list", remedy='Write [{"input": "a.mp4", "prompt": "lo-fi"}].'
            )
        yield from enumerate(listed, 1)
        return
    for number, line in enumerate(text.split("\n"), 1):  # other line ends may stand in a text
        if line.strip():
            try:
                yield number, json.loads(line, object_pairs_hook=_once)
            except (ValueError, RecursionError) as error:
                yield number, _Unusable(f"it is no JSON ({error})")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} is there twice")
    return found


def _checked(path: Path, number: int, row: int, given: Any) -> dict[str, Any]:
    """Return the cells of a row that are not empty.

    Args:
        path: The manifest.
        number: The place of the order in the batch, from 1.
        row: The line of the file; in a JSON list, the number of the object.
        given: The row.

    Raises:
        ManifestError: The row makes no sense.
    """

    def wrong(column: str | None, why: str) -> ManifestError:
        line = "" if path.suffix.lower() == ".json" else f" (line {row})"
        named = "" if column is None else f", column {column!r}"
        where = f"{path}, order {number}{line}{named}"
        return ManifestError(
            f"{where}: {why}",
            row=row,
            column=column,
            remedy=f"A row holds {', '.join(COLUMNS)}; all but input may be missing.",
        )

    if not isinstance(given, dict):
        raise wrong(None, given.why if isinstance(given, _Unusable) else "it is no object")
    cells: dict[str, Any] = {}
    for column, value in given.items():
        if column not in COLUMNS:
            raise wrong(ascii(column)[1:-1], "there is no such column")
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(one, str) and not one.isprintable() and _broken(one) for one in texts):
            raise wrong(column, "it holds half of a character or a zero byte")
        if value is None or value == "":
            continue
        if column == "input" and isinstance(value, list) and value:
            if not all(isinstance(one, str) and one.strip() for one in value):
                raise wrong(column, "it holds something else than names of files")
            cells[column] = [one.strip() for one in value]
            continue
        if not isinstance(value, str):
            raise wrong(column, f"{value!r:.40} is no text")
        if value.strip():
            cells[column] = value.strip()
    if "language" in cells:
        try:
            cells["language"] = checked_language(cells["language"])
        except ConfigurationError as error:
            raise wrong("language", f"{error.message}. {error.remedy}") from None
    if "input" not in cells:
        raise wrong("input", "it is empty")
    if "output" in cells:
        try:
            fill(cells["output"], "stem", number)
        except InputError as error:
            raise wrong("output", error.message) from None
    return cells


def _broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\0" in text


def _listed(
    number: int, cells: dict[str, Any], defaults: Defaults, home: Path | None
) -> ListedOrder:
    """Return the order of a row. Paths of a manifest are relative to its folder."""
    given = cells["input"]
    inputs = [given] if isinstance(given, str) else given
    sources = [one if _ADDRESS.match(one) or home is None else str(home / one) for one in inputs]
    stem = _stem(inputs[0])
    output = cells.get("output") or defaults.output
    if output is not None:
        output = fill(output, stem, number)
        if home is not None and not defaults.into_folder:
            output = str(home / output)
    elif defaults.into_folder or inputs[0].lower().startswith(_WEB):
        output = default_name(Path(stem)) if defaults.into_folder and stem else None
    order = Order(
        source=sources[0] if isinstance(given, str) else sources,
        prompt=cells.get("prompt") or defaults.prompt,
        output=output,
        language=cells.get("language") or defaults.language,
        name=cells.get("name"),
    )
    return ListedOrder(number=number, label=inputs[0], order=order)


def _stem(given: str) -> str:
    if given.lower().startswith(_WEB):
        return Path(unquote(urlsplit(given).path)).stem
    return Path(given).stem


def fill(output: str, stem: str, number: int) -> str:
    """Put the stem of the input and the order's number into the name of an output.

    Raises:
        InputError: The name holds an unknown word in braces.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] == "stem":
            return stem
        if match[1] == "n":
            return str(number)
        raise InputError(
            f"{match[0]} is not known in the output {output!r}", remedy="Use {stem} and {n}."
        )

    if "{" in (rest := _PLACE.sub("", output)) or "}" in rest:
        raise InputError(
            f"a brace of the output {output!r} has no other one", remedy="Use {stem} and {n}."
        )
    return _PLACE.sub(value, output)


def wanted(prompt: str | None, otherwise: str) -> str:
    """Return the prompt, or the default if none is given.

    Raises:
        PromptError: The prompt is empty.
    """
    if prompt is None:
        return otherwise
    if not prompt.strip():
        raise PromptError("the prompt is empty")
    return prompt
