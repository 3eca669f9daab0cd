"""The agent's memory of a session holds values; the database holds JSON."""

from __future__ import annotations

import json

from nemomusic.engine.types import Brief
from nemomusic.local.storage.agent_memory import memory_from_json, memory_to_json

SAD = Brief(mood="sad", style="jazz", bpm=90.0)
MEMORY = {
    "brief": SAD,
    "seed": 7,
    "span": [None, 4.5],
    "pieces": [{"name": "Rain “雨”", "brief": SAD, "seed": 7}],
    "removed": {"segment": {"id": "1"}, "facts": {"brief": None, "seed": None}},
    "parked": {"a b": {"draft": {"t": []}, "brief": SAD}},
    "undo": [{"draft": "{}", "memory": {"brief": SAD}, "uploads": ["a"]}],
}


def test_briefs_come_back_as_values_wherever_they_are():
    text = memory_to_json(MEMORY)
    assert memory_from_json(text) == MEMORY
    assert memory_from_json(text)["undo"][0]["memory"]["brief"] is memory_from_json(text)["brief"]


def test_a_memory_of_an_older_backend_is_read():
    old = {"brief": SAD.to_json(), "pieces": [{"brief": SAD.to_json()}]}
    assert memory_from_json(json.dumps(old)) == {"brief": SAD, "pieces": [{"brief": SAD}]}
