"""English sentences that tell of a state, a person or a fact, and ask for no work.

"Louder now, good" is content with the music, and "I should speed up, my bus is leaving" is about
the writer. Their words are those of orders. Work that is read from such a sentence is asked first.
"""

from __future__ import annotations

from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.rules.order_detection import ORDER_EN
from nemomusic.local.agent.parsing.words.common_words import pattern

_CHINESE: Final = pattern(r"[\u3400-\u9fff]")
_CLAUSE: Final = pattern(
    r"[,;:!?]+(?!\d)|\.+(?!\w)|\s-\s|\b(?:and|but|so(?! much\b)|then|because|since)\b"
)
_WISH: Final = pattern(
    r"\bplea?s+e*\b|\b(?:pls|plz|wish|prefer|something|instead|rather|another|should|must|needs?"
    r"|deserves?"
    r"|needed|missing|how about|what about|what if|why not|let'?s|too|not enough)\b",
    r"(?<!\byou )\b(?:want|wanna)\b|\b(?:would|'d|could|can|may|might|will)\b",
    r"\b(?:make|give|put|add|use|try|get|take|change|turn|switch|swap|bring|keep|remove|cut)\b",
)
"""May ask for work."""
_CALLS_ON: Final = pattern(
    r"\bplea?s+e*\b|\b(?:pls|plz|instead|how about|what about|what if)\b"
    r"|\b(?:could|can|would|will) (?:you|we|it|the|this|that)\b"
)
"""Asks for work in so many words."""
_COMPARED: Final = (
    r"(?:better|nicer|(?!(?:drum|numb|nev|ev|ov|und|ord|chapt|pap|numb|lett|aft|oth|wat|moth|fath"
    r"|broth|sist|comput|summ|wint|dinn|lat|play|sing)er)[a-z]{3,}er|more \w+|less \w+)"
)
_IS: Final = r"(?:is|are|was|were|sounds?|feels?|looks?|seems?|am|'s|'re|'m)"
_CONTENT: Final = pattern(
    r"\b(?:so much|much|way|far|a lot|lots|even) (?:better|nicer)(?= now\b| with(?:out)?\b"
    r"| already\b"
    r"| like this\b| (?:this|that) way\b| than (?:before|the (?:first|last|old|other))\b|\W*$)",
    rf"\b(?:it|this|that|music|everything)(?: {_IS}|'s) (?:already )?(?:better|nicer) (?:now|with"
    r"|without)\b",
    rf"\b{_COMPARED} now\b|\bnow (?:it|that|this|you|the \w+)(?:'s| is| are| can| comes?"
    r"| sounds?)(?! (?:too|not|hardly|barely)\b)",
    r"\bthan (?:i|we|they) (?:had |ever |would have )?(?:thought|hoped|expected|imagined|feared"
    r"|dreamt|dreamed)\b|\bthan expected\b",
    rf"\b{_COMPARED} than (?:the )?(?:first|last|old|previous|other) (?:one|version)\b",
    r"\b(?:just|exactly|spot|the) right (?:amount|level|mix|dose|speed|tempo|mood)\b|\bspot on\b"
    r"|\bwell timed\b",
    rf"\b{_IS} (?:so|really|absolutely|simply|just) (?:smooth|well|good|great|beautiful|nice|lovely"
    r"|perfect|cool|touching|sweet|fitting)\b",
    r"\bhits? (?:so |really |pretty )?hard\b|\blooks? (?:great|good|lovely|amazing|fantastic|cool"
    r"|nice|awesome|wonderful|gorgeous)\b",
)
"""Is content with what is there."""
_PRAISE: Final = pattern(
    r"^\W*(?:good|nice|lovely|great|wow|awesome|perfect|i (?:really |do )?(?:like|love) (?:it"
    r"|this|that)"
    r"|love (?:it|this|that)|i'm (?:so )?happy)\W*$"
)
_OWN_DEED: Final = pattern(
    r"\b(?:i|we) (?:really |just |still |also |only |first )?(?:should|must|need to|needed to"
    r"|have to"
    r"|gotta|got to|ought to|want to|wanna|could|will|'ll|am going to"
    r"|are going to|are gonna|might|may) (?:really |just |also )?"
    r"(?!(?:have|hear|see|add|put|use|change|make|keep|remove|cut|turn|lower|raise|mute|fade|trim"
    r"|swap"
    r"|switch|get|only|not|never|barely|hardly|be|do|delete|drop|lose|replace|bring|listen|give|let"
    r"|say|take|try|start|end|stop|go (?:back|for|with)|skip|really|show|choose|pick|export"
    r"|download"
    r"|render|understand|feel|stand|bear|live|like|love|appreciate|prefer|strain|hold|cover"
    r"|lean)\b)\w+",
    r"\b(?:i|we) (?:need|want) (?:an?|some|more|to have an?) (?:new |bigger |better |smaller "
    r"|other )?"
    r"(?:tv|break|coffee|drink|tea|nap|holiday|vacation|sleep|rest|phone|laptop|computer|screen"
    r"|camera"
    r"|time|minute|moment|second|house|car|dog|cat|job|life|hug|beer|wine|snack|food|air|headphones"
    r"|speakers?|room|money|clips)\b",
    r"\b(?:i|we) (?:need|want|could use) (?:some |more |a bit of |a bit more )?\w+ (?:today"
    r"|tonight|in my life)\b",
)
"""Is about what the writer does or needs."""
_OF_PEOPLE: Final = pattern(
    r"\b(?:i|he|she|we|they|everyone|everybody|people|(?:my|our) \w+)(?:'m|'s|'re| am| is| are"
    r"| was| were)"
    r" (?:not |really |just |totally |all |more |a bit |quite |kind of |always |also )*(?:into"
    r"|an? (?:\w+ )?(?:person|guy"
    r"|girl|fan|chick|lover|man|woman|type|nerd)|(?:more )?of an? )",
    r"^\W*(?:stay|keep|be|remain) (?:calm|cool|happy|positive|tuned|warm|safe|relaxed"
    r"|patient)\b(?! (?:and|but)? ?(?:the|it))",
)
_DAYS: Final = pattern(
    r"^\W*(?:(?:an?|such an?|what an?) )?(?:\w+ ){1,2}(?:morning|evening|night|day|afternoon"
    r"|weekend|sunset"
    r"|sunrise|trip|holiday|view|ride|walk|crowd|place|weather)(?= (?:at|in|on|by|with|near)\b"
    r"|\W*$)"
    r"(?!.*\b(?:music|tracks?|tunes?|songs?|beats?|vibes?|moods?|sounds?|style|feel)\b)"
)
"""Only names a time or a place: "quiet morning at the beach"."""
_PUT_OFF: Final = pattern(
    r"^\W*not (?:today|tonight|tomorrow|this week)\b",
    r"^\W*so you .*\b(?:huh|right|eh|then)\W*$",
)
"""Puts off as a whole, or asks about the agent."""
_FACTS: Final = pattern(
    r"\b(?:clips?|videos?|films?|\w+\.mp4|one|first|second|other)(?: one| clip| video)?(?: is|'s"
    r"| was| are| were) "
    r"(?:the (?!best|better|right|worst|wrong)\w+\W*$|from|about|of|(?:only|just|around) \d+"
    r"|recorded|filmed|shot|taken)\b",
    r"\b(?:is|are|was|were) (?:such (?:an?\b)?"
    r"|an? (?:\w+ )?(?<!bad )(?<!wrong )(?<!stupid )(?:thing|invention|feature|idea|concept|tool"
    r"|button)\b)",
    r"\b(?:looking|staring|thinking back|listening) (?:at|to)\b",
    r"\b(?:in|at) the (?:pubs?|bars?|clubs?|restaurants?|hotels?|church|streets?|office"
    r"|shops?) (?:there|here)\b",
    r"\bthe (?:page|site|website|app|upload|download|internet|wifi|wi-fi|bus|train|traffic"
    r"|weather|phone"
    r"|computer|laptop|screen)(?:'s| is| was| loads?| runs?| works?| seems?)\b",
    r"\bno words\W+just\b|\bjust wow\b|\bi know\W*$",
)
"""Tells what the clips show, or something of the world."""
_SUBJECT: Final = pattern(r"^\W*\w+ (?:is|was|are|were)\b")
"""Begins with a word of doing that is a noun here: "undo is handy"."""
_FINITE: Final = pattern(
    r"\b(?:i|we|he|she|they|you)\b|\b(?:am|is|are|was|were|has|had|did|does)\b(?<!it is)"
)
_QUESTION: Final = pattern(r"\?\W*$")
_ASKS_FACT: Final = pattern(
    r"^\W*(?:(?:and|but|so|ok|hey|hmm|well|btw)[\s,]+)*(?:what|which|who|whose|when|where|why"
    r"|how (?:do|does|did|can|come|is|are|old|much|many)"
    r"|is (?!it possible|there (?:any|a) (?:way|chance))|are|was|were|do|does|did|has|have)\b"
)
"""Asks what is so."""


