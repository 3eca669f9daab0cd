"""What wishes change, what these changes are about, and which words only point to another wish."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.combined_requests import SAID_AS_REASON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nemomusic.local.agent.intents.message_intents import Intent

POINTS_BACK: Final = re.compile(
    r"^\W*(?:(?:please|just|so|but|can|could|you|let'?s|pls) )*(?:\w+ )?"
    r"(?:it|that|them|this|those|the rest|everything else|the others?|instead)\b"
    r"|^\W*(?:请|把|给|将)*(?:它|这[个段里]|那[个段里]|其[他它余]|别的|剩)",
    re.IGNORECASE,
)
"""Words that refer to something that was named before."""


def changes_of(found: Iterable[Intent]) -> list[object]:
    """Return all that intents change, one object a change."""
    changes: list[object] = []
    for one in found:
        if isinstance(one, music.ChangeMusic):
            changes += one.changes
        elif not isinstance(one, kinds.FREE) or isinstance(one, kinds.STEPS):
            changes.append(one)
    return changes


def are_reasons(changes: list[object]) -> bool:
    """Return whether all changes are such that words may name them only as a reason."""
    return all(isinstance(one, SAID_AS_REASON) for one in changes)


def subjects(change: object) -> tuple[str, ...]:
    """Return what a change is about. Two wishes about one thing are often one."""
    match change:
        case music.SetTempo() | music.ScaleTempo():
            return ("tempo",)
        case music.SetStyle() | music.SetMood() | music.Compose() | kinds.BiggerEnding():
            return ("style",)
        case music.ChangePart(part):
            return (part,)
        case kinds.Volume("own"):
            return ("own",)
        case kinds.Volume() | kinds.Duck():
            return ("level",)
        case kinds.Passage(silent=silent):
            return ("level", "time", "ChangeDensity") if silent else ("level", "time")
        case kinds.MusicSpan():
            return ("time",)
        case kinds.Trim() | kinds.CutOut():
            return ("cut",)
        case kinds.AddTitle() | kinds.ChangeTitle() | kinds.RemoveTitles():
            return ("title",)
        case kinds.Undo() | kinds.Redo() | kinds.GoBack() | kinds.UseUpload():
            return ("style", "level", "time", "history")
        case kinds.RemoveMusic():
            return ("style", "level", "time", "tempo", "history")
    return (type(change).__name__,)
