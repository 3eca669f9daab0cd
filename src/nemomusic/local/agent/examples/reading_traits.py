"""What a reading is, and what is made of it: certain, loose, refused, or put as a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent.intents import message_intents as wishes
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.intents.message_intents import ParsedMessage
from nemomusic.local.agent.parsing.words import sound_words

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext

FEW_WORDS: Final = 4
_SHORT: Final = 24
"""Words and characters of a message that only names music."""
_NO_LONGER: Final = re.compile(
    r"(?:不用|不要|别|不必|无需|用不着)(?:再|老|总)?[^，。]{0,8}"
    r"(?:压|降|小|低)[^，。]{0,4}了"
)
_VERSIONS: Final = re.compile(
    r"\W*(?:请|麻烦|再|帮我|给我)*(?:来|给|做|出|要|搞|弄|生成|整)(?:我|出)?[两三四五2-5][个种首]?[^，。\d]{0,6}版本?"
    r"[^，。]{0,8}\W*$"
)
_HISTORY: Final = (wishes.Undo, wishes.Redo, wishes.GoBack)


def is_short(text: str, done: list[Intent]) -> bool:
    """Return whether a piece is named in a few words: "fast techno"."""
    named = any(isinstance(one, music.Compose) and one.named for one in done)
    return named and len(text.split()) <= FEW_WORDS and len(text) <= _SHORT


def refused(read: ParsedMessage, text: str) -> ParsedMessage | None:
    """Return a reading that says the wish cannot be fulfilled, or None."""
    asks = any(isinstance(one, wishes.Question) for one in read.intents)
    return None if asks else ParsedMessage(refused=(text.strip(),))


def asked(read: ParsedMessage, done: list[Intent]) -> ParsedMessage:
    """Return a reading in which the work waits for a "yes"."""
    unsure = (*(one for one in done if one not in read.unsure), *read.unsure)
    return attrs.evolve(read, intents=free_intents(read), unsure=unsure)


def is_beyond_doubt(text: str, context: MessageContext, done: list[Intent]) -> bool:
    """Return whether a reading is carried out whatever the model hears."""
    back = all(isinstance(one, wishes.GoBack) for one in done)
    gone = context.silenced or not context.has_music
    removed = [one.text for one in done if isinstance(one, wishes.RemoveTitles)]
    if len(done) == 1 and removed and removed[0] is not None:
        return True  # the title's own words are no wish
    if done == [wishes.Duck(on=False)] and _NO_LONGER.search(text):
        return True  # "duck on" is heard in the words of what should stop
    if len(done) == 1 and isinstance(done[0], music.Compose) and _VERSIONS.match(text):
        return done[0].count > 1  # they are announced with their price before they are made
    return _names_upload(text, context, done) or (back and gone) or _counts(done)


def _counts(done: list[Intent]) -> bool:
    """Return whether a reading goes several steps through the history, as the words count them."""
    return len(done) == 1 and isinstance(done[0], wishes.Undo | wishes.Redo) and done[0].steps != 1


def mutes(text: str, done: list[Intent]) -> bool:
    """Return whether plain words mute the music, or unmute a sound: no example does that."""
    if len(done) != 1 or not isinstance(done[0], wishes.Volume):
        return False
    of, to = done[0].of, done[0].to
    if sound_words.UNMUTE.search(text):
        return to in {None, 1.0}
    return (of, to) == ("music", 0.0) and bool(sound_words.MUTED_MUSIC.search(text))


def _names_upload(text: str, context: MessageContext, done: list[Intent]) -> bool:
    """Return whether a reading uses a song that the message names by its file."""
    names = [name for name in context.songs if name.casefold() in text.casefold()]
    return bool(names) and all(isinstance(one, wishes.UseUpload) for one in done)


def is_loose(one: Intent) -> bool:
    """Return whether words in passing can suggest an intent: a style, a mood, a busy sound."""
    if isinstance(one, music.ChangeMusic):
        loose = music.SetMood | music.SetStyle | music.ChangeDensity
        return all(isinstance(change, loose) for change in one.changes)
    return isinstance(one, music.Compose) or one == wishes.Focus(None)


def is_misheard(text: str, other: Intent, read: Intent) -> bool:
    """Return whether what is heard differs from what was read only in the side.

    In Chinese that is looked at for the music under speech, and for what is kept or cut out.
    """
    if text.isascii() and _is_part_for_all(read, other):
        return True
    in_chinese = wishes.Duck | wishes.Trim | wishes.CutOut
    near = _are_near(read, other) and (text.isascii() or isinstance(read, in_chinese))
    return near and other != read


def _is_part_for_all(read: Intent, other: Intent) -> bool:
    """Return whether the level of an instrument is heard as that of all music."""
    parts = isinstance(read, music.ChangeMusic) and all(
        isinstance(one, music.ChangePart) for one in read.changes
    )
    return parts and isinstance(other, wishes.Volume) and other.of == "music"


def _are_near(one: Intent, other: Intent) -> bool:
    """Return whether two intents differ only in the side that they take: one is often misheard."""
    titles = wishes.AddTitle | wishes.ChangeTitle
    if isinstance(one, titles):
        return isinstance(other, titles)
    if isinstance(one, music.ChangeMusic) and isinstance(other, music.ChangeMusic):
        parts = (*one.changes, *other.changes)
        return all(isinstance(change, music.ChangePart) for change in parts)
    if isinstance(one, wishes.Trim | wishes.CutOut):
        return isinstance(other, wishes.Trim | wishes.CutOut)
    return isinstance(one, wishes.Volume | wishes.Duck) and type(one) is type(other)


def singles(one: Intent) -> list[Intent]:
    """Return an intent as one intent for each change of the music."""
    if isinstance(one, music.ChangeMusic):
        return [music.ChangeMusic((change,)) for change in one.changes]
    return [one]


def settles(one: Intent) -> bool:
    """Return whether an intent leaves no room for a wish that only the model hears."""
    return isinstance(one, (*_HISTORY, wishes.Question, wishes.ExportHint))


def is_step(one: Intent) -> bool:
    """Return whether an intent goes back or forward in the history."""
    return isinstance(one, _HISTORY)


def free_intents(read: ParsedMessage) -> tuple[Intent, ...]:
    """Return the intents of a reading that change nothing."""
    return tuple(one for one in read.intents if isinstance(one, wishes.FREE) and not is_step(one))
