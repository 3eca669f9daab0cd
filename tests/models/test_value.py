"""Results are values: JSON-ready, picklable, copyable, equal by value."""

from __future__ import annotations

import copy
import json
import pickle
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest

import nemomusic
import nemomusic.sync
from nemomusic import testing
from nemomusic.models.values.response_meta import ResponseMeta
from nemomusic.models.values.value import Value, json_ready
from nemomusic.secret import Secret

RAW = {"a": 1}
STATE = testing.reply().state


def results():
    timeline = STATE.timeline
    meta = ResponseMeta(200, "req_1", {"X-Request-Id": "req_1", "Set-Cookie": "secret=1"})
    return [
        nemomusic.Credits(90.0, 10.0, 100.0, response=meta),
        nemomusic.ClaimLink("https://nemovideo.com/claim?token=clm_secret", 60.0),
        nemomusic.Media({"filename": "a.mp4", "cdn_url": "https://cdn/x.mp4?sig=secret"}),
        STATE,
        STATE.draft,
        STATE.draft.tracks[0],
        STATE.draft.tracks[0].segments[0],
        timeline,
        timeline.tracks[0],
        timeline.tracks[0].entries[0],
        testing.reply().changes,
        testing.reply().changes.items[0],
        nemomusic.RenderStatus(
            {"status": "completed", "output": {"url": "https://cdn/x?sig=secret"}}
        ),
        nemomusic.Progress(stage="upload", fraction=0.5, overall=0.1, name="a.mp4"),
        testing.export("a.mp4"),
        testing.reply(tool_calls=(nemomusic.ToolCall("t", {"x": 1}, RAW, "id"),)),
        testing.scored_video("a.mp4"),
        nemomusic.CreditsAnswer("90 credits", nemomusic.Credits(90.0, 10.0, 100.0)),
        nemomusic.StateAnswer("a timeline", STATE),
        nemomusic.ExportAnswer("done", testing.export("a.mp4")),
        nemomusic.UploadAnswer("a.mp4", (nemomusic.Media({"filename": "a.mp4"}),)),
        nemomusic.ReplyAnswer("done", testing.reply()),
        nemomusic.JobStatus(id="job_1", state="open", step=None, active=True),
        nemomusic.JobRecord(
            id="job_1",
            state="done",
            created=1.0,
            updated=2.0,
            backend="local:x",
            data={"prompt": "lo-fi", "token": "secret", "sources": [{"path": "a.mp4"}]},
        ),
        *EVENTS,
    ]


EVENTS = [
    nemomusic.TextEvent("hello", RAW, partial=True),
    nemomusic.ThoughtEvent("hm", RAW),
    nemomusic.ToolCall("t", {"x": [1]}, RAW, "id"),
    nemomusic.ToolResult("t", {"y": 2}, RAW, "id"),
    nemomusic.PartEvent("inlineData", {"mimeType": "image/png"}, RAW),
    nemomusic.StateDelta({"draft": {}}, RAW),
    nemomusic.Heartbeat(),
    nemomusic.ErrorEvent("no", "2001", RAW),
    nemomusic.Notice("Still working", 3.0),
    nemomusic.OtherEvent(RAW),
]


@pytest.mark.parametrize("result", results(), ids=lambda result: type(result).__name__)
def test_every_result_is_a_value(result):
    shown = result.to_dict()
    text = json.dumps(shown, allow_nan=False)
    assert "secret" not in text
    assert all(isinstance(name, str) and not name.startswith("_") for name in shown)
    protocols = range(pickle.HIGHEST_PROTOCOL + 1)
    for copied in (
        *(pickle.loads(pickle.dumps(result, protocol)) for protocol in protocols),
        copy.deepcopy(result),
        copy.copy(result),
    ):
        assert copied == result
        assert hash(copied) == hash(result)
        assert type(copied) is type(result)
        assert copied.to_dict() == shown


def test_a_short_text_for_people():
    balance = nemomusic.Credits(90.0, 10.0, 100.0)
    assert str(balance) == "90 credits available, 10 reserved"
    assert balance.text("zh-CN") == "可用积分 90，冻结 10"
    record = next(one for one in results() if isinstance(one, nemomusic.JobRecord))
    long = attrs.evolve(record, data=record.data | {"draft": "x" * 10_000})
    assert repr(long) == repr(record)
    assert "lo-fi" not in repr(record)


