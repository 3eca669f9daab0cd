"""The accepted types, and that all who need them agree on them."""

from __future__ import annotations

import re

import pytest

from nemomusic.engine.media import probe
from nemomusic.local.http import incoming_files, url_fetcher
from nemomusic.models.drafts.timeline import without_suffix
from nemomusic.models.file_types import (
    ACCEPTED_TYPES,
    BY_EXTENSION,
    BY_MEDIA_TYPE,
    EMBEDDED_EXTENSIONS,
    EMBEDDED_TYPES,
    EXTENSION_PATTERN,
    FILE_TYPES,
    extension_of,
    sniff,
    type_of,
)
from nemomusic.protocol.commands import upload_sources

DOCUMENTED = "mp4 mov avi webm mkv, jpg png gif webp, mp3 wav m4a aac"


def test_the_documented_types():
    assert ACCEPTED_TYPES == DOCUMENTED
    assert [one.extension for one in FILE_TYPES] == DOCUMENTED.replace(",", "").split()
    more = EMBEDDED_EXTENSIONS.split()
    assert set(BY_EXTENSION) == {*DOCUMENTED.replace(",", "").split(), "jpeg", *more}
    assert {name for name, kind in BY_EXTENSION.items() if kind.embedded_only} == set(more)


@pytest.mark.parametrize("kind", [*FILE_TYPES, *EMBEDDED_TYPES], ids=lambda kind: kind.extension)
def test_a_type_is_known_by_its_name_its_media_type_and_its_first_bytes(kind):
    assert type_of(f"a.{kind.extension}") is kind
    assert type_of(f"A.B.{kind.extension.upper()}") is kind
    assert BY_MEDIA_TYPE[kind.media_type] is kind
    assert kind.media_type.partition("/")[0] == kind.kind
    for signature in kind.signatures:
        start = signature.start.ljust(signature.every, b".") * (5 if signature.every else 1)
        head = bytes(signature.offset) + start + b"...." + signature.contains
        assert sniff(head) is kind
        assert sniff(head + bytes(100)) is kind


def test_the_more_specific_signature_decides():
    assert sniff(b"\0\0\0\x14ftypqt  ").extension == "mov"
    assert sniff(b"\0\0\0\x14ftypisom").extension == "mp4"
    assert sniff(b"\x1a\x45\xdf\xa3" + bytes(20) + b"webm").extension == "webm"
    assert sniff(b"\x1a\x45\xdf\xa3" + bytes(64) + b"webm").extension == "mkv"


@pytest.mark.parametrize("head", [b"", b"ftyp", b"who knows", b"RIFF....XXXX", b"\xff\xd8"])
def test_unknown_bytes(head):
    assert sniff(head) is None


@pytest.mark.parametrize(
    "name", ["a.txt", "a", "mp4", "a.mp4.exe", "a.", ".mp4x", "a.mp4 ", "", "a.mp4/"]
)
def test_other_names(name):
    assert type_of(name) is None


def test_extensions():
    assert extension_of("photo.JPEG") == "jpeg"
    assert type_of("photo.JPEG") is type_of("photo.jpg")
    assert extension_of("no dot") == ""


@pytest.mark.parametrize("extension", sorted(BY_EXTENSION))
def test_all_who_need_the_list_agree(extension):
    assert re.fullmatch(EXTENSION_PATTERN, f".{extension}")
    assert without_suffix(f"trip.{extension}") == "trip"
    assert upload_sources(f"trip.{extension}") == (f"trip.{extension}",)
    assert BY_EXTENSION[extension].kind in incoming_files.KINDS[f".{extension}"]
    assert set(incoming_files.KINDS) == {f".{one}" for one in BY_EXTENSION}
    assert BY_MEDIA_TYPE is url_fetcher.BY_MEDIA_TYPE
    video = f".{extension}" in probe._VIDEO_NAMES
    assert video == (BY_EXTENSION[extension].kind == "video")
