"""A server of files and for uploads, as quick as a socket: a thread for each connection.

    python benchmarks/file_server.py --size BYTES [--tls FOLDER]

Prints `{"url": …}`. `GET /file` sends so many bytes that begin like an MP4, with ranges, `/small`
a few of them; a `POST` is read to its end and answered as an upload is; render jobs are finished,
their result is `/file`. With `--tls` it makes a certificate in FOLDER (`cert.pem`) with the
`openssl` program.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import socket
import ssl
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from processes import end_with_parent

UPLOADED = {
    "files": [{"filename": "clip.mp4", "file_type": "video", "cdn_url": "https://x/y"}],
    "session_state_applied": True,
}
STATE = {"session_id": "1", "task_id": "t", "state": {"draft": {}, "video_infos": []}}
MAGIC = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42"
BUFFER = 2**20
SMALL = 2**16


def certificate(folder: Path) -> ssl.SSLContext:
    """Return a context with a certificate for 127.0.0.1, signed by itself."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


class Server:
    def __init__(self, size: int, url: str, file: Any) -> None:
        self.size, self.url, self.file = size, url, file

    def serve(self, connection: socket.socket) -> None:
        """Answer requests until the other side hangs up."""
        held, buffer = b"", bytearray(BUFFER)
        with contextlib.suppress(OSError), connection:
            while True:
                while (end := held.find(b"\r\n\r\n")) < 0:
                    piece = connection.recv(65536)
                    if not piece:
                        return
                    held += piece
                head, held = held[:end].decode("latin-1"), held[end + 4 :]
                if re.search(r"(?i)^expect: 100", head, re.MULTILINE):
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                found = re.search(r"(?i)^content-length: (\d+)", head, re.MULTILINE)
                left = (int(found[1]) if found else 0) - len(held)
                held = b""
                while left > 0:
                    count = connection.recv_into(buffer)
                    if not count:
                        return
                    left -= count
                self.answer(connection, head)

    def answer(self, connection: socket.socket, head: str) -> None:
        method, path, _ = head.split(" ", 2)
        if path in {"/file", "/small"}:
            size = self.size if path == "/file" else SMALL
            self.send(connection, head, size, body=method == "GET")
        elif path.startswith("/api/upload-video"):
            self.send_json(connection, UPLOADED)
        elif path.startswith("/api/state"):
            self.send_json(connection, STATE)
        else:
            status = {"id": "r", "status": "completed", "progress": 100}
            self.send_json(connection, {**status, "outputUrl": f"{self.url}/file"})

    def send_json(self, connection: socket.socket, data: Any) -> None:
        body = json.dumps({"code": 0, "data": data}).encode()
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(body), body)
        )

    def send(self, connection: socket.socket, head: str, size: int, *, body: bool) -> None:
        start, end = 0, size - 1
        wanted = re.search(r"(?i)^range: bytes=(\d+)-(\d*)", head, re.MULTILINE)
        status = "200 OK"
        if wanted:
            start = int(wanted[1])
            status = f"206 Partial Content\r\nContent-Range: bytes {start}-{end}/{size}"
        connection.sendall(
            f'HTTP/1.1 {status}\r\nETag: "e1"\r\nContent-Type: video/mp4\r\n'
            f"Accept-Ranges: bytes\r\nContent-Length: {end + 1 - start}\r\n\r\n".encode()
        )
        if not body:
            return
        with open(self.file.name, "rb") as file:  # noqa: PTH123
            if isinstance(connection, ssl.SSLSocket):
                file.seek(start)
                while start < size and (piece := file.read(min(BUFFER, size - start))):
                    connection.sendall(piece)
                    start += len(piece)
            else:
                connection.sendfile(file, offset=start, count=size - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--tls", type=Path)
    options = parser.parse_args()
    context = certificate(options.tls) if options.tls else None
    listening = socket.create_server(("127.0.0.1", 0), backlog=64)
    url = f"http{'s' if context else ''}://127.0.0.1:{listening.getsockname()[1]}"
    with tempfile.NamedTemporaryFile() as file:
        file.write(MAGIC)
        block = bytes(range(256)) * (BUFFER // 256)
        while file.tell() < options.size:
            file.write(block[: options.size - file.tell()])
        file.flush()
        serving = Server(options.size, url, file)
        print(json.dumps({"url": url, "file": file.name}), flush=True)
        end_with_parent()
        while True:
            connection, _ = listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is not None:
                connection.settimeout(5)
                try:
                    connection = context.wrap_socket(connection, server_side=True)
                except OSError:
                    continue
                connection.settimeout(None)
            threading.Thread(target=serving.serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
