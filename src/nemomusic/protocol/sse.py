"""The event-stream format of the WHATWG HTML standard, section 9.2.6, as a push decoder."""

# Facts
#
# - A stream is UTF-8. One byte order mark at its beginning is dropped. Bytes that are no UTF-8
#   become U+FFFD: there is no error.
# - A line ends with LF, CR, or CR LF. A CR at the end of one chunk and an LF at the beginning of
#   the next are one line end.
# - An empty line dispatches the event. An event without any data line is not dispatched.
# - Lines that are not followed by an empty line when the stream ends are dropped.
# - A line that begins with a colon is a comment. Services use comments as heartbeats.
# - `data: x`, `data:x` and `data:  x` hold "x", "x" and " x": one space is dropped.
# - Several data lines are joined by newlines. A line `data` holds the empty string.
# - The id stays until another id comes; `event` does not. An id with a NUL is ignored.
# - `retry` sets the time before a reconnection. This SDK never reconnects: a POST would be sent
#   twice.
# - U+2028, U+0085 and other separators of Unicode do not end a line, so `str.splitlines` is wrong.
#
# What is not in the standard:
#
# - Events of several hundred kB on one line are normal here: a tool result holds a complete draft.
#   A single event must not make the memory grow without bounds, so there is `limit`.
# - Nearly all events are one line `data: …` and an empty line. `_short` and `_long` are quick for
#   such events, and leave all other events to `_any`.
#
# `tests/protocol/test_sse.py` holds a literal transcription of the standard, and compares this
# decoder with it under every way of cutting the input into chunks.

from __future__ import annotations

from typing import Any, Final

from nemomusic.errors import EventTooLargeError
from nemomusic.protocol.json_codec import loads

_MOST_DIGITS: Final = 18
"""Number of digits of the longest `retry` that is read. It is in milliseconds. Python refuses
numbers of over 4,300 digits."""
DEFAULT_LIMIT: Final = 64 * 2**20
"""Bytes that one event may have."""

_LONG: Final = 1300
"""Bytes of a line above which decoding lines one by one is faster than decoding a whole block and
splitting it. Above it, memory traffic decides, not the number of calls
(`benchmarks/sse_decode.py`).
"""

_COPIED: Final = 2**15
"""Number of bytes up to which copying a chunk costs less than reading it in two parts."""


class Frame:  # noqa: PLW1641 - not hashable, as its attributes can change
    """One dispatched event. `TextFrame` holds its data as text, `_LongFrame` as bytes.

    Attributes:
        event: The type of the event; empty for the default, `message`.
        id: The last event id, which stays until a new one comes.
    """

    __slots__ = ("event", "id")
    event: str
    id: str

    @property
    def data(self) -> str:
        """The data lines, joined by newlines."""
        raise NotImplementedError

    @property
    def size(self) -> int:
        """The approximate memory of the data, in bytes."""
        return len(self.data)

    def json(self) -> Any:
        """Read the data as JSON.

        Raises:
            ValueError: The data is not JSON.
        """
        return loads(self.data)

    def __repr__(self) -> str:
        return f"<Frame event={self.event!r} id={self.id!r} {len(self.data)} characters>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frame) and (self.event, self.data, self.id) == (
            other.event,
            other.data,
            other.id,
        )


class TextFrame(Frame):
    """A frame whose data is decoded already.

    Attributes:
        data: The data lines, joined by newlines.
    """

    __slots__ = ("data",)
    data: str

    def __init__(self, event: str, data: str, id: str) -> None:  # noqa: A002 - the standard's word
        self.event = event
        self.data = data
        self.id = id


class _LongFrame(Frame):
    """A frame of much data, kept as a part of its chunk. JSON is read from there."""

    __slots__ = ("_source",)

    def __init__(self, source: memoryview, id: str) -> None:  # noqa: A002 - the standard's word
        self.event = ""
        self.id = id
        self._source = source

    @property
    def data(self) -> str:
        return str(self._source, "utf-8", "replace")

    @property
    def size(self) -> int:
        return len(self._source)

    def json(self) -> Any:
        try:
            return loads(self._source)
        except ValueError:  # not JSON, or not even UTF-8
            return loads(self.data)


