"""The tree of exceptions: as drawn, picklable, helpful, and free of tokens."""

from __future__ import annotations

import ast
import copy
import inspect
import io
import logging
import pickle
import re
import traceback
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import nemomusic
from nemomusic import errors
from nemomusic.errors import Attempt, ErrorCode, NemoMusicError
from nemomusic.protocol.retry_policy import Policy
from nemomusic.settings import Settings
from support.paths import ROOT
from support.rows import one_in

CLASSES = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, NemoMusicError)
]
TOKEN = "nmv_usr_5e1f00d5ecre7"
ODD_TOKEN = "abcdef0123456789abcdef"  # no prefix by which it could be recognized


def drawn() -> dict[str, str]:
    """Return class and parent, read from the drawing in the module's docstring."""
    lines = [line[4:] for line in (errors.__doc__ or "").splitlines() if line.startswith("    ")]
    found: dict[str, str] = {}
    path: list[str] = []
    for line in lines:
        match = re.match(r"^((?:│   |    )*(?:├── |└── )?)(\w+)", line)
        assert match, line
        depth = len(match[1]) // 4
        path[depth:] = [match[2]]
        if depth:
            assert match[2] not in found, f"{match[2]} is drawn twice"
            found[match[2]] = path[depth - 1]
    return found


def test_the_drawing_is_the_tree():
    real = {
        cls.__name__: next(b.__name__ for b in cls.__mro__[1:] if issubclass(b, NemoMusicError))
        for cls in CLASSES
        if cls is not NemoMusicError
    }
    assert drawn() == real


def test_all_are_exported_and_documented():
    assert {cls.__name__ for cls in CLASSES} | {
        "APIErrorFacts",
        "Attempt",
        "ErrorCode",
        "ErrorFacts",
    } == set(errors.__all__)
    for cls in CLASSES:
        assert cls.__doc__, cls
        assert cls.__module__ == "nemomusic.errors"


def test_codes_are_the_contracts():
    assert sorted(map(int, ErrorCode)) == [0, 400, 402, 429, 1001, 1002, 2001, 4001, 4002]
    named = {cls.default_code for cls in CLASSES if cls.default_code is not None}
    assert named == set(ErrorCode) - {ErrorCode.SUCCESS}


@pytest.mark.parametrize(
    ("name", "builtin"),
    [
        ("InputError", ValueError),
        ("OutputExistsError", FileExistsError),
        ("MissingExtraError", ImportError),
        ("RequestTimeoutError", TimeoutError),
        ("DeadlineExceededError", TimeoutError),
        ("TurnTimeoutError", TimeoutError),
        ("JobNotFoundError", LookupError),
        ("UnsupportedFileTypeError", errors.InputError),
        ("FileTooLargeError", errors.InputError),
    ],
)
def test_builtin_and_second_parents(name, builtin):
    assert issubclass(getattr(errors, name), builtin)


def full(cls: type[NemoMusicError]) -> NemoMusicError:
    return cls(
        "it went wrong",
        code=1234,
        status=418,
        request_id="req-1",
        endpoint="GET /tea",
        remedy="Drink it.",
        attempts=[
            Attempt("GET /tea", 1.5, status=418, error="X", wait=2.0),
            Attempt("GET /tea", 4),
        ],
        job_id="job_1",
        session_id="7461234567890123456",
        render_id="render_1",
    )


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("protocol", one_in(4, range(pickle.HIGHEST_PROTOCOL + 1)))
def test_pickling_keeps_everything(cls, protocol):
    error = full(cls)
    back = pickle.loads(pickle.dumps(error, protocol))
    assert type(back) is cls
    assert back.__dict__ == error.__dict__
    assert (str(back), repr(back), back.args) == (str(error), repr(error), error.args)
    assert copy.copy(error).__dict__ == error.__dict__
    assert copy.deepcopy(error).__dict__ == error.__dict__


