"""Frames to typed events: captures of a real agent server, the gateway's dialect, and faults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nemomusic.models.events import (
    ErrorEvent,
    Event,
    Heartbeat,
    OtherEvent,
    PartEvent,
    StateDelta,
    TextEvent,
    ThoughtEvent,
    ToolCall,
    ToolResult,
)
from nemomusic.protocol.event_parser import EventParser, _gap
from nemomusic.protocol.sse import Decoder, TextFrame, _LongFrame
from support.paths import WIRE

if TYPE_CHECKING:
    from pathlib import Path

CAPTURES = sorted(WIRE.glob("*/*.sse"))
VERSIONS = sorted(path.name for path in WIRE.iterdir() if path.is_dir())
STREAMS = [path for path in CAPTURES if path.read_bytes()[:5] in (b"data:", b"")]


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def read(body: bytes, size: int = 16_384) -> tuple[list[Event], Decoder]:
    decoder, parser = Decoder(), EventParser()
    events = [
        event
        for at in range(0, len(body), size)
        for frame in decoder.feed(body[at : at + size])
        for event in parser.read(frame)
    ]
    return events, decoder


def capture(version: str, name: str) -> list[Event]:
    return read((WIRE / version / f"{name}.sse").read_bytes())[0]


def one(raw: object) -> list[Event]:
    return EventParser().read(TextFrame("", json.dumps(raw), ""))


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, TextEvent)]


def test_the_captures_are_there():
    assert VERSIONS == ["adk-1.14.1", "adk-2.13.0"]
    assert len(CAPTURES) == 48
    assert len(STREAMS) >= 30


@pytest.mark.parametrize("path", STREAMS, ids=named)
def test_every_capture_at_any_chunk_size(path):
    body = path.read_bytes()
    at_once, decoder = read(body, max(len(body), 1))
    assert not decoder.pending
    sizes = (1, 7, 1000, 4096) if len(body) < 100_000 else (997, 16_384)
    for size in sizes:
        events, decoder = read(body, size)
        assert list(map(repr, events)) == list(map(repr, at_once))
        assert [event.raw for event in events] == [event.raw for event in at_once]
        assert not decoder.pending
    assert not any(isinstance(event, OtherEvent) and "data" in event.raw for event in at_once)
    # Each frame's JSON is on its events, whole and untouched.
    frames = [json.loads(line[6:]) for line in body.decode().split("\n") if line]
    seen = []
    for event in at_once:
        if not seen or event.raw is not seen[-1]:
            seen.append(event.raw)
    assert seen == frames


@pytest.mark.parametrize("version", VERSIONS)
def test_partial_texts_are_shown_once(version):
    """The same turn, streamed by the word and not."""
    by_word, at_once = (capture(version, f"happy_stream_{way}") for way in ("true", "false"))
    assert "".join(texts(by_word)) == "".join(texts(at_once))
    assert len(texts(by_word)) > len(texts(at_once))
    assert "".join(texts(at_once)).startswith("I'll add a lo-fi track to your project.")
    kinds = [event.kind for event in at_once]
    between = ["tool_call", "tool_result", "state_delta", "state_delta"]
    assert kinds == ["text", *between, "text", "text"]  # a gap, and a second paragraph
    assert [event.kind for event in by_word if event.kind != "text"] == between
    assert len("".join(texts(at_once)).split("\n\n")) == 2


@pytest.mark.parametrize("version", VERSIONS)
def test_tools_and_state_of_a_happy_turn(version):
    events = capture(version, "happy_stream_false")
    (call,) = (event for event in events if isinstance(event, ToolCall))
    (result,) = (event for event in events if isinstance(event, ToolResult))
    assert (call.name, call.args) == ("generate_bgm", {"prompt": "lofi", "duration": 30})
    assert call.call_id == result.call_id == "adk-fc-1"
    assert result.result == {"status": "success", "url": "https://cdn.example/bgm.mp3"}
    first, second = (event for event in events if isinstance(event, StateDelta))
    assert first.delta["draft"]["t"][0]["tt"] == 1
    assert second.delta == {"canvas_config": {"width": 1920, "height": 1080}}
    assert "\u2028" in texts(events)[-1]


@pytest.mark.parametrize("version", VERSIONS)
def test_other_captures(version):
    assert [event.kind for event in capture(version, "no_events")] == []
    assert "text" not in {event.kind for event in capture(version, "notext")}
    (first, broken) = capture(version, "raise_midstream")
    assert repr(first) == "TextEvent(text='before the crash')"
    assert isinstance(broken, ErrorEvent)
    assert "积分不足" in broken.message
    (_, refused) = capture(version, "error_event")
    assert isinstance(refused, ErrorEvent)
    assert (refused.code, refused.message) == (
        "RESOURCE_EXHAUSTED",
        "429 quota exceeded for model",
    )
    assert [type(event) for event in capture(version, "raise_first")] == [ErrorEvent]
    thoughts = [e for e in capture(version, "thought") if isinstance(e, ThoughtEvent)]
    assert thoughts
    big = capture(version, "big_300k")
    assert max(len(json.dumps(event.raw)) for event in big) > 300_000


# ------------------------------------------------------------------- gateway


def test_gateway_dialect():
    stream = (
        b'data: {"type":"text","content":"Hello "}\n\n'
        b'data: {"type":"text","content":"world"}\n\n'
        b'data: {"type":"tool_call","name":"add_bgm","args":{"style":"lo-fi"}}\n\n'
        b"data:\n\n"
        b": keep-alive\n\n"
        b'data: {"type":"heartbeat"}\n\n'
        b'data: {"type":"tool_result","name":"add_bgm","result":{"ok":true}}\n\n'
        b'data: {"type":"error","message":"no credits","code":2001}\n\n'
        b'data: {"type":"applause","volume":11}\n\n'
    )
    events, decoder = read(stream)
    assert list(map(repr, events)) == [
        "TextEvent(text='Hello ')",
        "TextEvent(text='world')",
        "ToolCall(name='add_bgm', args={'style': 'lo-fi'})",
        "Heartbeat()",
        "Heartbeat()",
        "ToolResult(name='add_bgm', result={'ok': True})",
        "ErrorEvent(message='no credits', code='2001')",
        "OtherEvent()",
    ]
    assert decoder.comments == 1
    assert events[-1].raw == {"type": "applause", "volume": 11}


@pytest.mark.parametrize(
    ("raw", "message", "code"),
    [
        ({"type": "error", "message": "m"}, "m", None),
        ({"type": "error", "content": "c", "code": 1001}, "c", "1001"),
        ({"type": "error", "error": {"message": "deep"}}, "deep", None),
        ({"type": "error", "error": "flat", "code": "E_X"}, "flat", "E_X"),
        ({"type": "error"}, "unknown error", None),
        ({"error": "boom"}, "boom", None),
        ({"error": {"message": "deep"}}, "deep", None),
        ({"errorCode": "SAFETY"}, "SAFETY", "SAFETY"),
        ({"errorMessage": "words"}, "words", None),
        ({"code": 2001, "message": "out of credits"}, "out of credits", "2001"),
        ({"success": False, "error": "nope"}, "nope", None),
        ({"success": False}, "unknown error", None),
    ],
)
def test_failures_in_a_stream_are_error_events(raw, message, code):
    (event,) = one(raw)
    assert isinstance(event, ErrorEvent)
    assert (event.message, event.code, event.raw) == (message, code, raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "text", "content": None},
        {"type": "tool_call"},
        {"type": "error", "message": 5, "error": [1]},
        {"content": "text, not an object"},
        {"content": {"parts": "text"}},
        {"content": {"parts": [None, 1, {}, {"text": 5}, {"functionCall": 1}]}},
        {"content": {"parts": [{"functionResponse": {}}]}, "actions": {"stateDelta": 3}},
        {"actions": None, "error": None, "code": None},
        {"partial": "yes", "author": 7, "content": {"parts": [{"text": "x"}]}},
        [1, 2],
        "text",
        None,
        3.5,
        {},
    ],
)
def test_odd_frames_never_raise_and_never_vanish(raw):
    events = one(raw)
    assert events
    assert all(isinstance(event, Event) for event in events)


@pytest.mark.parametrize("data", ["not json", "{", "[" * 100_000, '{"type":', "NaN}", "\ufeff{}"])
def test_what_is_not_json_is_kept(data):
    (event,) = EventParser().read(TextFrame("", data, ""))
    assert isinstance(event, OtherEvent)
    assert event.raw == {"data": data}


@pytest.mark.parametrize("data", ["", " ", "\n"])
def test_empty_data_is_a_heartbeat(data):
    (event,) = EventParser().read(TextFrame("", data, ""))
    assert isinstance(event, Heartbeat)


LONG = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"\xff", b"\xed\xa0\x80", b"NaN", b"\\ud800", b"1" * 25, b"\xef\xbb\xbf{}"]),
    st.text(max_size=40).map(lambda text: json.dumps({"type": "text", "content": text}).encode()),
    st.text(max_size=40).map(
        lambda text: json.dumps({"type": "text", "content": text}, ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )
    ),
    st.binary(max_size=20).map(lambda words: b'{"type":"text","content":"' + words + b'","n":NaN}'),
)


@given(LONG, st.binary(max_size=5))
def test_data_is_read_the_same_as_bytes_and_as_text(data, around):
    block = memoryview(around + data + around)[len(around) : len(around) + len(data)]
    long = _LongFrame(block, "7")
    short = TextFrame("", data.decode("utf-8", "replace"), "7")
    assert long == short
    (one,), (other,) = (EventParser().read(frame) for frame in (long, short))
    assert type(one) is type(other)
    assert repr(one) == repr(other)
    assert repr(one.raw) == repr(other.raw)
    assert (short.size, long.size) == (len(short.data), len(data))


KEYS = [
    *("type", "content", "parts", "text", "partial", "author", "actions", "stateDelta", "error"),
    *("code", "functionCall", "functionResponse", "name", "args", "success", "message", "thought"),
]


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(KEYS),
                inner,
                max_size=5,
            ),
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_events(raw):
    assert one(raw)


# ------------------------------------------------------------------- partial


def adk(*parts: dict[str, object], partial: bool = False, author: str = "a") -> TextFrame:
    raw = {"content": {"parts": list(parts), "role": "model"}, "author": author}
    return TextFrame("", json.dumps({**raw, "partial": True} if partial else raw), "")


WORDS = st.text(st.sampled_from("ab \n漢🎵"), min_size=1, max_size=6)


@given(
    st.lists(st.tuples(st.booleans(), st.lists(WORDS, min_size=1, max_size=5)), max_size=4),
    st.booleans(),
)
@example([(False, ["a"]), (False, ["\n"]), (False, ["a"])], False)
@example([(False, ["a"]), (True, ["\n", "\n", "b"])], False)
def test_any_split_into_partials_shows_each_word_once(turns, call):
    """Each turn: spoken by the word and then repeated whole, or whole only."""
    reader = EventParser()
    shown = []
    for by_word, words in turns:
        at_once = "".join(words)
        frames = [adk({"text": word}, partial=True) for word in words] if by_word else []
        parts = [{"text": at_once}, *([{"functionCall": {"name": "t"}}] if call else [])]
        for frame in [*frames, adk(*parts)]:
            shown += texts(reader.read(frame))
    expected = ""
    for _, words in turns:
        message = "".join(words)
        if expected and message.strip("\n"):
            expected += _gap(expected[-2:], message)
        expected += message
    assert "".join(shown) == expected


@given(st.lists(WORDS, min_size=1, max_size=6), st.integers(0, 6))
def test_a_whole_text_in_several_parts_and_one_that_adds_to_the_partials(words, known):
    reader = EventParser()
    shown = []
    for word in words[:known]:
        shown += texts(reader.read(adk({"text": word}, partial=True)))
    shown += texts(reader.read(adk(*({"text": word} for word in words))))
    assert "".join(shown) == "".join(words)


def test_thoughts_are_told_apart_and_shown_once():
    reader = EventParser()
    events = [
        *reader.read(adk({"text": "hm, ", "thought": True}, partial=True)),
        *reader.read(adk({"text": "lo-fi", "thought": True}, partial=True)),
        *reader.read(adk({"text": "Done"}, partial=True)),
        *reader.read(adk({"text": "hm, lo-fi", "thought": True}, {"text": "Done."})),
    ]
    assert [(event.kind, event.text) for event in events if event.kind != "other"] == [
        ("thought", "hm, "),
        ("thought", "lo-fi"),
        ("text", "Done"),
        ("text", "."),
    ]


def test_authors_do_not_mix():
    reader = EventParser()
    shown = [
        *texts(reader.read(adk({"text": "one"}, partial=True, author="a"))),
        *texts(reader.read(adk({"text": "one"}, author="b"))),
        *texts(reader.read(adk({"text": "one"}, author="a"))),
        *texts(reader.read(adk({"text": "one"}, author="a"))),
    ]
    assert shown == ["one", "\n\n", "one", "\n\n", "one"]


def frame(raw: dict[str, object]) -> TextFrame:
    return TextFrame("", json.dumps(raw), "")


GATEWAY = {
    "text": lambda text: frame({"type": "text", "content": text}),
    "tool": lambda name: frame({"type": "tool_call", "name": name, "args": {}}),
}
ADK = {
    "text": lambda text: adk({"text": text}),
    "tool": lambda name: adk({"functionCall": {"name": name, "args": {}}}),
}


@pytest.mark.parametrize("dialect", [GATEWAY, ADK], ids=["gateway", "adk"])
def test_messages_are_paragraphs(dialect):
    """`step 0step 1step 2` is what came of them without borders."""
    reader = EventParser()
    shown = []
    for number in range(3):
        shown += texts(reader.read(dialect["text"](f"step {number}")))
        reader.read(dialect["tool"]("work"))
    assert "".join(shown) == "step 0\n\nstep 1\n\nstep 2"
    assert [text for text in shown if text.strip()] == ["step 0", "step 1", "step 2"]
    shown = texts(reader.read(dialect["text"]("\n\nits own gap")))
    assert shown == ["\n\nits own gap"]


def test_pieces_of_one_message_stay_one():
    reader = EventParser()
    pieces = [GATEWAY["text"](text) for text in ("Added ", "music", ".")]
    assert [text for piece in pieces for text in texts(reader.read(piece))] == [
        "Added ",
        "music",
        ".",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("inlineData", {"mimeType": "image/png", "data": "AAAA"}),
        ("fileData", {"fileUri": "gs://a/b", "mimeType": "video/mp4"}),
        ("executableCode", {"code": "print(1)", "language": "PYTHON"}),
        ("codeExecutionResult", {"outcome": "OUTCOME_OK", "output": "1"}),
        ("somethingNew", [1, 2]),
    ],
)
def test_parts_beside_text_are_events(name, value):
    part = {name: value, "thoughtSignature": "x"}
    (event,) = EventParser().read(adk(part))
    assert isinstance(event, PartEvent)
    assert (event.name, event.value) == (name, value)
    assert event.raw["content"]["parts"] == [part]


def test_many_partials_are_not_copied_again_and_again():
    """What was said is kept as it came, and joined once."""
    reader = EventParser()
    for _ in range(2000):
        reader.read(adk({"text": "word "}, partial=True))
    ((_, pieces),) = reader._spoken.items()
    assert len(pieces) == 2000
    assert texts(reader.read(adk({"text": "word " * 2000 + "end"}))) == ["end"]
    assert not reader._spoken
