"""Event-stream decoding: ours against the decoders of four peers, on the same bytes.

    python benchmarks/sse_decode.py            # needs the dependency group `bench`

Each peer is driven through its own decoder with as little around it as possible: httpx-sse
without httpx, openai and anthropic without their clients, aiohttp-sse-client2 on a stream reader
that holds all chunks already. All have to come to the same number of
events and characters. Each is also fed the awkward cases below, to see whether it conforms.
"""

from __future__ import annotations

import asyncio
import codecs
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp_sse_client2.client import EventSource
from anthropic._streaming import SSEDecoder as AnthropicDecoder
from harness import Report, arguments, compare, finish
from httpx_sse._decoders import SSEDecoder as HttpxDecoder
from httpx_sse._decoders import SSELineDecoder as HttpxLines
from openai._streaming import SSEDecoder as OpenAIDecoder

from nemomusic.protocol.sse import Decoder

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = 20_000
CHUNK = 16 * 1024


def stream(size: int, count: int = EVENTS) -> list[bytes]:
    """`count` events of `size` bytes each, in chunks of 16 kB."""
    events = []
    for number in range(count):
        head = {"type": "text", "n": number, "content": ""}
        room = size - len(b"data: \n\n") - len(json.dumps(head))
        head["content"] = "x" * max(room, 0)
        events.append(b"data: " + json.dumps(head).encode() + b"\n\n")
    complete = b"".join(events)
    return [complete[at : at + CHUNK] for at in range(0, len(complete), CHUNK)]


Sum = tuple[int, int]
"""Events and characters of data. Nothing is kept: page faults would drown the decoders."""


def nemomusic(chunks: list[bytes]) -> Sum:
    decoder = Decoder()
    events = characters = 0
    for chunk in chunks:
        for frame in decoder.feed(chunk):
            events += 1
            characters += len(frame.data)
    return events, characters


def httpx_sse(chunks: list[bytes]) -> Sum:
    text, lines, decoder = (
        codecs.getincrementaldecoder("utf-8")("replace"),
        HttpxLines(),
        HttpxDecoder(),
    )
    events = characters = 0
    for chunk in chunks:
        for line in lines.decode(text.decode(chunk)):
            event = decoder.decode(line)
            if event is not None:
                events += 1
                characters += len(event.data)
    return events, characters


def openai(chunks: list[bytes]) -> Sum:
    events = characters = 0
    for event in OpenAIDecoder().iter_bytes(iter(chunks)):
        events += 1
        characters += len(event.data)
    return events, characters


def anthropic(chunks: list[bytes]) -> Sum:
    events = characters = 0
    for event in AnthropicDecoder().iter_bytes(iter(chunks)):
        events += 1
        characters += len(event.data)
    return events, characters


def _nothing(**_: object) -> None:
    """Ignore what a stream reader tells its protocol."""


def aiohttp_sse_client2(chunks: list[bytes]) -> Sum:
    async def run() -> Sum:
        loop = asyncio.get_running_loop()
        protocol: Any = SimpleNamespace(
            _reading_paused=False, pause_reading=_nothing, resume_reading=_nothing
        )
        content = aiohttp.StreamReader(protocol, 2**20, loop=loop)
        for chunk in chunks:
            content.feed_data(chunk)
        content.feed_eof()
        source = EventSource.__new__(EventSource)
        source.__dict__.update(
            _response=SimpleNamespace(status=200, content=content),
            _ready_state=1,
            _on_message=None,
            _on_error=None,
            _origin="",
            _event_id="",
            _event_type="",
            _event_data="",
            _last_event_id="",
        )
        events = characters = 0
        while events < EVENTS:  # at the end of the stream it would send the request again
            events += 1
            characters += len((await source.__anext__()).data)
        return events, characters

    return asyncio.run(run())


def decoding(rounds: int) -> list[Report]:
    contenders: list[Callable[[list[bytes]], Sum]] = [
        nemomusic,
        httpx_sse,
        openai,
        anthropic,
        aiohttp_sse_client2,
    ]
    reports = []
    for size, goal, title in ((120, 1.7, "120 B"), (8000, 1.1, "8 kB")):
        chunks = stream(size)
        reports.append(
            compare(
                f"SSE decoding, {EVENTS:,} events of {title} in 16 kB chunks",
                {run.__name__: (lambda run=run, c=chunks: run(c)) for run in contenders},
                rounds=rounds,
                per=EVENTS,
                goal=goal,
            )
        )
    return reports


def one_event(rounds: int) -> list[Report]:
    """Measure one event that grows: the time of a megabyte must not."""
    reports = []
    for megabytes in (5, 50):
        body = b"data: " + b"x" * (megabytes * 10**6) + b"\n\n"
        chunks = [body[at : at + CHUNK] for at in range(0, len(body), CHUNK)]
        reports.append(
            compare(
                f"one event of {megabytes} MB in 16 kB chunks, a megabyte of it",
                {"nemomusic": lambda c=chunks: nemomusic(c)},
                rounds=rounds,
                per=megabytes,
            )
        )
    return reports


AWKWARD = {
    "CRLF": (b"data: a\r\n\r\ndata: b\r\n\r\n", [1, 1]),
    "CR": (b"data: a\r\rdata: b\r\r", [1, 1]),
    "BOM": (b"\xef\xbb\xbfdata: a\n\n", [1]),
    "one space": (b"data:  a\n\n", [2]),
    "U+2028": ("data: a\u2028b\n\n".encode(), [3]),
    "empty data": (b"data\n\n", [0]),
    "event without data": (b"event: x\n\ndata: a\n\n", [1]),
    "unterminated": (b"data: a\n\ndata: b", [1]),
    "invalid UTF-8": (b"data: \xff\n\n", [1]),
}
"""Input and the lengths of the data of its events, by the standard."""


def breaches(run: Callable[[list[bytes]], Sum]) -> list[str]:
    """Return the names of the cases that a decoder gets wrong, fed byte by byte."""
    wrong = []
    for name, (body, lengths) in AWKWARD.items():
        try:
            found = run([body[at : at + 1] for at in range(len(body))])
        except Exception:  # noqa: BLE001 - whatever it is, it is wrong
            found = (-1, -1)
        if found != (len(lengths), sum(lengths)):
            wrong.append(name)
    return wrong


if __name__ == "__main__":
    options = arguments(__doc__ or "").parse_args()
    if not options.json:
        for contender in (nemomusic, httpx_sse, openai, anthropic):
            print(
                f"{contender.__name__} breaks the standard in: {breaches(contender) or 'nothing'}"
            )
    finish(
        [*decoding(options.rounds), *one_event(min(options.rounds, 5))],
        as_json=options.json,
    )