@pytest.mark.parametrize("cls", [c for c in CLASSES if c.live], ids=lambda cls: cls.__name__)
def test_open_handles_are_left_out_of_pickles(cls):
    error = cls("gone", **dict.fromkeys(cls.live, lambda: None))
    back = pickle.loads(pickle.dumps(error))
    for name in cls.live:
        assert getattr(error, name) is not None
        assert getattr(back, name) is None


OWN = {
    "APIError": {"data": {"nested": [1, 2.5, None]}},
    "SessionLostError": {"session": None, "lost": ("upload of a.mp4",), "data": {}},
    "OutOfCreditsError": {"registration_url": "https://x.example/r", "available": 3.5},
    "FileTooLargeError": {"size": 7, "limit": 5, "data": {"a": 1}},
    "UnsupportedFileTypeError": {"data": {"a": 1}},
    "RateLimitedError": {"retry_after": 5.0, "retry_at": 1.5e9},
    "TransportError": {"sent": False},
    "ConnectError": {"sent": True},
    "AgentError": {"agent_code": "RESOURCE_EXHAUSTED", "reply": "as far as it came"},
    "OutcomeUnknownError": {"text": "lo-fi", "readings": 5, "credits": 3, "baseline": {}},
    "NoMusicAddedError": {"reply": "which mood?"},
    "LocalBackendError": {"in_use": True},
}


@pytest.mark.parametrize(("name", "own"), OWN.items())
def test_values_of_a_class_are_kept(name, own):
    error = getattr(errors, name)("it went wrong", job_id="job_1", **own)
    back = pickle.loads(pickle.dumps(error))
    for key, value in {**own, "job_id": "job_1"}.items():
        assert getattr(error, key) == value
        assert getattr(back, key) == value


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_misspelled_argument_is_an_error(cls):
    with pytest.raises(TypeError, match="remidy"):
        cls("it went wrong", remidy="Try again.")


def test_whether_anything_was_sent():
    assert errors.TransportError("x").sent
    assert errors.ConnectionLostError("x").sent
    assert not errors.ConnectError("x").sent


def test_notes_and_causes_do_not_hinder_pickling():
    error = full(errors.ServerError)
    error.add_note("while exporting")
    error.__cause__ = ValueError("x")
    assert pickle.loads(pickle.dumps(error)).message == "it went wrong"


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_str_tells_the_story(cls):
    text = str(full(cls))
    for fact in ("it went wrong. Drink it.", "code 1234", "HTTP 418", "GET /tea", "request req-1"):
        assert fact in text
    assert "2 attempts" in text
    assert cls.__name__ in repr(full(cls))
    if cls.default_remedy:
        assert cls.default_remedy in str(cls("plain"))
    assert str(cls("plain", remedy="")).startswith("plain")


def test_defaults_of_a_plain_error():
    error = NemoMusicError("plain")
    assert str(error) == "plain"
    assert (error.code, error.status, error.request_id, error.endpoint, error.remedy) == (None,) * 5
    assert error.attempts == ()
    assert (error.job_id, error.session_id, error.render_id) == (None,) * 3
    error.job_id = "job_1"
    assert pickle.loads(pickle.dumps(error)).job_id == "job_1"


def test_attempts_compare_and_show():
    attempt = Attempt("GET /x", 1.0, status=503, error="ServerError", wait=0.5)
    assert attempt == Attempt("GET /x", 1.0, status=503, error="ServerError", wait=0.5)
    assert attempt != Attempt("GET /x", 1.0)
    assert len({attempt, Attempt("GET /x", 1.0)}) == 2
    assert repr(attempt) == "<Attempt GET /x: HTTP 503 ServerError, waited 0.5 s>"


def test_the_library_raises_nothing_else():
    """No module of the client defines a NemoMusicError of its own: the tree is in one place."""
    root = Path(errors.__file__).parent
    for path in root.rglob("*.py"):
        if path.name == "errors.py" or path.relative_to(root).parts[0] in {"cli", "local"}:
            continue  # these have private ones, for wrong usage and between processes
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                assert not bases & set(errors.__all__), f"{path.name}: {node.name}"


