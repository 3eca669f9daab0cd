"""A server that costs next to nothing: canned answers and streams, as fast as a socket takes them.

    python benchmarks/wire_server.py [--draft BYTES]

Prints `{"url": …}` and serves until its standard input ends. What a stream holds is said by its
request: `{"events": 20000, "size": 400, "dialect": "gateway", "every": 0}` as JSON in the message,
or as the model's name for the two peers' dialects.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from processes import end_with_parent

CREDITS = b'{"code":0,"message":"ok","data":{"available":900,"frozen":50,"total":950}}'
SLICE = 2**18


def frame(dialect: str, size: int) -> bytes:
    """Return one event of exactly `size` bytes in a dialect; the text fills it."""
    texts: dict[str, Any] = {
        "gateway": {"type": "text", "content": "$"},
        "tool": {"type": "tool_result", "name": "edit", "result": {"draft": "$"}},
        "adk": {
            "content": {"role": "model", "parts": [{"text": "$"}]},
            "partial": True,
            "author": "nemo_agent",
            "invocationId": "e-0b7a6b2e-6b0f-4b3c",
            "actions": {"stateDelta": {}},
            "id": "7d0f1f6e",
            "timestamp": 1790000000.123,
        },
        "openai": {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1790000000,
            "model": "m",
            "choices": [{"index": 0, "delta": {"content": "$"}, "finish_reason": None}],
        },
        "anthropic": {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "$"},
        },
    }
    head = b"event: content_block_delta\n" if dialect == "anthropic" else b""
    event = head + b"data: " + json.dumps(texts[dialect]).encode() + b"\n\n"
    return event.replace(b"$", b"x" * (size - len(event) + 1))


def around(dialect: str) -> tuple[bytes, bytes]:
    """Return what a peer's protocol wants before and after the events."""
    if dialect == "openai":
        return b"", b"data: [DONE]\n\n"
    if dialect != "anthropic":
        return b"", b""
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "m",
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }
    block = {"type": "content_block_start", "index": 0, "content_block": {"type": "text"}}
    block["content_block"]["text"] = ""
    before = [{"type": "message_start", "message": message}, block]
    after = [{"type": "content_block_stop", "index": 0}, {"type": "message_stop"}]
    named = (
        b"".join(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in several)
        for several in (before, after)
    )
    first, last = named
    return first, last


def chunked(event: bytes) -> bytes:
    """Return one chunk for each event, as the real server sends them."""
    return b"%x\r\n%b\r\n" % (len(event), event)


def state(draft: int) -> bytes:
    """Return the answer of `GET state` with a draft of about so many bytes."""
    segments = []
    while sum(map(len, segments)) < draft:
        number = len(segments)
        segments.append(
            json.dumps(
                {
                    "id": f"seg_{number:06d}",
                    "d": 2500 + number,
                    "start": 2500 * number,
                    "m": {"title": f"clip {number}", "volume": 0.35},
                    "src": f"https://cdn.example.com/files/{number:032x}.mp4",
                }
            )
        )
    tracks = f'[{{"tt":0,"sg":[{",".join(segments)}]}}]'
    body = (
        '{"code":0,"message":"ok","data":{"session_id":"7461234567890123456","task_id":"t",'
        f'"task_name":"project","state":{{"draft":{{"t":{tracks},"d":60000,"m":{{}}}},'
        '"video_infos":[],"canvas_config":{},"video_analyses":{},"generated_media":null}}}'
    )
    return body.encode()


class Connection(asyncio.Protocol):
    """Requests with a `Content-Length` or no body, one after the other."""

    state_body = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.held = b""
        self.resumed = asyncio.Event()
        self.resumed.set()
        self.tasks: set[asyncio.Task[None]] = set()

    def pause_writing(self) -> None:
        self.resumed.clear()

    def resume_writing(self) -> None:
        self.resumed.set()

    def connection_lost(self, _: Exception | None) -> None:
        for task in self.tasks:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        self.held += data
        while (end := self.held.find(b"\r\n\r\n")) >= 0:
            head = self.held[:end].lower()
            length, at = 0, head.find(b"content-length:")
            if at >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            if len(self.held) < end + 4 + length:
                return
            body = self.held[end + 4 : end + 4 + length]
            path = self.held.split(b" ", 2)[1]
            self.held = self.held[end + 4 + length :]
            self.answer(path, body)

    def answer(self, path: bytes, body: bytes) -> None:
        if path.startswith(b"/api/credits/"):
            self.send(CREDITS)
        elif path.startswith(b"/api/state/"):
            self.send(self.state_body)
        else:
            asked = json.loads(body)
            if path == b"/run_sse":
                what = json.loads(asked["new_message"]["parts"][0]["text"])
            else:
                what = json.loads(asked["model"])
            task = asyncio.get_running_loop().create_task(self.stream(what))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def send(self, body: bytes) -> None:
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(body), body)
        )

    async def stream(self, what: dict[str, Any]) -> None:
        write = self.transport.write
        write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        before, after = around(what["dialect"])
        if before:
            write(chunked(before))
        event = chunked(frame(what["dialect"], what["size"]))
        left, every = what["events"], what.get("every", 0)
        many = 1 if every else max(1, SLICE // len(event))
        while left:
            now = min(left, many)
            write(event * now)
            left -= now
            if every:
                await asyncio.sleep(every)
            await self.resumed.wait()
        if after:
            write(chunked(after))
        write(b"0\r\n\r\n")


async def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--draft", type=int, default=500, help="bytes of the draft")
    Connection.state_body = state(options.parse_args().draft)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(Connection, "127.0.0.1", 0, backlog=4096)
    port = listening.sockets[0].getsockname()[1]
    print(json.dumps({"url": f"http://127.0.0.1:{port}"}), flush=True)
    end_with_parent()
    await listening.serve_forever()


if __name__ == "__main__":
    from processes import raise_file_limit

    raise_file_limit()
    asyncio.run(main())
