"""The decoder against a literal transcription of the standard, under every way of cutting."""

from __future__ import annotations

import itertools
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nemomusic.errors import EventTooLargeError
from nemomusic.protocol import sse
from nemomusic.protocol.sse import Decoder, TextFrame
from support.whatwg import interpret, utf8_decode

ENDS = st.sampled_from(["\n", "\r\n", "\r"])
WORDS = st.text(
    st.one_of(
        st.sampled_from('abc: \0\t\u2028\u2029\x85\x0b\x0c\x1c{}",é漢🎵\ufeff'),
        st.characters(codec="utf-8", exclude_characters="\r\n"),
    ),
    max_size=8,
)
NAMES = [
    *("data: ", "data: ", "data:", "data:  ", "data", "event: ", "event:", "id: ", "id", "id:"),
    *("retry: ", ":", ": ", "", "", "", "dat", "data :", " data: ", "Data: ", "x: "),
    "\ufeffdata: ",
]
FIELDS = st.sampled_from(NAMES)
NUMBERS = st.sampled_from(
    ["retry: 10", "retry:007", "retry: 1x", "retry:", "retry: \u0663", "retry: -1"]
)
LINES = st.one_of(st.builds(str.__add__, FIELDS, WORDS), FIELDS, NUMBERS, st.just(""))
INVALID = st.sampled_from(
    [
        *(b"\xff", b"\xc3", b"\xe2\x82", b"\xed\xa0\x80", b"\xf0\x9f\x8e", b"\xc0\xaf"),
        b"\xf4\x90\x80\x80",
    ]
)
PIECES = st.one_of(
    st.builds(lambda line, end: (line + end).encode(), LINES, ENDS),
    st.builds(lambda line, end: (line + end).encode(), LINES, st.just("\n")),
    st.builds(lambda bad, end: b"data: " + bad + end.encode(), INVALID, ENDS),
    st.builds(lambda word: b"data: " + word.encode() + b"\n\n", WORDS),
    st.sampled_from([b"\n", b"\r", b"\r\n", b"\n\n", b"data: a\n\ndata: b\n\n"]),
)
STREAMS = st.builds(
    lambda bom, pieces, tail: bom + b"".join(pieces) + tail,
    st.sampled_from([b"", b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf", b"\xef\xbb"]),
    st.lists(PIECES, max_size=12),
    st.one_of(st.just(b""), WORDS.map(str.encode), st.just(b"data: cut"), INVALID),
)


def cut(stream: bytes, cuts: list[int]) -> list[bytes]:
    marks = [0, *sorted(cuts), len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(marks)]


def feed(decoder: Decoder, chunks: list[bytes]) -> list[tuple[str, str, str]]:
    return [
        (frame.event, frame.data, frame.id) for chunk in chunks for frame in decoder.feed(chunk)
    ]


def check(stream: bytes, chunks: list[bytes]) -> None:
    expected = interpret(stream)
    for copied in (sse._COPIED, 0):  # as are short chunks, and as large ones
        with mock.patch.object(sse, "_COPIED", copied):
            decoder = Decoder()
            assert feed(decoder, chunks) == expected.events
            assert decoder.comments == expected.comments
            assert decoder.retry == expected.reconnection_time


@given(STREAMS, st.data())
def test_any_stream_cut_anywhere(stream, data):
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=8))
    check(stream, cut(stream, cuts))


@given(STREAMS)
@example(b"\xef\xbb\xbfdata: a\r\n\r\n")
def test_any_stream_whole_and_byte_by_byte(stream):
    check(stream, [stream])
    check(stream, [stream[at : at + 1] for at in range(len(stream))])


@given(st.lists(WORDS, min_size=1, max_size=5), st.integers(1, 40), st.booleans())
def test_the_usual_stream_takes_the_quick_ways(words, size, long):
    r"""`data: …\n\n` only, with lines short and long enough for both quick ways of decoding."""
    padding = "p" * (sse._LONG if long else 0)
    stream = "".join(f"data: {padding}{word}\n\n" for word in words).encode()
    check(stream, [stream])
    check(stream, [stream[at : at + 97 * size] for at in range(0, len(stream), 97 * size)])