# --------------------------------------------- real failures, and no token in them


def settings_for(port: int, token: str) -> Settings:
    return Settings(api_url=f"http://127.0.0.1:{port}", token=token, token_file=None)


async def failing(settings: Settings, *, stream: bool) -> BaseException:
    """Return the error of one real call. No local of this frame holds the token in the clear."""
    async with nemomusic.Client(settings=settings, policy=Policy.none()) as client:
        session = client.sessions.attach("1", task_id="t")
        try:
            if stream:
                await client.stream.ask(session, "warm lo-fi")
            else:
                await client.credits.balance()
        except NemoMusicError as error:
            return error
    raise AssertionError("it worked")


def everything(error: BaseException) -> str:
    """Text, pickle and traceback with the locals of every frame, of the whole chain."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    chain: list[str] = []
    inner: BaseException | None = error
    while inner is not None:
        chain += [str(inner), repr(inner), repr(vars(inner))]
        inner = inner.__cause__ or inner.__context__
    pickled = pickle.dumps(error).decode("latin-1")
    return "\n".join([*shown.format(chain=True), *chain, pickled])


@pytest.mark.parametrize("token", [TOKEN, ODD_TOKEN])
@pytest.mark.parametrize("stream", [False, True])
async def test_no_token_in_the_traceback_of_a_refused_connection(
    token, stream, caplog, refusing_port
):
    caplog.set_level(logging.DEBUG)
    error = await failing(settings_for(refusing_port, token), stream=stream)
    assert isinstance(error, errors.ConnectError)
    text = everything(error)
    assert "ConnectError" in text
    assert token not in text
    assert token not in caplog.text


@pytest.mark.parametrize("token", [TOKEN, ODD_TOKEN])
@pytest.mark.parametrize("how", ["refuses", "hangs up", "html", "cuts the body"])
async def test_no_token_in_the_traceback_of_a_failed_request(token, how, caplog):
    caplog.set_level(logging.DEBUG)
    seen = []

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers["Authorization"])
        if how == "refuses":
            return web.json_response({"code": 2001, "message": "no credits"})
        if how == "html":
            return web.Response(text="<html>", content_type="text/html")
        if how == "cuts the body":
            response = web.StreamResponse(headers={"Content-Length": "999"})
            await response.prepare(request)
            await response.write(b"{")
        request.transport.close()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    async with TestServer(app) as server:
        for stream in (False, True):
            error = await failing(settings_for(server.port, token), stream=stream)
            text = everything(error)
            assert type(error).__name__ in text
            assert token not in text
    assert seen[0] == f"Bearer {token}"  # it was really sent
    assert token not in caplog.text


def test_printing_a_traceback_with_locals_of_our_own_frames():
    """A frame that holds settings, a client and its parts shows no token."""
    settings = Settings(token=TOKEN)
    client = nemomusic.Client(settings=settings)
    parts = client._resources
    pipeline, tokens = parts.pipeline, parts.tokens  # noqa: F841 - they are the frame's locals
    out = io.StringIO()
    try:
        raise NemoMusicError("x")
    except NemoMusicError as error:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        out.write("".join(shown.format()))
    assert "client" in out.getvalue()
    assert TOKEN not in out.getvalue()
    assert TOKEN not in repr(vars(client))


def raised():
    """Give each error that is made in the source: where, its class, whether it gets a remedy."""
    kinds = {name: getattr(errors, name) for name in errors.__all__}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).rpartition(".")[2]
                kind = kinds.get(name)
                if isinstance(kind, type) and issubclass(kind, errors.NemoMusicError):
                    own = any(keyword.arg in {"remedy", None} for keyword in node.keywords)
                    yield f"{path.name}:{node.lineno}", kind, own


def test_every_error_that_is_raised_says_what_to_do_next():
    found = list(raised())
    assert len(found) > 100
    silent = [where for where, kind, own in found if not own and not kind.default_remedy]
    assert silent == [], "pass a remedy, or give the class a default_remedy"
