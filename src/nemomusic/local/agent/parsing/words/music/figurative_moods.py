"""Moods of a first piece that are said by their effect: "music that gets the blood pumping".

The composer knows moods by their names. Such words are given a name. Words that describe the music
in a way that is not known here are no reason to compose in another mood: the agent asks.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms, parse_prompt
from nemomusic.local.agent.parsing.words.common_words import pattern

if TYPE_CHECKING:
    import re

_EFFECTS: Final[tuple[tuple[str, str], ...]] = (
    (
        (
            r"\b(?:grin(?:ning|s)?|smil(?:e|es|ing)|giggl\w+|laugh(?:s|ing)?|beaming|skip with joy"
            r"|sunshine in|good mood|cheer\w* (?:\w+ )?up|lift\w* (?:\w+ )?(?:spirits?|mood)"
            r"|spring in (?:\w+ )?step)\b"
        ),
        "happy",
    ),
    (
        (
            r"\b(?:weep(?:ing|s)?|cry(?:ing)?|cries|sob(?:bing|s)?|tears?|tear up|tearful"
            r"|tear-?jerk\w+|handkerchiefs?|hankies|tissues?|kleenex|lump in (?:\w+ )?throat"
            r"|break\w* (?:\w+ )?hearts?|heart-?break\w*|wipe (?:\w+ )?eyes|dry eye"
            r"|heart-?\s?strings?)\b"
        ),
        "emotional",
    ),
    (
        (
            r"\b(?:goose-?\s?bumps|goose ?flesh|shivers?|skin crawl|the chills|chills (?:down|up)"
            r"|blood (?:run|runs|go|goes|turn|turns) cold|heebie-?\s?jeebies"
            r"|the willies|creeps\b|creep\w* (?:\w+ )?out"
            r"|hair\w* (?:\w+"
            r" ){0,6}stand\w*|spine|nightmares?|lurk\w*|right behind (?:you|them|me)|scares?"
            r"|frighten\w*|haunted|(?:being|been) (?:followed|watched|hunted|stalked)"
            r"|(?:follow|watch|stalk)ing (?:you|me|us|them|somebody|someone))\b"
        ),
        "eerie",
    ),
    (
        (
            r"\b(?:edge of (?:\w+ )?seats?|nail-?bit\w+|bit(?:e|ing) (?:\w+ )?nails|arm-?rests?"
            r"|hold(?:ing)? (?:\w+ )?breath|heart(?:s)? (?:\w+ ){0,2}(?:race|racing|pounding)"
            r"|ticking (?:time )?bomb|knuckles|on the edge)\b"
        ),
        "tense",
    ),
    (
        (
            r"\b(?:blood pumping|pumped(?: up)?|pump(?:s|ing)? (?:\w+ )?up|hyped?"
            r"|psych\w* (?:\w+ )?up"
            r"|fired up|fires? (?:\w+ )?up|run through (?:a )?walls?|off the (?:couch|sofa)"
            r"|out of (?:\w+ )?(?:chairs?|seats?)|kick (?:in the|up the)|adrenalin\w*|sprint\w*"
            r"|get\w* (?:\w+"
            r" )?moving|jump (?:up|around)|sweat\w*|go faster|heart rate)\b"
        ),
        "energetic",
    ),
    (
        (
            r"\b(?:conquer\w*|everest|top of the world|rul(?:e|er|ing) (?:of )?the world|invincible"
            r"|larger than life|superhero\w*|gladiators?|on top of a mountain|king of|like (?:a )?"
            r"(?:hero|champion|legend)s?|victory|victorious|walk\w* on the moon)\b"
        ),
        "heroic",
    ),
    (
        (
            r"\b(?:candle-?\s?lights?|candle-?lit|candles|roses|butterflies|melt|falling in love"
            r"|first (?:date"
            r"|kiss)|slow[- ]danc\w+|honeymoon|two people in love|in each other'?s arms"
            r"|sweethearts?"
            r"|swoon\w*|propos(?:e|ing)|lov(?:ey|y)[- ]dov(?:ey|y)|valentine\w*|candlelight\w*)\b"
        ),
        "romantic",
    ),
    (
        (
            r"\b(?:nod off|fall asleep|doz(?:e|es|ing)|unwind|wind down|breath(?:e|ing) (?:out"
            r"|slowly"
            r"|deeply)|slow (?:\w+ )?pulse|hammock|massage|startle\w*"
            r"|slows? (?:\w+ ){0,2}(?:heart\w*|pulse|down)|put\w* (?:\w+ ){0,3}to sleep"
            r"|sit back|take a deep breath|don'?t (?:want to )?wake)\b"
        ),
        "calm",
    ),
    (
        (
            r"\b(?:old (?:\w+ )?(?:photos?|photographs?|pictures|letters|school)|photo albums?"
            r"|attic"
            r"|memory lane|good old (?:days|times)|back in the day|(?:when|as) (?:we|i) (?:was"
            r"|were) (?:a"
            r" |\w+ )?(?:young|kids?|child\w*|little)|childhood|long ago|way back|days gone by"
            r"|remember\w* (?:the )?old)\b"
        ),
        "nostalgic",
    ),
    (
        r"\b(?:dance|dancing|tap (?:\w+ )?f(?:oo|ee)t|feet tapping|on (?:the|their|your) feet)\b",
        "upbeat",
    ),
    (r"\b(?:hug(?:s|ged)?|blanket|hot (?:chocolate|cocoa)|fireplace|fireside|snuggl\w+)\b", "warm"),
    (
        r"\b(?:on (?:the |a )?clouds?|head in the clouds|half asleep|another world|like a fairy)\b",
        "dreamy",
    ),
    (r"\b(?:who ?dun ?n?it|detective|riddle|puzzle|something'?s hidden)\b", "mysterious"),
)
"""Effects on those who hear it, and pictures, with the mood that they stand for."""
_DESCRIBES: Final = pattern(
    r"\b(?:music|tunes?|songs?|tracks?|soundtrack|score) (?:people|folks|you|we|i|they|everyone)"
    r" (?:can|could|will|would|want)\b",
    r"\b(?:music|tunes?|songs?|tracks?|soundtrack|score|beats?|something|one) (?:please "
    r"|pls )?(?:(?:on|onto|under|behind|over|to|for) (?:it|this|that|them|(?:the|my|our) \w+) )?"
    r"(?:that|which"
    r"|to (?:make"
    r"|get|give|put|bring))\b",
    r"\b(?:music|tune|song|track|soundtrack|score|it|sound|vibe|mood"
    r"|feel(?:ing)?) (?:\w+ )?(?:should"
    r"|ought to|must|has to|needs to|is supposed to|is meant to|to) (?:\w+ )?(?:be all\b|be like\b"
    r"|weep|cry|sing|smile|laugh|dance|hug|breathe|soar|shout|roar|whisper|make|leave"
    r"|give|get|bring|put|keep|take|remind|say|tell|sound like|feel like|fill)\b",
    r"\b(?:want|need|make|get|have) it (?:to be |to feel |feel |so |really |very |all )*"
    r"\w{2,}(?:[^hyo]ing|ful|ous|some|ish)\b(?! (?:music|song|track|tune))",
    r"\b(?:make it|should|to) (?:sound|feel)s? (?:like|as if|as though)\b|\blike (?:when"
    r"|the feeling|you'?re|you are|we'?re|i'?m|somebody|someone)\b",
    r"\b(?:want|make|get|have) (?:people|folks|viewers|everyone|everybody|them|us|you|who\w+"
    r"|the audience"
    r"|my \w+|guests|the (?:kids|guests|viewers))\b(?: to)? (?!(?:music|a|an|the|some)\b)\w+",
)
"""Describes the music by what it does or by a picture."""
_PLAIN: Final = pattern(
    r"\b(?:that|which) (?:you (?:think|like|find|choose|believe)|people (?:like|enjoy))\b",
    r"\b(?:that|which) (?:\w+ )?(?:fit|fits|suits?|match\w*|goes|go|works?|lasts?|is(?: not"
    r"|n't)? (?:too|free)"
    r"|starts?|stops?|ends?|plays?|doesn'?t|won'?t|isn'?t|comes|kicks)\b"
    r"|\b(?:should|ought to|must|has to|needs to) (?:\w+ )?(?:fit|suit|match|go with|play|start"
    r"|stop|end)\b"
    r"|\b(?:the occasion|special|professional|finished|complete|real (?:film|movie)|proper|alive"
    r"|less (?:empty|boring|dull))\b",
)
"""Describes the music by the film alone, or by when it plays."""


@cache
def _effects() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((pattern(said), mood) for said, mood in _EFFECTS)


_CLAUSE: Final = pattern(r"[,.;!?]+(?!\d)")


_PLAIN_ZH: Final = pattern(
    r"合适|搭|配得上|符合|随便|好听|衬|画面|视频|片子|完整|高级|专业|像样|正式|大气|不(?:枯燥|无聊|单调|尴尬)"
)
"""Describes the music in Chinese by the film alone."""
_CLAUSE_ZH: Final = pattern(r"[，,。；;！!？?]+")
_DESCRIBES_ZH: Final = pattern(
    r"(?:音乐|配乐|曲子?)(?:要|得|最好|应该|必须)*(?:能|让人|把人|听着|像|跟)",
    r"(?:能|让|把)(?:人|观众|大家)(?!.{0,2}(?:知道|看))|反着来|一听就|听(?:了|完|着)就?(?:想|像|让|能)",
    r"那种[^，。]{2,10}(?:感觉|味道|味儿?|架势|劲儿?|范儿?|调调)",
)


def with_mood_of_effect(text: str) -> str:
    """Return the words for a first piece with the name of the mood that they only paraphrase."""
    described = _described(text)
    if _names_music(described) and not _denies_all(described):
        return text
    mood = next((mood for found, mood in _effects() if found.search(described)), None)
    return f"{text}, {mood}" if mood else text


def is_unknown_description(text: str) -> bool:
    """Return whether words for a first piece describe a music that is not known here."""
    if text.isascii() and _denies_all(text):
        return True  # "not the gloomy sort, the exact opposite"
    described = _described(text)
    if not described or _names_music(text):
        return False
    return not (_PLAIN if text.isascii() else _PLAIN_ZH).search(described)


def _described(text: str) -> str:
    """Return the clauses of an English text that describe music."""
    if not text.isascii():
        return ", ".join(one for one in _CLAUSE_ZH.split(text) if _DESCRIBES_ZH.search(one))
    return ", ".join(one for one in _CLAUSE.split(text) if _DESCRIBES.search(one))


def _denies_all(text: str) -> bool:
    """Return whether a text names moods or styles, and wants none of them."""
    if not _names_music(text):
        return False
    brief = parse_prompt(text)
    return brief.style is None and brief.mood is None


def _names_music(text: str) -> bool:
    return any(one.kind in {"style", "mood"} for one in find_terms(text))
