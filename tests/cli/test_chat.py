"""`nemomusic chat`, against a backend whose engine is a stand-in."""

from __future__ import annotations

import json
import shutil

import pytest
from aiohttp import web

from nemomusic.local import LocalOptions, StubEngine
from support.cli_runs import Cloud, Desk


@pytest.fixture
def desk(tmp_path, tiny_clip):
    with Desk(tmp_path) as desk:
        shutil.copy(tiny_clip, tmp_path / "trip.mp4")
        shutil.copy(tiny_clip, tmp_path / "party.mp4")
        yield desk


@pytest.fixture
def cloud(tmp_path):
    with Cloud(folder=tmp_path / "cloud", engine=StubEngine()) as cloud:
        yield cloud


def lines(*said):
    return "".join(f"{line}\n" for line in said)


def test_a_conversation(desk, cloud):
    said = lines("warm lo-fi", "", "show tracks", "balance", "export", "make it slower", "export")
    done = desk.run("chat", "trip.mp4", said=said, **cloud.where)
    assert done.code == 0, done.err
    shown = done.out.splitlines()
    timeline = "Timeline (2 tracks): 1. Video: trip (0-10s) 2. BGM: Lofi (0-10s, 35%)"
    assert shown.count(timeline) == 3  # after each edit, and when asked for
    assert "100 credits available, 0 reserved" in shown
    exports = [desk.path / name for name in ("trip-with-music.mp4", "trip-with-music-2.mp4")]
    assert [line for line in shown if line.endswith(".mp4")] == list(map(str, exports))
    assert all(path.exists() for path in exports)
    assert "Uploaded: trip.mp4" in done.err
    assert 'Say "export"' in done.err
    (session,) = cloud.backend.ledger.messages
    assert cloud.backend.ledger.messages[session] == ["warm lo-fi", "make it slower"]
    assert f"nemomusic chat --session {session}" in done.err


@pytest.mark.slow
def test_going_on_in_a_session(desk, cloud):
    first = desk.run("chat", "trip.mp4", "--json", said=lines("欢快的流行音乐"), **cloud.where).json
    assert "创作" in first["turns"][0]["text"]  # in the language of the first words
    said = lines("慢一点", f"/export {desk.path / 'slow.mp4'}", "/timeline")
    words = ("chat", "--session", first["session_id"], "--json")
    second = desk.run(*words, said=said, **cloud.where).json
    assert second["session_id"] == first["session_id"]
    edit, export, timeline = second["turns"]
    assert edit["changes"]
    assert (desk.path / "slow.mp4").stat().st_size == export["size"]
    assert timeline["timeline"].startswith("Timeline (2 tracks)")


@pytest.mark.parametrize(
    "word", ["quit", *(pytest.param(w, marks=pytest.mark.slow) for w in ("Exit", "bye!", "退出"))]
)
def test_words_that_end_the_conversation_are_never_sent(desk, cloud, word):
    done = desk.run("chat", "trip.mp4", said=lines("lo-fi", word, "jazz"), **cloud.where)
    assert done.code == 0, done.err
    (session,) = cloud.backend.ledger.messages
    assert cloud.backend.ledger.messages[session] == ["lo-fi"]


@pytest.mark.slow
def test_one_screen_has_the_language_of_the_message(desk, cloud):
    done = desk.run("chat", "trip.mp4", said=lines("warm lo-fi", "换成爵士"), **cloud.where)
    first, second = done.out.split("Timeline (2 tracks)")[0], done.out.splitlines()[-1]
    assert "I composed" in first
    assert second.startswith("时间线（2 条轨道）")
    assert "满意的话" in done.err


@pytest.mark.slow
def test_undo_and_questions_cost_nothing(desk, cloud):
    said = lines("lo-fi", "make it jazz", "undo", "how much did that cost?")
    done = desk.run("chat", "trip.mp4", said=said, **cloud.where)
    assert "I took the last change back. This is free." in done.out
    assert done.out.splitlines()[-1] == (
        "Nothing was charged in this session. This backend charges nothing."
    )


@pytest.mark.slow
def test_files_can_be_uploaded_by_saying_so(desk, cloud):
    said = lines("party.mp4", "upload trip.mp4", "lo-fi", "export")
    done = desk.run("chat", "--json", "-o", "both.mp4", said=said, **cloud.where)
    assert done.code == 0, done.err
    turns = done.json["turns"]
    assert [turn.get("files") for turn in turns[:2]] == [["party.mp4"], ["trip.mp4"]]
    assert turns[3]["path"] == str(desk.path / "both.mp4")


def test_a_script_stops_at_its_first_error(desk, cloud):
    said = lines("lo-fi", "/nonsense", "export")
    done = desk.run("chat", "trip.mp4", "--json", said=said, **cloud.where)
    assert done.code == 2
    assert [turn["said"] for turn in done.json["turns"]] == ["lo-fi"]
    assert done.json["error"]["message"] == "no such command: /nonsense"
    assert "/help lists them" in done.error
    assert not (desk.path / "trip-with-music.mp4").exists()


@pytest.mark.slow
def test_screen_instructions_are_offered_and_can_be_done(desk, tmp_path):
    @web.middleware
    async def screen(request, handler):
        if request.path != "/run_sse":
            return await handler(request)
        text = "I am ready. Click Export to save it. You can check your account for credits."
        event = {"type": "text", "content": text}
        return web.Response(text=f"data: {json.dumps(event)}\n\n", content_type="text/event-stream")

    stub = StubEngine()
    with Cloud(
        folder=tmp_path / "talk", engine=stub, options=LocalOptions(middlewares=[screen])
    ) as cloud:
        said = lines("hello", "/do 2", "/do 1", "/do 3")
        done = desk.run("chat", "trip.mp4", said=said, **cloud.where)
    assert done.code == 2
    assert done.out.splitlines()[0] == "I am ready."
    assert "  /do 1  Click Export to save it" in done.out
    assert "100 credits available, 0 reserved" in done.out
    assert (desk.path / "trip-with-music.mp4").exists()
    assert "nothing like that was offered" in done.error
