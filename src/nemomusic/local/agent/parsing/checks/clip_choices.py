"""English messages that keep one clip: whether their words choose it, and nothing else.

"Cut the city clip shorter", "never skip the city clip" and "make the city part louder" name a clip
beside words of doing, and choose none. A film that loses a clip by mistake is paid for. So each
word of the clause that names the clip has to belong to the choice. Else the agent asks.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents.message_intents import Focus
from nemomusic.local.agent.parsing.words.common_words import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nemomusic.local.agent.intents.message_intents import Intent, MessageContext

_CLAUSE: Final = re.compile(
    r"[,;:!?()]+|\.+(?=\s|$)|\s[-–—]+\s"
    r"|\b(?:because|since|cause|so(?! that\b)|but|then|while|with|and(?! (?:the|nothing|no"
    r"|that|not)\b)|which|where|it'?s|that'?s|i'?m|they'?re|there'?s)\b",
    re.IGNORECASE,
)
_NOT: Final = (
    r"(?:don'?t|do not|doesn'?t|does not|didn'?t|never|not|no need to|won'?t|shouldn'?t|should not"
    r"|can'?t|cannot|mustn'?t|must not|needn'?t)"
)
_DROPS: Final = (
    r"(?:remove|delete|drop|lose|cut|skip|throw|ditch|scrap|bin|axe|kill|nix|toss|chuck|dump|kick"
    r"|boot|exclude|omit|forget|leave|get rid|take|trim|erase|discard|reject|miss)"
)
_NOT_DROPPED: Final = pattern(
    rf"\b{_NOT} (?:(?:you|ever|please|dare|just|want|need|have|to|really|even|me|let|be|going)"
    rf" )*{_DROPS}\b(?! (?:just|only)\b)"
)
"""Denies that a clip goes: "never skip the city clip"."""
_WORDS_TEXT: Final = """
a about absolutely actually all alone already also altogether am an and any anymore are as at away
axe back be been begin being bin boot bring but by can cause chuck clean clip clips completely
consist contain could cut definitely delete dear dispose ditch do does doesn doesn't don don't
done drop dropped dump edit else end ending enough entire entirely every everything except exclude
excluded fancy favor favour feature film final fine first focus for forget from full fully get
gets gone go goes good have has here how i i'd i'll id if ignore i'm im in include included
instead is isn't isnt it it's its itself just keep keeping keeps kick kill know last lay leave
left let let's lets like lose lost love make matter matters may me mean mention minus
mp4 movie must my need needed needn't needs never nix no no-one none not nothing now of off ok
okay omit on one ones only onto or order other our ourselves out over own part parts people
perhaps personally pick please pls plz point prefer quite rather ready really remain remains
remove removed reel result rest rid right say scene scenes scrap second section see select
sequence show shot shots should show showing shown shows sick simply single skip so solely
some something speak start stay stays stick still stop story such suffices take taken takes than
thanks thank that that's the their them then there these they they're thing think this those
throw throwing time to today toss totally track trash truth try two un unless up us use used
useless using vanish version very video videos vlog want wanted wants was watch we we'd we'll
well were what when which while whole why will with within without won't wont worth would
wouldn't write yes yet you your footage bit first 1st 2nd one two 1 2 number good great nice
join joined combine combined merge stitch together glue
begins starts ends open opens close deliver dont include want'd maybe probably prefer'd i've
think feel guess guess suppose tbh honestly bring cut choose chosen choice chop chuck
"""
_WORDS: Final = frozenset(_WORDS_TEXT.split())
"""Words of a choice between clips, and small words around them."""
_ONLY_AGAIN: Final = re.compile(r"^(\W*(?:only|just)\b.*)\bagain\b", re.IGNORECASE)
"""Makes the choice of a clip once more: "only the city clip again"."""
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?", re.IGNORECASE)
_TELLS: Final = pattern(
    r"\bX (?:is|are|was|isn'?t|looks?|doesn'?t|does not|has|feels?|seems?|came out|turned out)"
    r" (?!all\b|enough\b|the (?:one|only)\b|needed\b|out\b|gone\b|what\b)",
    r"\b(?:i|we|he|she|they|everyone|people) (?:look|looks|looked|am|are|was|were|sound)\b.*\bin"
    r" (?:the )?X\b",
)
"""Says why a clip does not stay: "the city clip is too shaky". X stands for its name."""
_STAYS: Final = pattern(
    r"\b(?:keep|leave) (?:the |my |that )?X (?:alone|where|as|how|the way|like|in place|untouched"
    r"|unchanged|put)\b",
    r"\bskip (?:ahead |forward |right |straight )?to (?:the )?X",
    r"\bX(?: \w+){0,2},? (?:but|and|only|just) (?:make (?:it|that) )?"
    r"(?:a (?:bit|little) |much |way )?(?:shorter|longer|faster|slower|smaller|bigger|brighter"
    r"|darker|louder|quieter|earlier|later)\b",
)
"""Leaves a clip as it is, or changes it. X stands for its name."""
_KEPT: Final = pattern(
    r"(?<!only )(?<!just )\b(?:keep|leave) (?:the |my |that )?X\b(?! (?:only|alone)\b)"
)
"""May only say that a clip is not touched, before another wish: "keep X, remove the title"."""
_SHORTEST_NAME: Final = 2
"""Characters of a name that is also a word, such as "a" of "a.mp4"."""
_THEN: Final = pattern(r"\bthen\b.*\b(?:then|again|back to)\b")
_CHANGED: Final = pattern(
    r"\b(?:some|much|most|half|less|more|bits?|parts?|a (?:bit|little)|pieces?|end|ending|start"
    r"|beginning|middle|rest|length|seconds?|speed|sound|audio|volume) (?:of|from|off|out of|in"
    r"|at) (?:the |my |our |that )?$",
)
"""Speaks of a part of the clip that is named next: "cut a bit off the city clip"."""


def chooses_doubtfully(text: str, done: Iterable[Intent], context: MessageContext) -> bool:
    """Return whether a message may lose a clip, or keep one, against its words.

    Args:
        text: The message, in plain words.
        done: The work that was read from it.
        context: The session.
    """
    done = list(done)
    if text.isascii() and any(isinstance(one, Focus) for one in done):
        said = [one[0].lower() for one in _named(context.clips).finditer(text)]
        if len(said) > 2 and _THEN.search(text) and len(set(said)) < len(said):
            return True  # "beach, then city, then beach"
    loses = any(
        isinstance(one, Focus) and one.clips is not None and len(one.clips) < len(context.clips)
        for one in done
    )
    if not text.isascii():
        return _keeps_a_dropped_clip(text, done)
    if not loses:
        return False
    named = _named(context.clips)
    plain = named.sub("X", text)
    others = any(not isinstance(one, Focus) for one in done)
    if _NOT_DROPPED.search(text) or _STAYS.search(plain) or (others and _KEPT.search(plain)):
        return True
    naming = list(_naming(text, named))
    asking = [one for one in naming if not _TELLS.search(named.sub("X", one))] or naming
    return not all(_is_choice(one, named) for one in asking)


_DROPPED_ZH: Final = re.compile(
    r"第([一二两三1-3])[段条个](?:那[段条个])?(?:视频|片段|素材)?(?:就|都|直接|给我)*(?:不要|别要|去掉"
    r"|删|剪掉|不用|扔)|(?:不要|别要|去掉|删掉?|剪掉|扔掉?)第([一二两三1-3])[段条个]"
)
"""Takes a clip out, by its number."""
_NUMBERS: Final = {"一": 0, "二": 1, "两": 1, "三": 2, "1": 0, "2": 1, "3": 2}


def _keeps_a_dropped_clip(text: str, done: Iterable[Intent]) -> bool:
    """Return whether a Chinese message takes a clip out that a reading keeps."""
    dropped = {_NUMBERS[one[1] or one[2]] for one in _DROPPED_ZH.finditer(text)}
    return any(
        isinstance(one, Focus) and bool(dropped.intersection(one.clips or ())) for one in done
    )


@lru_cache(8)
def _named(clips: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern that finds the names of clips, with the nouns after them."""
    stems = {one.rpartition(".")[0] or one for one in clips}
    names = "|".join(re.escape(one) for one in (*clips, *stems) if len(one) > _SHORTEST_NAME)
    return re.compile(
        rf"\b(?:{names})\b(?: (?:clip|video|footage|part|bit|scene|shots?|section"
        r"|one|file|half|sequence|stuff|segment))?",
        re.IGNORECASE,
    )


def _naming(text: str, named: re.Pattern[str]) -> Iterator[str]:
    for clause in _CLAUSE.split(text):
        if named.search(clause):
            yield clause


def _is_choice(clause: str, named: re.Pattern[str]) -> bool:
    if any(_CHANGED.search(clause[: one.start()]) for one in named.finditer(clause)):
        return False
    rest = _ONLY_AGAIN.sub(r"\1", named.sub(" ", clause).lower())
    return all(word[0] in _WORDS or word[0].isdigit() for word in _WORD.finditer(rest))
