"""Words for music: tempo, key, mood, style, instruments, new pieces."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.engine.composition.prompt_parser import AS_A_MOOD, Term, find_terms
from nemomusic.local.agent.parsing.words.common_words import REMOVE_WORDS, pattern

# Tempo

BPM: Final = pattern(
    r"(\d{2,3}(?:\.\d+)?)\s*(?:bpm|beats? (?:per|a) minute)",
    r"\b(?:bpm|tempo)\s*(?:of|is|to|at|=|:)?\s*(\d{2,3}(?:\.\d+)?)(?!\s*%)",
    r"(?:bpm|[曲拍]?速度?|节奏)\s*(?:给我|就|直接|帮我|不多不少|正好|刚好)*(?:固定|锁|改|调|提|降|设|定|拉|弄|放|卡)?(?:为"
    r"|是|到|成|在|要|得是|:|：)?\s*(\d{2,3}(?:\.\d+)?)(?!\s*%)",
    r"(?<!\d)(\d{2,3})的(?:速度|节奏|拍子)|每分钟\s*(\d{2,3})\s*拍|(?<!\d)(\d{2,3})\s*拍",
)
TEMPO: Final = pattern(r"\b(?:tempo|speed|pace|bpm|rhythm)\b", r"速度|节奏|节拍|拍速|曲速|快慢")
FASTER: Final = pattern(
    r"\b(?:more speed|faster|quicker|(?:too|bit|little|pretty) slow(?:ly)?(?! down)"
    r"|not fast enough|drags?(?! more)|dragging)\b",
    r"\bspeed(?: \w+){0,3} up\b|\bspeed up\b|\b(?:pick|step)(?: \w+){0,2} up the (?:tempo|pace"
    r"|speed)\b",
    r"\b(?:pick|step) up\b.*\b(?:tempo|pace|speed)\b|\bup the (?:tempo|pace|speed)\b",
    r"\b(?:tempo|speed|pace|bpm)\b.*\b(?:up|higher)\b|\bkick up the (?:tempo|pace|speed)\b",
    r"\b(?:double|increase|raise|crank)\b.*\b(?:tempo|speed|pace)\b",
    r"(?<![欢轻明愉爽痛畅])快一?[点些]|更快|再快|加快|加速|太慢|慢吞吞|慢得|(?:别|不要)(?:[这那]么)拖|还不?够快|乌龟|(?<![欢轻明愉爽痛畅])快起来|速度加倍|提(?:高"
    r"|升)(?:速度|节奏)|速度(?:提|快)|[拉提调]快|提一?点?速|拖沓|拖拖(?:拉拉|沓沓)|磨磨[唧叽蹭]|磨蹭|迈快|蜗牛|龟速|老牛|利索一?[点些]|赶一赶|[带加来提]一?点速度"
    r"|(?:bpm|速度|节奏|拍子).{0,3}(?:调|提)?高一?[点些]|(?:[速曲]速?度?|节奏|bpm).{0,3}(?:往上|提|上去|调快)",
)
SLOWER: Final = pattern(
    r"\b(?:calmer|gentler|lower|less) (?:in |of a )?(?:speed|tempo|pace)\b",
    r"\b(?:less speed|slower|rushed|hurried|(?:too|bit|little|pretty) (?:fast|quick)|not (?:so|too"
    r"|that) fast|ease off (?:on )?the (?:tempo|pace|speed)"
    r"|slow)\b",
    r"\bslow(?: \w+){0,4} down\b",
    r"\b(?:reduce|lower|decrease|down|drop|less)\b.*\b(?:tempo|speed|pace|bpm)\b|\bless fast\b",
    r"\b(?:tempo|speed|pace|bpm)\b.*\b(?:down|back|lower)\b",
    r"慢一?[点些]|更慢|再慢|慢下来|放慢|减速|太快|太赶|太急|(?:别|不要)(?:这|那)么[快赶急]|没(?:这|那)么[赶急]|不要(?:这"
    r"|那)?么?太?快|有点快"
    r"|拖一?[点些]慢|缓一缓|慢一慢|放缓|(?<!舒)缓一?[点些]|(?:bpm|速度|节奏|拍子).{0,3}(?:调|放)?低一?[点些]"
    r"|降低(?:速度|节奏)|速度.{0,2}减半|\bhalf (?:the )?(?:speed|tempo)\b"
    r"|要慢\W*$|悠着一?[点些]|慢悠悠一?[点些]|赶得(?![及上到])|散步|喘不过气|慢条斯理|不慌不忙|速度降|节奏降|没(?:那|这)么快|(?:速度|节奏|bpm).{0,3}(?:往下|降|放|调慢)",
)

# Moods, as people compare them

COMPARATIVES: Final[dict[str, re.Pattern[str]]] = {
    "happy": pattern(
        r"\b(?<!i'd be )(?<!i would be )(?<!would make me )(?:happier|jollier|merrier|gladder"
        r"|more (?:cheerful|joyful|fun))\b",
        r"开心|欢[乐快]|喜庆",
    ),
    "sad": pattern(r"\b(?:sadder|gloomier|sorrier)\b", r"忧伤|悲伤|伤感"),
    "calm": pattern(
        r"\btoo (?:hectic|frantic|busy|wild)\b",
        r"\b(?:calmer|gentler|mellower|less (?:intense|energetic)|chill(?:er)?(?: \w+){0,2} out"
        r"|relax\w*)\b",
        r"平静|平和|舒缓|放松|慵懒",
    ),
    "energetic": pattern(
        r"\b(?:livelier|punchier|more (?:punch|drive|oomph|power|energy)|energy)\b",
        r"燃|有劲|带劲|冲劲|劲儿?|力量|激情|有精神|提神|嗨|炸裂|热血|能量",
    ),
    "dreamy": pattern(r"\bdreamier\b", r"梦幻"),
    "warm": pattern(r"\b(?:warmer|cosier|cozier)\b", r"温暖|温馨"),
    "dark": pattern(r"\b(?:darker|moodier|grimmer)\b", r"暗黑|黑暗"),
    "bright": pattern(r"\b(?:brighter|sunnier)\b", r"明亮|更亮"),
    "soft": pattern(r"\b(?:gentle|softness)\b", r"轻柔|柔和|柔一?点"),
    "eerie": pattern(r"\b(?:scarier|creepier|spookier)\b", r"恐怖"),
    "epic": pattern(r"\b(?:grander|more (?:epic|grand|massive))\b", r"史诗|宏大"),
    "tense": pattern(r"\b(?:tenser|more (?:tension|suspense))\b", r"紧张"),
    "romantic": pattern(r"\bmore (?:romantic|romance)\b", r"浪漫"),
    "cool": pattern(r"\bcooler\b", r"更酷"),
}
"""Comparative forms, which the engine's list of moods does not hold."""
MORE: Final = pattern(
    r"\b(?:more|extra|increase|raise|add)\b", r"更|再|多|加|[点些]$|一[点些]|强一?[点些]"
)
LESS: Final = pattern(
    r"\b(?:less|not so|not that|not as|fewer|tone down)\b",
    r"少|别(?:这|那)么|不(?:要|那)?么|没那么",
)
MORE_OF_IT: Final = pattern(
    r"\b(?:more|less|so|too|a bit|slightly)\W*$", r"(?:更|再|有点|多点)\W*$"
)
FULLER: Final = pattern(
    r"\b(?:more layers|(?:too|a bit|bit|pretty) (?:empty|thin|bare|sparse)|(?:less|not so) sparse"
    r"|fill (?:it|things) (?:out|up)|beef(?:ed)? (?:it )?up|fuller|richer|busier"
    r"|denser|more (?:notes|layers|going on)|fill it out|thicker)\b",
    r"丰[富满]|饱满|空落落|空荡荡|再满|满一?[点些]|填满|太素|多来?一?[点些]花样|更满|厚一?点|层次多|密一?[点集些]|太空(?!灵)|太单薄|太单调|热闹一?[点些]|乐器(?:太少|再?多一?[点些])"
    r"|多加?(?:几|些|点)层|层次",
)
SPARSER: Final = pattern(
    r"\b(?:simpler|sparser|(?:more )?sparse|cluttered|messy|muddled|crowded|declutter|thin (?:it"
    r"|things|the music|the arrangement) out|thin out|emptier|fewer notes|less (?:busy|going on)"
    r"|too (?:busy|full|crowded"
    r"|much going on)"
    r"|strip(?:ped)?(?: \w+)? (?:back|down)(?! to)|minimal|simplify)\b",
    r"挤成|一锅粥|留一?点白|透[口点]气|太挤|简[单洁约]|精简|别那么[花密]|花哨|少点花样|疏一?[点些]|做减法|音符太多|(?:别|不要)[那这]么复杂|太复杂|太满(?!意)|(?:别|不要)[那这]么满|乐器(?:太多|少一?[点些])|音符少|少一?点音符|稀疏|留白|太杂|太乱",
)

