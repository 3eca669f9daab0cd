"""Files by their content: put once, fetched once, verified."""

from __future__ import annotations

import hashlib
import os
import socket
from contextlib import nullcontext

import pytest

pytest.importorskip("fsspec")

from nemomusic.errors import ConfigurationError, MissingExtraError
from nemomusic.local.cluster import content_store
from nemomusic.local.cluster.cluster_tasks import versions
from nemomusic.local.cluster.content_store import ContentStore, StoreError
from nemomusic.local.cluster.dask_cluster import check_address, other_versions


@pytest.fixture
def store(tmp_path):
    return ContentStore((tmp_path / "store").as_uri())


def test_there_and_back(store, tmp_path):
    source, target = tmp_path / "a.bin", tmp_path / "b.bin"
    source.write_bytes(os.urandom(100_000))
    digest = store.put(source)
    assert digest == hashlib.sha256(source.read_bytes()).hexdigest()
    stored = tmp_path / "store" / digest
    before = stored.stat().st_mtime_ns
    assert store.put(source) == digest
    assert stored.stat().st_mtime_ns == before  # put once
    store.fetch(digest, target)
    assert target.read_bytes() == source.read_bytes()
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == [digest]
    source.write_bytes(b"changed")
    assert store.put(source) != digest


def test_what_is_damaged_is_not_taken(store, tmp_path):
    source, target = tmp_path / "a.bin", tmp_path / "b.bin"
    source.write_bytes(b"content" * 1000)
    digest = store.put(source)
    (tmp_path / "store" / digest).write_bytes(b"contenT" * 1000)
    with pytest.raises(StoreError, match="damaged"):
        store.fetch(digest, target)
    with pytest.raises(StoreError, match="can't be read"):
        store.fetch("0" * 64, target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.bin", "store"]
    with pytest.raises(StoreError, match="damaged"):
        store.read(digest)
    # One that was cut off is put again.
    (tmp_path / "store" / digest).write_bytes(b"cont")
    store.put(source)
    store.fetch(digest, target)


def test_a_store_that_can_not_be_used(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="can't be written"):
        ContentStore((tmp_path / "file" / "store").as_uri()).check()
    with pytest.raises(ConfigurationError, match="nosuch"):
        ContentStore("nosuch://bucket")
    with pytest.raises(ConfigurationError, match="empty"):  # not the working directory
        ContentStore(" ")


def test_a_store_that_never_answers_is_given_up(monkeypatch, tmp_path):
    monkeypatch.setattr(content_store, "ANSWER_SECONDS", 0.05)
    (tmp_path / "a.bin").write_bytes(b"content")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts connections, and says nothing
        store = ContentStore(f"http://127.0.0.1:{silent.getsockname()[1]}/store")
        with pytest.raises(StoreError, match=r"can't be read \(no answer within 0.05 s\)"):
            store.read("0" * 64)
        with pytest.raises(StoreError, match=r"can't be written \(no answer within 0.05 s\)"):
            store.put(tmp_path / "a.bin")
        store.remove("0" * 64)


def test_a_check_is_read_and_removed(store):
    digest = store.check()
    assert hashlib.sha256(store.read(digest)).hexdigest() == digest
    store.remove(digest)
    store.remove(digest)
    with pytest.raises(StoreError):
        store.read(digest)


def test_a_missing_package_is_named(monkeypatch, tmp_path):
    import builtins

    real = builtins.__import__

    def without(name, *words):
        if name == "fsspec":
            raise ImportError(name)
        return real(name, *words)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match="fsspec") as caught:
        ContentStore(tmp_path.as_uri())
    assert 'pip install ".[dask]"' in caught.value.remedy


def test_differing_versions_are_named():
    own = versions()
    assert set(own) == {"python", "nemomusic", "av", "numpy"}
    error = other_versions("tcp://1.2.3.4:5", {**own, "numpy": "0.1"}, own)
    assert f"numpy 0.1 and not {own['numpy']}" in error.message
    assert "av" not in error.message.split("has ")[1]


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("tcp://10.0.0.5:8786", True),
        ("tls://scheduler.example:8786", True),
        ("localhost:8786", True),
        ("tcp://[::1]:8786", True),
        ("localhost", False),
        ("bogus://x:8786", False),
        ("tcp://10.0.0.5:99999", False),
        ("", False),
    ],
)
def test_what_is_no_address_of_a_scheduler(address, good):
    with nullcontext() if good else pytest.raises(ConfigurationError, match="address"):
        check_address(address)
