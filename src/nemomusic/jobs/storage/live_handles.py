"""Find out which jobs have a living handle in this process: their records are kept."""

from __future__ import annotations

import weakref
from typing import Final


class HandleMark:
    """A mark that lives as long as a handle of its job. All handles of the job share it."""

    __slots__ = ("__weakref__",)


_MARKS: Final[weakref.WeakValueDictionary[str, HandleMark]] = weakref.WeakValueDictionary()


def mark_of(job_id: str) -> HandleMark:
    """Return the mark for a handle to keep."""
    return _MARKS.setdefault(job_id, HandleMark())


def has_handle(job_id: str) -> bool:
    """Return whether a handle of a job lives in this process."""
    return job_id in _MARKS
