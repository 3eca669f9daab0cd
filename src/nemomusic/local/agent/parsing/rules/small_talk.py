"""English small talk: thanks, wishes, compliments to the agent, news of the day.

Such a message may hold the word of a mood or a style: "thanks for being so calm", "you rock". What
it describes is the agent, the user, other people or the weather, and not the music or the film.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.words.common_words import MARK, pattern

if TYPE_CHECKING:
    import re

_CLAUSE: Final = pattern(r"[,.;:!?()]+|\s-\s|\b(?:but|because)\b")
_ASKS: Final = pattern(
    r"\b(?:please|needs?|needed|want(?:s|ed)?|wish(?= (?:it|the|this|that|there))|would|'d"
    r"|should|must(?! (?:be|have) )|ought|can (?:you|we|i|it)|could|let'?s|let|how about"
    r"|what about|what if|prefer|instead|another|different|something|anything|somehow|surprise"
    r"|missing|too|more|less|not enough|again|back|undo|redo|revert|export\w*|download\w*)\b",
    r"\b(?:make|give|add|put|use|try|change|turn|switch|swap|bring|keep|remove|delete|mute|cut"
    r"|trim|play|compose|create|generate|write|pick|choose|decide|go (?:with|for)|looking for"
    r"|thinking|after an?|sing\w*|rap\w*|read|narrat\w+|in the mood"
    r"|imagin\w+|pictur\w+"
    r"|hear(?! (?:from|myself|that|you))|listen\w*|fade|start|stop|end)\b",
    r"\b\w+er (?:than|one|version)\b",
)
"""Asks for something, or complains."""
_WORK: Final = pattern(
    r"\b(?:music\w*|songs?|tracks?|tunes?|beats?|soundtracks?|score|bgm|melod\w+|rhythms?|tempo"
    r"|bpm|key|volume|audio|voices?|vocals|noise|video\w*|vids?|clips?|films?|footage|vlogs?"
    r"|movies?|reels?|shorts?|montage|slideshow|pictures?|photos?|titles?|captions?|credits?"
    r"|versions?|pieces?|takes?(?! care)|drafts?|intro|ending|vibes?|moods?|style|genre"
    r"|feels?(?= \w+\W*$)|ambian?ce|atmosphere|background|seconds?|instruments?|speed|bpm)\b",
    r"\bsounds?\b(?<!you sound)(?<!you sounds)|\d",
)
"""Names the music, the film, or a part of it."""
_BEFORE: Final = (
    r"^\W*(?:(?:oh|well|also|aw+|wow|hey|hi|hello|ok|okay|anyway|yes|yeah|no|sorry|btw|man|dear"
    r"|then|just|honestly|seriously|really|i (?:think|guess|must say|have to say|hope))[\s,]+)*"
)
_DAY: Final = (
    r"(?:day|night|evening|morning|afternoon|weekend|week|holidays?|vacation|trip|time|christmas"
    r"|easter|summer|winter|spring|autumn|year|flight|rest|break|life|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|shift|meeting|commute|lunch|dinner|birthday|party)"
)
_NOW: Final = (
    r"(?:today|tonight|yesterday|lately|outside|out there|this (?:morning|week|evening|afternoon)"
    r"|right now|these days|over here"
    r"|at (?:work|home|school|the office)|in the office|for once|already)"
)
_OF_AGENT: Final = (
    r"(?:replies|reply|answers?|english|name|company|team|app|apps|site|website|patience|help"
    r"|service|support|ideas?|family|kindness|humou?r|tone|manners?|attitude|jokes?|boss|city"
    r"|country|heart|people|interface|design|logo)"
)


def _at_start(*forms: str) -> re.Pattern[str]:
    """Return one pattern of several that begin a clause, after words such as "oh" or "well"."""
    return pattern(f"{_BEFORE}(?:{'|'.join(forms)})")


_TO_AGENT: Final = _at_start(
    # thanks and apologies
    r"(?:(?:many|so many|a big|big|warm(?:est)?|huge|much) )?(?:thanks?|thank you|thx|ty"
    r"|cheers|(?:i )?(?:really )?appreciate)\b(?! you (?:card|note|gift))",
    r"(?:i'?m |i am )?(?:so |very |really )?(?:sorry|apologies|excuse me|pardon)\b",
    # greetings and wishes
    r"(?:greetings|good (?:morning|afternoon|evening|night|day)"
    r"|(?:hello|hi|hugs|love|regards) from|merry christmas"
    r"|happy (?:new year|holidays|easter|thanksgiving|diwali|friday|monday|birthday to you)"
    r"|season'?s greetings|(?:warm(?:est)?|best|kind(?:est)?|good|happy|sweet|soft) (?:wishes"
    r"|regards|greetings|hugs|dreams)|all the best|bless you|sleep well|see you|(?:good)?bye"
    r"|talk (?:soon|later)|take care|stay \w+\W*$|(?:nice|pleased|lovely|good|great) (?:to (?:meet"
    r"|see|talk)|meeting|seeing|talking|chatting)|long time no see|congrat\w*)\b",
    rf"(?:have|enjoy|had|having|i had|we had|i've had|we've had|it was|it's been"
    rf"|what) (?:an?|your|such an?|the) (?:[\w'-]+ ){{0,4}}{_DAY}\b(?! (?:of|for|in (?:my|our)))",
    r"(?:hope|hoping|wish(?:ing)?|may) (?:you|your|u|y'all|everyone|all of you"
    r"|life|the)\b",
    # the agent, and others who are spoken to
    r"you(?: (?:guys|folks|all|people|two|both))?(?:'re| are|'ve been| have been| were"
    r"| seem| sound| look| rock\b| rule\b| must be| deserve| have (?:an?|the|such)\b)",
    rf"your (?:\w+ )?{_OF_AGENT} (?:is|are|was|were|has|have|seems?|sounds?|looks?)\b",
    r"(?:(?:this|the|your) (?:app|site|website|page|tool|program|thing|chat|bot"
    r"|assistant)) (?:is|looks|seems|has)\b",
    r"i (?:\w+ )?(?:admire|love|like|enjoy|envy) (?:how|that|the way|it when)\b.*\byou\b",
    r"it(?:'s| is| was|'s been) .*\b(?:talking|chatting|speaking|working) (?:with|to)"
    r" you\b",
    r"(?:(?:that|this|what)(?:'s| is| was)? )?(?:an?|such an?|so) (?:[\w'-]+ ){0,4}"
    r"(?:name|idea|coincidence|story|joke|thought|gesture|compliment|thing to say)\b"
    r"(?! (?:for|to))",
)
"""Thanks, greets, wishes well, or speaks of the agent."""
_OF_PEOPLE: Final = _at_start(
    r"(?:i|we)(?:'m| am|'re| are| feel| felt| was| were|'ve been| have been)\b"
    r"(?!.*\b(?:for|like|about|making|doing|going|hoping|editing|working on|not|of|by"
    r"|with (?:it|this|that|these|those|the|how|what))\b)",
    rf"(?:my|our|the) (?:[\w'-]+ ){{1,3}}(?:is|was|are|were|has been|have been|seems?"
    rf"|looks?|feels?)\b.*\b{_NOW}\W*$",
    r"(?:my|our) (?:day|week|weekend|morning|evening|night|boss) (?:is|was|has been)\b",
    r"(?:feeling|everything (?:is|feels)|spring is|summer is|winter is)\b"
    r"(?!.*\b(?:for|like|of|in)\b)|people (?:\w+ )?(?:here|out there) are\b",
    r"(?:so |very |really )?(?:glad|happy|pleased) (?:to (?:meet|hear|see|be|talk)"
    r"|for you)\b",
    r"(?:the )?(?:weather|sun|sky|rain) (?:is|was|looks|has been|here)\b",
    rf"it(?:'s| is| was|'s been|'s going to be| has been) (?!for\b)(?:[\w'-]+ ){{1,6}}"
    rf"{_NOW}\b(?!.*\bfor\b)",
)
"""Speaks of the user, other people or the weather."""
_GOES_ON: Final = pattern(r"\W*(?:so|very|really|always|both|an? \w+ one\b)")
"""Goes on with what the clause before spoke of: "bless you, so calm"."""


def is_small_talk(text: str) -> bool:
    """Return whether an English message is small talk, and nothing else."""
    if not (_TO_AGENT.search(text) or _OF_PEOPLE.search(text)) or any(
        "\u3400" <= sign <= "\u9fff" for sign in text
    ):
        return False
    if MARK in text or _ASKS.search(text) or _WORK.search(text):
        return False
    terms = [(one, {term.kind for term in find_terms(one)}) for one in _CLAUSE.split(text)]
    described = [(one, kinds) for one, kinds in terms if kinds]
    if not described:
        return bool(_TO_AGENT.search(text))
    return all(
        "instrument" not in kinds
        and (
            _TO_AGENT.search(one)
            or (_GOES_ON.match(one) and _TO_AGENT.search(text))
            or ("style" not in kinds and _OF_PEOPLE.search(one))
        )
        for one, kinds in described
    )


_THANKS: Final = pattern(
    r"^\W*(?:ok(?:ay)?|great|cool|perfect)?\W*(?:thanks?(?: you| a lot)?|thx|ty|cheers)\b"
)
_AFTER: Final = pattern(r"[,.;:!]+|\b(?:but|now)\b")


def thanks_and_asks(text: str) -> bool:
    """Return whether an English message thanks first, and then asks: "thanks, jazz please"."""
    if not _THANKS.search(text):
        return False
    return any(find_terms(one) or _ASKS.search(one) for one in _AFTER.split(text)[1:] if one)
