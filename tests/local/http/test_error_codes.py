"""Every error code of the protocol, provoked in the embedded backend by what causes it."""

from __future__ import annotations

import json

import pytest

from nemomusic.local import Limits, LocalBackend, LocalOptions, StubEngine
from support.local_api import ATTRIBUTION, Api

DAY = 86400.0


class Hand:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Hand()


@pytest.fixture
async def backend(clock):
    async with LocalBackend(
        engine=StubEngine(), faithful=True, options=LocalOptions(clock=clock)
    ) as backend:
        yield backend


@pytest.fixture
async def api(backend):
    async with Api(backend) as api:
        await api.sign_in()
        yield api


async def test_anonymous_token_has_the_contracts_fields(backend):
    async with Api(backend) as api:
        answer = await api.sign_in()
        assert answer["token"].startswith("nmv_usr_")
        assert answer["user_id"].startswith("anon_")
        assert answer["credits"] == 100
        assert answer["expires_at"] == "2027-01-22T08:00:00.000Z"
        assert await api.credits() == (100, 0, 100)
    assert backend.ledger.tokens_issued == 1


async def test_anonymous_token_without_client_id_is_400(backend):
    async with Api(backend) as api:
        assert await api.call("POST", "/api/auth/anonymous-token") == (
            400,
            {
                "code": 400,
                "message": "X-Client-Id header required (1 to 64 characters)",
                "data": None,
            },
        )


async def test_one_token_per_client_id_and_week(backend, clock):
    async with Api(backend) as api:
        await api.sign_in("me")
        clock.now += 3 * DAY
        headers = {"X-Client-Id": "me"}
        async with api.http.post(
            f"{backend.url}/api/auth/anonymous-token", headers=headers
        ) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, str(4 * 86400))
            assert (await answer.json())["code"] == 429
        clock.now += 4 * DAY
        await api.sign_in("me")
    assert backend.ledger.tokens_issued == 2


async def test_ten_tokens_per_address_and_week(backend, clock):
    async with Api(backend) as api:
        for number in range(10):
            await api.sign_in(f"client-{number}")
        clock.now += DAY
        headers = {"X-Client-Id": "one-more"}
        status, body = await api.call("POST", "/api/auth/anonymous-token", headers=headers)
        assert (status, body["code"]) == (429, 429)
        clock.now += 6 * DAY
        await api.sign_in("one-more")


async def test_limits_stay_out_of_the_way_when_not_faithful():
    async with LocalBackend(engine=StubEngine()) as backend, Api(backend) as api:
        for _ in range(12):
            await api.sign_in("same")
        session = await api.open()
        await api.uploaded(session, "a.mp4")
        for text in ("jazz", "rock", "slower"):
            await api.say(session, text)
        assert await api.credits() == (100, 0, 100)
    assert backend.ledger.credits_spent == 0


@pytest.mark.parametrize("envelope", ["code", "success"])
async def test_wrong_and_expired_tokens_are_1001(clock, envelope):
    async with (
        LocalBackend(
            engine=StubEngine(), options=LocalOptions(clock=clock, envelope=envelope)
        ) as backend,
        Api(backend, "nmv_usr_wrong") as api,
    ):
        said = "token expired or invalid"
        expected = (
            {"code": 1001, "message": said, "data": None}
            if envelope == "code"
            else {"success": False, "error": said, "code": 1001}
        )
        for method, path in (
            ("GET", "/api/credits/balance/simple"),
            ("POST", "/api/tasks/me/with-session/nemo_agent"),
            ("POST", "/api/auth/claim-token"),
            ("POST", "/api/upload-video/nemo_agent/me/1"),
            ("GET", "/api/state/nemo_agent/me/1/latest"),
            ("POST", "/run_sse"),
            ("POST", "/api/render/proxy/lambda"),
            ("GET", "/api/render/proxy/lambda/render_1"),
            ("POST", "/api/render/proxy/lambda/render_1/cancel"),
            ("GET", "/api/render/proxy/render_1/download"),
        ):
            assert await api.call(method, path) == (401, expected), path
        await api.sign_in()
        clock.now += 7 * DAY - 1
        await api.credits()
        clock.now += 1
        assert (await api.call("GET", "/api/credits/balance/simple"))[0] == 401


