"""English idioms, and the plain words that they stand for."""

from __future__ import annotations

from typing import Final

IDIOMS: Final[tuple[tuple[str, str], ...]] = (
    (r"(?:let'?s )?rock (?:this|the|your|my) (?:party|house|boat|place|thing)", "hooray"),
    (r"(less \w+) (?=more \w+(?: (?:please|pls|pleas))?\W*$)", r"\1, "),
    (r"epic (?=fail|fails|win|wins|disaster|day|night|weekend|sunset|view)", "great "),
    (
        (
            r"rock (?=climbing|climber|climb|garden|bottom|pool|solid|face|formation"
            r"|formations)"
        ),
        "stone ",
    ),
    (
        r"((?:switch|chang|turn|convert|set|mov|go|swap|back)\w*(?: \w+){0,3} to )rock(?! \w+ing)",
        r"\1rock music",
    ),
    (r"(?<=want )rock on(?= (?:this|it|my|the)\b)", "rock music on"),
    (
        (
            r"(?:(?<=let's )|(?<=lets )|(?<=to )|(?<=we )|(?<=you )|(?<=they )|(?<=gonna )"
            r"|(?<=guys ))"
            r"rock(?! (?:music|songs?|styles?|versions?|tracks?|sounds?|instead|please|and|or"
            r"|vibe))\b"
            r"|(?<!\bsome )(?<!\bwant )rock (?=on\b|it\b|out\b|your|my|the (?:house|boat|party))"
            r"|rock ['&n]* roll baby"
        ),
        "go ",
    ),
    (r"all that jazz", "all that"),
    (
        (
            r"(?:(?<=will )|(?<='ll )|(?<=gonna )|(?<=going to ))"
            r"dance(?! (?:music|tracks?|beats?|songs?|tunes?|style|pop))\b"
        ),
        "twirl",
    ),
    (
        (
            r",? (?:(?:my|our|the|it|this) )?(?:[\w']+ ){0,3}?(?:due|deadline|leave|leaving"
            r"|boarding"
            r"|starts?|starting)(?: is)?(?: (?:in|at) \w+)? (?:back |again )?in (?:about |like"
            r" )?(?:\d+|half|an?|two"
            r"|three|five|ten|twenty|thirty|forty)(?: an?)? (?:min(?:ute)?s?|hours?|hrs?|days?)\b"
        ),
        "",
    ),
    (
        (
            r"(?<=my )house|(?<=our )house|(?<=the )house|(?<=new )house|(?<=tree )house"
            r"|(?<=open )house"
            r"|(?<=full )house"
            r"|(?<=whole )house|(?<=beach )house|(?<=lake )house|(?<=\bat )house|(?<=tiny )house"
        ),
        "home",
    ),
    (
        (
            r"house (?=tour|hunting|renovation|build|flip|move|sitting|plants?|viewing|sale|warming"
            r"|party)"
        ),
        "home ",
    ),
    (
        (
            r"pop (?=(?:up|in(?! (?:the key of )?[a-g](?:[ -]?(?:sharp|flat))?[#♯b♭]?[ -]?"
            r"(?:major|minor|maj|min)\b| the key of\b)|out|over|by|it in)\b)"
        ),
        "put ",
    ),
    (r"country (?=side|road|roads|walk|house|home|trip|lane|hotel|club)", "rural "),
    (
        (
            r"swing (?=set|by|state)|swings|(?<=\bthe )swing(?! (?:music|version|style|one|feel"
            r"|songs?|tracks?|tune|era|band|vibe|beat|jazz))\b"
        ),
        "play",
    ),
    (r"trap (?=door|house)", "hatch "),
    (r"metal (?=detector|fence|workshop|work|door)", "iron "),
    (r"dance (?=class|school|studio|floor|recital|lesson|lessons|teacher|off)", "ballet "),
    (
        (
            r"((?:for (?:an?|the)|our|my|his|her|their|your) (?:(?!night|dance|techno|house|rave)"
            r"[\w'-]+ ){1,3})clubs?\b(?!(?:'s)? (?:feel|vibe|mood|music|sound|atmosphere|beats?"
            r"|tracks?|mix|tune|banger|style|song|set|night|party))"
        ),
        r"\1team",
    ),
    (r"club (?=house|sandwich|match|championship|room|meeting|dinner|shirt|member)", "team "),
    (r"jazz (?=hands)", "fancy "),
    (r"(?:(?<=people )|(?<=guests )|(?<=crowd )|(?<=everyone )|(?<=everybody ))moving", "dancing"),
    (r"chills (?=(?:down|up)\b)|(?<=\bthe )chills(?! out)\b", "shivers "),
)
"""Names of styles that mean something else before or after these words."""