@given(st.lists(PIECES, max_size=6), st.data())
def test_long_lines_among_others(pieces, data):
    long = b"data: " + b"\xe2\x82" + b"y" * sse._LONG + b"\xf0\x9f\n\n"
    pieces.insert(data.draw(st.integers(0, len(pieces))), long)
    stream = long + b"".join(pieces)
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=6))
    check(stream, cut(stream, cuts))


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        # The four examples of the standard's section 9.2.6.
        (
            b"data: YHOO\ndata: +2\ndata: 10\n\n",
            [("", "YHOO\n+2\n10", "")],
        ),
        (
            b": test stream\n\ndata: one\nid: 1\n\ndata:two\nid\n\ndata:  third\n\n",
            [("", "one", "1"), ("", "two", ""), ("", " third", "")],
        ),
        (b"data\n\ndata\ndata\n\ndata:", [("", "", ""), ("", "\n", "")]),
        (b"data:test\n\ndata: test\n\n", [("", "test", ""), ("", "test", "")]),
        # What other decoders get wrong.
        (b"event: x\n\ndata: a\n\n", [("", "a", "")]),
        (b"id: 7\n\ndata: a\n\n", [("", "a", "7")]),
        (b"id: 7\nid: 8\0\ndata: a\n\n", [("", "a", "7")]),
        ("data: a\u2028b\x85c\x0bd\n\n".encode(), [("", "a\u2028b\x85c\x0bd", "")]),
        (b"data: a\r\rdata: b\r\n\r\ndata: c\n\r", [("", "a", ""), ("", "b", ""), ("", "c", "")]),
        (b"data: a\n\n\n\n\ndata: b\n\n", [("", "a", ""), ("", "b", "")]),
        (b"data: cut", []),
        (b"data: cut\n", []),
        (b"", []),
    ],
)
def test_known_streams(stream, events):
    assert interpret(stream).events == events
    check(stream, [stream])
    check(stream, [stream[at : at + 1] for at in range(len(stream))])


def test_byte_order_mark_is_dropped_once_and_at_the_start_only():
    stream = b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: \xef\xbb\xbfb\n\n\xef\xbb\xbfdata: c\n\n"
    for at in range(len(stream)):
        check(stream, cut(stream, [at]))
    assert feed(Decoder(), [b"\xef", b"\xbb", b"\xbfdata: a\n\n"]) == [("", "a", "")]


def test_every_single_cut_of_a_crlf_stream():
    stream = "event: e\r\ndata: é漢🎵\r\ndata:\r\nid: 9\r\n\r\n: hi\r\ndata: {}\r\n\r\n".encode()
    for first, second in itertools.combinations(range(len(stream)), 2):
        check(stream, cut(stream, [first, second]))


@given(st.binary(max_size=24))
def test_the_transcribed_utf8_decoder_agrees_with_python(raw):
    assert utf8_decode(raw) == raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


# ------------------------------------------------------------------ pending


@pytest.mark.parametrize(
    ("stream", "pending"),
    [
        (b"", False),
        (b"data: a\n\n", False),
        (b": a comment\n", False),
        (b"id: 4\n", False),
        (b"data: a\n\n\r", False),
        (b"data: a", True),
        (b"data: a\n", True),
        (b"data: a\r", True),
        (b"event: tool\n", True),
        (b"event: tool\n\n", False),
        (b"d", True),
        (b"data: a\n\n: pi", True),
    ],
)
def test_pending_says_whether_the_end_cuts_an_event(stream, pending):
    for chunks in (
        [stream],
        [stream[at : at + 1] for at in range(len(stream))],
        [b"", stream, b""],
    ):
        decoder = Decoder()
        for chunk in chunks:
            decoder.feed(chunk)
        assert decoder.pending is pending


