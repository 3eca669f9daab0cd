"""`nemomusic chat` and `nemomusic batch`, against a backend whose engine is a stand-in."""

from __future__ import annotations

import json
import shutil

import pytest
from aiohttp import web

from cli_runs import Cloud, Desk
from nemomusic.cli.manifest import check, read_orders
from nemomusic.errors import InputError, PromptError
from nemomusic.local import StubEngine


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
    exports = ["trip-with-music.mp4", "trip-with-music-2.mp4"]
    assert [line for line in shown if line.endswith(".mp4")] == exports
    assert all((desk.path / name).exists() for name in exports)
    assert "Uploaded: trip.mp4" in done.err
    assert 'Say "export"' in done.err
    (session,) = cloud.backend.ledger.messages
    assert cloud.backend.ledger.messages[session] == ["warm lo-fi", "make it slower"]
    assert f"nemomusic chat --session {session}" in done.err


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


def test_files_can_be_uploaded_by_saying_so(desk, cloud):
    said = lines("party.mp4", "upload trip.mp4", "lo-fi", "export")
    done = desk.run("chat", "--json", "-o", "both.mp4", said=said, **cloud.where)
    assert done.code == 0, done.err
    turns = done.json["turns"]
    assert [turn.get("files") for turn in turns[:2]] == [["party.mp4"], ["trip.mp4"]]
    assert turns[3]["path"] == "both.mp4"


def test_a_script_stops_at_its_first_error(desk, cloud):
    said = lines("lo-fi", "/nonsense", "export")
    done = desk.run("chat", "trip.mp4", "--json", said=said, **cloud.where)
    assert done.code == 2
    assert [turn["said"] for turn in done.json["turns"]] == ["lo-fi"]
    assert done.json["error"]["message"] == "no such command: /nonsense"
    assert "/help lists them" in done.error
    assert not (desk.path / "trip-with-music.mp4").exists()


def test_screen_instructions_are_offered_and_can_be_done(desk, tmp_path):
    @web.middleware
    async def screen(request, handler):
        if request.path != "/run_sse":
            return await handler(request)
        text = "I am ready. Click Export to save it. You can check your account for credits."
        event = {"type": "text", "content": text}
        return web.Response(text=f"data: {json.dumps(event)}\n\n", content_type="text/event-stream")

    stub = StubEngine()
    with Cloud(folder=tmp_path / "talk", engine=stub, middlewares=[screen]) as cloud:
        said = lines("hello", "/do 2", "/do 1", "/do 3")
        done = desk.run("chat", "trip.mp4", said=said, **cloud.where)
    assert done.code == 2
    assert done.out.splitlines()[0] == "I am ready."
    assert "  /do 1  Click Export to save it" in done.out
    assert "100 credits available, 0 reserved" in done.out
    assert (desk.path / "trip-with-music.mp4").exists()
    assert "nothing like that was offered" in done.error


def test_batch_a_session_for_each(desk, cloud):
    manifest = [
        {"clip": "trip.mp4", "prompt": "warm lo-fi", "output": "one.mp4"},
        {"clip": "none.mp4"},
        {"clip": "party.mp4"},
    ]
    (desk.path / "list.json").write_text(json.dumps(manifest))
    words = ("batch", "list.json", "--prompt", "upbeat pop", "--json")
    done = desk.run(*words, **cloud.where)
    assert done.code == 2  # that of the one that failed
    one, none, two = done.json["videos"]
    assert one["path"] == str(desk.path / "one.mp4")
    assert two["path"] == str(desk.path / "party-with-music.mp4")
    assert none["error"]["type"] == "SourceError"
    assert one["session_id"] != two["session_id"]
    said = sorted(map(tuple, cloud.backend.ledger.messages.values()))
    assert said == [("upbeat pop",), ("warm lo-fi",)]
    assert "trip.mp4: Composing" in done.err
    jobs = desk.run("jobs", "--json").json["jobs"]
    assert {job["id"] for job in jobs} == {one["job_id"], two["job_id"]}


def test_batch_in_one_session(desk, cloud):
    (desk.path / "more").mkdir()
    shutil.copy(desk.path / "trip.mp4", desk.path / "more" / "trip.mp4")
    words = ("batch", "trip.mp4", "party.mp4", "more/trip.mp4", "--one-session", "--json")
    done = desk.run(*words, "-p", "lo-fi", **cloud.where)
    assert done.code == 0, done.err
    (said,) = cloud.backend.ledger.messages.values()
    assert said == ['only "trip.mp4": lo-fi', 'only "party.mp4": lo-fi', 'only "2-trip.mp4": lo-fi']
    shown = [video["timeline"].split("Video: ")[1].split(" ")[0] for video in done.json["videos"]]
    assert shown == ["trip", "party", "2-trip"]
    assert (desk.path / "more" / "trip-with-music.mp4").exists()


def test_batch_stops_when_the_credits_are_gone(desk, tmp_path):
    stub = StubEngine()
    with Cloud(folder=tmp_path / "poor", engine=stub, faithful=True) as cloud:
        words = ("batch", "trip.mp4", "party.mp4", "trip.mp4", "-o", "new/results")
        done = desk.run(*words, **cloud.where)
        assert done.code == 2
        assert "two clips would be written to" in done.error
        words = ("batch", "trip.mp4", "party.mp4", "--at-once", "1", "-o", "new/results", "--json")
        done = desk.run(*words, **cloud.where)
        assert done.code == 4
        assert [sorted(video)[:2] for video in done.json["videos"]][1] == ["clip", "error"]
        assert cloud.backend.ledger.credits_spent == 100
    assert (desk.path / "new" / "results" / "trip-with-music.mp4").exists()


def test_a_manifest_as_csv(tmp_path):
    text = 'clip,prompt,output\na.mp4,"slow, warm",x.mp4\n b.mp4,,\n'
    (tmp_path / "list.csv").write_text(text, encoding="utf-8-sig")
    one, two = read_orders([str(tmp_path / "list.csv")], "usual", "out")
    assert (one.clip, one.prompt) == ("a.mp4", "slow, warm")
    assert (one.path, one.output) == (str(tmp_path / "a.mp4"), str(tmp_path / "x.mp4"))
    assert (two.path, two.prompt, two.output) == (str(tmp_path / "b.mp4"), "usual", "out")
    assert [task.error.message for task in check([one, two], overwrite=False)] == [
        f"{tmp_path / name} does not exist" for name in ("a.mp4", "b.mp4")
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.csv", ""),
        ("list.csv", "file,prompt\na.mp4,lo-fi\n"),
        ("list.json", "{"),
        ("list.json", '{"clip": "a.mp4"}'),
        ("list.json", '["a.mp4"]'),
        ("list.json", '[{"clip": 3}]'),
        ("list.json", '[{"clip": "a.mp4", "volume": "1"}]'),
    ],
)
def test_a_manifest_that_makes_no_sense(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=name):
        read_orders([str(tmp_path / name)], None, None)


def test_an_empty_prompt_is_none(tmp_path):
    with pytest.raises(PromptError):
        read_orders(["a.mp4"], " ", None)
