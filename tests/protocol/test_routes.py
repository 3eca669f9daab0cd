"""Every URL, method and body once more, written out by hand from docs/protocol.md.

`local/` serves the same table that the client calls, so a slip in it would go unnoticed.
"""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from nemomusic.protocol import routes

SESSION = "12345678901234567890123"

# name, method, path with a session or render id filled in, bearer token, replayable, spends
WRITTEN = [
    ("anonymous-token", "POST", "/api/auth/anonymous-token", False, False, False),
    ("claim-token", "POST", "/api/auth/claim-token", True, True, False),
    ("open-session", "POST", "/api/tasks/me/with-session/nemo_agent", True, True, False),
    ("upload", "POST", f"/api/upload-video/nemo_agent/me/{SESSION}", True, False, False),
    ("stream", "POST", "/run_sse", True, False, True),
    ("state", "GET", f"/api/state/nemo_agent/me/{SESSION}/latest", True, True, False),
    ("credits", "GET", "/api/credits/balance/simple", True, True, False),
    ("render-start", "POST", "/api/render/proxy/lambda", True, False, False),
    ("render-status", "GET", "/api/render/proxy/lambda/render_x-1", True, True, False),
    ("render-cancel", "POST", "/api/render/proxy/lambda/render_x-1/cancel", True, True, False),
    ("render-download", "GET", "/api/render/proxy/render_x-1/download", True, True, False),
]


@pytest.mark.parametrize(("name", "method", "path", "auth", "replayable", "spends"), WRITTEN)
def test_endpoints(name, method, path, auth, replayable, spends):
    (route,) = (route for route in routes.ROUTES if route.name == name)
    values = {"session_id": SESSION, "render_id": "render_x-1"}
    wanted = {key: value for key, value in values.items() if f"{{{key}}}" in route.template}
    assert (route.method, route.path(**wanted)) == (method, path)
    assert (route.auth, route.replayable, route.spends) == (auth, replayable, spends)
    assert route.endpoint == f"{method} {route.template}"


def test_there_are_no_others():
    assert [route.name for route in routes.ROUTES] == [row[0] for row in WRITTEN]


def test_how_answers_are_wrapped():
    assert {
        route.name: route.envelope for route in routes.ROUTES if route.envelope != "wrapped"
    } == {
        "stream": "stream",
        "render-start": "either",
        "render-status": "either",
        "render-cancel": "either",
        "render-download": "bytes",
    }


def test_stream_body():
    assert json.dumps(routes.stream_body(SESSION, "加点音乐")) == json.dumps(
        {
            "app_name": "nemo_agent",
            "user_id": "me",
            "session_id": "12345678901234567890123",
            "new_message": {"parts": [{"text": "加点音乐"}]},
        }
    )


def test_render_body():
    draft = {"t": [{"tt": 0, "sg": []}], "z": 1, "a": 2}
    assert json.dumps(routes.render_body("render_1", SESSION, draft)) == json.dumps(
        {
            "id": "render_1",
            "sessionId": "12345678901234567890123",
            "draft": {"t": [{"tt": 0, "sg": []}], "z": 1, "a": 2},
            "output": {"format": "mp4", "quality": "high"},
        }
    )


def test_links():
    assert (
        routes.claim_link("https://nemovideo.com", "clm_a+b/c")
        == "https://nemovideo.com/workspace/claim?ct=clm_a%2Bb%2Fc"
    )
    assert (
        routes.registration_link("https://nemovideo.com/", "anon_1&x")
        == "https://nemovideo.com/register?bind=anon_1%26x"
    )


@given(st.text(min_size=1).filter(lambda text: text not in {".", ".."}))
def test_an_id_never_leaves_its_place_in_the_path(value):
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    url = URL("https://h.example" + routes.STATE.path(session_id=value), encoded=True)
    assert url.host == "h.example"
    assert not url.query_string
    assert not url.fragment
    parts = url.raw_path.split("/")
    assert parts[:5] == ["", "api", "state", "nemo_agent", "me"]
    assert parts[6:] == ["latest"]
    assert url.parts[5] == value or "/" in value or "%" in parts[5]


def test_any_text_of_a_service_can_be_an_id():
    odd = "a/b?c#\ud800 %\0é"
    path = routes.STATE.path(session_id=odd)
    assert path.isascii()
    assert path.count("/") == routes.STATE.template.count("/")
    assert unquote(path.split("/")[-2], errors="surrogatepass") == odd
