"""The phrases with which the agent speaks of a screen, English and Chinese: data only.

`ui_instructions` applies them. The SDK has no screen (docs/protocol.md).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


class ActionKind(StrEnum):
    """The call that replaces an instruction to use a screen (docs/protocol.md)."""

    DO = "do"
    """click …, 点击: do it through the API."""
    READ_STATE = "read_state"
    """open …, 打开: read the state."""
    EDIT = "edit"
    """drag/drop, 拖拽: send the edit as a message."""
    SUMMARIZE = "summarize"
    """preview in timeline: a summary of the tracks in words."""
    EXPORT = "export"
    """Export, 导出: the export."""
    CREDITS = "credits"
    """check account / billing, 查看账户: the credits."""


# A clause is an instruction when it begins, after LEAD, with a row of INSTRUCTIONS.

_BULLET = r"(?>(?:[^\w\"'“”‘’「」『』«»`\ue000]|_|\d+[.)、]\s*)*)"
LEAD: Final = (
    _BULLET + r"(?>(?:(?:please|now|then|next steps?|next|first|second|third|finally|lastly|also|"
    r"and|or|but|so|just|simply|afterwards|after that|alternatively|otherwise|which|feel free to|"
    r"go ahead and|you(?:'ll| will)?(?: now| then| also| always| just)*"
    r"(?: can| could| may| might| should| must| need to| have to| want to)?"
    r"(?: now| then| also| always| just| simply| directly| either)*|"
    r"all you (?:need|have) to do is(?: to)?|make sure to|be sure to|don't forget to|"
    r"remember to|try to|let's|tip|note|hint|step \d+|reminder)[\s*,:.\-–—]+)*)"
)
LEAD_ZH: Final = (
    _BULLET + r"(?>(?:(?:请|您|你|可以|可|能|也|还|就|再|先|然后|接着|接下来|随后|最后|现在|之后|"
    r"并且|并|或者|或|只需要|只需|只要|需要|需|满意后|完成后|确认后|准备好后|直接|尝试|试着|随时|马上|立即|即可|通过|使用|用鼠标|"
    r"记得|别忘了|小提示|提示|下一步|步骤|注意|第[一二三四五\d]步|在?(?:屏幕|界面|页面|编辑器|面板|菜单|"
    r"工具栏|时间线|时间轴|右上角|左上角|右下角|左下角|右侧|左侧|顶部|底部|右边|左边|预览窗口|播放器)的?"
    r"(?:上方|下方|上|中|里|内|处)?)[\s,，:：]*)*)"
)
_NOUNS = (
    r"buttons?|menus?|tabs?|icons?|panels?|sliders?|drop-?downs?|toolbars?|sidebars?|"
    r"checkbox(?:es)?|dialogs?|toggles?|settings?|inspector|corner of the screen|space ?bar"
)
_PLACES = (
    r"timelines?|projects?|editor|workspace|app|apps|dashboard|library|browser|draft|preview|"
    r"media|tracks?|pages?|links?|folders?|files?|websites?|site|account|player|mixer|view|"
    rf"(?:preview|export|browser|editor|pop-?up) window|{_NOUNS}"
)
_DETERMINED = r"(?:up )?(?:the|your|this|that|it|its|a|an|any|each|these|those|all|\ue000|\*|`)"
_NOUN_ZH = (
    r"(?:按钮|菜单|标签|图标|面板|滑块|工具栏|侧边栏|对话框|设置|界面|页面|窗口|时间线|时间轴|轨道|音轨|项目|编辑器|"
    r"预览|工作区|素材库|浏览器|链接|文件|草稿|网站|应用|属性|账户|帐户|播放器|文件夹|\ue000)"
)
_ACCOUNT = r"(?:account|billing|subscription|plan|balance|credits?|profile)"
_ACCOUNT_ZH = r"(?:账户|帐户|账号|账单|余额|积分|订阅|套餐|费用)"

INSTRUCTIONS: Final[tuple[tuple[ActionKind, str], ...]] = (
    (
        ActionKind.CREDITS,
        (
            r"(?:check|visit|see|view|review|manage|open|go to|look at|head to|"
            r"head over to|log ?in to|sign ?in to) (?:up on )?"
            rf"(?:(?:your|my) (?:\w+ )?{_ACCOUNT}|(?:the )?(?:account|billing|subscription))\b"
        ),
    ),
    (
        ActionKind.SUMMARIZE,
        (
            r"(?:preview|review|watch|play|check|see|view)\b(?: (?:it|this|that|them|the|your|all|"
            r"results?|changes?|edits?|video|music|track|tracks|back|out))* (?:in|on|from) "
            r"(?:the |your )?timeline\b"
        ),
    ),
    (ActionKind.SUMMARIZE, r"(?:preview|view|check|see|look at) (?:the |your )?timeline\b"),
    (
        ActionKind.EXPORT,
        (
            r"export(?! (?:is|was|has|will|finished|completed?|failed|succeeded|done|settings?|"
            r"format|quality|took|in progress|progress|options?|ready|started|takes?|"
            r"should|may|usually|normally|of|times?)\b)\b(?!\s*:\s*\w)"
        ),
    ),
    (
        ActionKind.EDIT,
        (
            r"drag(?: and drop|-and-drop|/drop| & drop)? "
            rf"(?:{_DETERMINED}|(?:clip|track|title|file)s?\b)"
        ),
    ),
    (
        ActionKind.EDIT,
        r"drop (?:the|your|this|that|it|an?|them)\b(?! (?:beat|bass|tempo|volume|key|pitch)\b)",
    ),
    (
        ActionKind.READ_STATE,
        (
            rf"(?:open|go to|navigate to|switch to|head(?: over)? to|look at) "
            rf"{_DETERMINED}.*?\b(?:{_PLACES})\b"
        ),
    ),
    (ActionKind.READ_STATE, r"open (?:up )?(?:\ue000|\*\*|`|it\b)"),
    (
        ActionKind.READ_STATE,
        (
            r"(?:open|go to|navigate to|head to) (?:settings|account|billing|preferences|timeline|"
            r"project|editor|nemo\w*|studio|workspace|library)\b"
        ),
    ),
    (
        ActionKind.DO,
        (
            r"(?:double-|right-|left-|double |right |left )?click"
            r"(?!(?:-|\s)?(?:tracks?|sounds?|noises?|beats?|effects?|sfx|rhythms?|of|rate|bait|clicks?)\b)"
            r"(?=\s*[^\s.!,])"
        ),
    ),
    (
        ActionKind.DO,
        (
            r"(?:long-|double-)?tap"
            r"(?! (?:danc\w+|shoes?|water|beats?|rhythms?|tempo|sounds?|noises?|routine)\b)\b"
        ),
    ),
    (
        ActionKind.DO,
        (
            r"(?:press|hit) (?:the )?(?:play|enter|ok|export|save|delete|\ue000)|"
            r"(?:press|hit|select|choose|pick|"
            rf"use(?! of)|find|adjust|scroll|hover|toggle|look for|locate|move)\b"
            rf"[^.]*?\b(?:{_NOUNS})\b"
        ),
    ),
)
INSTRUCTIONS_ZH: Final[tuple[tuple[ActionKind, str], ...]] = (
    (
        ActionKind.CREDITS,
        rf"(?:查看|检查|查询|前往|打开|进入|访问)(?:您的|你的|一下)?{_ACCOUNT_ZH}",
    ),
    (ActionKind.SUMMARIZE, r"(?:预览|查看)(?:时间线|时间轴)|预览.{0,8}(?:时间线|时间轴)"),
    (ActionKind.SUMMARIZE, r"(?:(?<=时间[线轴])|(?<=时间[线轴][上中里内]))(?:进行)?(?:预览|查看)"),
    (
        ActionKind.EXPORT,
        (
            r"导出(?!设置|是|进度|质量|的|后|时长|画质|"
            r"[^，。]{0,6}(?:完成|成功|失败|已|需要|大约|约|预计|将|中(?=$|[，。…])))"
        ),
    ),
    (ActionKind.EDIT, r"(?:拖拽|拖动|拖放|拖曳|拖到|拖至)(?!感|效果|特效|动画|音效|的)"),
    (ActionKind.EDIT, r"(?:将|把).{1,30}?(?:拖拽|拖动|拖放|拖曳|拖到|拖至|拖入|拖进)"),
    (ActionKind.READ_STATE, rf"(?:打开|前往|进入|切换到).{{0,12}}?{_NOUN_ZH}"),
    (ActionKind.READ_STATE, r"(?<=请)打开"),
    (
        ActionKind.DO,
        (
            r"(?:点击|单击|双击|右击|点按|轻点|长按)"
            r"(?!声|音效|音已|率|效果|轨(?!道)|量|的|屏幕的|动画)"
        ),
    ),
    (
        ActionKind.DO,
        rf"(?:按下?|选择|选中|使用|找到|调整|滑动).{{0,12}}?{_NOUN_ZH.replace('|轨道|音轨', '')}",
    ),
)
# The same said in passing: "you can get it by clicking Export", "when you click Play".
GERUND: Final = re.compile(
    r"(?:\bby|^\W*(?:i(?:'d)? )?(?:recommend|suggest|try|start by)) (?:just |simply )?"
    r"(?P<verb>click|tapp|press|dragg|dropp|open|export)ing\b"
    r"|^\W*(?P<subject>click|tapp)ing\b(?=.*\b(?:will|lets|allows|opens|starts|downloads)\b)",
    re.IGNORECASE,
)
ADDRESSED: Final = re.compile(r"\byou(?:'ll|'d|r)?\b", re.IGNORECASE)
YOU_USE: Final = re.compile(
    r"\b(?:when|once|if|after|until|as soon as) you(?:'ve| have)? "
    r"(?P<verb>click|tap|press|drag)(?:p?ed|ged)?\b"
    r"|(?:您|你|请|只需|可以|可在|可从)(?:(?!看|人|画面|他|她)[^，。]){0,16}?(?P<zh>点击|单击|双击|拖拽|拖动|拖到)(?!声|音效|率|效果|轨(?!道)|的)",
    re.IGNORECASE,
)
VERBS: Final = {"tapp": "tap", "dragg": "drag", "dropp": "drop"}
VERB_KINDS: Final[Mapping[str, ActionKind]] = {
    "click": ActionKind.DO,
    "tap": ActionKind.DO,
    "tapp": ActionKind.DO,
    "press": ActionKind.DO,
    "drag": ActionKind.EDIT,
    "dragg": ActionKind.EDIT,
    "dropp": ActionKind.EDIT,
    "open": ActionKind.READ_STATE,
    "export": ActionKind.EXPORT,
    "点击": ActionKind.DO,
    "单击": ActionKind.DO,
    "双击": ActionKind.DO,
    "拖拽": ActionKind.EDIT,
    "拖动": ActionKind.EDIT,
    "拖到": ActionKind.EDIT,
}

WORDS: Final = (
    *("check", "visit", "see", "view", "manage", "open", "go to", "look", "head", "log", "sign"),
    *("watch", "play", "export", "drag", "drop", "navigate", "switch", "click", "tap", "press"),
    *("hit", "select", "choose", "pick", "use", "find", "adjust", "scroll", "hover", "toggle"),
    *("locate", "move", "查", "前往", "打开", "进入", "访问", "预览", "导出", "拖", "切换", "击"),
    *("点按", "轻点", "按", "选", "使用", "找到", "调整", "滑动"),
)
"""Words of which every instruction has one. Most texts have none, and need no further check."""

# How a sentence is cut into clauses, and which of them are kept.
CLAUSE: Final = re.compile(
    r"[,;，；]\s*|(?<!\s)\s++[—–-]+\s+|—+\s*"
    r"|(?<!\s)\s++(?=(?:and|or|so|but|then|and then) "
    r"(?:you (?:can|could|may|should)|please|just|simply)\b)"
)
NEXT_STEP: Final = re.compile(
    r"(?<!drag)(?<!\s)\s++(?:and then|and|then|or)\s+(?=(?:click|tap|press|drag|drop|open|"
    r"export|preview|"
    r"hit|select|choose|check your|go to)\b)|"
    r"(?:然后|接着|并且|并|再)(?=点击|单击|打开|拖|导出|预览|查看)",
    re.IGNORECASE,
)
OPENER: Final = re.compile(
    r"^\W*(?:(?:to|if|when|whenever|once|after|before|in order to|as soon as|ready|need|want)\b|"
    rf"(?:for|from|in|on|at|under)\b.*\b(?:{_PLACES}|screen|corner|top|bottom|left|right)\b|"
    rf"如果|若|如需|要|想|当|为了|完成后|之后|满意|准备好|需要|在.*(?:{_NOUN_ZH}|角|侧|边|顶部|底部))",
    re.IGNORECASE,
)
TOLD: Final = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:i|i've|i'll|we|we've)\b|^\W*(?:我|已)", re.IGNORECASE
)
HEADER: Final = re.compile(
    r"^\W*(?:(?:to|how to|next|what's next|steps?|if you|when|once)\b|"
    r"(?:ready|want|need)\b(?!.*\b(?:me|i)\b)|"
    r"下一步|接下来|操作步骤|步骤|如何|如需|要(?!我)|想(?!我)).*[:：?？]\W*$",
    re.IGNORECASE,
)
BRACKETED: Final = re.compile(r"(?<!\s)\s*+[(（][^()（）\n]*+[)）]")

# The purpose of a clause about a button or a panel, where the clause names one.
AIMS: Final = (
    (ActionKind.EXPORT, re.compile(r"\b(?:export|download)|导出|下载", re.IGNORECASE)),
    (
        ActionKind.SUMMARIZE,
        re.compile(
            r"preview\b.{0,30}\b(?:in|on) .{0,12}timeline|时间[线轴].{0,4}预览", re.IGNORECASE
        ),
    ),
    (
        ActionKind.CREDITS,
        re.compile(r"\b(?:account|billing|credits)\b|[账帐]户|账单|余额", re.IGNORECASE),
    ),
)

LOOSE_END: Final = re.compile(
    r"(?<![\s,;，；—–-])[\s,;，；—–-]*+(?:\b(?:and|so|but|or|then)[\s,;，；—–-]*+)*$"
)
ENDING: Final = re.compile(r"(?<![.!?。！？…])[.!?。！？…]++\s*+$")
