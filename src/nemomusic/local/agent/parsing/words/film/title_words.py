"""Words for titles."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import MARK, pattern

_TITLE: Final = (
    r"(?:\b(?:titles?|captions?|texts?|heading|headline|credits?|overlay|lettering)\b"
    r"|标题|字幕|文字|片头|片尾|几个字)"
)
TITLE: Final = pattern(_TITLE)
NO_WORDS: Final = pattern(
    r"\bwords (?:on|over|across) (?:the )?(?:screen|picture|video|film)\b.*\b(?:delete|remove"
    r"|away|lose|get rid)\b",
    r"\b(?:titles?|captions?|text|words|writing)(?: (?!and\b)\w+){0,6} (?:off|(?:can|must|should"
    r"|has to|have to|needs to|need to)"
    r" (?:go|come off|disappear))\b",
    r"\b(?:no|(?<!song )(?<!music )(?<!tune )(?<!track )without|(?:remove|delete|lose|get rid of"
    r"|(?:don'?t|do not) (?:want|need"
    r"|like)) (?:the|those"
    r"|these|any)) (?:words|writing|lettering)\b",
    r"(?:不要|去掉|删掉|删除)(?:那些|这些|这个|所有)?(?:字|标题|文字)",
    r"[那这]几?[个些行]字[^。\d]{0,10}(?:挡|碍眼|没有|多余|难看|丑)",
    r"(?:字|文字|标题)(?:都|也|可以|就|能|给我)*(?:不要|去掉|删掉|删了|走[了吧]|摘|撤下|下掉|拿下来|别留)|别再?压着字|不该加标题",
)
_PUT: Final = r"\b(?:put|show|write|add|display|place|overlay)"
_WORDS: Final = rf"{_PUT} (?:the |these |some )?(?:words?|phrase)\b"
_PUT_ZH: Final = r"(?:加上|加入|添加|加|写上|写|显示|放上|放)(?:一?[个行句段])?(?:文字|字样|文本)"
UNQUOTED_TITLE: Final = pattern(
    rf"{_TITLE}\s*(?:(?:on|onto|over|across|in|at|to) (?:it|there|this|that|(?:the|my|our) \w+) )?"
    r"(?:that )?(?:saying|says|reads|reading|:|：|写着)\s*(.+?)"
    r"(?:,? (?:please|pls|plz|thanks|thx))?$",
    rf"(?:{_WORDS}|{_PUT} (?:the |a |some )?text\b)"
    r"\s+(?!(?:to|on|onto|over|in|at|for|of|that|as|with|under|here|there|overlays?)\b)(.+)$",
    r"\b(?:change|set|rename|update) (?:the |my |that )?(?:title|caption)\s+(?:to|into)\s+"
    r"(?!(?:be|something|the|another|red|white|black|yellow|bold|top|bottom)\b)(\S.*)$",
    rf"{_PUT}\s+(\S.*?)\s+(?=(?:at|on|across) (?:the )?(?:top|bottom|screen|picture))",
    rf"(?:{_PUT_ZH}|写上)\s*[:：]?\s*([^\s的在].*)$",
    r"标题(?:改成|改为|换成)(?!大|小|红|白|黑|黄|蓝|绿|粗|细|别的|另|居中|顶|底|上|下|英文|中文|跟|和|什么)"
    r"([^\s\ue000，,。？?吧吗]{2,20})\W*$",
    r"标题(?:就|给我)?(?:写|叫|打)([^\s\ue000，,。？?吧吗的个在成错上得]{2,12})\W*$",
    r"(?:标题|文字|字幕|几个字)(?:改成|改为|换成|写上|改|写|打|叫|是)?\s+([^\s\ue000，,][^，,]*)$",
)
_SECONDS: Final = r"\d+(?:\.\d+)?\s*(?:-\s*)?(?:seconds?|secs?|s\b|秒钟?)"
TITLE_TIME: Final = pattern(
    rf"\s+for (?:the first )?{_SECONDS}.*$",
    r"\s+(?:at|in|on|to|near) (?:the )?(?:very )?"
    r"(?:start|beginning|end|top|bottom|cent(?:er|re)|middle|screen|picture|video|film|clip)\b.*$",
    rf"\s+前\s*{_SECONDS}.*$",
    r"\s*(?:放?在)(?:视频|影片|画面)?的?(?:开头|结尾|末尾|最后|顶部|底部|中间|上方|下方).*$",
)
SAYING: Final = pattern(
    r"\b(?:saying|say|says|reads?|reading|write|called|titled)\b",
    r"(?<!\bi )(?<!\bwe )(?<!\bthey )(?<!\bpeople )(?<!\byou )(?<!\bfriends )"
    rf"\b(?:call|name|title) (?:it|this|that|the \w+)(?: simply| just)?,? {MARK}",
    _WORDS,
    rf"{_PUT} {MARK}\d+{MARK} (?:at|in|on|over) (?:the )?"
    r"(?:very )?(?:start|beginning|end|top|bottom|cent|middle|screen|picture|video)",
    rf"写着|写上|写|显示|内容为|内容是|{_PUT_ZH}|[加打放来]上?一?[个行句]?{MARK}",
)
_TIME: Final = r"((?:\d+:)?\d+(?:\.\d+)?)"
_SECOND: Final = r"(?:seconds?|secs?|s\b)"
AT_END: Final = pattern(
    r"\b(?:at the (?:very )?end|end credits?|last|closing|outro)\b", r"结尾|片尾|最后|末尾"
)
TITLE_AT: Final = pattern(
    rf"\b(?:at|from|after|starting at|beginning at) (?:the )?(?:seconds? )?{_TIME}"
    rf"(?:\s*-?{_SECOND})?(?: mark| on(?:wards?)?\b)?(?! ?%)",
    rf"\b{_TIME}\s*{_SECOND} in(?:to)?\b",
    rf"(?:第|从|在)\s*第?\s*{_TIME}\s*秒(?!之?[内前])",
    r"(?<![\d:])(\d+:\d\d)(?!\d)(?=\s*(?:的?时候|处|那里?|开始|出现|放|加|显示))|[在从到]\s*(\d+:\d\d)",
)
"""Says when a title begins."""
REMOVES_TITLE: Final = pattern(
    r"\b(?:remove|delete|get rid of|(?:take|leave|cut) (?:out|away|off|down)|lose|kill|ditch|nix"
    r"|scrap|erase|hide)\b|\btake\b.*\b(?:out|away|off|down)\b",
    r"去掉|去除|删|移除|取消|拿掉|撤掉|不要",
)
TOP: Final = pattern(r"\b(?:top|upper)\b", r"顶部|上方|上面")
BOTTOM: Final = pattern(r"\b(?:bottom|lower)\b", r"底部|下方|下面")
TOLD_ABOUT: Final = pattern(
    r"^\s*(?:is|was|were|are|has|had|shows?|came|got|looks?|so)\b",
    r"^\s*(?:是|里有|里是|里的|中的|拍|看起来)|^\s*[那这]?[段个条]?(?:跟|和|与)?[^，。]{0,3}不(?:搭|配|合适)",
)
"""Words after the name of a clip in a remark about it."""
SHOULD_SAY: Final = pattern(
    rf"\b(?:title|caption) (?:in)?to {MARK}|\b(?:swap|exchange|trade|switch) (?:the "
    rf"|my )?(?:title|caption) (?:for|with)\b",
    r"\b(?:title|text|caption)\b.{0,12}\b(?:has to|should|must|needs to|ought to)"
    r" (?:now |really |just )?(?:be|say|read)\b|\bcorrect\b|\bfix the title\b|\bnew wording\b"
    r"|\b(?:title|text|caption)\b.{0,12}\b(?:says?|reads?)\b.*\binstead\b",
    r"(?:标题|文字|字幕|名字)(?:应该|应|得|要|该)(?:是|叫|写|为)|(?:打|写)错",
)
"""Says what a title that is there should say instead."""
