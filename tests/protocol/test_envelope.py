"""Answers to data, or to the right exception: both spellings, every code, and what is neither."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from multidict import CIMultiDict

from nemomusic import errors
from nemomusic.models.values.response_meta import request_id
from nemomusic.protocol import routes
from nemomusic.protocol.envelope import in_words, retry_after, unwrap
from support.paths import WIRE
from support.rows import quick_rows

HEADERS = CIMultiDict({"x-request-id": "req-7", "Content-Type": "application/json"})
NOW = 1_800_000_000.0


def failed(route, status, body, headers=HEADERS) -> errors.APIError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(errors.APIError) as caught:
        unwrap(route, status, headers, raw, now=NOW)
    return caught.value


# --------------------------------------------------------------------- good


@pytest.mark.parametrize(
    "body",
    [
        {"code": 0, "message": "ok", "data": {"available": 1}},
        {"success": True, "data": {"available": 1}},
        {"code": "0", "data": {"available": 1}},
        {"success": True, "code": 0, "data": {"available": 1}},
        {"code": 0, "error": None, "data": {"available": 1}},
    ],
)
def test_both_spellings(body):
    assert unwrap(routes.CREDITS, 200, {}, json.dumps(body).encode()) == {"available": 1}


def test_render_answers_come_bare_too():
    bare = {"taskId": "r", "status": "failed", "progress": 40, "error": "codec"}
    assert unwrap(routes.RENDER_STATUS, 200, {}, json.dumps(bare).encode()) == bare
    inner = {"id": "r", "status": "failed", "progress": 5, "outputUrl": None}
    wrapped = {"success": True, "data": inner}
    assert unwrap(routes.RENDER_STATUS, 200, {}, json.dumps(wrapped).encode()) == inner


def test_numbers_too_long_for_a_float_survive():
    body = b'{"code":0,"data":{"session_id":12345678901234567890123}}'
    assert unwrap(routes.STATE, 200, {}, body) == {"session_id": 12345678901234567890123}


# -------------------------------------------------------------- every code

# The error codes of docs/protocol.md: code, matching status, exception, words of the remedy.
CODES = [
    (1001, 401, errors.AuthenticationError, "NEMO_TOKEN"),
    (1002, 404, errors.SessionNotFoundError, "Open a new session"),
    (2001, 402, errors.OutOfCreditsError, "Top up"),
    (4001, 415, errors.UnsupportedFileTypeError, "mp4 mov avi webm mkv, jpg png gif webp, mp3 wav"),
    (4002, 413, errors.FileTooLargeError, "Compress or trim"),
    (402, 402, errors.PlanRequiredError, "subscription tier"),
    (429, 429, errors.RateLimitedError, "Wait"),
]


@pytest.mark.parametrize(("code", "status", "kind", "remedy"), CODES)
@pytest.mark.parametrize("name", quick_rows({"STREAM"}, ["UPLOAD", "STREAM", "CREDITS"]))
@pytest.mark.parametrize("way", ["HTTP 200", "matching status", "400", "500"])
@pytest.mark.parametrize(
    "spelling",
    [
        lambda code: {"code": code, "message": "because", "data": None},
        lambda code: {"success": False, "error": "because", "code": code},
        lambda code: {"success": False, "error": {"code": code, "message": "because"}},
        lambda code: {"code": str(code), "message": "because"},
    ],
    ids=["code", "success", "nested", "text"],
)
def test_every_code_in_every_spelling(code, status, kind, remedy, name, way, spelling):
    route = getattr(routes, name)
    sent = {"HTTP 200": 200, "matching status": status, "400": 400, "500": 500}[way]
    error = failed(route, sent, spelling(code))
    assert type(error) is kind
    assert error.code == code
    assert error.status == sent
    assert error.request_id == "req-7"
    assert error.endpoint == f"{route.method} {route.template}"
    assert remedy in error.remedy
    assert error.message == "because"
    for fact in ("because", remedy, f"code {code}", f"HTTP {sent}", "req-7", route.endpoint):
        assert fact in str(error)


def test_400_depends_on_the_endpoint():
    body = {"code": 400, "message": "X-Client-Id header required"}
    for status in (200, 400):
        error = failed(routes.ANONYMOUS_TOKEN, status, body)
        assert type(error) is errors.ClientIdError
        assert "NEMO_CLIENT_ID" in error.remedy
        assert type(failed(routes.CREDITS, status, body)) is errors.InvalidRequestError
    assert type(failed(routes.ANONYMOUS_TOKEN, 400, b"")) is errors.ClientIdError


@pytest.mark.parametrize(
    ("route", "status", "kind"),
    [
        (routes.CREDITS, 401, errors.AuthenticationError),
        (routes.CREDITS, 402, errors.PlanRequiredError),
        (routes.CREDITS, 403, errors.InvalidRequestError),
        (routes.RENDER_STATUS, 404, errors.NotFoundError),
        (routes.STATE, 404, errors.NotFoundError),
        (routes.CREDITS, 409, errors.InvalidRequestError),
        (routes.UPLOAD, 413, errors.FileTooLargeError),
        (routes.STATE, 413, errors.InvalidRequestError),
        (routes.UPLOAD, 415, errors.UnsupportedFileTypeError),
        (routes.STREAM, 429, errors.RateLimitedError),
        (routes.STREAM, 500, errors.ServerError),
        (routes.CREDITS, 503, errors.ServerError),
        (routes.CREDITS, 599, errors.ServerError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"<html>Oops</html>", b"[]", b'"text"', b"{broken", b"{}"])
def test_status_alone(route, status, kind, body):
    error = failed(route, status, body)
    assert type(error) is kind
    assert error.status == status
    assert "Oops" not in str(error)
    assert error.message
    assert error.remedy


def test_the_embedded_backends_own_remedy_is_taken_out_of_the_message():
    data = {"nemomusic": {"remedy": "Copy it again."}}
    body = {"code": 4001, "message": "a.mp4 is cut off. Copy it again.", "data": data}
    error = failed(routes.UPLOAD, 415, body)
    assert (error.message, error.remedy) == ("a.mp4 is cut off.", "Copy it again.")
    detail = [{"type": "string_too_long", "loc": ["body", "parts"], "msg": "too long"}]
    error = failed(routes.STREAM, 422, {"detail": detail, "nemomusic": {"remedy": "Less."}})
    assert (error.message, error.remedy) == ("body.parts: too long", "Less.")
    for odd in (7, [], "x", {"remedy": 7}, {"remedy": ""}, None):
        error = failed(routes.UPLOAD, 415, body | {"data": {"nemomusic": odd}})
        assert "Accepted types" in error.remedy


@pytest.mark.parametrize("status", [404, 200])
def test_envelope_404_on_a_session_route_is_a_lost_session(status):
    body = {"code": 404, "message": "no session of that id"}
    assert type(failed(routes.STATE, status, body)) is errors.SessionNotFoundError
    assert type(failed(routes.RENDER_STATUS, status, body)) is errors.NotFoundError


# ------------------------------------------------------ the agent's own server


@pytest.mark.parametrize("version", ["adk-1.14.1", "adk-2.13.0"])
@pytest.mark.parametrize("name", ["unknown_session", "unknown_user"])
def test_404_of_the_agent_server(version, name):
    error = failed(routes.STREAM, 404, (WIRE / version / f"{name}.sse").read_bytes())
    assert type(error) is errors.SessionNotFoundError
    assert error.message.startswith("Session not found")


def test_404_of_a_wrong_path_is_not_a_lost_session():
    error = failed(routes.STREAM, 404, {"detail": "Not Found"})
    assert type(error) is errors.NotFoundError


@pytest.mark.parametrize("version", ["adk-1.14.1", "adk-2.13.0"])
def test_422_never_repeats_the_prompt(version):
    for path in sorted((WIRE / version).glob("*.sse")):
        raw = path.read_bytes()
        if not raw.startswith(b'{"detail":['):
            continue
        error = failed(routes.STREAM, 422, raw)
        assert type(error) is errors.InvalidRequestError
        assert "happy" not in f"{error} {error!r} {error.__dict__}"
        assert "650d7228" not in f"{error} {error.__dict__}"
    detail = [{"loc": ["body", "x"], "msg": "Field required", "input": {"text": "my secret film"}}]
    error = failed(routes.STREAM, 422, {"detail": detail})
    assert error.message == "body.x: Field required"
    assert "secret film" not in f"{error!r}{error.__dict__}"


# --------------------------------------------------------------- no envelope


@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        (b"<html>login</html>", {"Content-Type": "text/html"}, "not JSON (text/html)"),
        (b'{"code": 0, "data": {', {}, "not JSON"),
        (b"\xff\xfe\x00", {}, "not JSON"),
        (b"", {}, "not a JSON object"),
        (b"[1]", {}, "not a JSON object"),
        (b"null", {}, "not a JSON object"),
        (b"{}", {}, "no data"),
        (b'{"data": {"available": 1}}', {}, "no data"),
        (b'{"code": 0, "message": "ok"}', {}, "no data"),
        (b'{"success": true}', {}, "no data"),
        (b"[" * 100_000, {}, "not JSON"),
    ],
)
def test_200_that_makes_no_sense(body, headers, words):
    error = failed(routes.CREDITS, 200, body, headers)
    assert type(error) is errors.UnexpectedAnswerError
    assert words in error.message
    assert "NEMO_API_URL" in error.remedy
    assert error.endpoint == "GET /api/credits/balance/simple"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("body", [b"", b"<html>", b'{"code":0,"data":{}}'])
def test_redirects_are_not_answers(status, body):
    error = failed(routes.CREDITS, status, body, {"Location": "https://elsewhere.example"})
    assert type(error) is errors.UnexpectedAnswerError
    assert "redirect" in error.message
    assert error.status == status


@pytest.mark.parametrize(
    "code", ["²", "--1", "1e3", "", " ", None, True, [], {}, 1.5, "1001x", "٣"]
)
def test_codes_that_are_none(code):
    body = {"success": False, "code": code, "error": "odd"}
    error = failed(routes.CREDITS, 200, body)
    assert type(error) is errors.InvalidRequestError
    assert error.code is None


def test_unknown_codes_are_kept():
    error = failed(routes.CREDITS, 200, {"code": 7777, "message": "new"})
    assert type(error) is errors.InvalidRequestError
    assert error.code == 7777
    assert type(failed(routes.CREDITS, 503, {"code": 7777})) is errors.ServerError


@given(
    st.sampled_from(routes.ROUTES),
    st.integers(200, 599),
    st.one_of(
        st.binary(max_size=20),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=4)),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3),
                st.dictionaries(
                    st.sampled_from(
                        ["code", "success", "data", "error", "message", "detail", "msg", "loc"]
                    ),
                    inner,
                    max_size=4,
                ),
            ),
            max_leaves=8,
        ).map(lambda value: json.dumps(value).encode()),
    ),
)
@example(routes.CREDITS, 200, b'{"error": [{"loc": null}]}')
@example(routes.CREDITS, 200, b'{"code": "' + b"9" * 5000 + b'"}')
@example(routes.CREDITS, 200, b'{"code": ' + b"9" * 5000 + b"}")
@example(routes.CREDITS, 422, b'{"detail": [{"loc": "body", "msg": "too long"}]}')
def test_any_answer_is_data_or_an_api_error(route, status, body):
    error = None
    try:
        unwrap(route, status, {}, body, now=NOW)
    except errors.APIError as caught:
        error = caught
    if error is None:
        assert 200 <= status < 300
    else:
        assert error.message
        assert (error.status, error.endpoint) == (status, route.endpoint)


# --------------------------------------------------------------- Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0),
        (" 5 ", 5.0),
        ("0", 0.0),
        ("99999999999999999999", 1e20),
        (format_datetime(datetime.fromtimestamp(NOW + 90, UTC), usegmt=True), 90.0),
        (format_datetime(datetime.fromtimestamp(NOW - 90, UTC), usegmt=True), 0.0),
        ("Fri, 15 Jan 2027 10:00:00 +0200", 0.0),
        ("Sun, 15 Jan 2034 08:00:00 -0000", 220_924_800.0),
        ("Sun Jan 15 08:00:00 2034", 220_924_800.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", 1.5),
        ("0.25", 0.25),
        ("1e3", None),
        ("inf", None),
        ("9" * 400, None),
        ("٣", None),
        ("Sun, 99 Jan 2034 08:00:00 GMT", None),
        ("Sun, 15 Jan 99999 08:00:00 GMT", None),
    ],
)
def test_retry_after(value, seconds, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert retry_after({"Retry-After": value}, NOW) == seconds


def test_a_date_is_reckoned_from_the_date_of_the_answer():
    def at(seconds):
        return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)

    headers = {"Retry-After": at(NOW + 90), "Date": at(NOW)}
    assert retry_after(headers, NOW + 400 * 86400) == 90.0
    assert retry_after({"Retry-After": "7", "Date": at(NOW)}, NOW + 86400) == 7.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (0.5, "1 second"),
        (20, "20 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (605, "11 minutes"),
        (7200, "2 hours"),
        (604800, "7 days"),
    ],
)
def test_a_wait_in_words(seconds, words):
    assert in_words(seconds) == words


@pytest.mark.parametrize("status", [429, 200])
def test_429_says_when_to_come_back(status):
    headers = CIMultiDict({"retry-after": "604800"})
    error = failed(routes.ANONYMOUS_TOKEN, status, {"code": 429, "message": "slow down"}, headers)
    assert error.retry_after == 604800.0
    assert error.retry_at == NOW + 604800.0
    error = failed(routes.CREDITS, 429, b"", {})
    assert error.retry_after is None
    assert error.retry_at is None


# ------------------------------------------------------------ words and secrets


def test_tokens_in_the_services_words_are_hidden():
    token = "nmv_usr_0123456789abcdef"
    body = {
        "code": 1001,
        "message": f"token {token} (Bearer abc.def) has expired",
        "data": {"token": token, "list": [{"deep": f"x {token}"}], "n": 5},
    }
    headers = {"X-Request-Id": f"id-{token}", "Content-Type": f"text/{token}"}
    error = failed(routes.CREDITS, 200, body, headers)
    assert "has expired" in error.message
    assert error.data["n"] == 5
    for text in (str(error), repr(error), repr(error.__dict__)):
        assert token not in text
        assert "abc.def" not in text
    assert token not in str(failed(routes.CREDITS, 200, b"<", headers))


def test_long_words_are_cut():
    error = failed(routes.CREDITS, 500, {"message": "x" * 10_000})
    assert len(error.message) == 300


@pytest.mark.parametrize("name", ["X-Request-Id", "X-Trace-Id", "X-Amzn-RequestId", "CF-Ray"])
def test_request_ids(name):
    assert request_id(CIMultiDict({name.lower(): "r" * 200})) == "r" * 128
    assert request_id({}) is None


def test_out_of_credits_tells_the_balance():
    error = failed(routes.STREAM, 200, {"code": 2001, "message": "m", "data": {"available": 12.5}})
    assert error.available == 12.5
    error = failed(routes.STREAM, 200, {"code": 2001, "message": "m", "data": {"available": "?"}})
    assert error.available is None