# Instruments

_TOO_MUCH: Final = (
    r"\btoo (?:loud|heavy|strong|much|prominent|dominant|boomy|harsh|busy|present)\b|\btoo many\b"
)
PART_ONLY: Final = pattern(
    r"\b(?:only|just|nothing but|solo|alone|nothing else)\b",
    r"只要|只有|只留|只保留|只用|仅|独奏|其他都不要|其他的?不要",
    r"(?:其他|别的|其余)(?:乐手|乐器|人|的)?(?:都|全|先)*(?:歇|停|闭嘴|退下|休息|安静)|[只就]剩|只想要|单独|只弹|^\W*纯(?!音乐)|[就只]一[架把个支][^，。]{1,4}[弹拉吹]?就[够行好]|就.{1,4}(?:一个|响)(?:就行)?\W*$|[只就]想?听(?!不|见)|就要|光要|(?<!不)光留|就留",
)
NOT_REMOVED: Final = pattern(
    r"(?:不用|不必|不要|别|没必要|不是要?|没想)(?:全)?(?:删|去|拿|撤|关|换)(?:掉|走|了)?\W*$|不是没有"
)
"""Says in Chinese that an instrument stays, before what is wrong with it."""
STANDS_IN: Final = pattern(
    r"(?:拿|用|换|让)[^，。]{1,6}(?:顶上|替上|顶替|接替|补上|代替)|换[^，。掉]{1,5}上\W*$"
)
"""Brings an instrument in for another one that was named before."""
ONLY_THAT_LEVEL: Final = pattern(
    r"\b(?:turn|bring|lower|raise|take|put|push) (?:just|only)\b",
    r"\b(?:just|only) the \w+ (?:down|up|a bit|louder|quieter|softer)\b",
)
"""Changes the level of one instrument, and keeps the others: "turn just the bass down"."""
ALONE_ON_PIANO: Final = pattern(
    r"(?:[就只光仅]|单单?|只要|就要|只用|只有|就剩|只剩)(?:是|要|用|有|来|想要|[一这]?[架台个]|单独|纯)*钢琴"
    r"(?!.{0,3}(?:和|跟|加|、|再))|(?:配|来|要|用|放)[^，。]{0,4}钢琴(?!.{0,3}(?:和|跟|加|、|再|手|课|老师|比赛|考级|演奏|家))"
    r"|^\W*一[首段曲][^，。]{0,3}钢琴(?!家|手|课|和|跟|加)|一[架台]钢琴(?:弹弹)?(?:就|足|便)|钢琴(?:一个)?就(?:够|行|好|可以|成)",
)
"""Wishes for a piano and nothing else, in a first piece."""
DOWN_TO: Final = pattern(
    r"\b(?:everything|all)\b.*\b(?:except|but|besides|apart from)\b|\bnothing but\b",
    r"除了?.{1,6}(?:外|之外|以外)?.{0,3}(?:都|全)|[之以]外的?(?:乐器|声音)?(?:都|全|统统|一律)",
    r"\b(?:down|back) to (?:just |only |nothing but |a )|\bstrip\w* (?:\w+ )*(?:down|back) to\b",
    r"\bno other (?:instruments?|parts?)\b|\bby itself\b|\b(?:all )?on its own\b",
    r"\b(?:just|only)\b.*\bnothing else\b",
)
"""Takes all away but an instrument: "strip it down to just the piano"."""
PART_BACK: Final = pattern(
    r"\b(?:back|restore|again|return)\b", r"加回|补回|恢复|找回|要回|放回|回来|还原"
)
PART_LESS: Final = pattern(
    r"\b(?:less|fewer|softer|quieter|lower|reduce|soften|tone down|ease (?:off|up)|back off|down"
    r"|gentler)\b",
    r"\b(?:not so much|not so loud|lighter|overpower\w*|overwhelm\w*|drown\w*)\b",
    r"\b(?:pushy|in your face|blasting|blaring|smother\w*|deafening|piercing|shrill|intrusive)\b",
    _TOO_MUCH,
    r"少(?!了(?!一?[点些]))|轻|小声|小一?[点些]|太糊|太闷|太轰|太炸|太重|太吵|太大|太厚|太响|太强|太多|减弱|减少"
    r"|降低|调小|弱|太突出"
    r"|过于突出|抢|收着?一?[点些]|收敛|压一?[点下]|压低|压下|收一?[收点些下]|[小轻]声|低调|退后|往后(?:退|放|靠)|有点突出|弱化|太满(?!意)|(?:别|不要)敲?(?:这|那)么重|(?:别|不要)[敲打弹吹拉]得|盖过别"
    r"|调低|低一?[点些]|温和一?[点些]|(?:别|不要|没)(?:这|那)么|太冲",
)
PART_MORE: Final = pattern(
    r"\b(?:more|louder|boost|up|raise|increase|punchier|stronger|heavier|emphasi[sz]e|harder)\b",
    r"\b(?:forward|to the front|stands? out|prominent|clearer|come through)\b",
    r"\b(?:so|really) (?:weak|faint|quiet)\b|\bgets? lost\b|\bburied\b|\bhear\b.*\bbetter\b",
    r"\b(?:not enough|too (?:quiet|soft|weak|thin)|can'?t hear|cannot hear|barely hear"
    r"|can hardly hear)\b",
    r"多|加强|增强|大声|再?大一?[点些]|更大|大些|响|不够|听不(?:清|见|到)|有力|加重|调大|突出"
    r"|明显|清楚一?[点些]|[更再]重|重一?[点些]|浓一?[点些]|提一提|顶上去|往上推|比重大|加大(?!提)|放大|调高|提高|提升|拉高|往前"
    r"|猛一?[点些]|太轻|太弱|虚得|发虚|没吃饭|软绵绵|立不住|不稳",
)
PART_ADD: Final = pattern(
    r"\b(?:how|what) about (?:a|an|some|adding)\b|^\W*(?:the |a |some )?\w+ in\W*$",
    r"\b(?:play along|join in|joins? (?:the|us)|be (?:added|included)|add|bring in|include|with"
    r"|(?:throw|put|toss|drop|pop|stick|chuck|sneak|slip|mix|blend"
    r"|weave|layer|work"
    r"|bring|slide|squeeze)\b.*\b(?:in|on top|over it|underneath)|layer|sprinkle|introduce|use"
    r"|have (?:a|an|some)|some"
    r"|needs?|want|would like"
    r"|'d like|(?:would|'d) be (?:nice|great|lovely|good|cool)|could use)\b",
    r"加|缺|铺|换上|给?配(?:[条把个段]|(?=钢琴|吉他|弦乐|[大小]提琴|竖琴|长笛))|少了(?!一?[点些])|来一?[点把些个段串根支面组架台]|请[上进]?来|想听|想要|用|会更好|添|要(?=的|有|一)|^\W*我?还?要(?=[^，。不]{1,4}$)|还是要|进来|join",
)
PART_LESS_OF: Final = pattern(
    r"\b(?:drop|cut|lower)\b.*\b(?:level|volume)\b",
    r"\b(?:take|cut|remove)\b.*\b(?:some|a bit|a little)\b",
    r"\b(?:pull|dial|scale)\b.*\bback\b(?! (?:in|up|on)\b)|\btake\b.*\bdown\b|\bdiscreet\b"
    r"|\bfurther back\b|\binto the background\b|\bsticks? out\b|\btuck\b",
    r"(?:去掉|减掉|减去|拿掉)一?[点些]|(?:[不没](?:用|必|需)要?|用不着)[敲打弹吹拉得]*[这那]么[大响重吵猛强抢]",
)
"""Words that make an instrument softer, without removing it."""
PART_NONE: Final = pattern(
    REMOVE_WORDS,
    r"\b(?:(?:don'?t|do not|doesn'?t|didn'?t) (?:really )?need|skip|stop (?:the|that|those)"
    r"|no need for|can'?t (?:stand"
    r"|bear"
    r"|take)|(?:ha(?:s|ve)|got) (?:got )?to go"
    r"|(?:must|can|could|should) (?:go|stop|disappear|leave)|do without|enough of|sick of|hate)\b"
    r"|不想(?:要?再)?听[到见]?|不能要|用不着|多余|受不了|讨厌|烦死|别再|可以停|别有|消失|不喜欢(?!.*[这那]么)",
    r"\b(?:cut|mute|silence|leave out|(?:has|have|needs?) to go|(?<!ease )(?<!back )off(?=\W*$"
    r"| please| again| with (?:it|them))|shut (?:\w+ )+up"
    r"|do without|rather not|(?<!bring )(?<!stand )(?<!stands )out(?=\W*$| please))\b",
    r"静音|免了|歇着|歇歇|下岗|留不得|退场|走人|(?<![进加回上出])去|请出去|(?<=[鼓琴斯乐他笛号器])[下出]\W*$|撤掉|必须去|[拿撤弄]走|关了|剪掉|剪了|别再有|不放|(?<!要)不加",
)
BARE_NUMBER: Final = pattern(
    r"(?:\b(?:music|sounds?|audio|voices?|volume|level|track|soundtrack|speech|dialogue|vocals)\b"
    r"(?: (?:is|be|volume|level))?|音乐|原声|人声|音量|声音|配乐|对白)"
    r"\s*(?:\b(?:at|to|on|around|about)\b|=|:"
    r"|[调放开设拉弄给到为成在留定保持就大小约]){0,4}\s*(?<![\d.:])(\d{1,3})"
    r"(?!\s*(?:\d|\.\d|:|%|bpm|beats?|s\b|sec|拍|秒|个|首|版|段|点|分|到|-))",
)
ONLY_PIANO: Final = pattern(
    r"^(?:only piano|just piano|piano only)$", r"^(?:只有钢琴|只要钢琴|纯钢琴|[一光单].?钢琴)$"
)
SINGING: Final = pattern(r"^(?:voices?|人声|vocals?)$")
_LOWERED: Final = re.compile(r"[压降调拉放]低音|.低音[乐量]")
"""Holds the sign of "bass" by chance: "lower the music"."""
_BEATS: Final = frozenset({"beats", "the beat", "a beat", "beat", "percussion beat"})
INSTEAD: Final = re.compile(
    r"\b(?:swap|replace|exchange|trade)\b.*\b(?:for|with|by)\b|(?P<of>\binstead of\b|代替)"
    r"|把?.+(?:换成|改成|替换成|替换为|换为|改为)",
    re.IGNORECASE,
)
"""One instrument in place of another. `of` matches if the new one is named first."""
LOW_END: Final = pattern(r"\b(?:low[- ]end|sub|bottom end)\b", r"低频|低音炮|重低音")


