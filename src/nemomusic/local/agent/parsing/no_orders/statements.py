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
    r"[,;:!?]+(?!\d)|\.+(?!\w)|\s-\s|\b(?:and|but|then|because|since)\b",
    r"\bso(?= (?:i|we|it|you|he|she|they|please|the|this|that|my|our|make|give|put|let|can|could"
    r"|just|add|turn|\w+ it is)\b)",
)
_WISH: Final = pattern(
    r"\bplea?s+e*\b|\b(?:pls|plz|wish|prefer|something|instead|rather|another|should|must|needs?"
    r"|deserves?|needed|missing|how about|what about|what if|why not|let'?s|you (?:choose|pick"
    r"|decide)|too|not enough)\b",
    r"(?<!\byou )\b(?:want|wanna)\b|\b(?:would|'d|could|can|may|might|will)\b",
    r"\b(?:make|give|put|add|use|try|get|take|change|turn|switch|swap|bring|keep|remove|cut)\b",
)
"""May ask for work."""
_CALLS_ON: Final = pattern(
    r"\bplea?s+e*\b|\b(?:pls|plz|instead|how about|what about|what if)\b|\b(?:could|can|would"
    r"|will) (?:you|we|it|the|this|that)\b"
)
"""Asks for work in so many words."""
_COMPARED: Final = (
    r"(?:better|nicer|(?!(?:drum|numb|nev|ev|ov|und|ord|chapt|pap|numb|lett|aft|oth|wat|moth|fath"
    r"|broth|sist|comput|summ|wint|dinn|lat|play|sing)er)[a-z]{3,}er|more \w+|less \w+)"
)
_IS: Final = r"(?:is|are|was|were|sounds?|feels?|looks?|seems?|am|'s|'re|'m)"
_CONTENT: Final = pattern(
    r"\b(?:so much|much|way|far|a lot|lots|even) (?:better|nicer)(?= now\b| with(?:out)?\b"
    r"| already\b| like this\b| (?:this|that) way\b| than (?:before|the (?:first|last|old"
    r"|other))\b|\W*$)",
    rf"\b(?:it|this|that|music|everything)(?: {_IS}|'s) (?:already )?(?:better|nicer) (?:now|with"
    r"|without)\b",
    rf"\b{_COMPARED} now\b|\bnow (?:it|that|this|you|the \w+)(?:'s| is| are| can| comes?"
    r"| sounds?)(?! (?:too|not|hardly|barely)\b)",
    r"\bthan (?:i|we|they) (?:had |ever |would have )?(?:thought|hoped|expected|imagined|feared"
    r"|dreamt|dreamed)\b|\bthan expected\b",
    rf"\b{_COMPARED} than (?:the )?(?:first|last|old|previous|other) (?:one|version)\b",
    r"\b(?:just|exactly|spot|the) right (?:amount|level|mix|dose|speed|tempo|mood)\b|\bspot on\b"
    r"|\bwell timed\b",
    rf"\b{_IS} (?:so|really|absolutely|simply|just) (?:smooth|well|good|great|beautiful|nice"
    r"|lovely|perfect|cool|touching|sweet|fitting)\b",
    r"\bhits? (?:so |really |pretty )?hard\b|\blooks? (?:great|good|lovely|amazing|fantastic"
    r"|cool|nice|awesome|wonderful|gorgeous)\b",
)
"""Is content with what is there."""
_DECIDED: Final = pattern(
    r"\bwould (?:be too|be over the top|be a bit much|kill|ruin|spoil|destroy|be wrong|be"
    r" overkill|hurt)\b",
    r"\b(?:can'?t|cannot|couldn'?t) (?:choose|decide|pick|make up my mind)\b",
    r"\bcan(?:'?t|not) say (?:that )?i (?:don'?t|do not|dislike|hate)\b",
    r"\bcould be worse\b|\bcouldn'?t be better\b|^\W*you (?:must|might|may|could) be\b",
    r"\bwould be (?:proud|jealous|amazed|surprised|impressed)\b|^\W*there (?:was|were) (?!no\b"
    r"|too\b)",
    r"\b(?:i|we|he|she|they)(?:'ve| have| has)? already \w+|\bno \w+\W+no problem\b",
)
"""Says what would be wrong, or is done: "a choir would be too much"."""
_GLAD: Final = pattern(
    r"^\W*(?:(?:so|really|very|i'?m|we'?re|i am)\s+)*(?:glad|good (?:thing|call|choice|that|how)"
    r"|nice (?:how|touch|one|work|job|that)|(?:cool|funny|love|great) (?:how|that)|great (?:idea"
    r"|work|job)|well done|(?:my )?compliments|kudos|props|hats off|good (?:job|stuff|work))\b",
    r"^\W*(?:now )?that'?s (?:an?|some|a lot of|what i call)\b(?! (?:bit|little|tad|touch"
    r"|lot(?! of)|shame|pity|mistake)\b)",
    r"\bso (?:nicely|well|beautifully|smoothly|gently|perfectly|softly)\b",
    r"\bmore than (?:happy|enough|fine|okay)\b",
    r"\bit'?s the (?!music)\w+ that (?!wants?|needs?)|\bnothing beats\b",
    r"^\W*[\w-]+(?: \w+)? (?:works|it stays)\W*$",
)
"""Praises what was done."""
_PRAISE: Final = pattern(
    r"^\W*(?:(?:very|so|really|pretty) )?(?:good|nice|lovely|great|wow|awesome|perfect"
    r"|i (?:really |do )?(?:like|love) (?:it"
    r"|this|that)|love (?:it|this|that)|i'm (?:so )?happy)\W*$"
)
_OWN_DEED: Final = pattern(
    r"\b(?:i|we) (?:really |just |still |also |only |first )?(?:should|must|need to|needed to"
    r"|have to|gotta|got to|ought to|want to|wanna|could|will|'ll|am going to|are going to"
    r"|are gonna|might|may) (?:really |just |also )?(?!(?:have|hear|see|add|put|use|change|make"
    r"|keep|remove|cut|turn|lower|raise|mute|fade|trim|swap|switch|get|only|not|never|barely"
    r"|hardly|be|do|delete|drop|lose|replace|bring|listen|give|let|say|take|try|start|end|stop"
    r"|go (?:back|for|with)|skip|really|show|choose|pick|export|download|render|understand|feel"
    r"|stand|bear|live|like|love|appreciate|prefer|strain|hold|cover|lean)\b)\w+",
    r"\b(?:i|we) (?:need|want) (?:an?|some|more|to have an?) (?:new |bigger |better |smaller "
    r"|other )?(?:tv|break|coffee|drink|tea|nap|holiday|vacation|sleep|rest|phone|laptop"
    r"|computer|screen|camera|time|minute|moment|second|house|car|dog|cat|job|life|hug|beer|wine"
    r"|snack|food|air|headphones|speakers?|room|money|clips)\b",
    r"\b(?:i|we) (?:need|want|could use) (?:some |more |a bit of |a bit more )?\w+ (?:today"
    r"|tonight|in my life)\b",
)
"""Is about what the writer does or needs."""
_OF_PEOPLE: Final = pattern(
    r"\b(?:i|he|she|we|they|everyone|everybody|people|(?:my|our) \w+)(?:'m|'s|'re| am| is| are"
    r"| was| were) (?:not |really |just |totally |all |more |a bit |quite |kind of |always "
    r"|also )*(?:into|an? (?:\w+ )?(?:person|guy|girl|fan|chick|lover|man|woman|type|nerd)"
    r"|(?:more )?of an? )",
    r"^\W*(?:stay|keep|be|remain) (?:calm|cool|happy|positive|tuned|warm|safe|relaxed"
    r"|patient)\b(?! (?:and|but)? ?(?:the|it))",
)
_ASIDE: Final = pattern(
    r"\b(?:costs?|cost me) (?:a|an|so|too|about|like|me|\d)\b|\bmy \w+ needs (?:\w+ing|new|an? new"
    r"|repair\w*|to be)\b(?! (?:music|tune|song|track))"
    r"|^\W*(?:\w+ ){1,3}forever\W*$|\bon the radio\b"
    r"|\b(?:everyone|everybody|people|we|they) listen(?:ed|s)? to\b"
)
"""Tells of prices, things of one's own, and tastes: "jazz and coffee, best combo"."""
_OTHER_TIMES: Final = pattern(
    r"\bon (?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\b(?:these days|nowadays)\b",
    r"^\W*(?:just |first |finally |at first |then )*(?:turned|heard|played|watched|thought|tried"
    r"|lost|found|saw|went|bought|sold|met|learned|listened|opened|closed|broke)\b(?! (?:back"
    r"|out|down|up)\W*$)|\bnow i (?:can )?(?:hear|see|get|understand)\b",
    r"^\W*(?:just |omg |oh )?(?:listen to|look at|check out) (?:that|those|this|these|the|him"
    r"|her|them)\b",
    r"^\W*you (?:must be|look|seem|deserve|rock|were|have been|must have)\b",
    r"\bi like my\b",
)
"""Tells what the writer hears, did once or does often."""
_DAYS: Final = pattern(
    r"^\W*(?:(?:an?|such an?|what an?) )?(?:\w+ ){1,2}(?:morning|evening|night|day|afternoon"
    r"|weekend|sunset|sunrise|trip|holiday|view|ride|walk|crowd|place|weather)(?= (?:at|in|on|by"
    r"|with|near)\b|\W*$)(?!.*\b(?:music|tracks?|tunes?|songs?|beats?|vibes?|moods?|sounds?|style"
    r"|feel)\b)"
)
"""Only names a time or a place: "quiet morning at the beach"."""
_PUT_OFF: Final = pattern(
    r"^\W*(?:meh|eh|mhm?|hm+|so-so|whatever|not bad|fair enough|i see)\W*$",
    r"^\W*(?:(?:hi|hey|hello|yay|guess what|so|well)\W+)*(?:it'?s|it is|(?:today|tomorrow) (?:is"
    r"|'s))"
    r" (?:my|our|his|her|their|\w+'s) (?:\w+ ){0,2}(?:birthday|b-?day|anniversary|day off|wedding"
    r" day|graduation|name day|last day)(?: today| tomorrow| soon| this week)?\W*$",
    r"^\W*not (?:today|tonight|tomorrow|this week)\b",
    r"^\W*too (?:cute|sweet|good|funny|nice|lovely|kind|adorable|beautiful|precious)\W*$",
    r"^\W*(?:such |what )?a (?:pity|shame)\b(?!.*[,.;])|^\W*no words\W*$|^\W*so (?!much|many"
    r"|far)\w+\W*$",
    r"^\W*so you .*\b(?:huh|right|eh|then)\W*$",
    r"^\W*(?:tomorrow|next (?:time|week|month|year|summer|video|film)|some ?day|one day"
    r"|for (?:the|my|our) next)\b(?!.*\b(?:today|now|please)\b)",
    r"[,.;]\s*(?:but )?(?:i (?:wouldn'?t|don'?t|didn'?t|won'?t)|not me|we (?:don'?t"
    r"|wouldn'?t))\W*$",
    r"^[^?]*\?\s*(?:no|nah|nope|not really|i don'?t think so|no way|not at all)\b(?!.*\b(?:make"
    r"|please|instead|but)\b)",
    r"^\W*not too \w+,? (?:and |but )?not too \w+\W*$",
    r"\bmusic to my ears\b|\bno music,? no (?:life|fun|party)\b|\bwhat would (?:we|i|you|life"
    r"|the world"
    r" ) ?(?:do|be) without\b|\bin my life\W*$",
    r"\b(?:best|great|perfect|nice|killer) (?:combo|combination|duo|pairing)(?: ever)?\W*$",
)
"""Puts off or denies as a whole, or asks about the agent."""
_TO_PEOPLE: Final = pattern(
    r"\b(?:chill|relax|calm down|easy|cool it),? (?:bro|man|dude|mate|ha(?:ha)+|lol|guys?|buddy"
    r"|everyone|folks|people|kids|mom|mum|dad)\b|\bmute my (?:husband|wife|boss|neighbou?rs?)\b"
)
"""Speaks to people: "chill bro"."""
_EXCLAIMS: Final = pattern(
    r"^\W*(?:wow|omg|whoa|dude|man|ha(?:ha)+|damn|oh my god)\W+(?:the|that|those|what an?|such)\b"
    r"(?!.*\b(?:is|are|was|too|not|please|pls|no|more|less|\w+er|out|down|up|off)\b)[^?]*$",
    r"^\W*what an? \w+(?: \w+){0,3}\W*$(?<!\?)",
)
"""Exclaims: "wow the drop at 12!"."""
_TAG: Final = pattern(
    r",? (?:right|isn'?t it|is it not|huh|eh|correct|no|doesn'?t it|aren'?t they)\?\W*$"
)
"""Asks whether it is so."""
_FACTS: Final = pattern(
    r"\b(?:clips?|videos?|films?|\w+\.mp4|one|first|second|other)(?: one| clip| video)?(?: is|'s"
    r"| was| are| were) (?:the (?!best|better|right|worst|wrong)\w+\W*$|from|about|of|(?:only"
    r"|just|around) \d+|recorded|filmed|shot|taken)\b",
    r"\b(?:is|are|was|were) (?:such (?:an?\b)?|an? (?:\w+ )?(?<!bad )(?<!wrong )(?<!stupid"
    r" )(?:thing|invention|feature|idea|concept|tool|button)\b)",
    r"\b(?:looking|staring|thinking back|listening) (?:at|to)\b",
    r"\b(?:in|at) the (?:pubs?|bars?|clubs?|restaurants?|hotels?|church|streets?|office"
    r"|shops?) (?:there|here)\b",
    r"\bthe (?:page|site|website|app|upload|download|internet|wifi|wi-fi|bus|train|traffic"
    r"|weather|phone|computer|laptop|screen)(?:'s| is| was| loads?| runs?| works?| seems?)\b",
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
    r"^\W*(?:(?:and|but|so|ok|hey|hmm|well|btw)[\s,]+)*(?:what|which|who|whose|when|where"
    r"|why(?! (?:not|don'?t))|how (?:do|does|did|can|come|is|are|old|much|many)|is (?!it possible"
    r"|there (?:any|a) (?:way|chance))|are|was|were|do(?! you think (?:you|we|i))|does|did|has"
    r"|have)\b"
)
"""Asks what is so."""
_AGAIN: Final = pattern(r"[.!?]\s+\w")
"""Holds several sentences."""
_SOFT: Final = pattern(
    r"\b(?:something|anything|another|different|possible|way to|chance|mind|able|too|so (?:loud"
    r"|quiet|slow|fast)|instead|please)\b"
)
"""Asks for work in a question: "do you have something happier?"."""


