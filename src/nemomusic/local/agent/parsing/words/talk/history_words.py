"""Words for steps back and forward: undo, redo, an earlier version."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

UNDO: Final = pattern(
    r"^\W*(?:(?:oops|no|wait|sorry|hmm|ok|please|can you|could you|nah)[\s,]+)*(?:undo|revert"
    r"|roll ?back|step back)\b"
    r"(?! (?:the )?(?:mute|fade))",
    r"^\W*(?:one|a step) back\b|\bthat made it worse\b"
    r"|\bprevious (?:one|version|piece|music)\b.{0,12}\b(?:better|best|nicer)\b",
    r"\btake (?:that|it|this|back) (?:back|(?:the|that|my|your) (?:last|previous|latest))\b"
    r"|\b(?:reverse|cancel|drop|discard|forget|scratch) (?:that|the|your|my)? ?(?:last|latest"
    r"|previous) (?:change|edit|step|one|thing|move|bit)\b"
    r"|\bnot what i (?:wanted|asked|meant)\b|\bput (?:it|that|things|everything) back\b"
    r"|\bgo (?:one step|a step) back\b"
    r"|\b(?:how|what|the way) it was before (?:that|this|the last)\b|\btake (?:that|it"
    r"|this) back\b|\bgo back(?: (?:one|a) step)?(?: please)?\W*$|\bcancel (?:that"
    r"|the last)\b|\b(?:un-?do|revert) (?:that|this|it|the last)\b",
    r"\b(?:put|change|set|turn) (?:it|those|these) back\b"
    r"|\bback to (?:how|what|the way) it was\b"
    r"|\bi liked it better (?:before|the way it was)\b"
    r"|\bit was better before\b|\bback to before\b|\bthe way it was before\b",
    r"\b(?:bring back |back to |restore )(?:the )?previous (?:version|one|state|edit)\b",
    r"(?:换|回|退)[回到]?(?:前|上)一?[首版个]|(?:前|上)一?[首版个]更?好|(?:刚才|刚刚|上一步|上次"
    r"|上一个|刚改|刚刚改)(?:的"
    r"|那|这)*[个步次下]?(?:改动|修改|操作|变化"
    r"|那步|步)?(?:不要|不算|作废|取消|收回|退掉)|改回(?:原来|之前|刚才|去)|还回去|退掉刚"
    r"|上一?个?版本|退回|撤销|撤回|撤消|收回|退回去|退一步|回退|还原|恢复(?:到|成)?(?:刚才|之前"
    r"|上一步"
    r"|原来|原样)"
    r"|还是改之前的?更?好|[最刚][后才刚]?[弄改做][的了]?那一?[下步][^，。]{0,6}(?:糟|差|难听|不好"
    r"|不行)|还不如(?:刚才|之前|原来|没改|改之前)|改之前那样|没改的时候|当[我作]?没[改弄动]过"
    r"|改坏了|^\W*撤一下|^\W*撤[吧啊呗]?\W*$|返回上一步|[撤退]一步|[那这]一?步撤"
    r"|(?:刚才|刚刚|上一步|那一?步|这一?步).{0,6}撤掉|(?:刚[才刚]那|上)一?步[^，。]{0,3}去掉"
    r"|那一?[下步]当我没说"
    r"|回到(?:刚才|之前|上一步)(?!的)|(?:还是)?(?:之前|刚才|原来)的好|改回去|变回去|变回(?:之前"
    r"|原来|刚才)|(?:之前|原来|刚才)的样子",
)
REDO: Final = pattern(
    r"^\W*(?:please |can you |could you )?re-?do\b(?:\s+(?:it|that|this|the (?:last )?(?:change"
    r"|step|edit|undo)))?\W*(?:please)?\W*$",
    r"\bun-?undo\b|\bundoing (?:that|it|this) was\b|\bshouldn'?t have undone\b"
    r"|\bundone\b.*\bback (?:again|after all|in)\b"
    r"|\b(?:undo|revert|cancel|before) (?:the|that) undo\b"
    r"|\b(?:what|thing|change|step|edit|one) (?:that )?(?:i|you|we) (?:\w+ )?(?:undid|reverted"
    r"|rolled back|reversed|took back)\b|\b(?:took|taken) (?:out|back) in the undo\b"
    r"|\b(?:didn't|did not) mean to undo\b|\bundo (?:was|is) (?:wrong|a mistake)\b"
    r"|^\W*(?:please )?(?:go|step|move|one step) forwards?(?: again| one step| a step)?"
    r"(?: please)?\W*$",
    r"[撤去]掉的(?:改动|修改|操作|那一?步|步骤|东西)[^，。]{0,6}(?:恢复|弄回|加回|找回)|撤(?:销|回|掉)?错了?[，,\s]*(?:了|给我|帮我|再)*(?:恢复|重做|弄回|做回|还原|要回)|不撤了[，,\s]*(?:恢复|重做)"
    r"|(?:撤销|撤回|撤掉|撤)掉?了?的.{0,8}(?:恢复|重做|回来|做回|找回|加回|要回|弄回)",
    r"取消.{0,5}撤销|(?:想要?|还要|要回).{0,5}(?:撤销|撤掉|撤回)了?的|(?:多撤|撤多|错撤)了?|不该撤",
    r"手滑.{0,3}撤|撤销了[，,\s]*(?:帮我|给我)?恢复|回滚掉?的.{0,3}恢复",
    r"(?:重做|再做).{0,4}撤销的|撤销(?:错了?|的).{0,8}(?:恢复|重做|回来|改回|再做|做回)|(?:恢复"
    r"|找回|做回).{0,4}撤销"
    r"|不(?:该|应该)撤销",
    r"刚[才刚]?[撤去]掉?的再?(?:给我)?(?:恢复|撤回来)|(?:恢复|找回"
    r"|要回)刚[才刚][撤去]掉的(?:那[个步下]|\W*$)|撤错了?|撤早了|退(?:多|过头)了|(?:撤销|[撤退]掉"
    r"|撤回|取消|撤)了?的(?:那|这|个|步|下|改动|修改|其实"
    r"|也)+[^，。]{0,4}[，,]?[^，。]{0,6}(?:恢复|弄回|放回|加上|还是要|又想要|要回|回来"
    r"|[是挺]对的|没问题|挺好)|^\W*(?:还是|算了|那)?重做(?:吧|一下)?\W*$|^\W*(?:请"
    r"|帮我)?重做(?:刚才|上)?(?:那"
    r"|一)?步?(?:操作|修改)?\W*$|取消撤销|恢复撤销",
)
BACK_TO: Final = pattern(
    r"\b(?:go|switch|change|get|take me|come|bring me)? ?back to\b|\breturn to\b|\brestore\b"
    r"|\b(?:put|bring|get) the (?:earlier|previous|old|first|original|last)\b.*\bback\b"
    r"|\b(?:have|get|want|need|give me) (?:the |that )?[\w-]+(?: one| version| music| piece"
    r"| song| stuff)? back\b"
    r"|\bi (?:liked|preferred|loved) the \w+ (?:better|more)\b"
    r"|\bagain\b|\b(?:take|use|keep|want|prefer|choose) (?:that|the|this) .*\b(?:one|version)\b",
    r"\b(?:liked?|prefer(?:red)?|was better|better)\b.*\b(?:one|version|before|earlier|previous"
    r"|that)\b|\b(?:one|version)\b.*\b(?:was|is|were) better\b",
    r"\b(?:the )?(?:very )?(?:original|first|previous|earlier) (?:version|one|piece|music|track"
    r"|tune|song)\b"
    r"|\bversion \d\b|\bfrom (?:before|earlier)\b|\b(?:first|earlier|previous) (?:attempt|try"
    r"|draft)\b|\b(?:you|we) (?:made|had|did|used) (?:earlier|before|first"
    r"|at the (?:very )?(?:start|beginning))\b",
    r"[回切]到|[换切用]回|还原|第一次(?:做|弄|给|生成|配)的|用最(?:开始|初|早)|(?:最初|最早"
    r"|最?一?开始).{0,2}的.{0,4}(?:音乐|那一?[首版个段])|退到|还是用|恢复[成到](?=最|一开始|第)"
    r"|用(?:前面|先前|以前)|之前的?(?:那|的)?|刚才的?那|再用|那[版个首].*更?好|(?:用|要"
    r"|选)第\d?.*[版个首]|第[一二三四五\d](?:[版首]|个(?:版本|音乐|曲子))|(?:最初|最早|最开始|最开头|原来"
    r"|一开始)的?(?:版本|那[版个首段]|[，。吧]|$)|头一[首版]|还用[它那]"
    r"|[回用换要选切退][^，。]{0,6}那一?[版个首]|那[版个首](?=.*(?:[回用换要选切]|恢复|更好|好点"
    r"|最好|吧\W*$))",
)
NUMBERED: Final = pattern(
    r"\b(?:the )?(first|original|initial|second|third|fourth|fifth|1st|2nd|3rd|4th"
    r"|5th) (?:version|one|piece|music|track|take|option|tune|song|attempt|try|draft)\b",
    r"\bvery (first)\W*(?:please\W*)?$",
    r"\b(?:one|piece|version|music)\b.{0,24}\bat the (very beginning|very start|beginning)\b",
    r"\b(?:version|option|take|number|piece) (?:number |no\.? ?|#)?(\d{1,2}|one|two|three|four"
    r"|five)\b",
    r"第([一二三四五\d]{1,2})\s*(?:[版首]|个(?:版本|音乐|曲子))",
    r"(最初|最早|一开始|最开始|最开头|原来|第一次|头一个)(?:你|咱们?)?(?:做|弄|给我?|生成|配"
    r"|写)?的?(?:版本|那一?[版个首段]|音乐)|(头一)[首版]",
)
ORDINALS: Final = {
    **dict.fromkeys(("first", "original", "initial", "1st", "one", "一", "1"), 1),
    **dict.fromkeys(("very beginning", "very start", "beginning"), 1),
    **dict.fromkeys(("最初", "最早", "一开始", "最开始", "原来", "第一次", "头一个", "头一"), 1),
    **dict.fromkeys(("second", "2nd", "two", "二", "2"), 2),
    **dict.fromkeys(("third", "3rd", "three", "三", "3"), 3),
    **dict.fromkeys(("fourth", "4th", "four", "四", "4"), 4),
    **dict.fromkeys(("fifth", "5th", "five", "五", "5"), 5),
}
ORIGINAL: Final = frozenset(
    {"original", "initial", "最初", "最早", "一开始", "最开始", "原来", "第一次"}
)