def terms(clause: str, kind: str) -> list[Term]:
    """Return the styles, moods or instruments that a clause names, in their order."""
    return [one for one in find_terms(clause) if one.kind == kind]


AMBIENT_SOUND: Final = re.compile(r"ambient (?:sounds?|noises?|audio)\b", re.IGNORECASE)
"""Names the clips' own sound, and no style."""


_DENIED_STYLE: Final = re.compile(
    r"(?:音乐|风格?|曲|味)?的?(?:就|都|先|我)*(?:不要了?|别要了?|算了|换掉|去掉|不合适|不搭|不对|也?不行|更?别[提说]|免谈)\W*$"
)
"""Says after its name that a style is not wanted."""


def named_style(clause: str) -> str | None:
    """Return the last style that a clause names and does not deny, or None."""
    found = [
        one
        for one in terms(clause, "style")
        if not is_instrument(clause, one)
        and not (one.name == "ambient" and AMBIENT_SOUND.match(clause[one.start :]))
        and not re.search(
            r"(?:\bno|\bnot|\bhell with|\benough (?:of|with)|\bforget(?: the)?|\bsick of"
            r"|\btired of|\bbored of|\binstead of|\brather than|\bless|不要|别|不是)"
            r"\W*(?:\w+\W+)?$|(?:别"
            r"|不要|不想要|总不能)[^，。,]{0,5}$|(?:换|去|扔|撤|拿|删)掉(?:这|那)?[首个种]?$",
            clause[: one.start],
            re.IGNORECASE,
        )
        and not _DENIED_STYLE.match(clause[one.end :])
    ]
    return found[-1].name if found else None