def only_states(text: str, said: str = "") -> bool:
    """Return whether an English message tells or asks something, and orders nothing.

    Args:
        text: The message, in plain words.
        said: The message as it was written.
    """
    if _CHINESE.search(text):
        return False
    if _PUT_OFF.search(text) or _TO_PEOPLE.search(said) or _EXCLAIMS.search(said):
        return True
    clauses = [one for one in _CLAUSE.split(text) if one.strip()]
    told = [one for one in clauses if _tells(one)]
    content = len(clauses) > 1 and (
        bool(_PRAISE.search(clauses[-1]))
        or (bool(_PRAISE.search(clauses[0])) and all(map(_FINITE.search, clauses[1:])))
    )
    asked = _QUESTION.search(text) and not _SOFT.search(text)
    fact = bool(
        asked and (_TAG.search(text) or (_ASKS_FACT.search(text) and not _AGAIN.search(text)))
    )
    if not (told or content or fact) or _CALLS_ON.search(text):
        return False
    others = [one for one in clauses if one not in told]
    if fact and not _TAG.search(text):
        others = []
    if any(ORDER_EN.search(one) or _WISH.search(one) for one in others):
        return False
    glad = any(map(_GLAD.search, told))
    return content or fact or glad or not any(map(_names_music, others))


_OF_MUSIC: Final = pattern(
    r"\b(?:music\w*|songs?|tracks?|tunes?|beats?|soundtracks?|score|bgm|melod\w+|sounds?|vibes?"
    r"|moods?"
    r"|feel(?:ing)?|style|pieces?|background|lullab\w+|atmosphere|ambian?ce|anything|whatever|fits?"
    r"|suits?|touch|stuff|for (?:a|an|the|my|our|his|her|this))\b"
)
_NO_COLOR: Final = pattern(
    r"\b(?:and|but|with|very|really|a|bit|little|so|quite|not|too|more"
    r"|less)\b|\W"
)