# -------------------------------------------------------------------- limit


@given(st.data(), st.integers(0, 40))
def test_limit_does_not_depend_on_the_cuts(data, size):
    """Over the limit always raises; an event that fits with its field names never does."""
    limit = 20
    body = b"data: " + b"x" * (size // 2) + b"\ndata: " + b"y" * (size - size // 2) + b"\n\n"
    stream = b"data: first\n\n" + body
    cuts = data.draw(st.lists(st.integers(0, len(stream)), max_size=6))
    decoder = Decoder(limit)
    if size + 1 > limit:
        with pytest.raises(EventTooLargeError) as caught:
            feed(decoder, cut(stream, cuts))
        assert "20 bytes" in str(caught.value)
        assert "max_event_bytes" in str(caught.value)
    elif len(body) <= limit:
        assert len(feed(decoder, cut(stream, cuts))) == 2


def test_limit_holds_for_a_line_without_end_and_for_many_small_lines():
    decoder = Decoder(1000)
    with pytest.raises(EventTooLargeError):
        feed(decoder, [b"data: " + b"x" * 90] * 20)
    decoder = Decoder(1000)
    with pytest.raises(EventTooLargeError):
        feed(decoder, [b"data: " + b"x" * 90 + b"\n"] * 20)


def test_limit_is_of_one_event_not_of_the_stream():
    decoder = Decoder(1000)
    for chunks in ([b"data: " + b"x" * 90 + b"\n\n"] * 100, [b": comment\n"] * 1000):
        feed(decoder, chunks)
    assert not decoder.pending


# -------------------------------------------------------------------- linear


class Counting(bytes):
    """Bytes that count how much of them is copied or searched, and what is made of them too."""

    touched = 0

    def rfind(self, *args):
        Counting.touched += len(self)
        return super().rfind(*args)

    def __contains__(self, item):
        Counting.touched += len(self)
        return super().__contains__(item)

    def __getitem__(self, item):
        found = super().__getitem__(item)
        Counting.touched += len(found) if isinstance(found, bytes) else 1
        return Counting(found) if isinstance(found, bytes) else found


def test_one_event_of_50_mb_in_16_kb_chunks_is_linear():
    """Each chunk is looked at a constant number of times, and kept as it came until the end."""
    piece = b"x" * 16_384
    count = 50 * 10**6 // len(piece)
    decoder = Decoder()
    Counting.touched = 0
    decoder.feed(Counting(b"data: "))
    for _ in range(count):
        decoder.feed(Counting(piece))
    assert Counting.touched <= 3 * count * len(piece)
    assert len(decoder._pieces) == count + 1  # nothing was joined on the way
    (frame,) = decoder.feed(Counting(b"\n\n"))
    assert len(frame.data) == count * len(piece)
    assert not decoder.pending


def test_many_data_lines_are_not_counted_again_for_every_chunk():
    """An event of many lines: the bookkeeping of a chunk doesn't grow with the lines before."""

    class Lines(list):
        walks = 0

        def __iter__(self):
            Lines.walks += 1
            return super().__iter__()

    decoder = Decoder()
    decoder._lines = Lines()
    for _ in range(500):
        decoder.feed(b"data: line\n" * 20)
    assert Lines.walks == 0
    (frame,) = decoder.feed(b"\n")
    assert frame.data == "\n".join(["line"] * 10_000)
    assert Lines.walks == 1


def test_frames_compare_and_show_no_content():
    assert TextFrame("e", "secret words", "1") == TextFrame("e", "secret words", "1")
    assert TextFrame("e", "a", "1") != TextFrame("", "a", "1")
    assert "secret" not in repr(TextFrame("e", "secret words", "1"))


def test_a_number_that_no_int_can_hold_is_passed_over():
    decoder = Decoder()
    (frame,) = decoder.feed(b"retry: 10\nretry: " + b"9" * 5000 + b"\ndata: x\n\n")
    assert (decoder.retry, frame.data) == (10, "x")
