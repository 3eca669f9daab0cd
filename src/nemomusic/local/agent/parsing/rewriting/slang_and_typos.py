"""Everyday words turned into the words that the catalogs hold: slang, short forms, typing errors.

Each table has pairs of a pattern and its plain form. The plain form must be a word of the
catalogs, so that a rule is written once for all the ways in which people say a thing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final, TypeAlias

from nemomusic.local.agent.parsing.rewriting.english_idioms import IDIOMS, WISHES
from nemomusic.local.agent.parsing.rewriting.indirect_wishes import direct
from nemomusic.local.agent.parsing.rewriting.passive_voice import in_active_voice
from nemomusic.local.agent.parsing.rewriting.rejected_alternatives import without_rejected
from nemomusic.local.agent.parsing.rewriting.removal_verbs import with_plain_removal
from nemomusic.local.agent.parsing.rewriting.spelling import spelled

_ENGLISH: Final[tuple[tuple[str, str], ...]] = (
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
_IDIOMS_ZH: Final[tuple[tuple[str, str], ...]] = (
    (r"(?<=电影配乐那种)大片感", "感觉"),
    (r"民谣吉他(?=风格?|曲风)", "民谣"),
    (r"(?:城市|生活|工作|上班)的?节奏", "日子"),
    (r"(?<=[把段个支加])木吉他(?!风|弹唱|民|那种|的\W|的$|的?(?:曲|歌|音乐|配乐|bgm|感))", "吉他"),
    (r"要不(?:就)?(?=来|换|加|配|用|做|放|整)", ""),
    (r"(?<=[黑暗亮出入])[，,]\s*像电影(?:一样|似的|那样)", ""),
    (r"太慢热", "太普通"),
    (r"老电影(?!的?(?:配乐|音乐|风))", "老影片"),
    (r"(?:这|那)不就是", "就是"),
    (r"电影(?=院|票|节)|(?<=看)电影", "影片"),
    (r"史诗级(?=灾难|事故|难|失败|拥堵|堵车|惨|糟)", "特大"),
    (r"激励人心|激动人心|打鸡血", "励志"),
    (r"流行(?=感冒|病|趋势|什么|的词|过)|(?<=最近)流行|(?<=都)流行", "常见"),
    (r"乡村(?=旅|游|生活|民宿|小|振兴|教师|学校|田园)", "乡下"),
    (r"古典(?=园林|建筑|舞)", "古代"),
    (r"企业(?=家|微信)", "公司"),
    (r"商务(?=舱|车|出差|酒店)", "出差"),
)
_WITH: Final = (
    (re.compile(r"(?<!\w)w/o(?!\w)", re.IGNORECASE), "without"),
    (re.compile(r"(?<!\w)w/(?=\s|\w)", re.IGNORECASE), "with "),
)
_LOANS: Final[tuple[tuple[str, str], ...]] = (
    (r"(?:跟|和|与)(?:人声|原声|说话声?|旁白)(?:相)?比(?:起来)?[，,]?", ""),
    (r"fade[- ]?in", "淡入"),
    (r"fade[- ]?out", "淡出"),
    (r"fade", "淡出"),
    (r"(?:auto-?)?duck(?:ing)?", "自动闪避"),
    (r"mute", "静音"),
    (r"clips?", "片段"),
    (r"key", "调性"),
    (r"intro", "开头"),
    (r"(?:outro|ending)", "结尾"),
    (r"vocals?", "人声"),
    (r"volume", "音量"),
    (r"title", "标题"),
    (r"solo(?![\w ]*piano)", "独奏"),
    (r"undo", "撤销"),
    (r"redo", "重做"),
    (r"export", "导出"),
    (r"tempo", "速度"),
    (r"(?:mp4|video)(?![\w.])(?<![.]mp4)", "视频"),
)
"""English words in Chinese sentences."""
_CHINESE: Final[tuple[tuple[str, str], ...]] = (
    (r"一?(?:丢丢|咪咪|内内|丁点儿?|点点|些些)(?:儿)?", "一点"),
    (
        r"(?:[弄搞做改调][好完]了?|(?<=[，,\s])完[了事]?)(?:之后|以后|就|再|直接|马上|立刻)*(?=导出|出片|输出|给我成片)",
        "然后",
    ),
    (
        (
            r"不要(音乐|配乐|bgm)了?[，,\s]*(?:统统|全部|全都|全|都|一起)*(?:给我)?"
            r"(?:去掉|拿走|拿掉|删掉|关掉|清掉)(?:了|吧)*"
        ),
        r"不要\1",
    ),
    (r"(换成?|改成?|做成|来[首段个]|要)纯钢琴(?:的|曲|音乐)?(?=[，。！!\s]|$)", r"\1钢琴曲"),
    (r"[卡给](?:一?个|上)?(?= ?drop)", "来个"),
    (r"速度(?:订|定|设|卡)(?:在|到|成|为)", "速度调到"),
    (r"片头(?=[^，。\ue000]{0,3}(?:\d|[一二两三四五六七八九十]+秒))", "开头"),
    (r"片尾(?=[^，。\ue000]{0,3}(?:\d|[一二两三四五六七八九十]+秒))", "结尾"),
    (r"(?<=[乐琴笛号声唱团])铺底", ""),
    (r"((?<!要)不要[^\s，。要不]{1,5})(?=要(?![是不命]))", r"\1，"),
    (r"抢了?[^，。\s戏]{1,6}的?风头", "抢戏"),
    (r"(?<=盖过|压过|盖住)了?(?:主?旋律|其[他它](?:乐器)?|别的(?:乐器)?)", ""),
    (r"[只就光单](?:[想要留有剩用]|想要)?听?([^，。\s]{1,3})独奏", r"只要\1"),
    (r"古典交响[乐曲]?", "古典音乐"),
    (r"没有?[个点]?(音乐|配乐|bgm)(?=(?:太|好(?!听)|真|很|总|感觉|显得|怪|干))", r"缺\1，"),
    (r"我?[也都]?没(?:什么|啥)(?:特别的?|特殊)?(?:要求|想法|讲究|偏好)", "随便"),
    (r"(?<=[鼓琴号笛他斯乐])什么的(?=[加来去不删都也，])", ""),
    (r"[打敲]鼓(?:的?那个|的)(?=[太小轻声]|有点)", "鼓"),
    (
        r"撤销的那一?[步个下][，,\s]*(?:还是|再|又)*(?:给我|帮我)?恢复(?:回来|一下)?",
        "取消撤销",
    ),
    (
        r"(音乐|配乐|编曲|bgm|曲子)(?:还是|听着|听起来|显得|感觉)?(?:有[点些]|太|比较)空(?![灵旷中调气间闲档余时位房])",
        r"\1太单薄",
    ),
    (
        r"(原声|人声|音乐|鼓|声音)(?:之前|刚才|刚刚)(?:就|都|被)*(?:静音|关掉?|去掉)了[，,\s]*(?=恢复)",
        r"\1",
    ),
    (r"听不太(?=[清见到])", "听不"),
    (r"(?<=[\s，,])上(?=雷鬼|爵士|摇滚|电音|民谣|嘻哈|放克|古典)", "来"),
    (r"点儿", "点"),
    (r"(?<![一这那])点子", "点"),
    (r"啥(?!事)", "什么"),
    (r"咋(?:样|么)?", "怎么"),
    (r"甭", "别"),
    (r"尾巴", "结尾"),
    (r"关(?:了|上|一下)(?=[吧，。!！\s]|$)", "关掉"),
    (r"直接上|安排上", "来点"),
    (r"^(?:哥|姐|老师|老板|大哥|师傅)(?=[我给帮能你，, ])", ""),
    (r"俩", "两个"),
    (r"(?:编配|编曲)", "编曲"),
    (r"(?:拉|拽|摁|按)(?:低|小|下来|下去|下)", "压低"),
    (r"(?:拉|推|提|拔|抬)(?:高|上去|起来|上来)", "提高"),
    (r"(?:拉满|顶格|给满(?!分))", "更强一点"),
    (r"(?<=(?-i:[\u3400-\u9fff]))轨(?=[删去不只保静]|加)", ""),
    (r"(?<=[a-z])轨", ""),
    (r"(?:开|打开|放开|弄)回来", "恢复"),
    (r"还我|还给我", "加回来"),
    (r"删(?=[，。！!\s]|$)", "去掉"),
    (r"因乐|音月|音樂|印乐", "音乐"),
    (r"您", "你"),
    (
        (
            r"(?:搞|弄)(?=[一个点段首条些])|整(?=[点些]|[段首条](?!片|视频|音乐|曲|歌|静|去|删|都|的)"
            r"|个(?!删|去|关|都|停|拿|静|换|撤|视频|片|影|短|过程|作品|项目|全|曲|歌|音乐|时))"
        ),
        "来",
    ),
    (
        (
            r"(?<!太)(?:撤|扔|干|砍|踢|下|删|去|拿|弄|扒|抽|剔|抹|掐|停|毙|pass|剥)"
            r"(?:掉|走|了(?=[吧，。!！]|$))|弄没了?(?=[它吧，。!！]|$)"
        ),
        "去掉",
    ),
    (r"(?:剪|切|掐|裁|截|砍)(?:掉|了(?=[吧，。!！]|$)|去)", "剪掉"),
    (r"恢复(?:回来|回去|一下|过来)", "恢复"),
    (r"(?:找|弄|放|加|要|请|拿|接)(?:补)?回来", "加回来"),
    (r"主旋律", "旋律"),
    (r"在(?=[^\s，。]{1,3}一?点(?:[吧呗，。!！]|$)|(?:来|加|换|做|写|给我)一?[首个段版点])", "再"),
    (r"(?:宝子|宝贝|宝宝|亲爱的|家人们|兄弟|哥们儿?|大佬|老铁|姐妹|亲)(?:们)?[，,\s]*", ""),
    (r"(?:呗|(?<![嘻哈])哈(?!哈)|哦|喔|嘞|哟|噢|咯|嗷|哇)(?=[，。,!！?？\s]|$)", "吧"),
    (r"(?:麻烦|拜托|劳驾|辛苦)(?:你|您|了)?(?:帮忙|帮我)?[，,]?", "请"),
    (r"(?:贼|巨|老|超级|超)(?=[吵响大小轻快慢])", "很"),
)
_SOUNDS: Final = re.compile(
    r"(?<![\w'])(?:ngl|tbh|imo|imho|um+|uh+|er+m?|hm+|ugh+|argh|omg|lol|lmao|lmfao|haha\w*|hehe"
    r"|ew+|oof|bro|dude|mate|fam|bruh|jeez|damn|yo|btw|fyi|ok so|okay so|so yeah|honestly"
    r"|hey there|hiya|idk|like i said|for (?:god|heaven|goodness|christ)'?s? sakes?|real quick)"
    r"(?![\w'])[\s,.!]*",
    re.IGNORECASE,
)
_SOUNDS_ZH: Final = re.compile(
    r"(?<![\u3400-\u9fff])(?:啊+|哎呀?|唉|嗯+|呃+|额+|哦+|噢|哇塞?|天呐?|救命|笑死|话说|对了|那个"
    r"|emmm*|咳+|嘿+|喂)"
    r"[，,!！\s~…]+"
)
_HURRY: Final = re.compile(
    r"(?:[，,\s]+|(?<=bpm)|(?<=音乐)|(?<=一[个条段首]))(?:赶紧的?|赶快|速度?来?|麻溜的?|快点儿?"
    r"|搞快点?|别墨迹|别磨蹭|别废话|马上|立刻|现在|一次搞定|谢了|谢谢哥?|走起|安排上?"
    r"|整起)(?=[！!。，,\s]|$)"
    r"|^(?:速度|赶紧|赶快|麻溜)[，,\s]+",
    re.IGNORECASE,
)
"""Presses for haste, and does not mean the tempo."""
_PICTOGRAMS: Final = re.compile(r"[\u2600-\u27bf\ufe0f\u200d\U0001f000-\U0001faff]+")


_Pairs: TypeAlias = tuple[tuple[re.Pattern[str], str], ...]
"""Patterns, and the plain words for what they find."""


# Most sessions speak one language. The patterns of the other one are never compiled.


@cache
def _english() -> _Pairs:
    return (
        *(
            (re.compile(rf"(?<![\w'/-])(?:{said})(?![\w'-])", re.IGNORECASE), plain)
            for said, plain in (*_ENGLISH, *WISHES)
        ),
        *((re.compile(rf"(?<![\w'/-])(?:{said})", re.IGNORECASE), plain) for said, plain in IDIOMS),
    )


@cache
def _chinese() -> _Pairs:
    return tuple(
        (re.compile(said, re.IGNORECASE), plain) for said, plain in (*_CHINESE, *_IDIOMS_ZH)
    )


@cache
def _loans() -> _Pairs:
    return tuple(
        (
            re.compile(  # a large range in any case takes 3 ms to compile: (?-i:) spares it
                rf"(?<![\w.-]){said}(?![A-Za-z0-9_.-])"
                rf"|(?<=(?-i:[\u3400-\u9fff])){said}(?![A-Za-z0-9_.-])",
                re.IGNORECASE,
            ),
            plain,
        )
        for said, plain in _LOANS
    )


_BESIDE_CHINESE: Final = re.compile(
    r"(?<=[\u3400-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u3400-\u9fff])"
)
"""Where a Chinese sign meets a Latin letter: `\\b` sees no end of a word there."""
_CHINESE_SIGN: Final = re.compile(r"[\u3400-\u9fff]")


def in_plain_words(text: str) -> str:
    """Return a text in plain words, without interjections and pictograms.

    A text of nothing else stays as it is.
    """
    plain = _PICTOGRAMS.sub(" ", text)
    has_chinese = _CHINESE_SIGN.search(plain) is not None
    if has_chinese:
        for pattern, one in _loans():
            plain = pattern.sub(one, plain)
        plain = direct(_HURRY.sub("", plain))
    for pattern, one in (*_WITH, *_english(), *(_chinese() if has_chinese else ())):
        plain = pattern.sub(one, plain)
    plain = _BESIDE_CHINESE.sub(" ", plain)
    plain = _SOUNDS_ZH.sub("", _SOUNDS.sub(", ", plain)).lstrip(" ,")
    plain = spelled(plain)
    if not has_chinese:
        plain = without_rejected(in_active_voice(with_plain_removal(plain)))
    return plain.strip() if re.search(r"\w", plain) else text