EVIL = "<script>alert('x')</script>\0 & /home/me/private folder/nmv_usr_5e1f00d5ecre7"
DRAFT = {"t": [{"tt": 1, "sg": [{"d": 1000, "m": {"name": EVIL}}] * 3000} for _ in range(3)]}


def shown_in_a_notebook():
    evil = nemomusic.State({"task_name": EVIL, "state": {"draft": DRAFT}})
    video = testing.scored_video("clip & more.mp4")
    return [
        *(one for one in results() if isinstance(one, Value)),
        evil,
        attrs.evolve(testing.reply(), text=EVIL * 1000, state=evil),
        attrs.evolve(video, state=evil, path=Path("/home/me/result.mp4"), warnings=(EVIL,) * 50),
        nemomusic.JobRecord(
            id="job_1",
            state="failed",
            created=1.0,
            updated=2.0,
            backend="local:/home/me/backend",
            data={"prompt": EVIL, "sources": [{"path": "/home/me/a.mp4"}], "error": EVIL},
        ),
    ]


@pytest.mark.parametrize("result", shown_in_a_notebook(), ids=lambda result: type(result).__name__)
def test_a_notebook_shows_little_and_nothing_private(result):
    html = result._repr_html_()
    root = ET.fromstring(html.replace("<video controls ", "<video "))
    assert len(html) < 150_000
    assert not {"script", "img", "link", "iframe"} & {one.tag for one in root.iter()}
    sources = [one.get("src") for one in root.iter() if one.get("src")]
    assert all(not source.startswith(("/", "http")) for source in sources)
    for private in ("secret", "/home", "5e1f00d5ecre7", "sig="):
        assert private not in html


def test_a_notebook_plays_a_result_below_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inside = testing.scored_video("out/a b&c.mp4")
    assert 'src="out/a%20b%26c.mp4"' in inside._repr_html_()
    assert "<video" in attrs.evolve(inside, path=tmp_path / "x.mp4")._repr_html_()
    assert "<video" not in attrs.evolve(inside, path=tmp_path.parent / "x.mp4")._repr_html_()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.kind)
def test_events_are_equal_by_value(event):
    other = pickle.loads(pickle.dumps(event))
    assert hash(other) == hash(event)
    assert [one for one in EVENTS if one == other] == [event]


def test_a_copied_result_has_the_id_of_its_session():
    video = testing.scored_video("a.mp4")
    assert video.session.id == video.session_id
    copied = pickle.loads(pickle.dumps(video))
    assert copied.session_id == video.session_id
    with pytest.raises(nemomusic.errors.ConfigurationError, match="pickled or copied") as caught:
        _ = copied.session
    assert "attach(video.session_id)" in str(caught.value)


@pytest.mark.parametrize("how", [pickle.dumps, copy.copy, copy.deepcopy])
def test_live_handles_say_what_to_keep_instead(how):
    client = nemomusic.Client("nmv_usr_x")
    live = [
        client,
        nemomusic.sync.Client("nmv_usr_x"),
        client.batches.run([]),
        client.sessions.attach("1"),
        client.jobs.attach("job_1"),
        client.render.attach("render_1"),
        client.sessions.attach("1").send("lo-fi"),
    ]
    for handle in live:
        with pytest.raises(TypeError, match="can't be pickled or copied"):
            how(handle)


def test_the_facts_of_an_answer():
    meta = ResponseMeta(200, "req_1", {"X-Request-Id": "req_1", "Set-Cookie": "a=b"})
    credits_ = nemomusic.Credits(1.0, 0.0, 1.0, response=meta)
    assert (credits_.request_id, credits_.response.status) == ("req_1", 200)
    assert credits_.response.headers == {"x-request-id": "req_1"}
    assert credits_ == nemomusic.Credits(1.0, 0.0, 1.0)
    again = pickle.loads(pickle.dumps(credits_))
    assert (again.response.status, again.response.headers) == (200, meta.headers)


def test_what_json_does_not_know():
    @attrs.frozen
    class Own:
        a: float = float("nan")
        b: Secret = attrs.field(factory=lambda: Secret("nmv_secret"))

    assert json_ready({1: (float("inf"), {2})}) == {"1": [None, [2]]}
    assert json_ready(Own()) == {"a": None, "b": "***"}
