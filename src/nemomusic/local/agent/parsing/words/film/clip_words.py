"""Words for clips: which ones, in which order, and the nouns that name them."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import REMOVE_WORDS, pattern

JOIN: Final = pattern(
    r"\b(?:join|combine|merge|concatenate|stitch|together|splice)\b",
    r"[拼接连合并串](?:到|在)一起|[拼接合连并串剪]成一?[个条段整]|[拼连串合](?:起来|上)|接起来|拼接"
    r"|合并|连接|拼在一起|合成一|拼起来|合在一起|连起来|接起来",
)
ALL: Final = pattern(
    r"(?<!fade )(?<!fade in )(?<!fade out )"
    r"\b(?:all|both|every)(?: (?:of|the|my|these|those|our|uploaded|two|\d)){0,3} (?:clips?"
    r"|videos?|files?|pictures?|images?|of them)\b(?! (?:and|&) (?:the )?(?:music|sound|audio)\b)",
    r"(?:所有|全部|两|2).{0,4}(?:片段|视频|素材|图片).*(?:都|用上|全用|合|拼)",
    r"[两2][段个条](?:片段|视频|素材)?(?:还是)?(?:都|全|一起)(?:用|要|在|放|留|保留|给我)",
)
ORDER: Final = pattern(
    r"(?<!\bat )\b(?:first(?! of all\b)|last|before|after(?! all(?: that)?(?:\W*$|[,.;!?])))\b"
    r"(?!\s*(?:seconds?\b|\d|few))",
    r"\b(?:order|start with|begin with|open with|end with|(?:at|to) the (?:very )?(?:end|start"
    r"|beginning|front|back))\b",
    r"先放?.{1,12}[再后]|[在放][前后](?!\s*\d)|先放|放[前后]面|[放移挪调搁摆搬提](?:在|到)?最?[前后]|顺序"
    r"|前[面头]|后[面头]|排在|开头放"
    r"|最后放|开始放|打头",
)
FOLLOWS: Final = pattern(r"\b(?:then|followed by)\b", r"再放|再(?=\s*[a-z])|再接|接着|然后")
SWAP: Final = pattern(
    r"\b(?:swap|switch|exchange|reverse|flip|invert)\b.*\b(?:clips?|videos?|order)\b",
    r"\bother way (?:a)?round\b|\bswap (?:them|the two|both)\b|\bthe other order\b",
    r"\bchange the order\b",
    r"(?:顺序|次序|先后).{0,2}(?:反|倒|错|颠倒)了?",
    r"(?:换|调)[个一]?(?:下|个)?(?:顺序|次序|位置)|调个个|[换掉]个个儿?|顺序反过来",
    r"(?:(?<![大小])调换(?![成为])|交换|对调|互换|对换|颠倒|反转|倒过来)[^，。,]*",
    r"(?:片段|视频).*(?:顺序|次序).*(?:倒|换|反)",
)
LAST_PLACE: Final = pattern(
    r"\b(?:last|to the end|at the end)\b",
    r"最后面?|放到?(?:结尾|末尾|后面)"
    r"|(?:放|排|[移挪搁摆搬调]到?)[在到]?第[一1][^，。]{0,2}(?:后面|之后)",
)
_PREPOSITIONS: Final = r"(?:for |only |just |on |in |to |use |the )*"
CLIP_NUMBER: Final = pattern(
    rf"\b{_PREPOSITIONS}(?:clip|video|shot) (?:number |no\.? ?|#)?"
    r"(\d{1,3}|one|two|three|four|five)\b(?!\s*%)",
    rf"\b{_PREPOSITIONS}(?:the )?(first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th) "
    r"(?:clip|video|shot)\b",
    r"(?:给|只要|只用|只|为|对|用)?第\s*([一二三四五两]|\d{1,3})\s*(?:个|段|条)?"
    r"(?:视频|片段|素材|段|clip)",
    r"(?:片段|视频|素材|(?<![a-z])clip)\s*(\d{1,2})(?![\d%秒])",
    r"(?<!\d)(\d)号(?:视频|片段|素材|clip)",
)
NUMBERS: Final = {
    **dict.fromkeys(("one", "first", "1st", "一"), 0),
    **dict.fromkeys(("two", "second", "2nd", "二", "两"), 1),
    **dict.fromkeys(("three", "third", "3rd", "三"), 2),
    **dict.fromkeys(("four", "fourth", "4th", "四"), 3),
    **dict.fromkeys(("five", "fifth", "5th", "五"), 4),
}
"""Words for the number of a clip, counted from 0."""
BEFORE_NAME: Final = (
    r"(?:\b(?:for|only|just|on|to|in|use|with|keep|show)\b|只要|只用|只|给|为|对|用|把|将)?\s*"
    r"(?:the )?(?:clip|video|file|视频|片段)?\s*"
)
AFTER_NAME: Final = r"\s*(?:only\b|这个视频|这段视频)?\s*[:：]?"
REMOVE_CLIP: Final = pattern(
    REMOVE_WORDS,
    r"\b(?:throw (?:away|out)|toss|chuck|bin|scrap|dump|get rid of|(?:kick|boot|leave|cut) out"
    r"|axe|omit|exclude|(?<!n't )(?<!not )skip(?! to\b))\b"
    r"|\b(?:isn't|is not|not|no longer) (?:needed|necessary|required)\b",
    r"的?不用了",
)
CLIP_NOUNS: Final[dict[str, tuple[str, ...]]] = {
    "beach": ("海边", "沙滩", "海滩"),
    "city": ("城市", "城里", "市区"),
    "sea": ("大海", "海边"),
    "mountain": ("山上", "山里", "高山"),
    "forest": ("森林", "树林"),
    "lake": ("湖边", "湖"),
    "park": ("公园",),
    "garden": ("花园",),
    "street": ("街道", "街上"),
    "night": ("夜景", "晚上"),
    "dog": ("狗", "狗狗"),
    "cat": ("猫", "猫咪"),
    "party": ("派对", "聚会"),
    "wedding": ("婚礼",),
    "food": ("美食",),
    "snow": ("雪景", "雪地"),
    "sunset": ("日落", "夕阳"),
    "drone": ("航拍",),
    "interview": ("采访",),
    "intro": ("开场",),
}
"""Common names of clips, with the Chinese words for what they show."""