def only_colors(text: str) -> bool:
    """Return whether an English first message holds the word of a mood, and asks for no music.

    "Happy kids, tired parents" tells of a film at most. "Bright and happy" can only mean the music.

    Args:
        text: The message, in plain words.
    """
    terms = find_terms(text)
    if _CHINESE.search(text) or {one.kind for one in terms} != {"mood"}:
        return False
    if _OF_MUSIC.search(text) or _WISH.search(text):
        return False
    if any(map(ORDER_EN.search, _CLAUSE.split(text))):
        return False
    for one in reversed(terms):
        text = text[: one.start] + text[one.end :]
    return bool(_NO_COLOR.sub("", text))


def _tells(clause: str) -> bool:
    """Return whether a clause tells of a state, a person or a fact."""
    if ORDER_EN.search(clause) and not _SUBJECT.search(clause):
        return bool(_OF_PEOPLE.search(clause) or _DAYS.search(clause) or _GLAD.search(clause))
    if (
        _OWN_DEED.search(clause)
        or _ASIDE.search(clause)
        or _OF_PEOPLE.search(clause)
        or _DECIDED.search(clause)
        or _GLAD.search(clause)
    ):
        return True
    told = (_OTHER_TIMES, _FACTS, _CONTENT, _DAYS)
    return any(one.search(clause) for one in told) and not _WISH.search(clause)


def _names_music(clause: str) -> bool:
    """Return whether a clause is the name of a music: "a sad tune", "jazz it is"."""
    return bool(find_terms(clause)) and not _FINITE.search(clause)
