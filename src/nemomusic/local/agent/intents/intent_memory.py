"""Keep the intents of the last change in a session's memory, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.agent.intents.message_intents import Intent

_CLASSES: Final[dict[str, type[Any]]] = {
    one.__name__: one
    for one in (
        kinds.AddTitle,
        kinds.BiggerEnding,
        kinds.Canvas,
        kinds.ChangeTitle,
        kinds.CutOut,
        kinds.Drop,
        kinds.Duck,
        kinds.Fade,
        kinds.Focus,
        kinds.GoBack,
        kinds.LevelOut,
        kinds.MusicSpan,
        kinds.Passage,
        kinds.Redo,
        kinds.RemoveMusic,
        kinds.RemoveTitles,
        kinds.Trim,
        kinds.Undo,
        kinds.UseUpload,
        kinds.Volume,
        music.ChangeDensity,
        music.ChangeMusic,
        music.ChangePart,
        music.Compose,
        music.ScaleTempo,
        music.SetKey,
        music.SetMood,
        music.SetStyle,
        music.SetTempo,
    )
}
"""The classes of intents that a later message can go on from, and of their parts."""


def to_memory(intents: Iterable[Intent]) -> list[object]:
    """Return intents as a session remembers them. Intents of other classes are left out."""
    return [_to_json(one) for one in intents if type(one).__name__ in _CLASSES]


def from_memory(value: object) -> tuple[Intent, ...]:
    """Return the intents that a session remembers: none if an older backend wrote others."""
    try:
        return tuple(_from_json(one) for one in value) if isinstance(value, list) else ()
    except (KeyError, TypeError, ValueError):
        return ()


def _to_json(value: Any) -> Any:
    if type(value).__name__ in _CLASSES:
        fields = {
            field.name: _to_json(getattr(value, field.name)) for field in attrs.fields(type(value))
        }
        return {"intent": type(value).__name__, **fields}
    return [_to_json(one) for one in value] if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        fields = {name: _from_json(one) for name, one in value.items() if name != "intent"}
        return _CLASSES[value["intent"]](**fields)
    return tuple(map(_from_json, value)) if isinstance(value, list) else value
