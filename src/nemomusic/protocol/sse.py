"""The event-stream format of the WHATWG HTML standard, section 9.2.6, as a push decoder.

`tests/test_protocol_sse.py` holds a literal transcription of the standard, and compares this
fast one with it under every way of cutting the input into chunks.
"""

from __future__ import annotations

from typing import Final

from nemomusic.errors import EventTooLargeError

DEFAULT_LIMIT: Final = 64 * 2**20

_LONG: Final = 1300
"""Bytes of a line from which it is quicker to decode it by itself than to decode a whole block and
split it: memory traffic counts then, not calls (`benchmarks/sse_decode.py`)."""

_COPIED: Final = 2**15
"""Bytes of a chunk up to which a copy costs less than going through it in two parts."""


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


class LongFrame(Frame):
    """A frame of much data, which is decoded when it is asked for: JSON is read from the bytes.

    Attributes:
        source: the data as UTF-8, if it is valid.
    """

    __slots__ = ("source",)

    def __init__(self, source: memoryview, id: str) -> None:  # noqa: A002 - the standard's word
        self.event = ""
        self.source = source
        self.id = id

    @property
    def data(self) -> str:  # type: ignore[override]
        """The data, decoded; what is no UTF-8 becomes U+FFFD."""
        return str(self.source, "utf-8", "replace")


class Decoder:
    """Turn bytes, cut anywhere, into frames. Linear in the input, whatever the cuts.

    Attributes:
        limit: of one event: bytes while a line of it is under way, characters of its data after.
        comments: how many comment lines were seen; services use them as heartbeats.
        retry: the last `retry:` in milliseconds, or None. We never reconnect; it is only kept.
    """

    __slots__ = (
        "_data",
        "_event",
        "_id",
        "_lines",
        "_more",
        "_pieces",
        "_size",
        "_skip_lf",
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
        self._size = 0  # bytes of `_pieces`
        self._started = False
        self._skip_lf = False  # a CR ended the last chunk: an LF that follows belongs to it
        self._data: str | None = None  # the first data line of the event under way
        self._lines: list[str] = []  # its further ones
        self._more = 0  # characters of `_lines`, with a newline each
        self._event = ""
        self._id = ""

    @property
    def pending(self) -> bool:
        """Whether an event had begun and not ended: at the end of a stream, that it was cut."""
        return self._data is not None or bool(self._event) or self._size > 0

    def feed(self, chunk: bytes) -> list[Frame]:
        """Take the next bytes, give the frames they complete.

        Raises:
            EventTooLargeError: one event is over the limit. Nothing more can be fed then.
        """
        if self._skip_lf and chunk:
            self._skip_lf = False
            if chunk[0] == 0x0A:
                chunk = chunk[1:]
        end = chunk.rfind(b"\n")
        has_cr = b"\r" in chunk
        if has_cr:
            end = max(end, chunk.rfind(b"\r"))
        end += 1
        if not end:
            if chunk:
                self._keep(chunk)
            return []
        size = self._held + self._size + end
        fresh = not (has_cr or self._data is not None or self._event)
        frames: list[Frame] = []
        start = 0
        if self._pieces:
            # What waits is joined with no more of a large chunk than ends its event.
            start = chunk.find(b"\n") + 2 if fresh and end > _COPIED else end
            if chunk[start - 1 : start] != b"\n":
                start = end
            self._pieces.append(chunk[:start])
            block = b"".join(self._pieces)
            self._pieces.clear()
            self._size = 0
            frames = self._block(block, 0, len(block), fresh=fresh, has_cr=has_cr)
        if start < end:
            frames += self._block(chunk, start, end, fresh=fresh, has_cr=has_cr)
        if size > self.limit:
            for frame in frames:
                self._check(len(frame.data))
        if end < len(chunk):
            self._keep(chunk[end:])
        else:
            self._skip_lf = has_cr and chunk[-1] == 0x0D
            self._check(self._held)
        return frames

    def _block(
        self, block: bytes, start: int, end: int, *, fresh: bool, has_cr: bool
    ) -> list[Frame]:
        """Whole lines of any kind: a stretch of some bytes."""
        head, tail = block[start : start + 6], block[end - 2 : end]
        if not fresh or head != b"data: " or tail != b"\n\n":
            return self._any(block[start:end], has_cr=has_cr)
        if block.find(b"\n", start) - start < _LONG:
            return self._short(block, start, end)
        return self._long(block, start, end)

    def _short(self, block: bytes, start: int, end: int) -> list[Frame]:
        """Whole events that are most likely of one `data: ` line each, and short."""
        text = str(memoryview(block)[start + 6 : end - 2], "utf-8", "replace")
        datas, name = text.split("\n\ndata: "), self._id
        frames = [Frame("", data, name) for data in datas if "\n" not in data]
        if len(frames) != len(datas):
            return self._any(block[start:end], has_cr=False)
        self._started = True
        return frames

    def _long(self, block: bytes, start: int, end: int) -> list[Frame]:
        """The same, and long: not even copied."""
        view, find, name, at = memoryview(block), block.find, self._id, start
        frames: list[Frame] = []
        self._started = True
        while at < end:
            stop = find(b"\n", at)
            if block[at : at + 6] != b"data: " or block[stop + 1] != 0x0A:
                return frames + self._any(block[at:end], has_cr=False)
            frames.append(LongFrame(view[at + 6 : stop], name))
            at = stop + 2
        return frames

    def _any(self, block: bytes, *, has_cr: bool) -> list[Frame]:
        """Whole lines of any kind.

        Whole lines only, so that no character is cut; an invalid sequence can't span a line end
        either, so decoding by block equals decoding the whole stream.
        """
        text = block.decode("utf-8", "replace")
        if not self._started:
            self._started = True
            if text[0] == "\ufeff":
                text = text[1:]
        if has_cr:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = text.split("\n")
        lines.pop()  # what follows the last line end: nothing
        frames: list[Frame] = []
        data = self._data
        for line in lines:
            if not line:
                if data is not None:
                    if self._lines:
                        data = "\n".join((data, *self._lines))
                        self._lines.clear()
                        self._more = 0
                    frames.append(Frame(self._event, data, self._id))
                    data = None
                self._event = ""
            elif line[:6] == "data: " and data is None:  # nearly every line there is
                data = line[6:]
            else:
                data = self._field(line, data)
        self._data = data
        return frames

    def _field(self, line: str, data: str | None) -> str | None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            if data is None:
                return value
            self._lines.append(value)
            self._more += len(value) + 1
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

    @property
    def _held(self) -> int:
        """Characters of the data lines that wait for the end of their event."""
        return 0 if self._data is None else len(self._data) + self._more

    def _keep(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)
        self._check(self._size + self._held)

    def _check(self, size: int) -> None:
        if size > self.limit:
            raise EventTooLargeError(
                f"one event of the stream is over {self.limit} bytes",
                remedy="Raise Settings.max_event_bytes if it is legitimate.",
            )