@pytest.mark.parametrize("dialect", ["adk", "gateway"])
async def test_unknown_sessions_are_1002(dialect):
    async with (
        LocalBackend(engine=StubEngine(), options=LocalOptions(dialect=dialect)) as backend,
        Api(backend) as owner,
        Api(backend) as stranger,
    ):
        await owner.sign_in("owner")
        await stranger.sign_in("stranger")
        theirs = await owner.open()
        for session in ("123", theirs):
            for method, path in (
                ("POST", f"/api/upload-video/nemo_agent/me/{session}"),
                ("GET", f"/api/state/nemo_agent/me/{session}/latest"),
            ):
                status, body = await stranger.call(method, path)
                assert (status, body["code"]) == (404, 1002)
            status, body = await stranger.render(session, "render_x", {"t": []})
            assert (status, body["code"]) == (404, 1002)
            status, body = await stranger.call(
                "POST", "/run_sse", json=stranger.message(session, "jazz")
            )
            assert status == 404
            if dialect == "adk":
                assert body == {"detail": f"Session not found: {session}"}
            else:
                assert body["code"] == 1002
        for change in ({"user_id": "you"}, {"app_name": "other"}):
            status, _ = await owner.call(
                "POST", "/run_sse", json=owner.message(theirs, "jazz") | change
            )
            assert status == 404
    assert backend.ledger.accepted == 0


async def test_credits_are_spent_and_run_out(backend, api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, "warm lo-fi")
    assert await api.credits() == (0, 0, 0)
    status, body = await api.call("POST", "/run_sse", json=api.message(session, "make it slower"))
    assert status == 200
    words, own = body.pop("message"), body["data"]["nemomusic"]
    remedy = own.pop("remedy")
    assert body == {"code": 2001, "data": {"available": 0, "nemomusic": {"required": 50}}}
    assert words == f"insufficient credits: 50 needed, 0 available. {remedy}"
    assert "cost nothing" in await api.reply(session, "what can you do?")
    assert backend.ledger.messages[session] == ["warm lo-fi", "what can you do?"]
    assert backend.ledger.credits_spent == 100


async def test_a_registered_user_has_what_was_issued(backend):
    token = backend.issue_token(user_id="user_7", credits=170)
    async with Api(backend, token) as api:
        session = await api.open()
        await api.uploaded(session, "a.mp4")
        await api.say(session, "warm lo-fi")
        await api.say(session, "make it slower")
        assert await api.credits() == (20, 0, 20)


@pytest.mark.parametrize(
    "text", ["what can you do?", "write me a poem about Rust", "add a vintage filter", ""]
)
async def test_what_is_not_understood_costs_nothing(api, text):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    before = await api.draft(session)
    assert await api.reply(session, text)
    assert await api.draft(session) == before
    assert await api.credits() == (100, 0, 100)


async def test_music_without_a_video_costs_nothing(api):
    session = await api.open()
    assert "upload" in await api.reply(session, "warm lo-fi")
    session = await api.open("zh-CN")
    assert "上传" in await api.reply(session, "来一段轻音乐")
    assert await api.credits() == (100, 0, 100)


async def test_an_edit_that_changes_nothing_costs_nothing(api):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    await api.say(session, "remove the title")
    assert await api.credits() == (100, 0, 100)


@pytest.mark.parametrize("name", ["notes.txt", "script.mp4.exe", "noextension"])
async def test_unsupported_types_are_4001(api, name):
    session = await api.open()
    status, body = await api.upload(session, (name, b"x" * 100))
    assert (status, body["code"]) == (415, 4001)
    assert "mp4 mov avi webm mkv" in body["message"]


