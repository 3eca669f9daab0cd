"""Compare an order with the journal's record of its output. This reads files, and sends nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import attrs

from nemomusic import errors
from nemomusic.files.outputs import default_name
from nemomusic.files.part_file import stamp_of
from nemomusic.files.sources import Source
from nemomusic.jobs.steps.inputs import JobInputs, check_inputs, file_digest, same_content
from nemomusic.jobs.storage.records import as_text
from nemomusic.log import logger

if TYPE_CHECKING:
    from collections.abc import Collection

    from nemomusic.batches.order import Order
    from nemomusic.jobs.storage.records import JobRecord

_log: Final = logger("batches")

Redo = Literal["failed", "changed", "all"]
"""Which orders are repeated: those that failed, those that changed, or all."""
PlanState = Literal["new", "resume", "kept", "redo", "bad"]
"""What a run would do: begin, continue, keep the output, repeat, or report an error."""
KEY_PREFIX: Final = "output:"
"""Prefix of the key of a batch's job. The path of the output follows in the key."""


@attrs.frozen(kw_only=True)
class PlannedOrder:
    """An order, and what a run would do with it.

    Attributes:
        order: The order.
        number: The position of the order in the list, from 1.
        state: What a run would do.
        path: The path of the result.
        error: The error of a bad order.
        record: The record of the order's job, if there is one.
        note: A note for a person, such as that a source changed; or None.
    """

    order: Order
    number: int
    state: PlanState
    path: Path | None = None
    error: errors.NemoMusicError | None = None
    record: JobRecord | None = None
    note: str | None = None


@attrs.frozen(kw_only=True)
class CheckedOrder(PlannedOrder):
    """A planned order, with the checked inputs of its job if it is a new one."""

    inputs: JobInputs | None = None


class _Inputs(Protocol):
    def __call__(self, *, replacing: bool) -> JobInputs: ...


def wrapped_error(own: Exception, job_id: str | None = None) -> errors.JobError:
    """Return an error for an exception that is none of this SDK's."""
    _log.warning("an order failed with an error that is not the SDK's", exc_info=own)
    error = errors.JobError(
        f"the order failed with {type(own).__name__}",
        job_id=job_id,
        remedy="Look at the error's __cause__: the order's source may have raised it.",
    )
    error.__cause__ = own
    return error


def source_paths(order: Order) -> list[Path | None]:
    """Return the paths of an order's sources; None for a source without a path."""
    given: Any = order.source
    return [_source_path(one) for one in (given if isinstance(given, list | tuple) else [given])]


def _source_path(source: Any) -> Path | None:
    if isinstance(source, Source):
        return source.path
    if isinstance(source, str) and source.lower().startswith(("https://", "http://")):
        return None
    return Path(os.fsdecode(source)) if isinstance(source, str | os.PathLike) else None


def output_path(order: Order, folder: Path | None) -> Path:
    """Return the absolute path of an order's result.

    Raises:
        OutputError: The output is outside the batch's folder, or no output was given and the source
            has no name.
    """
    paths = source_paths(order)
    source = paths[0] if paths else None
    if order.output is not None:
        if not isinstance(order.output, str | os.PathLike):
            raise errors.OutputError(
                f"output is a path, not {type(order.output).__name__}", remedy="Pass a path."
            )
        path = Path(os.fsdecode(order.output))
        check_home(path, folder)
        if os.fsdecode(order.output).endswith(("/", os.sep)) or os.path.isdir(path):  # noqa: PTH112 - not raising
            if source is None:
                raise errors.OutputError(
                    f"{path} is a folder, and the source has no name", remedy="Name a file in it."
                )
            path /= default_name(source)
    elif source is None:
        raise errors.OutputError(
            "an output is needed: the source has no path to name it after",
            remedy="Give the order an output.",
        )
    else:
        path = Path(default_name(source))
        if folder is None:
            path = source.parent / path
    if folder is None:
        return absolute(path)
    path = absolute(folder / path)
    home = absolute(folder / "x").parent
    if not path.is_relative_to(home) or path == home:
        raise errors.OutputError(
            f"the output {order.output} is outside of {folder}",
            remedy="Leave out '..' and absolute paths, or choose another folder for the batch.",
        )
    return path


def check_home(path: Path, folder: Path | None = None) -> None:
    """Refuse a path that begins with a folder `~`, unless there is such a folder.

    Raises:
        OutputError: The path is probably meant to begin with the home folder.
    """
    first = path.parts[0] if path.parts else ""
    if first.startswith("~") and len(path.parts) > 1 and not ((folder or Path()) / first).is_dir():
        raise errors.OutputError(
            f"{path} begins with ~, which is not expanded",
            remedy="Write the path of the home folder; Path.expanduser() gives it.",
        )


def absolute(path: Path) -> Path:
    """Return the path without `..` and with its folder's links resolved.

    Raises:
        OutputError: The text can't be a path here.
    """
    try:
        os.fsencode(path)
        plain = Path(os.path.normpath(path.absolute()))
        return plain.parent.resolve() / plain.name
    except (OSError, ValueError, RuntimeError) as error:
        raise errors.OutputError(
            f"{path} can't be an output ({error})", remedy="Choose another path."
        ) from error


