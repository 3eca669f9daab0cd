"""Machines as they are: no home, no locks, a wrong clock, values of a file of variables."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import attrs
import pytest

import nemomusic
from nemomusic import Settings, errors
from nemomusic.local import StubEngine
from nemomusic.settings import UNKNOWN_HOME
from nemomusic.testing import StubBackend

DAY = 86400.0
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="password file and flock are POSIX's")


# ------------------------------------------------------------------ homes


def no_home(patch, tmp_path):
    """Remove the home folder, as in a container: no variable, and no line in the password file."""
    import pwd

    def missing(uid):
        raise KeyError(uid)

    patch.delenv("HOME")
    patch.setattr(pwd, "getpwuid", missing)


def read_only(patch, tmp_path):
    patch.setenv("HOME", "/proc/none")  # root can't write there either


def no_folder(patch, tmp_path):
    (tmp_path / "file").write_text("")
    patch.setenv("HOME", str(tmp_path / "file"))


HOMES = {"none": no_home, "read-only": read_only, "a file": no_folder}
REASONS = {
    "none": "no home folder to keep an anonymous token in",
    "read-only": "can't be kept in /proc/none",
    "a file": "can't be read",
}


@POSIX
@pytest.mark.parametrize("home", HOMES)
async def test_a_client_with_a_token_needs_no_home(home, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    HOMES[home](monkeypatch, tmp_path)
    async with StubBackend() as backend:
        for environ in (None, {}):
            settings = attrs.evolve(Settings.from_env(environ), api_url=backend.url)
            async with nemomusic.Client(backend.issue_token(), settings=settings) as client:
                await client.credits.balance()
        async with nemomusic.Client(backend.issue_token(), base_url=backend.url) as client:
            await client.credits.balance()
    assert [path.name for path in tmp_path.iterdir()] == (["file"] if home == "a file" else [])


@POSIX
@pytest.mark.parametrize("home", HOMES)
async def test_without_one_the_anonymous_token_is_not_wasted(home, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    HOMES[home](monkeypatch, tmp_path)
    async with StubBackend() as backend:
        async with nemomusic.Client(base_url=backend.url) as client:
            with pytest.raises(errors.ConfigurationError, match=REASONS[home]) as caught:
                await client.credits.balance()
        assert "NEMO_" in caught.value.remedy
        assert backend.ledger.tokens_issued == 0
        settings = Settings(api_url=backend.url, token_file=None, client_id="me")
        async with nemomusic.Client(settings=settings) as client:
            await client.credits.balance()
    assert [path.name for path in tmp_path.iterdir()] == (["file"] if home == "a file" else [])


@POSIX
@pytest.mark.parametrize("home", HOMES)
async def test_an_embedded_backend_needs_no_home(home, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    HOMES[home](monkeypatch, tmp_path)
    async with nemomusic.Client.local(engine=StubEngine()) as client:
        await client.credits.balance()


@POSIX
def test_paths_in_an_unknown_home_are_marked(monkeypatch, tmp_path):
    no_home(monkeypatch, tmp_path)
    settings = Settings()
    assert settings.client_id_file.parts[0] == settings.token_file.parts[0] == str(UNKNOWN_HOME)
    monkeypatch.setenv("HOME", "/home/ann")
    assert Settings(token_file="~/x").token_file == Path("/home/ann/x")


# ------------------------------------------------------------------ locks


@pytest.fixture(params=["ENOLCK", "EPERM", "EIO"])
def locks_fail(request, monkeypatch):
    """Let locks fail, as on a network drive without locks."""
    import fcntl

    number = getattr(errno, request.param)

    good = fcntl.flock

    def flock(fd, how):
        if how & fcntl.LOCK_EX:
            raise OSError(number, os.strerror(number))
        good(fd, how)

    def fail():
        monkeypatch.setattr(fcntl, "flock", flock)
        return os.strerror(number)

    return fail


@POSIX
async def test_a_token_on_a_drive_without_locks(locks_fail, tmp_path):
    async with StubBackend() as backend:
        reason = locks_fail()
        file = tmp_path / "tokens.json"
        async with backend.client(anonymous=True, token_file=file) as client:
            with pytest.raises(errors.ConfigurationError, match=reason) as caught:
                await client.credits.balance()
        assert "file locks" in caught.value.remedy
        assert backend.ledger.tokens_issued == 0
        assert backend.clock.slept == []  # it is no lock that another process holds


@POSIX
async def test_a_job_on_a_drive_without_locks(locks_fail, tmp_path):
    (tmp_path / "trip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(100))
    async with StubBackend() as backend:
        reason = locks_fail()
        async with backend.client(journal=tmp_path / "jobs.sqlite") as client:
            with pytest.raises(errors.JournalError, match=reason) as caught:
                await client.add_music(tmp_path / "trip.mp4", "lo-fi", output=tmp_path / "o.mp4")
        assert caught.value.remedy
        assert backend.ledger.accepted == 0


@POSIX
async def test_a_backend_on_a_drive_without_locks(locks_fail, tmp_path):
    client = nemomusic.Client.local(folder=tmp_path / "kept", engine=StubEngine())
    with pytest.raises(errors.LocalBackendError, match=locks_fail()) as caught:
        async with client:
            pass
    assert caught.value.remedy


@POSIX
@pytest.mark.filterwarnings("ignore:flock not supported:UserWarning")
async def test_a_drive_that_knows_no_locks_at_all_works(monkeypatch, tmp_path):
    import fcntl

    good = fcntl.flock

    def flock(fd, how):
        if how & fcntl.LOCK_EX:
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        good(fd, how)

    async with StubBackend() as backend:
        monkeypatch.setattr(fcntl, "flock", flock)
        for _ in range(2):
            file = tmp_path / "tokens.json"
            async with backend.client(anonymous=True, token_file=file) as client:
                await client.credits.balance()
        assert backend.ledger.tokens_issued == 1


# ------------------------------------------------------------------ clocks


class Skewed:
    """The service's clock, and so many seconds."""

    def __init__(self, clock, by):
        self.clock, self.by = clock, by

    def time(self):
        return self.clock.time() + self.by

    def monotonic(self):
        return self.clock.monotonic()

    async def sleep(self, seconds):
        await self.clock.sleep(seconds)


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("days", [-400, -8, -1, 0, 1, 6.9, 8, 400])
async def test_a_clock_that_is_wrong_by_days(days, kept, tmp_path):
    file = tmp_path / "tokens.json" if kept else None
    async with StubBackend() as backend:
        settings = Settings(api_url=backend.url, client_id="skewed", token_file=file)
        clock = Skewed(backend.clock, days * DAY)
        for _ in range(2 if kept else 1):
            async with nemomusic.Client(None, clock=clock, settings=settings) as client:
                for _ in range(3):
                    await client.credits.balance()
        assert backend.ledger.tokens_issued == 1
        if kept:
            from nemomusic.resources.token_store import TokenFile

            token = TokenFile(file, clock).load(backend.url, "skewed")
            assert token.expires_at == pytest.approx(clock.time() + 7 * DAY, abs=2)


