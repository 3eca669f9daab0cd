"""Read short messages that need only the facts of the session: "bring it back"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents import music_intents as music
from nemomusic.local.agent.intents.message_intents import Intent, ParsedMessage
from nemomusic.local.agent.parsing.continuations.last_change import group_of
from nemomusic.local.agent.parsing.rules.sound_rules import STEP
from nemomusic.local.agent.parsing.words import elliptical_words as words
from nemomusic.local.agent.parsing.words.music.named_music import named_style, parts
from nemomusic.local.storage.drafts import MUSIC_VOLUME

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import Topic
    from nemomusic.local.agent.parsing.continuations.last_change import FollowUp

    Position = Literal["top", "center", "bottom"]

_NUMBERS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_POSITIONS: Final[dict[str, Position]] = {
    "t": "top",
    "b": "bottom",
    "上": "top",
    "顶": "top",
    "下": "bottom",
    "底": "bottom",
}
_LONGEST_SECONDS: Final = 100_000.0
"""Seconds of a title that shows for the complete video, which is shorter."""
_NUMBERS_ZH: Final = {"一": 1, "二": 2, "三": 3, "四": 4}


def bare_question(follow: FollowUp) -> ParsedMessage | None:
    """Return the intents of a short question, or None."""
    hidden = 0 < len(follow.context.shown) < len(follow.context.clips)
    if follow.fits(words.OTHER_CLIP) and hidden:
        return ParsedMessage((), (), (kinds.Focus(None),))
    if not follow.context.has_music and words.ADDS.match(follow.opening):
        named = named_style(follow.said)  # "and lo-fi?" after "would jazz work?"
        return None if named is None else ParsedMessage((), (), (music.Compose(follow.said),))
    topic = topic_of(follow)
    return None if topic is None else ParsedMessage((kinds.Question(topic),))


def topic_of(follow: FollowUp) -> Topic | None:
    """Return the topic of a short question, or None."""
    if follow.fits(words.PLAYING):
        return "state"
    if follow.fits(words.MADE):
        return "versions"
    if follow.fits(words.CHARGED):
        return "cost"
    if follow.fits(words.HOW_LOUD):
        return "volume"
    return "last_change" if follow.fits(words.LAST_CHANGE) else None


def bare_request(follow: FollowUp) -> list[Intent] | None:
    """Return what a short message asks for, or None."""
    context = follow.context
    if context.has_music and follow.fits(words.RESET):
        return [kinds.Volume("music", MUSIC_VOLUME), kinds.Volume("own", 1.0)]
    if context.has_music and (both := follow.fits(words.BOTH_AT)):
        level = min(1.0, float(group_of(both)) / 100)
        return [kinds.Volume("own", level), kinds.Volume("music", level)]
    if context.clips and follow.fits(words.OWN_SHAPE):
        return [kinds.Canvas("original", 0, 0)]
    if follow.fits(words.TITLE_WHOLE):
        return [kinds.ChangeTitle(start=0.0, duration=_LONGEST_SECONDS)]
    if place := follow.fits(words.TITLE_AT):
        return [kinds.ChangeTitle(position=position_of(group_of(place)))]
    if title := follow.fits(words.TITLE_GONE):
        return [kinds.RemoveTitles(number=-1 if title["last"] else _number(group_of(title)))]
    if context.has_music and follow.fits(words.SONG_GONE):
        return [kinds.RemoveMusic()]
    if follow.fits(words.OWN_UNMUTED):
        return [kinds.Volume("own", 1.0)]
    if context.has_music and (silent := follow.fits(words.SILENT_FROM)):
        return [kinds.MusicSpan(None, float(group_of(silent)))]
    if context.has_music and follow.fits(words.DONE):
        return [kinds.Talk("praise")]
    if context.has_music and follow.fits(words.DROP_GONE):
        return [kinds.LevelOut("drop")]
    return _too_loud(follow) or _earlier(follow) or _gone(follow)


def _too_loud(follow: FollowUp) -> list[Intent] | None:
    """Read a complaint that only says "too big" or "too small": of the level changed last."""
    quiet, loud = follow.fits(words.TOO_QUIET), follow.fits(words.TOO_LOUD)
    if not follow.context.has_music or not (quiet or loud):
        return None
    levels = [one.of for one in follow.context.last if isinstance(one, kinds.Volume)]
    return [kinds.Volume(levels[-1] if levels else "music", None, STEP if quiet else 1 / STEP)]


def bare_unsure(follow: FollowUp) -> ParsedMessage | None:
    """Return what a short message may mean, so that the agent asks, or None."""
    if follow.context.has_music and follow.fits(words.DISLIKES):
        return ParsedMessage((), (), (music.Compose("", other=True),))
    if follow.context.has_music and follow.fits(words.NOT_WANTED):
        return ParsedMessage((kinds.Talk("decline"),))  # the wish before was not done
    if not follow.context.has_music and follow.fits(words.COMPLAINS):
        return ParsedMessage((kinds.Talk("statement"),))
    return None


def _earlier(follow: FollowUp) -> list[Intent] | None:
    """Return the way back to the uploaded song, or to music that was composed."""
    context = follow.context
    if follow.fits(words.MY_SONG) and len(context.songs) == 1 and context.has_music:
        return [kinds.UseUpload(0)]
    if context.silenced and not context.has_music and follow.fits(words.BRING_BACK):
        return [kinds.GoBack()]
    if not context.composed:
        return None
    if follow.fits(words.COMPOSED):
        return [kinds.GoBack()]
    chosen = any(isinstance(one, music.Compose | kinds.GoBack) for one in context.last)
    if chosen and (match := follow.fits(words.NUMBERED)):
        said = group_of(match).lower()
        if match["last"]:
            return [kinds.GoBack(number=-1)]
        return [kinds.GoBack(number=_number(said))]
    return None


def _number(said: str) -> int:
    return _NUMBERS.get(said.lower()) or _NUMBERS_ZH.get(said) or int(said)


def position_of(said: str) -> Position:
    """Return the place of a title that a word names."""
    return _POSITIONS.get(said.lower().removeprefix("最")[0], "center")


def _gone(follow: FollowUp) -> list[Intent] | None:
    """Read a message about music that was removed or is muted, or that is as it was asked for."""
    context, last = follow.context, follow.context.last
    mutes_own = any(isinstance(one, kinds.Volume) and one.of == "own" for one in last)
    if context.silenced and context.has_music and not mutes_own and follow.fits(words.UNMUTE):
        return [kinds.GoBack()]
    removed = context.composed and not context.has_music
    if removed and follow.fits(words.PART_GONE) and (named := parts(follow.said)):
        return [music.ChangeMusic(tuple(music.ChangePart(one, "none") for one in named))]
    accepted = words.ACCEPTS.match(follow.opening) and follow.fits(words.FINE_AS)
    told = [one.words for one in last if isinstance(one, music.Compose)]
    if accepted and told and named_style(accepted["en"]):
        same = named_style(accepted["en"]) == named_style(told[-1])
        return [kinds.Talk("praise")] if same else None
    return None
