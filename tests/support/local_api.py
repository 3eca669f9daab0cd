"""Calls of the protocol, written out: what the tests of the embedded backend speak."""

from __future__ import annotations

import io
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Self

import aiohttp

from nemomusic.local import LocalBackend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nemomusic.local import Engine

ATTRIBUTION = {
    "X-Skill-Source": "video-music-generator",
    "X-Skill-Version": "1.0",
    "X-Skill-Platform": "unknown",
}


class Api:
    """One client of a backend. `token` and `session` may be changed at any time."""

    def __init__(self, backend: LocalBackend, token: str = "") -> None:
        self.backend = backend
        self.token = token
        self.session = ""
        self.http = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def call(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        """Send a request, and return the status and JSON body of its answer."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            **ATTRIBUTION,
            **more.pop("headers", {}),
        }
        async with self.http.request(
            method, self.backend.url + path, headers=headers, **more
        ) as answer:
            return answer.status, json.loads(await answer.read())

    async def data(self, method: str, path: str, **more: Any) -> Any:
        """Return the data inside a good answer, in either envelope."""
        status, body = await self.call(method, path, **more)
        assert status == 200, body
        assert body.get("code", 0) == 0, body
        assert body.get("success", True) is True, body
        return body.get("data", body)

    async def sign_in(self, client_id: str = "test-client") -> dict[str, Any]:
        answer = await self.data(
            "POST", "/api/auth/anonymous-token", headers={"X-Client-Id": client_id}
        )
        self.token = answer["token"]
        return answer

    async def open(self, language: str = "en") -> str:
        data = await self.data(
            "POST",
            "/api/tasks/me/with-session/nemo_agent",
            json={"task_name": "project", "language": language},
        )
        return data["session_id"]

    async def upload(self, session: str, *files: tuple[str, bytes], **more: Any) -> tuple[int, Any]:
        form = aiohttp.FormData(quote_fields=False)
        for name, content in files:
            form.add_field("files", io.BytesIO(content), filename=name)
        path = f"/api/upload-video/nemo_agent/me/{session}"
        return await self.call("POST", path, data=form, **more)

    async def uploaded(self, session: str, *names: str) -> list[dict[str, Any]]:
        files = [(name, f"content of {name}".encode()) for name in names]
        status, body = await self.upload(session, *files)
        assert status == 200, body
        return body["data"]["files"]

    def message(self, session: str, text: str) -> dict[str, Any]:
        return {
            "app_name": "nemo_agent",
            "user_id": "me",
            "session_id": session,
            "new_message": {"parts": [{"text": text}]},
        }

    def streaming(self, session: str, text: str) -> Any:
        """Return the raw request of a message, as a context manager."""
        return self.http.post(
            self.backend.url + "/run_sse",
            json=self.message(session, text),
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "text/event-stream",
                **ATTRIBUTION,
            },
        )

    async def say(self, session: str, text: str) -> list[dict[str, Any]]:
        """Send a message, and return all JSON events of its stream."""
        async with self.streaming(session, text) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/event-stream", await answer.text()
            frames = (await answer.read()).decode().split("\n\n")
        assert frames[-1] == ""
        return [
            json.loads(frame.removeprefix("data: "))
            for frame in frames[:-1]
            if frame.startswith("data: {")
        ]

    async def reply(self, session: str, text: str) -> str:
        """Send a message, and return the whole text of its reply (ADK dialect)."""
        return "".join(
            part.get("text", "")
            for event in await self.say(session, text)
            if not event.get("partial")
            for part in event["content"]["parts"]
        )

    async def state(self, session: str) -> dict[str, Any]:
        data = await self.data("GET", f"/api/state/nemo_agent/me/{session}/latest")
        return data["state"]

    async def draft(self, session: str) -> dict[str, Any]:
        return (await self.state(session))["draft"]

    async def credits(self) -> tuple[int, int, int]:
        data = await self.data("GET", "/api/credits/balance/simple")
        return data["available"], data["frozen"], data["total"]

    async def render(self, session: str, render_id: str, draft: Any = None) -> tuple[int, Any]:
        body = {
            "id": render_id,
            "sessionId": session,
            "draft": draft if draft is not None else await self.draft(session),
            "output": {"format": "mp4", "quality": "high"},
        }
        return await self.call("POST", "/api/render/proxy/lambda", json=body)

    async def rendered(self, render_id: str) -> dict[str, Any]:
        """Wait until a job is over, and return its status."""
        while True:
            _, body = await self.call("GET", f"/api/render/proxy/lambda/{render_id}")
            data = body.get("data", body)
            if data["status"] in {"completed", "failed"}:
                return data


def segments(draft: dict[str, Any], kind: int) -> list[dict[str, Any]]:
    """Return the segments of one type of track."""
    return [one for track in draft["t"] if track["tt"] == kind for one in track["sg"]]


@asynccontextmanager
async def conversation(engine: Engine, *names: str) -> AsyncIterator[Api]:
    """Give a faithful backend, and a session with files whose user has many credits."""
    async with LocalBackend(engine=engine, faithful=True) as backend, Api(backend) as api:
        api.token = backend.issue_token(user_id="user_1", credits=10_000, plan="pro")
        api.session = await api.open()
        await api.uploaded(api.session, *names)
        yield api


async def paid(api: Api, text: str) -> tuple[int, str]:
    """Say something; return the credits that it cost, and the answer. No credit stays frozen."""
    before = (await api.credits())[0]
    said = await api.reply(api.session, text)
    available, frozen, _ = await api.credits()
    assert frozen == 0
    return before - available, said
