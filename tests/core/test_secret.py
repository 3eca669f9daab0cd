"""A token that does not show itself."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.secret import HiddenText, Secret, redact

TOKEN = "nmv_usr_0123456789"


def test_only_reveal_tells():
    secret = Secret(TOKEN)
    assert secret.reveal() == TOKEN
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>20}",
        f"{secret:^9}",
    ]
    shown += [repr([secret]), repr({"a": secret}), f"{secret}"]
    assert not any(TOKEN in text for text in shown)
    assert f"{secret:>5}" == "  ***"
    assert not hasattr(secret, "__dict__")


def test_copies_keep_the_token_and_pickles_are_refused():
    secret = Secret(TOKEN)
    assert copy.copy(secret).reveal() == copy.deepcopy([secret])[0].reveal() == TOKEN
    with pytest.raises(TypeError, match="can't be pickled: it would leave this process") as caught:
        pickle.dumps(secret)
    assert TOKEN not in str(caught.value)
    assert TOKEN.encode() not in pickle.dumps(HiddenText(TOKEN))


def test_comparing():
    assert Secret(TOKEN) == Secret(TOKEN) == Secret(Secret(TOKEN))
    assert Secret(TOKEN) != Secret("other")
    assert Secret(TOKEN) != TOKEN
    assert len({Secret(TOKEN), Secret(TOKEN)}) == 1
    assert Secret(TOKEN)
    assert not Secret("")


def test_hidden_text_is_sent_as_it_is_and_shown_as_stars():
    value = HiddenText(f"Bearer {TOKEN}")
    assert value == f"Bearer {TOKEN}"
    assert value.encode() == f"Bearer {TOKEN}".encode()
    assert TOKEN not in repr(value)
    assert TOKEN not in repr({"Authorization": value})
    assert TOKEN not in f"{value}"
    assert repr(copy.copy(value)) == "'***'"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"token {TOKEN} is bad", "token *** is bad"),
        ("NMV_USR_ABCDEF", "***"),
        ("claim clm_abc.def-1/x", "claim ***/x"),
        ("Authorization: Bearer abc.def=, next", "Authorization: ***, next"),
        ('{"a":"bearer xyz"}', '{"a":"***"}'),
        ("https://x.example/claim?ct=clm_12345&b=1", "https://x.example/claim?ct=***&b=1"),
        ("nothing here: nmv is a name", "nothing here: nmv is a name"),
        ("", ""),
    ],
)
def test_redact(text, clean):
    assert redact(text) == clean


@given(
    st.text(max_size=20),
    st.sampled_from(["nmv_usr_", "nmv_anon_", "clm_"]),
    st.text("abcXYZ019_-.", min_size=6, max_size=40),
    st.text(max_size=20),
)
def test_no_token_survives_redaction(before, prefix, rest, after):
    text = f"{before} {prefix}{rest} {after}"
    assert prefix + rest not in redact(text)