def denies_style(clause: str) -> bool:
    """Return whether a Chinese clause only says that a style is not wanted: "爵士不要了"."""
    named = terms(clause, "style")
    return len(named) == 1 and bool(_DENIED_STYLE.match(clause[named[0].end :]))


def is_instrument(clause: str, style: Term) -> bool:
    """Return whether the word for a style means something else: "acoustic guitar", "only piano"."""
    said = clause[style.start : style.end]
    if said in {"史诗", "慵懒"} and re.match(r"感|一?[点些]", clause[style.end :]):
        return True  # "史诗一点" is a mood
    if style.name in COMPARATIVES and (
        MORE_OF_IT.search(clause[: style.start]) or AS_A_MOOD.search(clause[: style.start])
    ):
        return True  # "more epic" and "the feeling should be epic" name a mood
    if ONLY_PIANO.search(said):
        return True
    if said == "原声":
        return not re.match(r"音乐|乐|民谣|风格|曲|味", clause[style.end :])
    if said == "氛围":
        return not re.match(r"音乐|乐|风|电子|感(?!了)|曲|\W*$", clause[style.end :])
    after = re.match(r"\s*(?=\w)", clause[style.end :])
    follows = any(
        one.start == style.end + (after.end() if after else 0)
        for one in terms(clause, "instrument")
    )
    return follows and bool(re.fullmatch(r"acoustic|classical|原声|古典", said, re.IGNORECASE))


