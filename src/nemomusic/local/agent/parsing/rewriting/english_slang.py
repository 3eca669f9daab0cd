"""English slang, short forms and typing errors, each with the plain words for it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, TypeAlias

from nemomusic.local.agent.parsing.rewriting.english_idioms import IDIOMS, WISHES

Pairs: TypeAlias = tuple[tuple[re.Pattern[str], str], ...]
"""Patterns, and the plain words for what they find."""

_SLANG: Final[tuple[tuple[str, str], ...]] = (
    (r"gimme", "give me"),
    (r"\+(?= [a-z])", ","),
    (r"(?:hapy|happpy|hapyp|hapy|hapi|happi)", "happy"),
    (r"just(?= (?:make|turn|bring|lower|raise|boost|push|dial) (?:the|my|it|that)\b)", ""),
    (r"let (an?|some|the) (\w+) take (?:their|its|the|his|her) place", r"add \1 \2"),
    (r"(everything|everyone|everybody|all|anything) but(?= (?:the|my|that|those) )", r"\1 except"),
    (
        r"cheer (?:it|this|things|everything|the (?:music|mood|tune|song|track)) up(?: a bit)?",
        "make it happier",
    ),
    (r"(?:begining|beggining|begginning)", "beginning"),
    (r"no slower and no faster than|neither slower nor faster than", "exactly"),
    (r"i (?:really |quite )?fancy(?= (?:some|an?|something)\b)", "i want"),
    (r"in and (?:also|then|later|again|gently|slowly)(?= (?:back )?out\b)", "in and"),
    (r"secs?\.?(?= \d)", "second"),
    (
        r"(?<=\w )with (an? (?:massive|big|bigger|huge|grand|epic|strong|loud) (?:ending|finale))",
        r", make \1",
    ),
    (r"fadeout", "fade out"),
    (r"fadein", "fade in"),
    (r"in place of", "instead of"),
    (r"(?<!\w )out with(?= (?:the|that|those) )", "remove"),
    (r"(?:(?<!\w )|(?<=and ))in with(?= (?:an?|the|some) )", "add"),
    (
        (
            r"an? (?:touch|shade|fraction|trifle|smidgen|tad)"
            r"(?= (?:too )?(?:loud|quiet|soft|slow|fast|low|high|heavy|busy|thin|sparse|dark|bright"
            r"|gloomy|sad|hectic|much|strong|weak|dull|\w+er)\b)"
        ),
        "a bit",
    ),
    (r"nothing but(?= (?:the |a |an )?\w)", "only"),
    (
        (
            r"if (?:you (?:don'?t|wouldn'?t) mind|(?:it'?s |that'?s )?(?:at all )?possible"
            r"|(?:it'?s|that'?s) (?:ok|okay|alright|all right)|i may|you please)"
        ),
        "please",
    ),
    (r"the drummers?(?! (?:in|of|from|at|who|is|was)\b)", "the drums"),
    (r"(?:the|that) pianist(?! (?:in|of|from|at|who|is|was)\b)", "the piano"),
    (r"(?:the|that) guitarist(?! (?:in|of|from|at|who|is|was)\b)", "the guitar"),
    (r"(?:the|that) bassist(?! (?:in|of|from|at|who|is|was)\b)", "the bass"),
    (r"(?:the|that) (?:sax player|saxophonist)(?! (?:in|of|from|at|who|is|was)\b)", "the sax"),
    (r"(?:can|could|may|should) (?:all )?go home(?: now)?", "has to go"),
    (r"musics(?= (?:too|so|way|not|really|a bit|pretty)\b)", "music is"),
    (r"un-(?=(?:mute|do|undo)\b)", "un"),
    (r"unundo", "redo"),
    (r"i'?m after(?! all\b)(?= \w)", "i want"),
    (r"(?:jaz|jass|jazzz+)", "jazz"),
    (r"lemme", "let me"),
    (r"wanna", "want to"),
    (r"(?:gonna|gunna)", "going to"),
    (r"gotta", "have to"),
    (r"(?<!\w)'?em", "them"),
    (r"(?:pls|plz|plss|pleez|plse)", "please"),
    (r"(?:u|ya)(?! ?(?:'|\d))", "you"),
    (r"ur", "your"),
    (r"(?:cuz|coz|cos|bc|'cause)", "because"),
    (r"(?:nvm|nm)", "never mind"),
    (
        r"(?:abit|a lil(?:'| bit)?|a lill bit|a wee bit|a smidge\w*|a hair|a pinch|a tiny bit)",
        "a bit",
    ),
    (r"(?:alot|a ton|tons|loads|heaps|waaa*y+)", "a lot"),
    (r"dont", "don't"),
    (r"doesnt", "doesn't"),
    (r"didnt", "didn't"),
    (r"isnt", "isn't"),
    (r"cant", "can't"),
    (r"wont", "won't"),
    (r"im", "i'm"),
    (r"ive", "i've"),
    (r"(?:smth|sth|sumthing|somethin)", "something"),
    (r"(?:rn|atm)", "right now"),
    (r"(?:tho)", "though"),
    (r"(?:thru)", "through"),
    (r"(?:vids|(?<!for )(?<!insta )(?<!instagram )(?<!fb )reels|vlogs)", "videos"),
    (r"vid", "video"),
    (r"(?:bg|back ?ground) (?=music|track|song)", "background "),
    (r"(?:vol)", "volume"),
    (r"(?:b4)", "before"),
    (r"(?:mins)", "minutes"),
    (r"(?:nah|nope)", "no"),
    (r"(?:yea|yeh|ye|yas+)", "yes"),
    (r"(?:k|okey|oki|kk)", "ok"),
    (r"(?:luv)", "love"),
    (r"n|&|adn", "and"),
    (r"(?:teh|hte)", "the"),
    (r"(?:taht|thta)", "that"),
    (r"(?:wiht|wtih)", "with"),
    (r"jsut", "just"),
    (
        (
            r"(an? (?:bit )?(?:\w+er|more \w+|less \w+) (?:vibe|mood|feel|feeling|tone|atmosphere"
            r"|tempo|pace)) would (?:help|suit|work|fit|be)(?: (?:it|this))?"
            r"(?: (?:better|best|nice|good|great|lovely|perfect|nicer))?(?= ?\W*$)"
        ),
        r"\1 please",
    ),
    (
        (
            r"(?:i'd|i would) (?:be (?:happier|happy|glad|pleased)|prefer it|like it(?: better"
            r"| more)?|love it) if (?:it|the music|this) (?:was|were|is|could be|got|went)"
            r"(?= (?:a |much |way |\w+er))"
        ),
        "make it",
    ),
    (r"(?<=video )one of(?= (?:those|these))", "some of"),
    (r"(?:rok|rokc|rcok|roc)(?= (?:music|song|style|beat|track|please))", "rock"),
    (r"(?:lo-?ff+ie?|loffy|lowfi|low-fi|lofy)", "lofi"),
    (r"(?:verticle|verticly|vertial)(?:ly)?", "vertical"),
    (r"(?:dwon|donw|dowm|doen)", "down"),
    (r"(?:trun|tunr|tirn)(?= )", "turn"),
    (r"(?:udno|undoo+|unod|undu)", "undo"),
    (r"(?:reddo|redoo+|redu)", "redo"),
    (r"(?:mkae|maek|amke|mak)(?= )", "make"),
    (r"(?:musc|muic|mucis|msic|muisc)", "music"),
    (r"(?:plese|plase|pleae|pleas)", "please"),
    (
        (
            r"(?:(?<=is )|(?<='s )|(?<=its )|(?<=are )|(?<=way )|(?<=bit )|(?<=sounds )"
            r"|(?<=music )|(?<=musics )|(?<=far ))to(?= (?:loud|fast|slow|quiet|soft|busy|sad|dark"
            r"|much|heavy|high|low|boring)\b)"
        ),
        "too",
    ),
    (
        (
            r"(fade (?:the |my )?(?:music|sound|audio|picture|image|video|screen) (?:in|out)),? and"
            r"(?= (?:the |my )?(?:music|sound|audio|picture|image|video|screen) (?:in|out)\b)"
        ),
        r"\1 and fade",
    ),
    (
        r"(start (?:the )?music (?:at|from|on) [\w: ]+?),? with a fade[- ]?in",
        r"\1, and fade the music in",
    ),
    (
        (
            r"((?:end|stop|finish) (?:the )?(?:music|song|track|tune) (?:at|on|after|by)"
            r" [\w:. ]+?),? with an? (\d+(?:\.\d+)?)[- ]?(?:seconds?|secs?|s)"
            r" (?:\w+ )?fade(?:[- ]?out)?"
        ),
        r"\1 and fade the music out over \2 seconds",
    ),
    (
        (
            r"((?:end|stop|finish) (?:the )?(?:music|song|track|tune) (?:at|on|after|by)"
            r" [\w:. ]+?),? with an? (?:(?!\d|long)\w+ )?fade(?:[- ]?out)?"
        ),
        r"\1 and fade the music out",
    ),
    (r"like what(?:'?s| is|ever is) (?:playing )?on(?= the )", "like on"),
    (r"(?:that'?s|this is) (?:all|everything) (?:i|we) (?:need|want(?:ed)?|needed),", ""),
    (
        (
            r"(?:can'?t|cannot|can not) (?:take|stand|bear|handle|deal with) (?:any |all |this )*"
            r"(?:loud |more )?(?:noises?|stress|people|shouting)(?: any ?more| right now| today)?"
        ),
        "am tired",
    ),
    (r"d(?:r|ru|rm|um|run)m? ?(?:n|and|&|'n'?) ?b(?:a?ss?|as|ase)", "drum and bass"),
    (r"(?:tae|tke|tak)(?= (?:the|that|it|out|off|away)\b)", "take"),
    (r"(?:hlf|haf)", "half"),
    (r"(?:mte|mtue|muet)(?= )", "mute"),
    (r"clam(?= (?:\w+ )?(?:jazz|music|piano|guitar|songs?|tracks?|tunes?|lofi|beats?)\b)", "calm"),
    (r"(?:cty|ciy|ctiy)", "city"),
    (r"(?:moar|moer|mroe)", "more"),
    (r"(?:hang|hold) on to(?= (?:the|my|only|just)\b)", "keep"),
    (r"(?:gtr|guitr|geetar)", "guitar"),
    (r"(?:vox|VO|v\.o\.|voiceover track)", "voice"),
    (r"(?:fr|deadass|lowkey|highkey|no cap|idc|idc what|thx|n thx)(?=\W|$)", ""),
    (r"(?:ctrl|cmd|control)[ +-]?z", "undo"),
    (r"whats", "what's"),
    (r"wheres", "where's"),
    (r"(?:outta here|outta there)", "out"),
    (r"(?:outta)", "out of"),
    (r"(?:push|pump|bump|nudge|turn) (?=(?:them|it|that|the \w+) up)", "turn "),
    (r"(?:concat|concatenate|splice|glue|tape|weld|mash|smush)", "join"),
    (r"(?:lop|lopp|hack|slice|saw|nip)(?= (?:the |off |\d))", "cut"),
    (r"(?:the )?tail(?: end)?", "the end"),
    (r"(?:the )?(?:head|top)(?= of the (?:video|clip|film))", "the start"),
    (r"(?:4|fr)(?= (?:my|the|our|me|a)\b)", "for"),
    (r"(?:bass ?line)", "bass"),
    (r"(?:drum ?kit|drum set|drumset|kick drum|bass drum|snare)", "drums"),
    (r"(?:musik|muzic|musci|msuic|muisc)", "music"),
    (r"(?:saxaphone|saxofone|saxo)", "sax"),
    (r"(?:keys|ivories)(?= |$)(?! of)", "piano"),
)
WITH: Final[Pairs] = (
    (re.compile(r"(?<!\w)w/o(?!\w)", re.IGNORECASE), "without"),
    (re.compile(r"(?<!\w)w/(?=\s|\w)", re.IGNORECASE), "with "),
)
"""Short forms of "with", which stand in Chinese sentences, too."""
SOUNDS: Final = re.compile(
    r"(?<![\w'])(?:ngl|tbh|imo|imho|um+|uh+|er+m?|hm+|ugh+|argh|omg|lol|lmao|lmfao|haha\w*|hehe"
    r"|ew+|oof|bro|dude|mate|fam|bruh|jeez|damn|yo|btw|fyi|ok so|okay so|so yeah|honestly"
    r"|hey there|hiya|idk|like i said|for (?:god|heaven|goodness|christ)'?s? sakes?|real quick)"
    r"(?![\w'])[\s,.!]*",
    re.IGNORECASE,
)
"""Interjections, with what stands after them."""


@cache
def english_slang() -> Pairs:
    """Return the patterns of English slang. The first call compiles them."""
    return (
        *(
            (re.compile(rf"(?<![\w'/-])(?:{said})(?![\w'-])", re.IGNORECASE), plain)
            for said, plain in (*_SLANG, *WISHES)
        ),
        *((re.compile(rf"(?<![\w'/-])(?:{said})", re.IGNORECASE), plain) for said, plain in IDIOMS),
    )