def key_of(path: Path) -> str:
    """Return the key of the job that makes a file. Two spellings of one path have one key."""
    return KEY_PREFIX + os.path.normcase(path)


def plan_order(
    order: Order,
    number: int,
    path: Path,
    record: JobRecord | None,
    *,
    overwrite: bool,
    redo: Collection[Redo] = (),
    cloud: bool = False,
    look_only: bool = False,
) -> CheckedOrder:
    """Return what a run would do with an order. This may read the files to compare them.

    With `look_only` nothing is made, not even the folder of the output.
    """
    known = CheckedOrder(order=order, number=number, state="bad", path=path, record=record)

    def inputs(*, replacing: bool) -> JobInputs:
        return check_inputs(
            order.source,
            order.prompt,
            output=path,
            overwrite=replacing,
            language=order.language,
            name=order.name,
            cloud=cloud,
            look_only=look_only,
        )

    try:
        if not look_only:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        unusable = errors.OutputError(
            f"the folder {path.parent} can't be made ({error.strerror})",
            remedy="Choose another, or make room.",
        )
        return attrs.evolve(known, error=unusable)
    try:
        if record is None:
            fresh = inputs(replacing=overwrite)
            return attrs.evolve(known, state="new", inputs=fresh)
        return _plan_known(record, known, path, inputs, overwrite=overwrite, redo=redo)
    except errors.NemoMusicError as error:
        return attrs.evolve(known, error=error)
    except OSError as error:  # such as a name that is too long for the disk
        unusable = errors.OutputError(
            f"the clip or its output {path} can't be looked at ({error.strerror})",
            remedy="Choose other names.",
        )
        return attrs.evolve(known, error=unusable)


def _plan_known(
    record: JobRecord,
    known: CheckedOrder,
    path: Path,
    inputs: _Inputs,
    *,
    overwrite: bool,
    redo: Collection[Redo],
) -> CheckedOrder:
    if record.state == "damaged":
        raise errors.JournalError(
            f"what the journal holds of {path} can't be understood ({record.error})",
            job_id=record.id,
            remedy=f"Delete its record with `nemomusic jobs forget {record.id}`; its project may "
            "still exist on the service.",
        )
    given: JobInputs | None = None
    missing: errors.InputError | None = None
    try:
        given = inputs(replacing=True)
    except errors.SourceError as error:
        if "all" in redo or record.state in {"failed", "cancelled"}:
            raise
        missing = error
    changed = given is not None and not same_content(given.data, record.data)
    over = record.state in {"failed", "cancelled"}
    unsent = record.state == "failed" and record.data.get("message") is None
    again = (
        unsent or "all" in redo or ("changed" in redo and changed) or ("failed" in redo and over)
    )
    if again and given is not None:
        return attrs.evolve(known, state="redo", inputs=given)
    if changed:
        raise errors.OrderChangedError(
            f"{known.order.label} has another content, prompt or option than when {path} was "
            f"ordered ({record.id} is {record.state})",
            job_id=record.id,
            remedy="Do changed orders again, which costs what it costs, or take the old ones back.",
        )
    if over:
        raise _failure_of(record)
    if record.state == "done" and is_intact(record, path):
        note = None if missing is None else f"{missing.message}; the result is kept"
        return attrs.evolve(known, state="kept", note=note)
    if record.state == "done" and path.exists() and not overwrite:
        raise errors.OutputExistsError(
            f"{path} is not the file that {record.id} wrote there",
            job_id=record.id,
            remedy="Move it away, or allow overwriting: the result is fetched again, and no "
            "message is sent.",
        )
    return attrs.evolve(known, state="resume")


def _failure_of(record: JobRecord) -> errors.JobError:
    """Return the error of an order that failed, or was canceled, after its message was sent."""
    what = "was canceled" if record.state == "cancelled" else "has failed"
    why = record.error or "no reason was noted"
    if record.data.get("error_type") == errors.NoMusicAddedError.__name__:
        answer = as_text(record.data.get("text"))
        known = f'The agent said: "{answer}"' if answer is not None else ""
    else:
        known = as_text(record.data.get("remedy")) or ""
    redo = "To send a new message, do failed orders again (`--redo failed`)."
    return errors.JobError(
        f"{record.id} {what}" + (f": {why}" if record.state == "failed" else ""),
        job_id=record.id,
        session_id=record.session_id,
        remedy=f"{known} {redo}".strip(),
    )


def is_intact(record: JobRecord, path: Path) -> bool:
    """Return whether a finished output is the file that its job wrote, by length and hash."""
    try:
        info = path.stat()
    except OSError:
        return False
    size, digest = record.data.get("size"), record.data.get("output_sha256")
    if size is not None and info.st_size != size:
        return False
    if digest is not None:
        try:
            return bool(file_digest(path) == digest)
        except OSError:
            return False
    # The run ended before the hash was noted. The stamp was noted before the file got its name.
    stamp = record.data.get("finalizing")
    return stamp is None or stamp_of(path) == tuple(stamp)