class Decoder:
    """Turn bytes, cut anywhere, into frames. The time is linear in the input.

    Attributes:
        limit: The largest size of one event: bytes while a line of it is incomplete, characters of
            its data afterward.
        comments: The number of comment lines, which services use as heartbeats.
        retry: The last `retry:` in milliseconds, or None. The SDK only keeps it, and never
            reconnects.
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

    limit: int
    comments: int
    retry: int | None

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.comments = 0
        self.retry = None
        self._pieces: list[bytes] = []  # the line that has not ended yet
        self._size = 0  # bytes of `_pieces`
        self._started = False
        self._skip_lf = False  # a CR ended the last chunk, so an LF that follows belongs to it
        self._data: str | None = None  # the first data line of the event under way
        self._lines: list[str] = []  # its further data lines
        self._more = 0  # characters of `_lines`, with a newline each
        self._event = ""
        self._id = ""

    @property
    def pending(self) -> bool:
        """Whether an event has begun and not ended.

        At the end of a stream, this means that it was cut.
        """
        return self._data is not None or bool(self._event) or self._size > 0

    def feed(self, chunk: bytes) -> list[Frame]:
        """Take the next bytes and return the frames that they complete.

        Raises:
            EventTooLargeError: One event is over the limit. The decoder can't be fed any more.
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
            # The waiting pieces are joined only with the part of a large chunk that ends their
            # event.
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
        """Decode a range of bytes that holds whole lines of any kind."""
        head, tail = block[start : start + 6], block[end - 2 : end]
        if not fresh or head != b"data: " or tail != b"\n\n":
            return self._any(block[start:end], has_cr=has_cr)
        if block.find(b"\n", start) - start < _LONG:
            return self._short(block, start, end)
        return self._long(block, start, end)

    def _short(self, block: bytes, start: int, end: int) -> list[Frame]:
        """Decode whole events that most likely have one short `data: ` line each."""
        text = str(memoryview(block)[start + 6 : end - 2], "utf-8", "replace")
        datas, name = text.split("\n\ndata: "), self._id
        frames: list[Frame] = [TextFrame("", data, name) for data in datas if "\n" not in data]
        if len(frames) != len(datas):
            return self._any(block[start:end], has_cr=False)
        self._started = True
        return frames

    def _long(self, block: bytes, start: int, end: int) -> list[Frame]:
        """Decode whole events that most likely have one long `data: ` line each; copy nothing."""
        view, find, name, at = memoryview(block), block.find, self._id, start
        frames: list[Frame] = []
        self._started = True
        while at < end:
            stop = find(b"\n", at)
            if block[at : at + 6] != b"data: " or block[stop + 1] != 0x0A:
                return frames + self._any(block[at:end], has_cr=False)
            frames.append(_LongFrame(view[at + 6 : stop], name))
            at = stop + 2
        return frames

    def _any(self, block: bytes, *, has_cr: bool) -> list[Frame]:
        """Decode whole lines of any kind.

        Only whole lines are decoded, so that no character is cut. An invalid sequence can't span a
        line end, so decoding by block equals decoding the whole stream.
        """
        text = block.decode("utf-8", "replace")
        if not self._started:
            self._started = True
            if text[0] == "\ufeff":
                text = text[1:]
        if has_cr:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = text.split("\n")
        lines.pop()  # the empty rest behind the last line end
        frames: list[Frame] = []
        data = self._data
        for line in lines:
            if not line:
                if data is not None:
                    if self._lines:
                        data = "\n".join((data, *self._lines))
                        self._lines.clear()
                        self._more = 0
                    frames.append(TextFrame(self._event, data, self._id))
                    data = None
                self._event = ""
            elif line[:6] == "data: " and data is None:  # nearly every line has this form
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
        elif name == "retry" and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS:
            self.retry = int(value)
        return data

    @property
    def _held(self) -> int:
        """The number of characters of data lines that wait for the end of their event."""
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