def parts(clause: str) -> list[str]:
    """Return the instruments that a clause names, without words of wider meaning such as "beat"."""
    found = [
        one.name
        for one in terms(clause, "instrument")
        if clause[one.start : one.end].lower() not in _BEATS
        and not _LOWERED.match(clause, max(0, one.start - 1))
        and not SINGING.search(clause[one.start : one.end])
    ]
    if any(ONLY_PIANO.search(clause[one.start : one.end]) for one in terms(clause, "style")):
        found.append("piano")
    if "pad" in found and "synth" in found and re.search(r"\bsynth pads?\b", clause, re.IGNORECASE):
        found.remove("pad")
    if LOW_END.search(clause) and "bass" not in found:
        found.append("bass")
    return list(dict.fromkeys(found))


def named_part(clause: str) -> bool:
    """Return whether a clause names an instrument."""
    return bool(parts(clause))


EVERYTHING_ELSE: Final = pattern(
    r"\b(?:everything else|the rest|all (?:the )?(?:others?|other (?:instruments?|parts?|stuff))"
    r"|nothing"
    r" else|the others?)\b",
    r"(?:别|其他|其它|其余|剩下)的?(?:乐器|声音|东西|部分)?(?:都|全|统统|通通|一律|就)",
    r"^(?:别|其他|其它|其余|剩下)的?(?:乐器|声音|部分)?(?:不要|不用|去掉|关掉|拿掉|不需要|静音)",
)
"""All that a clause before did not name."""
PRAISED: Final = pattern(
    r"\b(?:nice|great|lovely|gorgeous|sick|good|beautiful|awesome|amazing|perfect|cool"
    r"|(?<!'d )(?<!would )(?:love|like)|funny|fun|brilliant|wonderful|fantastic)\b",
    r"棒|真?美|好听|打得好|不错|漂亮|赞|喜欢|有意思|很好|真好",
)
DISLIKED: Final = pattern(
    r"\b(?:annoying|boring|ugly|horrible|terrible|awful|hate|bad|weird|irritating)\b",
    r"烦|难听|讨厌|奇怪|无聊|差",
)
PRONOUN: Final = pattern(r"\b(?:them|it|those|that|these)\b")
FILLERS: Final = pattern(
    r"\b(?:with|some|a|an|the|also|too|please|and|plus|just|maybe|bit|of|little|ok|now|then)\b",
    r"还|也|再|有|和|一点|一些|吧|的|请",
)