def only_states(text: str) -> bool:
    """Return whether an English message tells or asks something, and orders nothing.

    Args:
        text: The message.
    """
    if _CHINESE.search(text):
        return False
    if _PUT_OFF.search(text):
        return True
    clauses = [one for one in _CLAUSE.split(text) if one.strip()]
    told = [one for one in clauses if _tells(one)]
    content = bool(clauses[1:]) and bool(_PRAISE.search(clauses[-1]))
    fact = _ASKS_FACT.search(text) and _QUESTION.search(text)
    if not (told or content or fact) or _CALLS_ON.search(text):
        return False
    others = clauses if fact else [one for one in clauses if one not in told]
    if any(ORDER_EN.search(one) or _WISH.search(one) for one in others):
        return False
    return content or bool(fact) or not any(map(_names_music, others))


def _tells(clause: str) -> bool:
    """Return whether a clause tells of a state, a person or a fact."""
    if ORDER_EN.search(clause) and not _SUBJECT.search(clause):
        return bool(_OF_PEOPLE.search(clause) or _DAYS.search(clause))
    if any(one.search(clause) for one in (_OWN_DEED, _OF_PEOPLE, _FACTS)):
        return True
    return bool(_CONTENT.search(clause) or _DAYS.search(clause)) and not _WISH.search(clause)


def _names_music(clause: str) -> bool:
    """Return whether a clause is the name of a music: "a sad tune", "jazz it is"."""
    return bool(find_terms(clause)) and not _FINITE.search(clause)
