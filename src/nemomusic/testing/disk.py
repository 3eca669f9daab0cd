"""Make the disk full for downloads."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nemomusic.files import part_file, part_writer

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def full_disk(after: int = 0) -> Iterator[None]:
    """Let downloads find the disk full after that many bytes."""
    real, left = part_writer.write_all, after

    def write(file: Any, pieces: list[bytes]) -> None:
        nonlocal left
        data = b"".join(pieces)
        real(file, [data[:left]])
        if len(data) > left:
            left = 0
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        left -= len(data)

    for module in (part_writer, part_file):
        vars(module)["write_all"] = write
    try:
        yield
    finally:
        for module in (part_writer, part_file):
            vars(module)["write_all"] = real