# New pieces

GENERATE: Final = pattern(
    r"\b(?:generate|compose|create|add|make|write|produce|put|give|need|want|score|find|lay|new)\b",
    r"\b(?:another|different|replace|redo|do)\b",
    r"生成|创作|作曲|添加|加上|加入|加个|加一|加点|加段|配上|配个|配一|配点|配段|配",
    r"来一|来段|来点|来首|做|写|需要|想要|换一|换首|换个|重新|再来|搭配",
)
FRESH: Final = pattern(
    r"\b(?:generate|compose|create|add|produce|new|another|different|score|give me|i want)\b",
    r"\b(?:actually|scrap|forget)\b",
    r"生成|创作|作曲|添加|加上|加入|加个|加一|加段|配(?!乐)|来一|来段|来点|来首|来个|换一首|换首"
    r"|重新|再来|还是来|算了",
)
ORDERS: Final = pattern(
    r"^\W*(?:(?:please|ok|okay|and|then|so|now|actually|hey|well|can you|could you|could we|can we"
    r"|would you|maybe|perhaps)[\s,]+)*(?:make|give|put|play|use|try|go|let'?s|let|do|write|compose"
    r"|create|get|find|need|(?:i|we)(?:'d| would)? (?:want|need|like|love|prefer|rather)"
    r"|it (?:needs?|should|could)|(?:the )?music (?:should|needs?|could))\b",
    r"^\W*(?:请|麻烦|帮我|还是|那就|就)?(?:给|来|要|用|换|改|做|写|配|弄|变|加|我更?(?:想|要|需要"
    r"|希望)"
    r"|想|需要|希望|能不能|可以|让)",
)
"""A clause that begins with an order or a wish."""
EDITING: Final = pattern(
    r"\b(?:make (?:it|the music|this)|change|turn|more|less|slower|faster|without|no|instead"
    r"|rather)\b",
    r"\b(?:remove|switch|replace|go|try|convert|would fit|fits? better|it up|could it|how about)\b",
    r"改成|改为|变成|换成|换|改|变|更|一点|一些|不要|去掉|少|味道|摇滚一点|得.{1,4}[点些]|才对味"
    r"|才搭|才配",
)
OTHER: Final = pattern(
    r"\b(?:re-?roll|regenerate|re-?generate|redo it|same (?:genre|style|vibe|kind)[^,]*\b(?:again"
    r"|another|new|different))\b",
    r"^\W*next(?: one)?(?: please)?\W*$",
    r"\b(?:another (?:one|track|song|piece|version|take|tune)|another(?= please|$|\W*$)|do another"
    r"|(?:a |something )?different(?: one| track| song| music| piece| tune)?|something else"
    r"|new (?:one|song|track|piece|music|tune)|try again|do it again|redo the music|re-?roll"
    r"|start over|(?:roll|throw) the dice|shuffle|(?:totally|completely) different(?: \w+)?"
    r"|other music|other options?|(?:one|give me one|one) more(?! (?:time|bar|second)))\b",
    r"(?:同|一样|相同|同样|这个|这种)的?(?:风格|类型|曲风|味道).{0,4}(?:重写|再|重新|另|换|来)"
    r"|另[做写]一?首|重写|重来一?[首遍版]|^\W*下一?[个首]\W*$|换一?首|再来一?[首个段版]|再做一?[个首]"
    r"|换一?个(?:别的|不一样的|其他的)?$"
    r"|换个(?:别的|不一样"
    r"|其他)|换别的|(?<![送离告])别的(?:音乐|曲子)?"
    r"|不一样的|重新(?:来|做|生成|作)(?:一?[首个遍])?|另一?首|再换|再(?:给|来|随机|写"
    r"|做)(?:我)?一?[个首段]|随机(?:来)?一?[个首]|完全不同",
)
DISLIKE: Final = pattern(
    r"(?:^\W*|\b(?:i|we|honestly|sorry|no|but)\W+)(?:\w+ )?(?:don'?t"
    r"|do not) (?:really )?like (?:it|this|that)\b|\bnot my (?:taste|thing"
    r"|style)\b"
    r"|\bi hate (?:it|this)\b",
    r"(?<!不是)不喜欢|不合口味|不好听|不太行",
)
VERSIONS: Final = pattern(
    r"\b(\d{1,2}|a couple of|a few|several) (?:different |more |other |alternative |music "
    r"|musical |background |new |separate |unique |quick |of |the |ambient |jazz |pop |rock "
    r"|lo-?fi |classical |cinematic |acoustic |funk |house |edm |piano )*"
    r"(?:versions?|options?|variations?|alternatives?|takes|pieces|tracks|soundtracks|songs|tunes"
    r"|ideas|suggestions|candidates|choices|drafts|variants|samples|ones)\b",
    r"(?<!改了)(?<![哪这那过有了:：.\d])(\d{1,2}|几)\s*(?:(?:个|种|首|版|段)?(?:不同的?)?"
    r"(?:版本|方案|选择|选项|备选|候选|小样|版)|[个种首段](?:不同的?)?(?:音乐|配乐|bgm|曲子))(?![在里])"
    r"|(\d)个?不(?:一样|同)的(?![^，。]{0,3}[乐器声])",
)
WISH: Final = pattern(
    r"\b(?:something|anything|whatever|surprise|you (?:choose|pick|decide)|fits?|needs?|want"
    r"|for)\b",
    r"随便|你看着|看着办|你来|合适|用的|想|需要|要|给",
)