async def test_a_clock_that_is_set_while_the_program_runs():
    async with StubBackend() as backend:
        clock = Skewed(backend.clock, 0)
        settings = Settings(api_url=backend.url, client_id="jump", token_file=None)
        async with nemomusic.Client(None, clock=clock, settings=settings) as client:
            for clock.by in (0, 8 * DAY, -8 * DAY):
                await client.credits.balance()
        assert backend.ledger.tokens_issued == 1


# ------------------------------------------------------------------ values


@pytest.mark.parametrize("name", ["NEMO_TOKEN", "NEMO_CLIENT_ID"])
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('"abc"', None),
        ("'abc'", None),
        (' "abc" \r\n', None),
        ("abc\r\n", None),
        ("abc\n", None),
        ('""', ""),
        ("''", ""),
        ("${NEMO_TOKEN}", "placeholder"),
        ("${{ secrets.NEMO_TOKEN }}", "placeholder"),
        ("{{ token }}", "placeholder"),
        ("$NEMO_TOKEN", "placeholder"),
        ("%NEMO_TOKEN%", "placeholder"),
        ("`abc`", "quotation mark"),
        ('"abc', "quotation mark"),
        ("abc'", "quotation mark"),
    ],
)
def test_values_out_of_a_file_of_variables(name, value, words):
    environ = {"HOME": "/home/ann", name: value}
    if words is None:
        settings = Settings.from_env(environ)
        found = settings.token.reveal() if name == "NEMO_TOKEN" else settings.client_id
        assert found == "abc"
    elif not words:
        settings = Settings.from_env(environ)
        assert settings.token is settings.client_id is None
    else:
        with pytest.raises(errors.ConfigurationError, match=words) as caught:
            Settings.from_env(environ)
        assert caught.value.remedy
        assert value not in str(caught.value)


def test_an_address_in_quotes():
    environ = {"HOME": "/home/ann", "NEMO_API_URL": '"https://api.example/"'}
    assert Settings.from_env(environ).api_url == "https://api.example"


def test_a_token_that_is_passed_is_checked_too():
    for token in ("${NEMO_TOKEN}", '"abc"'):
        with pytest.raises(errors.ConfigurationError):
            nemomusic.Client(token)
