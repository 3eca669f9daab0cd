"""Words for what to do with an instrument."""

from __future__ import annotations

import re
from typing import Final

from nemomusic.local.agent.parsing.words.common_words import REMOVE_WORDS, pattern

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
    r"\b(?:just|only) the \w+ (?:should|must|has to|have to|needs? to|can|could) (?:be |get |go )?"
    r"(?:a (?:bit|little) )?(?:down|up|louder|quieter|softer|lower)\b",
    r"只(?:要|有|是|把|让)?[^，。只]{1,5}(?:小声|大声|[小轻大响重弱强]一?[点些])",
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
    r"|(?:kick|boot|throw|chuck|toss) (?:(?:the|those|that|all) [\w ]+\b)?out"
    r"|(?:must|can|could|should) (?:go|stop|disappear|leave)|do without|enough of|sick of|hate)\b"
    r"|不想(?:要?再)?听[到见]?|不能要|用不着|多余|受不了|讨厌|烦死|别再|可以停|别有|消失|不喜欢(?!.*[这那]么)",
    r"\b(?:cut|mute|silence|leave out|(?:has|have|needs?) to go|(?<!ease )(?<!back )off(?=\W*$"
    r"| please| again| with (?:it|them))|shut (?:\w+ )+up"
    r"|do without|rather not|(?<!bring )(?<!stand )(?<!stands )out(?=\W*$| please))\b",
    r"静音|免了|歇着|歇歇|下岗|留不得|退场|走人|(?<![进加回上出])去|请出去|(?<=[鼓琴斯乐他笛号器])[下出]\W*$|撤掉|必须去|[拿撤弄]走|关了|剪掉|剪了|别再有|不放|(?<!要)不加",
)
INSTEAD: Final = re.compile(
    r"\b(?:swap|replace|exchange|trade)\b.*\b(?:for|with|by)\b|(?P<of>\binstead of\b|代替)"
    r"|把?.+(?:换成|改成|替换成|替换为|换为|改为)",
    re.IGNORECASE,
)
"""One instrument in place of another. `of` matches if the new one is named first."""
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
