"""Every error of the embedded backend says what to do next, also after it went through the SDK."""

from __future__ import annotations

import ast

import pytest

from nemomusic import Client, Settings, Source, errors
from nemomusic.engine.errors import MediaError
from nemomusic.files.web_addresses import check_web_address
from nemomusic.local import Limits, LocalBackend, LocalOptions, StubEngine
from nemomusic.protocol import routes
from nemomusic.protocol.envelope import failure
from nemomusic.testing import StubBackend
from support.paths import ROOT

FOR_OTHER_CLIENTS = {"UNDECODABLE", "f'duplicate id: {render_id}'"}
"""What this package's client never sends; the default of the error's class is right for it."""
HTTP = ROOT / "src" / "nemomusic" / "local" / "http"
CODES_WITHOUT_OWN_WORDS = {
    # by these codes, the SDK's classes know what to do
    "ErrorCode.TOKEN_INVALID",
    "ErrorCode.SESSION_NOT_FOUND",
    "ErrorCode.OUT_OF_CREDITS",
    "ErrorCode.CLIENT_ID_MISSING",
    "ErrorCode.PLAN_REQUIRED",
    "ErrorCode.RATE_LIMITED",
    "HTTPStatus.INSUFFICIENT_STORAGE",
    "error.status",
    "500",
    "503 if error.passes else 500",
}


def errors_made():
    """Give each `ApiError(…)` in the source of the handlers: where, its code, words and remedy."""
    for path in sorted(HTTP.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "ApiError":
                own = any(keyword.arg == "remedy" for keyword in node.keywords)
                code, words = map(ast.unparse, node.args)
                yield f"{path.name}:{node.lineno}", code, words, own


def test_an_error_has_a_remedy_or_a_code_that_says_it():
    made = list(errors_made())
    assert len(made) > 20
    for where, code, words, own in made:
        known = code in CODES_WITHOUT_OWN_WORDS or words in FOR_OTHER_CLIENTS
        assert own or known, f"{where}: add a remedy"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 421, 422])
def test_no_status_is_without_a_remedy(status):
    for route in routes.ROUTES:
        assert failure(route, status, {}, {"message": "no"}).remedy, route.endpoint


class Refusing(StubEngine):
    """Finds every clip cut off."""

    async def probe(self, path):
        if path.stat().st_size == 3:
            raise MediaError(f"{path.name} is cut off.", remedy="Copy it again, complete.")
        return await super().probe(path)


async def too_long_a_message(client, session):
    await session.ask("x" * 10_001)


async def a_private_address(client, session):
    await client.uploads.send_urls(session, "http://127.0.0.1/clip.mp4")


async def a_password(client, session):
    await client.add_music("http://me:secret@a.example/clip.mp4", "lo-fi", output="never.mp4")


async def a_broken_address(client, session):
    await client.add_music("http://[::1/clip.mp4", "lo-fi", output="never.mp4")


async def too_long_a_name(client, session):
    await client.sessions.open("x" * 5000)


async def a_damaged_clip(client, session):
    await client.uploads.send(session, Source(b"cut", name="trip.mp4"))


async def too_many_files(client, session):
    await client.uploads.send(session, *(Source(b"clip", name=f"{n}.mp4") for n in range(3)))


async def too_large_a_file(client, session):
    await client.uploads.send(session, Source(bytes(2000), name="trip.mp4"))


async def too_many_projects(client, session):
    await client.sessions.open("two")
    await client.sessions.open("three")


async def no_such_render(client, session):
    await client.render.attach("render_none").status()


CASES = [
    (too_long_a_message, errors.InvalidRequestError, "10000 characters", "shorter"),
    (a_private_address, errors.InvalidRequestError, "127.0.0.1 is not on", "the file itself"),
    (a_password, errors.SourceError, "a.example holds a user name", "without a password"),
    (a_broken_address, errors.SourceError, "not a web address", "https://"),
    (too_long_a_name, errors.InvalidRequestError, "characters", "shorter"),
    (a_damaged_clip, errors.UnsupportedFileTypeError, "trip.mp4 is cut off.", "Copy it again"),
    (too_many_files, errors.InvalidRequestError, "at most 2 files", "several uploads"),
    (too_large_a_file, errors.FileTooLargeError, "trip.mp4: over", "trim"),
    (too_many_projects, errors.FileTooLargeError, "at most 2 projects", "nemomusic clean"),
    (no_such_render, errors.NotFoundError, "render_none", "export again"),
]


@pytest.mark.parametrize(
    ("provoke", "kind", "message", "remedy"), CASES, ids=[row[0].__name__ for row in CASES]
)
async def test_what_a_caller_gets(provoke, kind, message, remedy):
    limits = Limits(upload_files=2, upload_bytes=1000, sessions_per_user=2)
    options = LocalOptions(limits=limits)
    async with (
        StubBackend(engine=Refusing(), options=options) as backend,
        backend.client() as client,
    ):
        session = await client.sessions.open("one")
        with pytest.raises(errors.NemoMusicError) as caught:
            await provoke(client, session)
        error = caught.value
    assert type(error) is kind
    assert message in error.message
    assert remedy in error.remedy
    assert remedy not in error.message  # it is said once
    assert "Accepted types" not in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize("anonymous", [True, False])
async def test_without_credits_the_remedy_is_about_this_machine(anonymous, tmp_path):
    clip = tmp_path / "trip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42")
    limits = Limits(credits=0)
    options = LocalOptions(limits=limits)
    async with LocalBackend(faithful=True, engine=StubEngine(), options=options) as backend:
        token = None if anonymous else backend.issue_token(credits=99)
        settings = Settings(api_url=backend.url, client_id="me", token_file=None)
        async with Client(token, settings=settings) as client:
            with pytest.raises(errors.OutOfCreditsError) as caught:
                await client.add_music(clip, "lo-fi")
        assert backend.ledger.accepted == 0
    assert "--faithful" in caught.value.remedy
    assert "Top up" not in str(caught.value)
    assert caught.value.message.startswith("insufficient credits: 100 needed")


@pytest.mark.parametrize("host", ["localhost", "10.0.0.1", "[fd00::1]", "127.0.0.1:8000"])
def test_the_cloud_is_not_asked_for_private_addresses(host):
    with pytest.raises(errors.SourceError, match="not on the public Internet") as caught:
        check_web_address(f"http://{host}/clip.mp4", cloud=True)
    assert "path of the file" in caught.value.remedy
    check_web_address(f"http://{host}/clip.mp4", cloud=False)
    check_web_address("https://example.com/clip.mp4?sig=a%2Fb#t=1", cloud=True)
