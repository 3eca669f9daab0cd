"""Apologies that mean nothing, and those that do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.protocol.agent_text import apologies
from nemomusic.protocol.agent_text.apologies import is_apology, strip_trailing_apology

APOLOGIES = """
    I encountered a temporary issue
    I encountered a temporary issue.
    I'm sorry, I encountered a temporary issue. Please try again later.
    I’m sorry, but I encountered a temporary issue while processing your request. Please try again.
    Sorry about that! I ran into a brief technical problem on my end. Try again in a moment.
    There was a temporary error with the service.
    I apologize for the inconvenience, I've encountered a temporary issue.
    抱歉，我遇到了一个临时问题，请稍后再试。
    很抱歉，系统出现了暂时性的故障。
"""
NO_APOLOGIES = """
    I'm sorry.
    Please try again later.
    I encountered a temporary issue with the font so I used Arial instead.
    I added music. I encountered a temporary issue.
    The clip shows a man who encountered a temporary issue.
    Sorry, I can't do that with one clip.
    I couldn't add the title: there is no timeline.
    抱歉，这个视频太长了。
"""


@pytest.mark.parametrize("text", [t.strip() for t in APOLOGIES.split("\n") if t.strip()])
def test_apologies(text):
    assert is_apology(text)
    assert strip_trailing_apology(["Added music.", text]) == ("Added music.",)
    assert strip_trailing_apology(["Added music.", text, " ", text]) == ("Added music.",)
    assert strip_trailing_apology([f"Added music.\n\n{text}"]) == ("Added music.",)
    # Alone, or before the replies, it is what was said.
    assert strip_trailing_apology([text]) == (text,)
    assert strip_trailing_apology(["", text]) == ("", text)
    assert strip_trailing_apology([text, "Added music."]) == (text, "Added music.")


@pytest.mark.parametrize("text", [t.strip() for t in NO_APOLOGIES.split("\n") if t.strip()])
def test_no_apologies(text):
    assert not is_apology(text)


def test_what_is_no_apology_is_not_stripped():
    assert strip_trailing_apology([]) == ()
    assert strip_trailing_apology(["Done.", "Sorry. Please try again."]) == (
        "Done.",
        "Sorry. Please try again.",
    )


@pytest.mark.parametrize("row", apologies.TROUBLES)
@given(data=st.data())
def test_no_apology_is_without_the_words_looked_for_first(row, data):
    said = data.draw(st.from_regex(row, fullmatch=True))
    assert any(word in said for word in apologies._ISSUES)


def test_an_apology_in_letters_that_are_the_same_in_any_case():
    assert is_apology("I ran into a temporary issue.")
    assert is_apology("I ran into a temporary \u0131\u017fsue.")


RUNS = [
    "-",
    "* ",
    "please ",
    "(",
    "“",
    '"',
    " ",
    "!",
    "! ",
    "— ",
    ", and ",
    "while processing ",
    "\n",
]


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_are_read_at_once(run):
    """A pattern that backtracks without bounds would never come to an end here."""
    for said in (run * 4000, run * 4000 + "x", f"I encountered a temporary issue {run * 4000}x"):
        assert not is_apology(said)
        assert strip_trailing_apology(["ok", said]) in {("ok", said), ("ok",)}


@given(st.text(max_size=80))
def test_any_text_is_judged(text):
    is_apology(text)
    assert strip_trailing_apology([text]) == (text,)
