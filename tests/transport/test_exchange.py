"""Answers that the backend cannot give: from the cloud's own address, or from its gateways.

aioresponses stands in for the connection, since the embedded backend is always on loopback, and
wraps each of its answers in an envelope.
"""

from __future__ import annotations

import inspect
from unittest.mock import Mock

import aiohttp
import aioresponses.core
import pytest
from yarl import URL

import nemomusic
from nemomusic import errors
from nemomusic.settings import Settings

CLOUD = "https://mega-api-prod.nemovideo.ai"
BALANCE = f"{CLOUD}/api/credits/balance/simple"
STREAM = f"{CLOUD}/run_sse"
STATE = f"{CLOUD}/api/state/nemo_agent/me/77/latest"


@pytest.fixture
def cloud(monkeypatch):
    """Give answers in place of the cloud."""
    plain = aiohttp.ClientResponse

    class Response(plain):  # aioresponses 0.7.9 doesn't pass what aiohttp 3.14 asks for
        def __init__(self, *args, **kwargs):
            kwargs.setdefault("stream_writer", Mock(output_size=0))
            super().__init__(*args, **kwargs)

    if "stream_writer" in inspect.signature(plain.__init__).parameters:
        monkeypatch.setattr(aioresponses.core, "ClientResponse", Response)
    with aioresponses.aioresponses() as mocked:
        yield mocked


@pytest.fixture
async def client():
    settings = Settings.from_env({"NEMO_TOKEN": "nmv_usr_x", "NEMO_CLIENT_ID": "x"})
    assert settings.is_cloud
    async with nemomusic.Client(settings=settings, max_retries=0) as client:
        yield client


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ({"body": "[1, 2]"}, errors.UnexpectedAnswerError, "is not a JSON object"),
        ({"status": 204}, errors.UnexpectedAnswerError, "is not a JSON object"),
        ({"body": '\ufeff{"code": 0}'}, errors.UnexpectedAnswerError, "holds no data"),
        (
            {"body": '{"code": 0, "data": {"available_credits": 1}}'},
            errors.UnexpectedAnswerError,
            "required field missing @ $.available",
        ),
        (
            {"body": '{"code": 31337, "message": "余额服务维护中"}'},
            errors.InvalidRequestError,
            "余额服务维护中",
        ),
        (
            {
                "status": 520,
                "body": "<title>520: unknown error</title>",
                "content_type": "text/html",
            },
            errors.ServerError,
            "sent a web page",
        ),
    ],
    ids=["a list", "nothing", "a byte order mark", "other fields", "an unknown code", "a gateway"],
)
async def test_an_odd_answer_is_one_typed_error(cloud, client, answer, kind, message):
    cloud.get(BALANCE, **answer)
    with pytest.raises(kind, match=message.replace("$", r"\$")) as caught:
        await client.credits.balance()
    assert caught.value.remedy
    assert len(cloud.requests["GET", URL(BALANCE)]) == 1


async def test_each_request_to_the_cloud_names_the_application_and_is_not_redirected(cloud, client):
    cloud.get(BALANCE, payload={"code": 0, "data": {"available": 7, "frozen": 0, "total": 7}})
    assert (await client.credits.balance()).available == 7
    (request,) = cloud.requests["GET", URL(BALANCE)]
    headers = request.kwargs["headers"]
    assert {"X-Skill-Source", "X-Skill-Version", "X-Skill-Platform"} <= set(headers)
    assert request.kwargs["allow_redirects"] is False
    assert "nmv_usr_x" not in str(request)


async def test_a_message_that_is_refused_by_an_unknown_code_is_not_repeated(cloud, client):
    state = {"session_id": "77", "draft": {"t": []}, "generated_media": {}}
    cloud.get(STATE, payload={"code": 0, "data": state}, repeat=True)
    cloud.post(STREAM, payload={"code": 31337, "message": "not today"}, repeat=True)
    with pytest.raises(errors.InvalidRequestError, match="not today"):
        await client.sessions.attach("77").ask("warm lo-fi")
    assert len(cloud.requests["POST", URL(STREAM)]) == 1
