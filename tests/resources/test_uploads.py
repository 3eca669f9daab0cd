"""Uploads: every kind of source; never twice, whatever breaks."""

from __future__ import annotations

import asyncio
import gc
import hashlib
import io
import warnings
from contextlib import suppress

import pytest
from aiohttp import web

from nemomusic import Client, Settings, errors
from nemomusic.files.sources import Source
from nemomusic.local import LocalOptions
from nemomusic.testing import FakeClock, Fault, Faults, StubBackend
from support.fast import fast

CLIP = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40
HASH = hashlib.sha256(CLIP).hexdigest()


@pytest.fixture
def clock():
    return FakeClock()


async def pieces():
    for at in range(0, len(CLIP), 1000):
        yield CLIP[at : at + 1000]


@fast
async def test_every_kind_of_source(clock, tmp_path):
    path = tmp_path / "我的 clip.mp4"
    path.write_bytes(CLIP)
    told = []
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        file = io.BytesIO(CLIP)
        media = await client.uploads.send(
            session,
            path,
            CLIP,
            Source(file, "file.mov"),
            Source(pieces(), "pieces.webm"),
            on_progress=told.append,
        )
        names = ["我的 clip.mp4", "clip.mp4", "file.mov", "pieces.webm"]
        assert [one.filename for one in media] == names
        assert backend.ledger.uploads == {HASH: 4}
        assert not file.closed
        assert {progress.stage for progress in told} == {"upload"}
        assert [one.filename for one in (await session.state()).media] == names
        assert backend.faults.requests["upload"] == 1


@fast
async def test_by_address(clock):
    async with StubBackend(clock=clock, options=LocalOptions(allow_private_urls=True)) as backend:
        async with backend.client() as client:
            one = await client.sessions.open()
            (first,) = await one.upload(CLIP)
            session = await client.sessions.open()
            (media,) = await client.uploads.send_urls(session, first.url)
            assert media.hash == first.hash
            with pytest.raises(errors.SourceError):
                await session.upload_urls("ftp://example.com/clip.mp4")
            with pytest.raises(errors.SourceError):
                await session.upload_urls()


@fast
async def test_an_address_that_was_fetched_is_not_fetched_again(clock):
    async with StubBackend(clock=clock, options=LocalOptions(allow_private_urls=True)) as backend:
        async with backend.client() as client:
            (first,) = await (await client.sessions.open()).upload(CLIP)
            for fault in (Faults.reset_after(), Faults.stall_after(), Faults.status_after(504)):
                session = await client.sessions.open()
                backend.faults.add("upload", fault)
                (media,) = await session.upload_urls(first.url + "?name=differs")
                assert media.hash == first.hash
                assert len((await session.state()).media) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Faults.reset_after(),
        Faults.stall_after(),
        Faults.cut_after(5),
        Faults.status_after(502),
        Faults.broken_json(),
    ],
    ids=str,
)
def test_what_arrived_is_not_sent_again(clock, fault):
    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            session = await client.sessions.open()
            backend.faults.add("upload", fault)
            if "JSON" in fault.name:  # an answer that makes no sense is no reason to go on
                with pytest.raises(errors.UnexpectedAnswerError):
                    await session.upload(CLIP)
                return
            (media,) = await session.upload(CLIP)
            assert media.filename == "clip.mp4"
            assert backend.ledger.uploads == {HASH: 1}

    test(clock=clock)


