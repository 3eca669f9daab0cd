"""The event-stream format of the WHATWG HTML standard, section 9.2.6, as a push decoder.

`tests/test_protocol_sse.py` holds a literal transcription of the standard, and compares this
fast one with it under every way of cutting the input into chunks.
"""

from __future__ import annotations

from typing import Final

from nemomusic.errors import EventTooLargeError

DEFAULT_LIMIT: Final = 64 * 2**20


class Frame:
    """One dispatched event.

    Attributes:
        event: its type; empty for the default, `message`.
        data: the data lines, joined by newlines.
        id: the last event id, which stays until a new one comes.
    """

    __slots__ = ("data", "event", "id")

    def __init__(self, event: str, data: str, id: str) -> None:  # noqa: A002 - the standard's word
        self.event = event
        self.data = data
        self.id = id

    def __repr__(self) -> str:
        return f"<Frame event={self.event!r} id={self.id!r} {len(self.data)} characters>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and (self.event, self.data, self.id) == (
            other.event,
            other.data,
            other.id,
        )

    __hash__ = None  # type: ignore[assignment]


class Decoder:
    """Turn bytes, cut anywhere, into frames. Linear in the input, whatever the cuts.

    Attributes:
        comments: how many comment lines were seen; services use them as heartbeats.
        retry: the last `retry:` in milliseconds, or None. We never reconnect; it is only kept.
    """

    __slots__ = (
        "_data",
        "_event",
        "_id",
        "_lines",
        "_pieces",
        "_skip_lf",
        "_size",
        "_started",
        "comments",
        "limit",
        "retry",
    )

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.comments = 0
        self.retry: int | None = None
        self._pieces: list[bytes] = []  # the line that has not ended yet
        self._size = 0  # bytes of `_pieces` and of the data lines waiting
        self._started = False
        self._skip_lf = False  # a CR ended the last chunk: an LF that follows belongs to it
        self._data: str | None = None
        self._lines: list[str] = []  # further data lines of the same event
        self._event = ""
        self._id = ""

    @property
    def pending(self) -> bool:
        """Whether an event had begun and not ended: at the end of a stream, that it was cut."""
        return self._data is not None or any(self._pieces)

    def feed(self, chunk: bytes) -> list[Frame]:
        """Take the next bytes, give the frames they complete.

        Raises:
            EventTooLargeError: one event is over the limit.
        """
        if self._skip_lf and chunk:
            self._skip_lf = False
            if chunk[0] == 0x0A:
                chunk = chunk[1:]
        end = chunk.rfind(b"\n")
        has_cr = b"\r" in chunk
        if has_cr:
            end = max(end, chunk.rfind(b"\r"))
        if end < 0:
            if chunk:
                self._pieces.append(chunk)
                self._grow(len(chunk))
            return []
        end += 1
        if self._pieces:
            self._pieces.append(chunk[:end])
            block = b"".join(self._pieces)
            self._pieces.clear()
        else:
            block = chunk[:end]
        if end < len(chunk):
            self._pieces.append(chunk[end:])
        # Whole lines only, so that no character is cut; an invalid sequence can't span a
        # line end either, so decoding by block equals decoding the whole stream.
        text = block.decode("utf-8", "replace")
        if not self._started:
            self._started = True
            if text[0] == "\ufeff":
                text = text[1:]
        if has_cr:
            self._skip_lf = end == len(chunk) and text.endswith("\r")
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = text.split("\n")
        lines.pop()  # what follows the last line end: nothing
        return self._take(lines)

    def _take(self, lines: list[str]) -> list[Frame]:
        frames: list[Frame] = []
        data = self._data
        for line in lines:
            if not line:
                if data is not None:
                    if self._lines:
                        self._lines.insert(0, data)
                        data = "\n".join(self._lines)
                        self._lines.clear()
                    frames.append(Frame(self._event, data, self._id))
                    data = None
                self._event = ""
            elif line[:6] == "data: " and data is None:  # nearly every line there is
                data = line[6:]
            else:
                data = self._field(line, data)
        self._data = data
        waiting = 0 if data is None else len(data) + sum(map(len, self._lines))
        self._size = 0
        self._grow(waiting + sum(map(len, self._pieces)))
        return frames

    def _field(self, line: str, data: str | None) -> str | None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            if data is None:
                return value
            self._lines.append(value)
        elif not name:
            self.comments += 1
        elif name == "event":
            self._event = value
        elif name == "id":
            if "\0" not in value:
                self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self.retry = int(value)
        return data

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > self.limit:
            raise EventTooLargeError(
                f"one event of the stream is over {self.limit} bytes",
                remedy="Raise Settings.max_event_bytes if it is legitimate.",
            )
