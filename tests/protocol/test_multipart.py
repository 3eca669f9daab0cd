"""The frame of an upload, read by the standard library's and by aiohttp's own parsers."""

from __future__ import annotations

import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.protocol.multipart import Form


def built(form: Form, *parts: tuple[str, str, bytes]) -> bytes:
    return (
        b"".join(
            form.head(name, kind, first=not number) + body
            for number, (name, kind, body) in enumerate(parts)
        )
        + form.tail
    )


def test_bytes_as_they_go():
    form = Form()
    form.boundary = "B"
    assert form.content_type == "multipart/form-data; boundary=B"
    assert built(
        form, ("a.mp4", "video/mp4", b"one"), ("城市 夜.mov", "video/quicktime", b"two")
    ) == (
        b'--B\r\nContent-Disposition: form-data; name="files"; filename="a.mp4"\r\n'
        b"Content-Type: video/mp4\r\n\r\none"
        b'\r\n--B\r\nContent-Disposition: form-data; name="files"; '
        + 'filename="城市 夜.mov"'.encode()
        + b"\r\nContent-Type: video/quicktime\r\n\r\ntwo"
        b"\r\n--B--\r\n"
    )


def test_boundaries_differ():
    assert len({Form().boundary for _ in range(50)}) == 50


@pytest.mark.parametrize(
    "name", ["a b.mp4", "城市.mp4", "фильм.mov", "ビデオ.mkv", "🎵.mp3", "é%20.mp4"]
)
def test_names_in_any_script_go_as_they_are(name):
    assert name.encode() in Form().head(name, "video/mp4", first=True)


@given(st.text(min_size=1))
def test_a_name_never_breaks_out_of_its_header(name):
    head = Form().head(name, "video/mp4", first=True)
    lines = head.split(b"\r\n")
    assert len(lines) == 5
    assert lines[3:] == [b"", b""]
    assert lines[1].count(b'"') == 4
    assert b"\n" not in lines[1]
    assert b"\r" not in lines[1]


@given(st.lists(st.binary(max_size=50), min_size=1, max_size=4))
def test_the_standard_library_reads_it(bodies):
    form = Form()
    raw = built(form, *((f"{n}.mp4", "video/mp4", body) for n, body in enumerate(bodies)))
    message = email.message_from_bytes(
        f"Content-Type: {form.content_type}\r\n\r\n".encode() + raw, policy=email.policy.HTTP
    )
    parts = list(message.iter_parts())
    assert [part.get_filename() for part in parts] == [f"{n}.mp4" for n in range(len(bodies))]
    assert [part.get_param("name", header="content-disposition") for part in parts] == [
        "files"
    ] * len(bodies)


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1b", "\x7f", "\t", "\r", "\n", '"'])
def test_no_sign_of_a_name_breaks_the_header(sign):
    head = Form().head(f"a{sign}b.mp4", "video/mp4", first=True)
    (line,) = [one for one in head.split(b"\r\n") if b"filename" in one]
    assert line.endswith(f'filename="a%{ord(sign):02X}b.mp4"'.encode())