@fast
async def test_what_can_be_read_once_only(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        # Its answer is lost, but it arrived: fine.
        backend.faults.add("upload", Faults.reset_after())
        (media,) = await session.upload(Source(pieces(), "a.mp4"))
        assert media.filename == "a.mp4"
        # It broke in the middle: no second try, and it says why.
        backend.faults.add("upload", Faults.reset_during_request(3000))
        with pytest.raises(errors.SourceError, match="second time") as caught:
            await session.upload(Source(pieces(), "b.mp4"))
        assert isinstance(caught.value.__cause__, errors.ConnectionLostError)
        # Not a byte of it was read: another try does no harm.
        await session.state()
        await backend.down(1.0)
        (media,) = await session.upload(Source(pieces(), "c.mp4"))
        assert [one.filename for one in (await session.state()).media] == ["a.mp4", "c.mp4"]


@fast
async def test_the_same_name_twice(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(CLIP)
        backend.faults.add("upload", Faults.reset_before())
        await session.upload(CLIP + b"other")
        assert len((await session.state()).media) == 2
        attached = client.sessions.attach(session.id)
        backend.faults.add("upload", Faults.reset_before())
        await attached.upload(CLIP + b"third")
        assert len((await session.state()).media) == 3
        assert set(backend.ledger.uploads.values()) == {1}


class MineError(ValueError):
    pass


@fast
async def test_a_callback_that_raises_does_not_end_an_upload(clock, tmp_path, caplog):
    path = tmp_path / "clip.mp4"
    path.write_bytes(CLIP)
    calls = []

    def broken(progress):
        calls.append(progress)
        raise MineError

    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(path, on_progress=broken)
        assert len(calls) == 1
        assert backend.faults.requests["upload"] == 1
        assert [record.name for record in caplog.records] == ["nemomusic.jobs"]


@fast
async def test_a_source_that_raises_is_heard_and_nothing_is_sent_again(clock):
    async def source():
        yield CLIP
        raise MineError

    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        with pytest.raises(MineError):
            await session.upload(Source(source(), "clip.mp4"))
        assert backend.faults.requests["upload"] <= 1
        assert not backend.ledger.uploads


@fast
async def test_a_stall_is_noticed_and_progress_is_not_one(clock):
    async def slow():
        for _ in range(60):
            await clock.sleep(10)
            yield CLIP[:100] * 200

    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        await session.upload(Source(slow(), "slow.mp4"))  # 600 s in all
        backend.faults.add("upload", Faults.stall_before(), times=5)
        began = clock.monotonic()
        with pytest.raises(errors.RequestTimeoutError) as caught:
            await session.upload(CLIP)
        assert len(caught.value.attempts) == 5
        assert clock.monotonic() - began < 5 * 120 + 60


@fast
async def test_a_deadline_holds_for_uploads(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        hurried = client.with_options(deadline=20)
        backend.faults.add("upload", Faults.stall_before())
        with pytest.raises(errors.DeadlineExceededError):
            await hurried.uploads.send(session, CLIP)
        assert clock.monotonic() == pytest.approx(20, abs=0.1)


class Stubborn:
    """A file whose second read ends after an hour, whatever happens meanwhile."""

    def __init__(self, clock):
        self.clock, self.given, self.ended = clock, False, False

    async def read(self, size=-1):
        if not self.given:
            self.given = True
            return CLIP
        end = self.clock.monotonic() + 3600
        while (left := end - self.clock.monotonic()) > 0:
            with suppress(asyncio.CancelledError):
                await self.clock.sleep(left)
        self.ended = True
        return b""


@fast
async def test_a_deadline_holds_for_a_source_that_ignores_its_cancellation(clock):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        hurried, file = client.with_options(deadline=20), Stubborn(clock)
        began = clock.monotonic()
        with pytest.raises(errors.DeadlineExceededError):
            await hurried.uploads.send(session, Source(file, "a.mp4"))
        assert clock.monotonic() - began < 30
        assert not file.ended
        await clock.sleep(3600)
        assert file.ended


@fast
async def test_an_early_refusal_closes_the_file(clock, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(CLIP * 2000)

    async def refuse(moment):
        return web.json_response({"code": 4002, "message": "too large"}, status=413)

    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        backend.faults.add("upload", Fault("early", refuse))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(errors.FileTooLargeError) as caught:
                await session.upload(path)
            caught.value.__traceback__ = None
            gc.collect()
        assert caught.value.status == 413


@pytest.mark.parametrize("passes", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89])
def test_cancelling_closes_the_file(clock, tmp_path, passes):
    path = tmp_path / "clip.mp4"
    path.write_bytes(CLIP * 300)

    @fast
    async def test(clock):
        async with StubBackend(clock=clock) as backend, backend.client() as client:
            session = await client.sessions.open()
            uploading = asyncio.create_task(session.upload(path))
            for _ in range(passes):
                await asyncio.sleep(0)
            if uploading.cancel():
                with pytest.raises(asyncio.CancelledError):
                    await uploading
            else:  # on a slow machine it may be over by then
                assert passes > 13
                assert [media.filename for media in uploading.result()] == ["clip.mp4"]

    test(clock=clock)


@fast
async def test_bad_sources_are_refused_before_anything_is_sent(clock, tmp_path):
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        session = await client.sessions.open()
        (tmp_path / "empty.mp4").touch()
        (tmp_path / "notes.txt").write_text("x")
        for source, error in (
            (tmp_path / "missing.mp4", errors.SourceError),
            (tmp_path / "empty.mp4", errors.SourceError),
            (tmp_path / "notes.txt", errors.UnsupportedFileTypeError),
            (b"what is this", errors.SourceError),
        ):
            with pytest.raises(error):
                await session.upload(source)
        with pytest.raises(errors.SourceError):
            await session.upload()
        assert backend.faults.requests["upload"] == 0


async def test_the_cloud_gets_no_type_that_only_the_embedded_backend_accepts(tmp_path):
    (tmp_path / "camera.mts").write_bytes(b"x")
    settings = Settings(client_id="one", token_file=None)
    async with Client("nmv_usr_x", settings=settings) as client:
        with pytest.raises(errors.UnsupportedFileTypeError, match="not supported by the cloud"):
            await client.uploads.send("session-1", tmp_path / "camera.mts")
