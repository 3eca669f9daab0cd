"""What the wire calls a number, and is none: NaN, infinity, and integers without end."""

from __future__ import annotations

import pytest

from nemomusic.errors import UnexpectedAnswerError
from nemomusic.models.account import Credits
from nemomusic.models.drafts.changes import compare
from nemomusic.models.drafts.draft import Draft
from nemomusic.models.render import RenderStatus
from nemomusic.models.values.convert import structure
from nemomusic.models.values.wire_numbers import as_finite, as_number
from nemomusic.protocol.json_codec import loads

NONE = ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400]


@pytest.mark.parametrize("text", NONE)
def test_it_is_no_balance(text):
    answer = loads(f'{{"available": {text}, "frozen": 0, "total": 1}}')
    with pytest.raises(UnexpectedAnswerError, match="available"):
        structure(answer, Credits)


@pytest.mark.parametrize("text", NONE)
def test_it_is_read_as_missing(text):
    value = loads(text)
    assert as_number(value) is None
    assert as_finite(value) is None
    status = RenderStatus(
        {"status": "processing", "progress": value, "output": {"duration": value}}
    )
    assert status.progress == 0.0
    assert status.duration is None


@pytest.mark.parametrize("text", NONE)
def test_a_summary_of_changes_is_made_with_it(text):
    def draft(more):
        music = f'{{"id": "a", "s": 0, "d": 1000, "vol": 1, {more} "m": {{"name": "x"}}}}'
        return Draft(loads(f'{{"d": 1000, "t": [{{"tt": 1, "sg": [{music}]}}]}}', exact=True))

    for field in ("fi", "bpm", "speed"):
        changes = compare(draft(""), draft(f'"{field}": {text},'))
        assert text not in changes.text("en")