WISHES: Final[tuple[tuple[str, str], ...]] = (
    (r"one after (?:the other|another)|after (?:each other|one another)|back to back", "together"),
    (
        (
            r"(helps?) (?:(?:the|my|our|these|those|all) )?(?:nervous|anxious|stressed|tense|sad"
            r"|angry|tired|scared|worried|unhappy|lonely|grumpy)(?= \w+(?: \w+)? (?:to )?(?:relax"
            r"|calm|unwind|smile|laugh|sleep|feel|rest|breathe|cheer)\b)"
        ),
        r"\1",
    ),
    (
        (
            r"(?:the )?((?:first|last) [\w.]+ ?(?:seconds?|secs?|s)\b)(?: of it)?"
            r" (?:is|are|will be|would be|should be)(?: \w+){0,2}? (?:enough|plenty|sufficient"
            r"|fine|good|all (?:i|we) need)(?:[,;.]? (?:(?:and|so|then|please|you can|just) )*"
            r"(?:remove|delete|cut|lose|drop|throw (?:away|out)|bin|ditch|scrap|toss)"
            r" (?:off |out |away )?(?:the (?:rest|remainder)|everything else|all the rest)"
            r"(?: away| out| off)?)"
        ),
        r"keep only the \1",
    ),
    (r"more simple", "simpler"),
    (r"(?<=\w )(?:would|will|could|can) you(?= ?\W*$)", "please"),
    (r"(?<=\w )with a drop(?= (?:at|on|in) )", ", add a drop"),
    (
        (
            r"((?:first|last|final|opening) \w+ (?:seconds?|secs?)\b[^.!?;]*)[.!?;]+\s+(?:so "
            r"|please |just |pls )*"
            r"(?:cut|trim|chop|remove|lose|drop|snip|take|skip|get rid of) (?:it|them|that|those"
            r"|this)(?: (?:off|out|away))?"
        ),
        r"\1, cut them off",
    ),
    (
        (
            r"(?:(?:i )?(?:really )?(?:hope|trust)|if) (?:it'?s?|that'?s?|this|i'?m)(?: is| am)?"
            r" ?(?:not|isn'?t|ain'?t)? (?:too much (?:trouble|bother|hassle|work|to ask)"
            r"|too much|an? (?:bother|problem|trouble|nuisance)|(?:asking|bothering)(?: for)?"
            r"(?: you)?"
            r"(?: too much)?)(?: to ask)?(?:,? but(?! not\b)|,(?! but\b))?"
            r"|(?:i )?(?:really )?(?:hate|don't want|do not want|don't mean|not) to be"
            r" (?:an? )?"
            r"(?:pain|picky|annoying|difficult|rude|that (?:guy|person)|nuisance|bother|fussy)"
            r",? but"
            r"|(?:i'm |i am )?(?:so |really |very |terribly )?sorry"
            r" (?:to (?:bother|bug|trouble|keep"
            r" (?:bothering|bugging))(?: you)?(?: again)?|for (?:the|all the) (?:trouble"
            r"|(?:many )?(?:questions|requests|changes)))(?:,? but)?"
            r"|(?:i )?hope (?:you don'?t mind|that'?s (?:ok|okay|alright|all right))(?: but)?"
        ),
        "please",
    ),
    (
        (
            r"(?:and )?so ((?:would|could|can|will) you|please|change|make|put|add"
            r"|use|do|give|turn|take|remove|mute|cut|keep|play|set|lower|lose|drop)"
        ),
        r", \1",
    ),
    (
        r"(?:use|put|have) (an? \w+) where (the \w+) (?:is|was|plays?|played)(?: now)?",
        r"replace \2 with \1",
    ),
    (r"put (the \w+(?: clip)?) in front of the", r"put \1 before the"),
    (
        r"lighten (?:it|things|the (?:music|mood|tune)) up|lighten up the (?:music|mood)",
        "make it happier",
    ),
    (
        (
            r"(?:wouldn't|don't|can't|couldn't) (?:even |really )?(?:know|tell) (?:an? |the )?\w+"
            r" from (?:an? |the )?\w+"
        ),
        "know nothing about music",
    ),
    (
        (
            r"(?:where|what(?:ever)? happened)\b[^?!.,]*?\b(the|my|that) (\w+)\b[^?!.,]*[?!.,]+\s*"
            r"((?:please |pls |can you |could you |just |i want to |i'd like to )*)"
            r"(?:put|bring|get|have|want) (?:it|them|that) back(?: in)?"
        ),
        r"\3bring \1 \2 back",
    ),
)
"""Wishes around a corner, in plain words."""
