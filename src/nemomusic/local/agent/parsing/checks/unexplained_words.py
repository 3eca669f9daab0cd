"""English words that ask for a change by themselves, and that no intent of a reading explains.

"Lose the rest", "the cty clip first" and "quieter" ask for something, whatever stands around them.
A reading without such a change has lost it, for a typing error or an odd phrase. The agent then
asks first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.parsing.words.common_words import QUOTED, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext

_OF_SOUND: Final = pattern(
    r"(?<!\bbe )\b(?:quieter|louder|softer|slower|faster|calmer|happier|sadder|livelier|busier"
    r"|simpler|darker|brighter|punchier|moodier|gentler|jazzier)\b"
)
"""Compares the music or its level with what it is."""
_OF_FILM: Final = (
    kinds.Focus,
    kinds.Trim,
    kinds.CutOut,
    kinds.Canvas,
    kinds.AddTitle,
    kinds.ChangeTitle,
    kinds.RemoveTitles,
)
"""Changes of the picture alone."""
_REST_GOES: Final = pattern(
    r"\b(?:lose|remove|cut|drop|delete|bin|ditch|chuck|skip|scrap|throw|toss|trim|get rid of)"
    r"(?: off| out| away)? (?:all )?(?:of )?(?:the (?:rest|remainder)|everything else)\b"
)
"""Takes away what was not named."""
_GOES_DOWN: Final = pattern(
    r"\b(?:it|music) (?:should |must |has to )?(?:goes?|gets?|turns?) (?:down|quieter|softer)\b"
)
"""Lowers the music, for a time or under speech."""
_OF_LEVEL: Final = (
    kinds.Duck,
    kinds.Volume,
    kinds.Passage,
    kinds.Fade,
    kinds.Drop,
    music.ChangeMusic,
)
_CHOOSES: Final = (
    kinds.Focus,
    kinds.Trim,
    kinds.CutOut,
    kinds.RemoveMusic,
    kinds.RemoveTitles,
    kinds.Passage,
    kinds.MusicSpan,
)
_CLIP_FIRST: Final = pattern(
    r"\b(?:clip|video|footage|shots?|scene)s? (?:(?:comes?|goes|should (?:be|come|go)|to be|is)"
    r" )?first\b"
)
"""Says which clip begins the film."""


def leaves_words_unexplained(text: str, done: Sequence[Intent], context: MessageContext) -> bool:
    """Return whether words of an English message ask for a change that no intent holds.

    Args:
        text: The message, in plain words.
        done: The work that was read from it.
        context: The session.
    """
    if not text.isascii() or not done:
        return False
    said = QUOTED.sub(" ", text)
    if all(isinstance(one, _OF_FILM) for one in done) and _OF_SOUND.search(said):
        return True
    if not any(isinstance(one, _OF_LEVEL) for one in done) and _GOES_DOWN.search(said):
        return True
    focused = any(isinstance(one, _CHOOSES) for one in done)
    only = any(
        isinstance(one, music.ChangePart) and one.how == "only"
        for change in done
        if isinstance(change, music.ChangeMusic)
        for one in change.changes
    )
    if not (focused or only) and _REST_GOES.search(said):
        return True
    if any(isinstance(one, kinds.Focus) and _keeps_what_goes(one, said, context) for one in done):
        return True
    if any(isinstance(one, kinds.Focus | kinds.Trim) for one in done):
        return False
    return bool(_CLIP_FIRST.search(said)) or (not focused and _keeps_a_clip(said, context))


def _keeps_what_goes(one: kinds.Focus, text: str, context: MessageContext) -> bool:
    """Return whether a clip is kept that a message takes away: "keep the beach, lose the city"."""
    kept = range(len(context.clips)) if one.clips is None else one.clips
    stems = [context.clips[place].rpartition(".")[0] for place in kept]
    names = "|".join(re.escape(one) for one in stems if one.isalpha())
    verbs = "lose|drop|remove|delete|ditch|skip|forget|bin|scrap|without"
    goes = rf"\b(?:{verbs})\b (?:the )?(?:{names})\b"
    return bool(names) and bool(
        re.search(rf"{goes}(?! (?:sound|noise|audio|title))", text, re.IGNORECASE)
    )


def _keeps_a_clip(text: str, context: MessageContext) -> bool:
    """Return whether a message wants one clip and nothing else: "just the beach clop"."""
    stems = [one.rpartition(".")[0] for one in context.clips]
    names = "|".join(re.escape(one) for one in stems if one.isalpha())
    kept = rf"\b(?:just|only|nothing but) (?:use |keep |take |show )?(?:the )?(?:{names})\b"
    return bool(names) and bool(re.search(kept, text, re.IGNORECASE))
