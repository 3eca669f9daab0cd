"""A disk that is full."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nemomusic.resources import download

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def full_disk(after: int = 0) -> Iterator[None]:
    """Downloads find the disk full once that many bytes of them are written."""
    real, left = download.write_all, after

    def write(file: Any, pieces: list[bytes]) -> None:
        nonlocal left
        data = b"".join(pieces)
        real(file, [data[:left]])
        if len(data) > left:
            left = 0
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left -= len(data)

    download.write_all = write
    try:
        yield
    finally:
        download.write_all = real
