"""Read and write the agent's memory of a session: values in the process, JSON in the database."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

from nemomusic.engine.types import Brief
from nemomusic.local.storage.drafts import compact, parse_json

_BRIEF: Final = "brief"
"""The key of a brief, in the memory itself and in everything that the memory keeps."""


def memory_to_json(memory: dict[str, Any]) -> str:
    """Return a memory as JSON text. A brief in it becomes a string: the JSON text of the brief."""
    return compact(_plain(memory))


def memory_from_json(text: str | bytes) -> dict[str, Any]:
    """Read the text that `memory_to_json` has written."""
    memory: dict[str, Any] = _DECODER.decode(text if isinstance(text, str) else text.decode())
    return memory


def _plain(value: Any) -> Any:
    if isinstance(value, Brief):
        return _text(value)
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


# A session is read and saved many times for one message, and remembers up to 60 pieces. So a brief
# is kept as a string. Each brief is written once, and each string is read once.
@lru_cache(maxsize=512)
def _text(brief: Brief) -> str:
    return compact(brief.to_json())


@lru_cache(maxsize=512)
def _brief(text: str) -> Brief:
    return Brief.from_json(parse_json(text))


def _with_brief(value: dict[str, Any]) -> dict[str, Any]:
    brief = value.get(_BRIEF)
    if isinstance(brief, str):
        value[_BRIEF] = _brief(brief)
    elif isinstance(brief, dict):  # as older backends have stored it
        value[_BRIEF] = Brief.from_json(brief)
    return value


_DECODER: Final = json.JSONDecoder(object_hook=_with_brief)
