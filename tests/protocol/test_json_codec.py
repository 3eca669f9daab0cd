"""JSON with and without orjson: the same results, to the bit, where they have to be exact."""

from __future__ import annotations

import json
import math
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nemomusic.protocol import json_codec
from nemomusic.protocol.json_codec import dumps, loads

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


def outcome(data: bytes | str, *, exact: bool) -> tuple[str, str]:
    """Return what loading gives, as text that shows types, signs, order and NaN; or a failure."""
    try:
        return "value", repr(loads(data, exact=exact))
    except ValueError:
        return "error", ""


def both(data: bytes | str, *, exact: bool = True) -> tuple[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        quick = outcome(data, exact=exact)
        patch.setattr(json_codec, "_orjson_loads", None)
        slow = outcome(data, exact=exact)
    assert quick == slow
    return quick


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


@given(st.binary(max_size=40))
@example(b'"\xff"')
@example(b'\xef\xbb\xbf{"a":1}')
@example('{"a":1}'.encode("utf-16"))
@example('{"a":1}'.encode("utf-32-be"))
@example(b"")
def test_same_result_for_any_bytes(raw):
    both(raw)


@given(
    st.integers(0, 3000),
    st.integers(10**17, 10**22),
    st.integers(0, 3000),
    st.sampled_from("aé漢 "),
    st.sampled_from(["", " ", "-", "\n", "\t", "\r"]),
)
def test_a_long_integer_is_exact_anywhere_in_a_long_text(before, number, after, letter, lead):
    text = f'{{"a":"{letter * before}","n":{lead}{number},"b":"{letter * after}"}}'
    number = -number if lead == "-" else number
    for data in (text, text.encode(), memoryview(text.encode())):
        found = loads(data, exact=True)["n"]
        assert (found, type(found)) == (number, int)


@pytest.mark.parametrize("text", ["18446744073709551617", "[18446744073709551617]", "[ -2e400]"])
def test_a_number_at_the_beginning(text):
    assert both(text)[0] == "value"


@given(TEXTS)
def test_what_need_not_be_exact_differs_in_long_integers_only(text):
    exact, quick = outcome(text, exact=True), outcome(text, exact=False)
    if exact != quick:
        assert json_codec._has_long_integer(text)
        as_floats = json.loads(text, parse_int=lambda digits: _rounded(int(digits)))
        assert loads(text) == as_floats or "nan" in repr(as_floats)


def _rounded(number: int) -> float:
    return number if -(2**63) <= number < 2**64 else float(number)


def test_orjson_reads_all_but_exact_texts_with_long_integers(monkeypatch):
    asked = []
    monkeypatch.setattr(json_codec, "_orjson_loads", lambda data: asked.append(data) or {})
    loads('{"a": 123456789012345678}')
    loads(b'{"a": "' + b"x" * 5000 + b'"}')
    loads('{"a": 1234567890123456789}')
    loads('{"session_id": "1234567890123456789"}', exact=True)
    assert len(asked) == 4
    assert loads('{"a": 1234567890123456789}', exact=True) == {"a": 1234567890123456789}
    long = '{"a": "' + "x" * 5000 + '", "n": 18446744073709551617}'
    assert loads(long, exact=True)["n"] == 2**64 + 1
    assert len(asked) == 4


@pytest.mark.parametrize("there", [True, False])
def test_orjson_is_looked_for_by_the_first_text(monkeypatch, there):
    monkeypatch.setattr(json_codec, "_orjson_loads", json_codec._first_loads)
    if not there:
        monkeypatch.setitem(sys.modules, "orjson", None)
    assert loads(b'{"a": 1}') == {"a": 1}
    assert json_codec._orjson_loads is (orjson.loads if there else None)
    assert loads(b'{"a": 2}') == {"a": 2}


@pytest.mark.parametrize("depth", [100, 400])
def test_nesting(depth):
    text = "[" * depth + "]" * depth
    assert both(text)[0] == "value"
    assert json.dumps(loads(text)) == text


@pytest.mark.parametrize("text", ["[" * 200_000, '{"a":' * 200_000, "[" * 200_000 + "]" * 200_000])
def test_nesting_without_end_is_a_value_error(text):
    assert both(text) == ("error", "")


@given(TEXTS)
def test_what_was_read_is_written_the_same_ever_after(text):
    """A draft goes back as it came: key order, integers, floats and escapes are kept."""
    try:
        value = loads(text, exact=True)
    except ValueError:
        return
    written = dumps(value)
    assert repr(loads(written, exact=True)) == repr(value)
    assert dumps(loads(written, exact=True)) == written
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_codec, "_orjson_loads", None)
        assert dumps(loads(written, exact=True)) == written


@pytest.mark.parametrize(
    "text",
    [
        '{"d":5000,"t":[{"tt":0,"sg":[{"d":5000.0,"m":{"name":"城市","z":null,"a":[1,2.50e0]}}]}]}',
        '{"b":1,"a":2,"session_id":12345678901234567890123,"x":[true,false,null,"\\u2028"]}',
        '{"text":"\\ud800 alone","quote":"\\"","slash":"\\\\"}',
    ],
)
def test_drafts_survive(text):
    value = loads(text, exact=True)
    assert dumps(value) == dumps(json.loads(text))
    assert list(value) == list(json.loads(text))
    assert loads(dumps(value), exact=True) == value


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
