"""JSON with and without orjson: the same results, to the bit."""

from __future__ import annotations

import json
import math
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nemomusic.protocol import jsontext
from nemomusic.protocol.jsontext import dumps, loads

orjson = pytest.importorskip("orjson")

INTEGERS = st.one_of(
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 2**64, 10**18, 10**19, 10**400]),
)
NUMBER_TEXTS = st.sampled_from(
    [
        *("-0", "-0.0", "0.0", "1e400", "-1e400", "1E5", "1e16", "5e-324", "1e-400", "1.", ".5"),
        *("NaN", "Infinity", "-Infinity", "01", "+1", "0x1", "1e", "-", "9007199254740993.0"),
        *("0.1234567890123456789012345", "1234567890123456789"),
        "123456789012345678901234567890e-10",
    ]
)
STRING_TEXTS = st.one_of(
    st.text().map(json.dumps),
    st.text().map(lambda text: json.dumps(text, ensure_ascii=False)),
    st.sampled_from(
        [
            *(r'"\ud800"', r'"\udc00\ud800"', r'"\ud83c\udfb5"', '"\u2028"', '"\x7f"', '"\t"'),
            *('"\0"', r'"\u0000"', r'"\/"', r'"\x"', r'"\u12"', '"\ud800"'),
            '"1234567890123456789012"',
        ]
    ),
)
LEAVES = st.one_of(
    INTEGERS.map(str),
    NUMBER_TEXTS,
    STRING_TEXTS,
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["true", "false", "null", "True", "nul", "[]", "{}", ""]),
)
SPACE = st.sampled_from(["", "", "", " ", "\n", "\t", "\x0b", "\u00a0", "\ufeff"])


def _object(pairs: list[tuple[str, str]]) -> str:
    return "{" + ",".join(f"{key}:{value}" for key, value in pairs) + "}"


TEXTS = st.builds(
    lambda before, text, after: before + text + after,
    SPACE,
    st.recursive(
        LEAVES,
        lambda inner: st.one_of(
            st.lists(inner, max_size=4).map(lambda items: "[" + ",".join(items) + "]"),
            st.lists(
                st.tuples(st.sampled_from(['"a"', '"b"', '""', '"é"']), inner), max_size=4
            ).map(_object),
        ),
        max_leaves=12,
    ),
    SPACE,
)


def outcome(data: bytes | str) -> tuple[str, str]:
    """What loading gives, as text that shows types, signs, key order and NaN; or that it fails."""
    try:
        return "value", repr(loads(data))
    except ValueError:
        return "error", ""


def both(data: bytes | str) -> tuple[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        quick = outcome(data)
        patch.setattr(jsontext, "_orjson_loads", None)
        slow = outcome(data)
    assert quick == slow
    return quick


@settings(max_examples=500, deadline=None)
@given(TEXTS)
@example("-0")
@example("[1e400,-1e400,NaN]")
@example('{"a":1,"b":2,"a":3}')
@example('{"id":12345678901234567890123}')
@example("18446744073709551616")
@example("-9223372036854775809")
def test_same_result_with_and_without_orjson(text):
    both(text)
    both(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40))
@example(b'"\xff"')
@example(b'\xef\xbb\xbf{"a":1}')
@example('{"a":1}'.encode("utf-16"))
@example('{"a":1}'.encode("utf-32-be"))
@example(b"")
def test_same_result_for_any_bytes(raw):
    both(raw)


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 3000),
    st.integers(10**17, 10**22),
    st.integers(0, 3000),
    st.sampled_from("aé漢 "),
)
def test_a_long_integer_is_found_anywhere_in_a_long_text(before, number, after, letter):
    text = f'{{"a":"{letter * before}","n":{number},"b":"{letter * after}"}}'
    assert loads(text)["n"] == number
    assert type(loads(text)["n"]) is int
    assert loads(text.encode())["n"] == number


def test_orjson_is_used_where_results_are_equal_and_only_there(monkeypatch):
    asked = []
    monkeypatch.setattr(jsontext, "_orjson_loads", lambda data: asked.append(data) or {})
    loads('{"a": 123456789012345678}')
    loads(b'{"a": "' + b"x" * 5000 + b'"}')
    assert len(asked) == 2
    assert loads('{"a": 1234567890123456789}') == {"a": 1234567890123456789}
    assert loads('{"a": "' + "x" * 5000 + '", "n": 18446744073709551617}')["n"] == 2**64 + 1
    assert len(asked) == 2


@pytest.mark.parametrize("there", [True, False])
def test_orjson_is_looked_for_by_the_first_text(monkeypatch, there):
    monkeypatch.setattr(jsontext, "_orjson_loads", jsontext._first_loads)
    if not there:
        monkeypatch.setitem(sys.modules, "orjson", None)
    assert loads(b'{"a": 1}') == {"a": 1}
    assert jsontext._orjson_loads is (orjson.loads if there else None)
    assert loads(b'{"a": 2}') == {"a": 2}


@pytest.mark.parametrize("depth", [100, 400])
def test_nesting(depth):
    text = "[" * depth + "]" * depth
    assert both(text)[0] == "value"
    assert json.dumps(loads(text)) == text


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[" * 200_000 + "]" * 200_000])
def test_nesting_without_end_is_a_value_error(text):
    assert both(text) == ("error", "")


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_what_was_read_is_written_the_same_ever_after(text):
    """A draft goes back as it came: key order, integers, floats and escapes are kept."""
    try:
        value = loads(text)
    except ValueError:
        return
    written = dumps(value)
    assert repr(loads(written)) == repr(value)
    assert dumps(loads(written)) == written
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsontext, "_orjson_loads", None)
        assert dumps(loads(written)) == written


@pytest.mark.parametrize(
    "text",
    [
        '{"d":5000,"t":[{"tt":0,"sg":[{"d":5000.0,"m":{"name":"城市","z":null,"a":[1,2.50e0]}}]}]}',
        '{"b":1,"a":2,"session_id":12345678901234567890123,"x":[true,false,null,"\\u2028"]}',
        '{"text":"\\ud800 alone","quote":"\\"","slash":"\\\\"}',
    ],
)
def test_drafts_survive(text):
    value = loads(text)
    assert dumps(value) == dumps(json.loads(text))
    assert list(value) == list(json.loads(text))
    assert loads(dumps(value)) == value


def test_writing_is_compact_utf8():
    assert dumps({"a": ["é漢", 1, 1.0, None]}) == '{"a":["é漢",1,1.0,null]}'.encode()
    assert dumps("\ud800") == rb'"\ud800"'
    assert math.isnan(loads(dumps(math.nan)))
    with pytest.raises(TypeError):
        dumps({"a": object()})
    loop: list = []
    loop.append(loop)
    with pytest.raises(ValueError):
        dumps(loop)
