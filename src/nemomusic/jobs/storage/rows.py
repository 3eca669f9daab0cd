"""Read the journal's rows as values. A row may hold anything, since users can change the file."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, Any, Final, TypeGuard, get_args

from nemomusic.jobs.storage.records import JobRecord, JobState, Step
from nemomusic.protocol.json_codec import loads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_STATES: Final = frozenset(get_args(JobState)) - {"damaged"}
_TELLING_PHASES: Final = frozenset({"intent", "accepted", "done", "refused", "resend"})
"""Phases of the message step whose notes show the outcome of the message."""
_NUMBERS: Final = (int, float)
"""The types of JSON numbers. A tuple is checked faster than `int | float`."""
_LAST_SECOND: Final = 2.5e11
"""The largest number of seconds since the epoch that a date can show (year 9892)."""
_MAX_PATH: Final = 4096
"""Characters that a path may have."""


def read_step(row: tuple[Any, ...]) -> Step | None:
    """Return a row `job, at, step, phase, data` as a step, or None if it makes no sense."""
    _, at, step, phase, text = row
    data = _object(text)
    if not _is_time(at) or not isinstance(step, str) or not isinstance(phase, str) or data is None:
        return None
    return Step(at=at, step=step, phase=phase, data=data)


def read_record(row: tuple[Any, ...], step_rows: Iterable[tuple[Any, ...]]) -> JobRecord:
    """Return a row `id, status, created, backend, key, data` and its steps as a record.

    A row that makes no sense gives a record with the state `damaged` and the reason as its error.
    """
    job_id, state, created, backend, key, text = row
    data = _object(text)
    reason = None
    if data is None:
        reason = "its data is no JSON object"
    elif not isinstance(job_id, str) or not isinstance(backend, str):
        reason = "its id or backend is no text"
    elif key is not None and not isinstance(key, str):
        reason = "its key is no text"
    elif state not in _STATES:
        reason = f"its state is {state!r:.40}"
    elif not _is_time(created):
        reason = "the time it was created is no time"
    merged, updated = dict(data or {}), created
    if reason is None:
        for step_row in step_rows:
            step = read_step(step_row)
            if step is None:
                reason = "a step can't be understood"
                break
            if (
                step.step == "message"
                and step.phase in _TELLING_PHASES
                and "message" not in step.data
            ):
                reason = "the step of its message tells nothing"
                break
            merged.update(step.data)
            merged["step"] = step.step
            updated = max(updated, step.at)
    reason = reason or _wrong_field(merged)
    if reason is not None:
        return JobRecord(
            id=job_id if isinstance(job_id, str) else repr(job_id),
            state="damaged",
            created=created if _is_time(created) else 0.0,
            updated=updated if _is_time(updated) else 0.0,
            backend=backend if isinstance(backend, str) else "",
            key=key if isinstance(key, str) else None,
            data={"error": reason},
        )
    return JobRecord(
        id=job_id,
        state=state,
        created=created,
        updated=updated,
        backend=backend,
        key=key,
        data=merged,
    )


def _object(text: object) -> dict[str, Any] | None:
    if not isinstance(text, str):
        return None
    try:
        data = loads(text, exact=True)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _is_time(value: object) -> bool:
    return _is_number(value) and 0 <= value < _LAST_SECOND


def _is_number(value: object) -> TypeGuard[float]:
    return (
        isinstance(value, _NUMBERS)
        and not isinstance(value, bool)
        and abs(value) < 2**64  # file times in nanoseconds are above 2**60
        and math.isfinite(value)
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_path(value: object) -> bool:
    if not isinstance(value, str) or "\0" in value or len(value) > _MAX_PATH:
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _are_numbers(value: object) -> bool:
    return isinstance(value, list) and all(_is_number(one) for one in value)


def _are_objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _are_sources(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and _wrong(one, _SOURCE_FIELDS) is None for one in value
    )


_SOURCE_FIELDS: Final[Mapping[str, Callable[[object], bool]]] = {
    "name": _is_text,
    "path": _is_path,
    "url": _is_text,
    "sha256": _is_text,
    "stamp": _are_numbers,
}
_FIELDS: Final[Mapping[str, Callable[[object], bool]]] = {
    "sources": _are_sources,
    "name": _is_path,
    "prompt": _is_text,
    "output": _is_path,
    "overwrite": _is_bool,
    "hash_output": _is_bool,
    "recovering": _is_bool,
    "language": _is_text,
    "token": _is_text,
    "user_id": _is_text,
    "session_id": _is_text,
    "task_id": _is_text,
    "render_id": _is_text,
    "upload": _is_text,
    "message": _is_text,
    "download": _is_text,
    "text": _is_text,
    "step": _is_text,
    "error": _is_text,
    "error_type": _is_text,
    "sent_at": _is_number,
    "size": _is_number,
    "baseline": _is_object,
    "state": _is_object,
    "render": _is_object,
    "finalizing": _are_numbers,
    "media": _are_objects,
}
"""The types of a job's known fields. Each may be missing or null."""


def _wrong_field(data: Mapping[str, Any]) -> str | None:
    wrong = _wrong(data, _FIELDS)
    return None if wrong is None else f"its {wrong} makes no sense"


def _wrong(data: Mapping[str, Any], fields: Mapping[str, Callable[[object], bool]]) -> str | None:
    for name, fits in fields.items():
        value = data.get(name)
        if value is not None and not fits(value):
            return name
    return None
