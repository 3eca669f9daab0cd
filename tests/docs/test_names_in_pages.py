"""The attributes that sentences of the pages name exist."""

from __future__ import annotations

import inspect
import re

import pytest

import nemomusic
from nemomusic import errors, testing, types
from nemomusic.batches.run import BatchRun
from nemomusic.local import LocalOptions
from support.snippets import FENCE, PAGES

OWNERS: dict[str, tuple[type, ...]] = {
    "client": (nemomusic.Client,),
    "client.auth": (types.Auth,),
    "client.credits": (types.CreditsBalance,),
    "client.jobs": (types.Jobs,),
    "client.render": (types.Renders,),
    "client.scores": (types.Scores,),
    "client.sessions": (types.Sessions,),
    "client.uploads": (types.Uploads,),
    "session": (nemomusic.Session,),
    "turn": (nemomusic.Turn,),
    "reply": (nemomusic.Reply,),
    "job": (nemomusic.Job, nemomusic.RenderJob),
    "run": (BatchRun,),
    "outcome": (nemomusic.OrderOutcome,),
    "cues": (nemomusic.CueSheet,),
    "backend": (testing.StubBackend,),
    "backend.faults": (testing.FaultScript,),
    "error": tuple(getattr(errors, name) for name in errors.__all__ if name.endswith("Error")),
    "Client": (nemomusic.Client,),
    "Settings": (nemomusic.Settings,),
    "Timeouts": (nemomusic.Timeouts,),
    "LocalOptions": (LocalOptions,),
}
"""The classes of the objects that the pages call by these names."""
DOTTED = re.compile(r"`(?:await )?((?:[A-Za-z]+\.)*[A-Za-z]+)\.([a-z_]\w*)(?=[`(=\s])")
INSTANCE = re.compile(r"self\.(\w+)(?:: [^=\n]+)? =")


def attributes_of(owner: type) -> set[str]:
    """Return the names of methods, properties and attributes that a class or its bases have."""
    found = set(dir(owner))
    for base in owner.__mro__[:-1]:
        found |= set(getattr(base, "__annotations__", {}))
        if base.__module__.startswith("nemomusic"):
            found |= set(INSTANCE.findall(inspect.getsource(base)))
    return found


KNOWN = {name: set().union(*map(attributes_of, owners)) for name, owners in OWNERS.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_attribute_in_a_sentence_exists(page):
    text = FENCE.sub("", page.read_text("utf-8"))
    wrong = [
        f"{owner}.{name}"
        for owner, name in DOTTED.findall(text)
        if owner in KNOWN and name not in KNOWN[owner] and name not in {"py", "mp4", "sqlite"}
    ]
    assert not wrong, f"{page.name} names what is not there: {wrong}"


def test_a_wrong_name_would_be_found():
    assert DOTTED.findall("`backend.faults.unused` lists") == [("backend.faults", "unused")]
    assert "unused" not in KNOWN["backend.faults"]
    assert "pending" in KNOWN["backend.faults"]
