"""Content codings of answers. Other codings than gzip and deflate are refused."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from nemomusic.errors import UnexpectedAnswerError
from nemomusic.secret import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ACCEPTED: Final = "gzip, deflate"
"""The value of `Accept-Encoding` for answers that are read into memory."""
IDENTITY: Final = "identity"
"""The value of `Accept-Encoding` for streams and files, which are not compressed."""
_PIECE: Final = 2**20
"""Bytes that are decompressed at once."""
_REMEDY: Final = (
    "A proxy on the way changes the answer. Check what it does to Accept-Encoding, or go past it."
)


def coding_of(headers: Mapping[str, str]) -> str:
    """Return the content coding of an answer, in lower case; "" if there is none."""
    if "Content-Encoding" not in headers:
        return ""
    every: Callable[..., list[str]] | None = getattr(headers, "getall", None)
    found = (
        [headers.get("Content-Encoding", "")] if every is None else every("Content-Encoding", [])
    )
    coding = ", ".join(found).strip().lower()  # two headers are one list (RFC 9110, 5.3)
    return "" if coding == IDENTITY else coding


def decoder_for(headers: Mapping[str, str], status: int) -> Inflater | None:
    """Return the decoder for the content coding of an answer, or None if it has no coding.

    Raises:
        UnexpectedAnswerError: The coding was not asked for.
    """
    coding = coding_of(headers)
    if not coding:
        return None
    if coding in {"gzip", "x-gzip", "deflate"}:
        return Inflater(status)
    raise unasked(coding, status)


def unasked(coding: str, status: int) -> UnexpectedAnswerError:
    """Return the exception for a content coding that was not asked for."""
    return UnexpectedAnswerError(
        f"the answer has the content coding {redact(coding)[:40]!r}, which was not asked for",
        status=status,
        remedy=_REMEDY,
    )


class Inflater:
    """Undoes gzip and deflate, piece by piece.

    Args:
        status: The HTTP status of the answer, for errors.
    """

    def __init__(self, status: int) -> None:
        self._status = status
        self._engine: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decompressed bytes of a piece of the body, at most 1 MiB at once.

        Raises:
            UnexpectedAnswerError: The body is damaged.
        """
        while chunk:
            if self._engine is None:
                # 15 + 32: zlib tells gzip from zlib by the header. Some servers send deflate bare.
                bare = chunk[0] & 0x0F != 8 and chunk[0] != 0x1F
                self._engine = zlib.decompressobj(-15 if bare else 47)
            try:
                piece = self._engine.decompress(chunk, _PIECE)
            except zlib.error as error:
                raise UnexpectedAnswerError(
                    f"the compressed answer is damaged ({error})",
                    status=self._status,
                    remedy=_REMEDY,
                ) from None
            if piece:
                yield piece
            chunk = self._engine.unconsumed_tail
            if self._engine.eof:  # a gzip file may have several members
                chunk = self._engine.unused_data
                self._engine = None

    @property
    def complete(self) -> bool:
        """Whether the compressed data is complete."""
        return self._engine is None
