"""The agent's words as a person reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.protocol.agent_text.reply_text import SEARCHED_CHARACTERS, clean_reply, split_tail
from nemomusic.protocol.agent_text.ui_patterns import ActionKind

APOLOGY = "I encountered a temporary issue. Please try again."


@pytest.mark.parametrize(
    ("pieces", "text", "kinds", "silent"),
    [
        ([], "", [], True),
        (["", " \n"], "", [], True),
        (["Added ", "music", "."], "Added music.", [], False),
        ([" Added music.\n\n", APOLOGY], "Added music.", [], False),
        ([APOLOGY], APOLOGY, [], False),
        (["Click Export."], "", [ActionKind.EXPORT], False),
        (["I added music. ", "Click Ex", "port."], "I added music.", [ActionKind.EXPORT], False),
        (["已添加音乐。", "请点击播放按钮试听。"], "已添加音乐。", [ActionKind.DO], False),
    ],
)
def test_a_reply_is_cleaned(pieces, text, kinds, silent):
    cleaned = clean_reply(pieces)
    assert cleaned.text == text
    assert [action.kind for action in cleaned.actions] == kinds
    assert cleaned.silent is silent


def test_only_the_end_of_a_very_long_text_is_searched():
    long = "The clip shows the sea. " * 2000
    cleaned = clean_reply([f"Click Export. {long}", "Click Play. ", APOLOGY])
    assert cleaned.text.startswith("Click Export. The clip")
    assert cleaned.text.endswith("the sea.")
    assert [action.text for action in cleaned.actions] == ["Click Play"]


@given(st.lists(st.text(st.sampled_from("ab \n")).map(lambda text: text * 3000), max_size=6))
def test_the_head_and_the_tail_are_the_complete_text(texts):
    head, tail = split_tail(texts)
    assert "".join([*head, tail]) == "".join(texts)
    assert len(tail) <= SEARCHED_CHARACTERS


@given(st.lists(st.text(max_size=30), max_size=4))
def test_any_reply_is_cleaned(pieces):
    cleaned = clean_reply(pieces)
    assert cleaned.silent == (not "".join(pieces).strip())