@pytest.mark.parametrize("faithful", [True, False])
async def test_only_the_faithful_mode_refuses_what_the_service_refuses(faithful):
    async with (
        LocalBackend(engine=StubEngine(), faithful=faithful) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        session = await api.open()
        status, _ = await api.upload(session, ("camera.MTS", b"x" * 100))
        assert status == (415 if faithful else 200)


async def test_unreadable_content_is_4001_and_nothing_is_kept(backend, api):
    session = await api.open()
    status, body = await api.upload(session, ("good.mp4", b"x"), ("empty.mp4", b""))
    assert (status, body["code"]) == (415, 4001)
    assert body["message"] == "empty.mp4 is empty. Check that the file was saved."
    assert (await api.state(session))["video_infos"] == []
    assert list((backend.folder / "tmp").iterdir()) == []
    assert list((backend.folder / "files").iterdir()) == []


async def test_too_large_a_file_is_4002(clock):
    limits = Limits(upload_bytes=2**20)
    async with (
        LocalBackend(engine=StubEngine(), options=LocalOptions(limits=limits)) as backend,
        Api(backend) as api,
    ):
        await api.sign_in()
        session = await api.open()
        status, body = await api.upload(session, ("a.mp4", bytes(2**20)))
        assert status == 200, body
        status, body = await api.upload(session, ("b.mp4", bytes(2**20 + 1)))
        assert (status, body["code"]) == (413, 4002)
        assert list((backend.folder / "tmp").iterdir()) == []


def test_the_limit_is_the_contracts():
    assert Limits().upload_bytes == 500 * 2**20 == 524_288_000
    assert (Limits().credits, Limits().token_seconds, Limits().claim_seconds) == (
        100,
        604_800,
        604_800,
    )


@pytest.mark.parametrize("missing", sorted(ATTRIBUTION))
async def test_export_without_attribution_is_402(api, missing):
    session = await api.open()
    await api.uploaded(session, "a.mp4")
    draft = await api.draft(session)
    body = {"id": "render_1", "sessionId": session, "draft": draft, "output": {}}
    headers = {name: value for name, value in ATTRIBUTION.items() if name != missing}
    async with api.http.post(
        f"{api.backend.url}/api/render/proxy/lambda",
        json=body,
        headers={"Authorization": f"Bearer {api.token}", **headers},
    ) as answer:
        assert (answer.status, (await answer.json())["code"]) == (402, 402)
    assert api.backend.ledger.renders_started == []


async def test_a_pro_plan_exports_without_attribution(backend):
    token = backend.issue_token(plan="pro")
    async with Api(backend, token) as api:
        session = await api.open()
        await api.uploaded(session, "a.mp4")
        draft = await api.draft(session)
        async with api.http.post(
            f"{backend.url}/api/render/proxy/lambda",
            json={"id": "render_1", "sessionId": session, "draft": draft},
            headers={"Authorization": f"Bearer {token}"},
        ) as answer:
            assert answer.status == 200


async def test_claim_tokens(api):
    opened = await api.data("POST", "/api/tasks/me/with-session/nemo_agent", json={})
    body = {"task_id": opened["task_id"], "session_id": opened["session_id"]}
    data = await api.data("POST", "/api/auth/claim-token", json=body)
    assert data["claim_token"].startswith("clm_")
    assert data["expires_in"] == 604800
    status, answer = await api.call("POST", "/api/auth/claim-token", json=body | {"task_id": "no"})
    assert (status, answer["code"]) == (404, 1002)
    # it opens a project for a person, and calls no API
    api.token = data["claim_token"]
    assert (await api.call("GET", "/api/credits/balance/simple"))[0] == 401


async def test_a_session_has_the_contracts_fields(api):
    data = await api.data(
        "POST",
        "/api/tasks/me/with-session/nemo_agent",
        json={"task_name": "假期", "language": "zh-CN"},
    )
    assert set(data) == {"task_id", "session_id", "user_id"}
    assert data["session_id"].isdigit()
    assert int(float(data["session_id"])) != int(data["session_id"]) or len(data["session_id"]) > 16
    state = await api.data("GET", f"/api/state/nemo_agent/me/{data['session_id']}/latest")
    assert state == {
        "session_id": data["session_id"],
        "task_id": data["task_id"],
        "task_name": "假期",
        "state": {
            "draft": {"d": 0, "m": {"title": "假期"}, "t": []},
            "video_infos": [],
            "canvas_config": {},
            "video_analyses": {},
            "generated_media": [],
            "nemomusic": {"music": {}, "analyses": {}, "turns": []},
        },
    }


@pytest.mark.parametrize(
    ("body", "kind", "where"),
    [
        ({"user_id": "me", "session_id": "1", "new_message": {"parts": []}}, "missing", "appName"),
        ({"app_name": "a", "user_id": "me", "new_message": {}}, "missing", "sessionId"),
        ({"app_name": "a", "user_id": "me", "session_id": "1"}, "missing", "newMessage"),
        (
            {
                "app_name": "a",
                "user_id": "me",
                "session_id": "1",
                "new_message": {"parts": [{"text": "x", "foo": 1}]},
            },
            "extra_forbidden",
            "foo",
        ),
        (
            {"app_name": "a", "user_id": "me", "session_id": 1, "new_message": {"parts": []}},
            "string_type",
            "session_id",
        ),
    ],
)
async def test_malformed_messages_are_422_as_in_the_captures(api, body, kind, where):
    status, answer = await api.call("POST", "/run_sse", json=body)
    assert status == 422
    (problem,) = answer["detail"]
    assert (problem["type"], problem["loc"][-1]) == (kind, where)


async def test_broken_json_is_422_as_in_the_captures(api):
    status, answer = await api.call(
        "POST", "/run_sse", data=b'{"app_name":"nemo_agent", }', headers={}
    )
    assert status == 422
    assert answer["detail"][0]["type"] == "json_invalid"
    assert answer["detail"][0]["loc"] == ["body", 27] or answer["detail"][0]["loc"][0] == "body"
    for raw in (b"[1]", b"\xff\xfe", b"[" * 200_000):
        status, _ = await api.call("POST", "/run_sse", data=raw)
        assert status == 422


async def test_camel_case_and_unknown_keys_are_taken_as_by_the_real_server(api):
    session = await api.open()
    body = {
        "appName": "nemo_agent",
        "userId": "me",
        "sessionId": session,
        "newMessage": {"role": "user", "parts": [{"text": "hello"}]},
        "whatever": 1,
    }
    status, _ = await api.call("POST", "/run_sse", json=body | {"sessionId": "no"})
    assert status == 404
    async with api.http.post(
        f"{api.backend.url}/run_sse", json=body, headers={"Authorization": f"Bearer {api.token}"}
    ) as answer:
        assert answer.status == 200
        assert b"functionCall" not in await answer.read()


async def test_a_message_without_parts_breaks_in_the_stream(api):
    session = await api.open()
    body = api.message(session, "x") | {"new_message": {"parts": []}}
    async with api.http.post(
        f"{api.backend.url}/run_sse", json=body, headers={"Authorization": f"Bearer {api.token}"}
    ) as answer:
        frame = await answer.read()
    assert json.loads(frame.removeprefix(b"data: ")) == {"error": "No parts in the new_message."}
    assert api.backend.ledger.accepted == 0


async def test_unknown_paths_and_other_hosts(backend, api):
    status, body = await api.call("GET", "/api/nothing")
    assert (status, body["code"]) == (404, 404)
    for host in ("evil.example", "127.0.0.1.evil.example"):
        async with api.http.get(backend.url + "/x", headers={"Host": host}) as answer:
            assert answer.status == 421
