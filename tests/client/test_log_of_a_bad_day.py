"""The log of a job on a bad day: each retry, wait and recovery, and neither token nor prompt."""

from __future__ import annotations

import logging

import pytest

from nemomusic import log
from nemomusic.testing import FakeClock, Faults, StubBackend
from support.fast import fast

CLIP = b"\0\0\0\x18ftypmp42" + bytes(1000)
PROMPT = "warm lo-fi for my secret wedding"


@pytest.fixture
def clock():
    return FakeClock()


@fast
async def test_the_log_tells_what_the_sdk_did(clock, tmp_path, caplog):
    caplog.set_level(logging.DEBUG, "nemomusic")
    (tmp_path / "trip.mp4").write_bytes(CLIP)
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.faults.add("credits", Faults.status(503))
        await client.credits.balance()
        backend.faults.add("stream", Faults.cut_after(60))
        await client.add_music(tmp_path / "trip.mp4", PROMPT, output=tmp_path / "out.mp4")
        token = (await client.auth.token()).reveal()
    said = [f"{one.levelname} {one.name} {one.getMessage()}" for one in caplog.records]
    warnings = [line for line in said if line.startswith("WARNING")]
    assert len(warnings) == 3
    assert "credits" in warnings[0]
    assert "rule 'server' repeats it in" in warnings[0]
    assert "outcome of a message is not known (" in warnings[1]
    assert "it was applied" in warnings[2]
    assert any("POST /run_sse -> 200" in line for line in said)
    assert any(line.endswith("message done") for line in said)
    for secret in (token, PROMPT, "wedding", str(tmp_path)):
        assert secret not in caplog.text


class Broken(logging.Handler):
    """A handler of an application, which is never quiet."""

    def handle(self, record):
        raise LookupError(record.name)


@fast
@pytest.mark.parametrize("shown", [True, False])
async def test_a_log_handler_that_raises_ends_no_job(
    clock, tmp_path, monkeypatch, capsys, caplog, shown
):
    package, handler = logging.getLogger("nemomusic"), Broken()
    monkeypatch.setattr(logging, "raiseExceptions", shown)
    monkeypatch.setattr(package, "handlers", [handler])
    caplog.set_level(logging.DEBUG, "nemomusic")
    (tmp_path / "trip.mp4").write_bytes(CLIP)
    async with StubBackend(clock=clock) as backend, backend.client() as client:
        backend.faults.add("stream", Faults.cut_after(60))
        await client.add_music(tmp_path / "trip.mp4", PROMPT, output=tmp_path / "out.mp4")
        assert backend.ledger.accepted == 1
    assert ("LookupError: nemomusic.http" in capsys.readouterr().err) is shown


def test_a_line_names_the_place_that_wrote_it(caplog):
    caplog.set_level(logging.DEBUG, "nemomusic")
    for write in (log.logger("test").debug, log.logger("test").warning):
        write("a line")
    assert {record.funcName for record in caplog.records} == {
        test_a_line_names_the_place_that_wrote_it.__name__
    }
