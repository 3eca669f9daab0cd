"""Words for talk, questions and history, which ask for no new work."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.parsing.words.common_words import PARTS_ZH, pattern

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import Topic

_ALONE: Final = r"^\W*(?:{})\W*$"


def _alone(*alternatives: str) -> str:
    return _ALONE.format("|".join(alternatives))


# Talk

HELLO: Final = pattern(
    r"^\W*(?:hi|hello|hey|hiya|yo|good (?:morning|evening|afternoon|day))(?: there| again"
    r"| everyone| nemo)?\b\W*(?:how are you\W*)?$",
    r"^\W*(?:你好|您好|嗨|哈喽|早上好|下午好|晚上好|早)[啊呀吗，,\s]*(?:你好吗|您好)?\W*$",
)
THANKS: Final = pattern(
    r"^\W*(?:ok(?:ay)?|great|cool|perfect|lovely)?\W*(?:many |so much )?(?:thanks|thank you|thx"
    r"|ty|cheers)\b.{0,24}$",
    r"^(?!.*[，,\s].*(?:去掉|[小大轻快慢响]|加|换|改|删|关|停|剪|配|调))\W*(?:好的?|太好了|非常|多|十分|先)?[,，]?\s*(?:感谢|谢谢|多谢|谢了|辛苦)\S{0,6}$",
)
PRAISE: Final = pattern(
    r"\bbut true\W*$",
    r"^\W*(?:wow|great|perfect|awesome|amazing|nice|cool|lovely|excellent|brilliant|wonderful"
    r"|fantastic|ok|okay|good|beautiful"
    r"|lol|haha\w*|good job|well done|love it)(?:\W+(?:nice|great|cool|job|one|work|stuff"
    r"|i love it|love it|i like it|that'?s it))*\W*$",
    r"^\W*(?:i (?:really )?(?:love|like) (?:it|this|that|the (?:music|song|result)))(?: a lot"
    r"| so much| very much)?\W*$",
    r"^\W*(?:that|this|it)(?:'s| is| sounds| looks)? (?:so |really |very |just |pretty )*"
    r"(?:amazing|great|good|perfect|nice|awesome|lovely|beautiful|cool|brilliant|fantastic"
    r"|wonderful)\W*$",
    r"^\W*(?:太棒了|太好了|很好|不错|真好|完美|好听|真好听|哈哈+|厉害|漂亮|赞|棒|好的|可以"
    r"|行)(?:[，,、!！\s]*(?:我?(?:很|真的?|非常)?喜欢|不错|很好|好听|真棒))*[了啊呀吧]?\W*$",
    r"^\W*(?:我?(?:很|真的?|非常)?喜欢(?:这个|这首|它)?|听(?:起来|着)(?:真|很)?(?:不错|很好|好|棒|舒服))[了啊呀]?\W*$",
)
CONFIRM: Final = pattern(
    r"^\W*(?:yes|yeah|yep|yup|sure|ok|okay|go ahead|do it|please do|right|correct|exactly|fine"
    r"|of course|absolutely)"
    r"(?:[\s,]+(?:please|do it|go ahead|do that|thanks|go for it|that's right))*\W*$",
    r"^\W*(?:是的?|好的?|对的?|可以|行|嗯+|没错|确定|确认|来吧|就这样|好啊"
    r"|好呀)(?:[，,\s]*(?:就这样|来吧|做吧|请|可以|谢谢))*[吧啊呀]?\W*$",
)
DECLINE: Final = pattern(
    r"^\W*(?:no|nope|nah|don'?t|cancel|never ?mind|no thanks|no thank you|not now|leave it"
    r"|stop)(?:\W+(?:thanks|thank you|don'?t|leave it))*\W*$",
    r"^\W*(?:不|不要|不用|不用了|算了|不是|取消|别|先不要|不了|没事)[，,\s]*(?:谢谢|算了)?[了吧]?\W*$",
)

INFORMATION: Final = pattern(
    r"\bcan (?:i|we|you|others?|other people) (?:upload|download|export|share|see|store|use this"
    r"|sell)\b",
    r"可以(?:上传|下载|导出|分享|商用)|能(?:看到|上传|下载)",
    r"\b(?:explain|define|describe|teach me)\b(?!.*\btimeline\b)|\btell me (?:about|more about)\b"
    r"|\bwhat\b.*\b(?:means?|difference)\b|\bquick question\b|\bgot a question\b",
    r"差在哪|有什么不[同一]|解释|说说|讲讲|介绍(?!片|视频)|聊聊|科普|什么区别|什么意思|问一下|请问一下",
)
"""Words that ask for knowledge, not for work."""

# Questions

QUESTION_MARK: Final = pattern(r"[?？]\s*$")
ASKS: Final = pattern(
    r"^\W*(?:(?:hey|ok|okay|so|and|but|hmm|well|wait)[\s,]+)*(?:what|which|why|how|who|whose"
    r"|is|are|was|were|(?:do|does|did)(?= (?:you|we|i|they|it|he|she|the|this|that|my))"
    r"|should|shall|would|will|has|have you|(?:isn|aren|wasn|weren|doesn|hasn)'?t (?:it|this|that"
    r"|the|he|she|they|you)|can you tell|could you tell|tell me|list|name the|am i)\b",
    r"大调还是小调|(?:吗|么)\s*[?？]?\s*$|嘛\s*[?？]\s*$|(?<!过年)(?<!生日)(?<!视频)(?<!睡觉)呢\s*[?？]?\s*$|什么|哪[个种首版些]|怎么|为什么|为啥|多少|多长|多快|多大"
    r"|几(?!个字|个[^，。有]{1,4}在)[个拍首秒调]|请问|谁|是\S{1,4}还是\S{1,4}\W*$|\S还是\S+[啊呀呢]\W*$|你(?:会|觉得"
    r"|说|建议|推荐)?(?:选|用|推荐)\S+还是",
)
REQUESTS: Final = pattern(
    r"(?:^|[,;:]\s*)\W*(?:(?:hey|ok|okay|so|and|but|hmm|well|hi)[\s,]+)*(?:can|could|would|will|may"
    r"|might) (?:you|we|i|it|the|this|that|a|an|some|there|my|his|her|these|those|they)\b(?! tell"
    r"| say| know| it be | that be )",
    r"^\W*(?:(?:hey|ok|okay|so|and|but|hmm|well)[\s,]+)*(?:how about|what about|what if"
    r"|why (?:don'?t|not)|shall we|can i (?:have|get|hear)|could (?:we|i)|is it possible"
    r"|would it be (?:possible|ok|okay|fine))\b",
    r"^(?!\W*(?:what|which|why|how|who|is|are|do|does|did)\b).*\b(?:maybe|perhaps|something)\b",
    r"能不能|能否|可不可以|可否|能给|能在|能到|能换|能再|能加|能用|能把|能[^.]{0,12}吗"
    r"|可以[^.]{0,14}吗|好不好|好吗[?？]?$|行吗|行不行|(?<!会)怎么样[?？]?$|要不",
)
OPINION: Final = pattern(
    r"\bdo you (?:like|love|prefer|know|think|play|enjoy|hear)\b|\bhave you\b"
    r"|\byour (?:favou?rite|opinion|taste)\b",
    r"\bwould\b.*\b(?:be better|sound better|work better|fit better|be nicer)\b|\bwhich (?:is"
    r"|one is|would be) better\b",
    r"\bshould (?:i|we)\b|\bis \w+ better\b|\bare you\b|\bwho (?:made|are) you\b|\bwhat(?:'s"
    r"| is)? .*\bmean\b",
    r"你(?:喜欢|觉得|认为|知道|最喜欢|更喜欢|会|是)|哪个(?:更)?好|更好[吗呢?？]|比.*好[吗?？]"
    r"|该用|应该用|你(?:会|觉得|说|建议|推荐)?(?:选|用|推荐)\S+还是|\S还是[^，]{1,14}(?:多|好"
    r"|合适|搭|强|火|适合|更\S)|什么意思|是什么意思|好还是|会不会更",
)
WHY: Final = pattern(r"^\W*why\b(?! (?:not|don'?t))", r"为什么|为啥|怎么会")

TOPICS: Final[tuple[tuple[Topic, re.Pattern[str]], ...]] = (
    (
        "help",
        pattern(
            r"\bwhat can (?:you|i|we) (?:do|say|ask)\b|^\W*help(?: me)?\W*$"
            r"|\bhow does this work\b|\bwhat (?:is it )?(?:do )?you (?:exactly |actually )?(?:do"
            r"|understand)\b(?! (?:with|to|for|if|when)\b)",
            r"(?:你|您)(?:能|会|可以)(?:做|干)(?:什么|啥|些什么)|怎么[用玩](?!电脑)|^\W*帮助\W*$|有什么功能"
            r"|怎么操作|那些功能|都?能提(?:什么|哪些)|我能说什么|你.{0,4}(?:能|会|可以)(?:帮我)?[做干]?(?:些|点)?(?:什么|啥)[呀啊呢]?\W*$|哪些功能",
        ),
    ),
    (
        "cost",
        pattern(
            r"\bset (?:me|us|you|one) back\b|\bcost (?:me |us )?(?:anything|something|money|extra"
            r"|more)\b|要多少(?:钱|积分)?\W*$",
            r"\bwhat(?:'s| is| will| would|'ll)? (?:it|this|that|one|a track"
            r"|a song)(?: \w+){0,2} cost\b|\b(?:what|how much|how many)\b.*\b(?:cost|charged?|pay"
            r"|paid|price|spend|spent|did (?:that|it|this) use|was that|was it)\b",
            r"\b(?:did|does|was|is) (?:that|it|this) (?:cost|charge|free|paid)\b"
            r"|\bis there a (?:fee|charge|price)\b|\b(?:do|will|must) (?:i|we) (?:\w+ to )?pay\b"
            r"|\b(?:is|are) (?:(?:every|each|all|any|another|more|the) )?\w+ (?:free|paid)\W*$"
            r"|\bhow much (?:is|would|will) (?:that|it|this)(?: be)?\W*$"
            r"|\bhow (?:much|many credits) (?:was|did)\b|\bwhat did (?:that|it|this) cost\b",
            r"(?:花|要|收)钱(?:吗|不)|贵不贵|贵[吗么嘛]|扣了我?多少|扣了?积分|免费吗|花了?多少|多少钱|用了多少|[扣收]了?多少|收我几|扣我几|费用|价格是"
            r"|[得要]花多少|怎么收费|多少钞票|收费吗|多少积分(?!.*剩).*(?:用"
            r"|花|扣)|[得要需]要?多少积分",
        ),
    ),
    (
        "credits",
        pattern(
            r"\bcredits?[- ]wise\b|\bcredits?\s*\?|\bdo i (?:still )?have (?:any "
            r"|enough )?credits?\b|\b(?:am i|are we) (?:out of"
            r"|low on) credits\b|\bcredits? (?:do i|have i)\b"
            r"|\b(?:how many|how much)\b.*\bcredits?\b|\bbalance\b|\bcredits? (?:left|remaining"
            r"|do i have)\b",
            r"(?:积分|点数|额度|余额|credits?).{0,5}(?:有|剩|够).{0,2}(?:多少|几|吗)|(?:还|剩"
            r"|余).*(?:积分|额度|点数)|余额|积分(?:还)?(?:剩|有)多少|多少积分",
        ),
    ),
    (
        "volume",
        pattern(
            r"\bhow loud (?:is|are)\b|\b(?:what(?:'s| is| are)?|which)\b[^,]*\b(?:volumes?|levels?"
            r"|loudness)\b(?!.*\b(?:set|make|was|should|do i)\b)",
            r"音量(?:现在|目前|到底)?(?:是|有|为)?(?:多少|多大|几)|(?:多大|多少)的?音量",
        ),
    ),
    (
        "key",
        pattern(
            r"\b(?:what|which)(?:'s|'re| is)?\b.*\bkey\b|\bmajor or (?:a )?minor\b|\bkey is (?:it"
            r"|this"
            r"|the)\b",
            r"是[A-Ga-g][#b]?[大小]调吗|几调|大调还是小调|(?:什么|哪个|哪种|啥)调|调是什么|调性是|是(?:大调还是小调)"
            r"|什么调性",
        ),
    ),
    (
        "tempo",
        pattern(
            r"\b(?:what|which|how many)\b.*\b(?:tempo|bpm|speed|beats)\b"
            r"|^\W*(?:what(?:'s)? )?(?:the )?(?:current )?(?:bpm|tempo)\W*$|^\W*(?:当前"
            r"|现在)?的?\s*(?:bpm|速度)\W*[?？]"
            r"|\bhow fast\b"
            r"|\btempo is (?:it|this)\b|\b(?:tell me|give me|say) the (?:current )?(?:tempo|bpm"
            r"|speed)\b",
            r"(?:速度|bpm|节奏|拍子)\s*(?:到底|究竟|现在)?(?:是|有)?多少|多少\s*bpm|多快|几拍|多少拍|快慢是"
            r"|每分钟(?:多少|几)|(?:什么|啥)速度"
            r"|(?:速度|bpm|拍速)是(?:什么|几)",
        ),
    ),
    (
        "instruments",
        pattern(
            r"\b(?:what|which|list|name|show(?: me)?|tell me)\b.*\b(?:instruments?|parts|players"
            r"|instrumentation)\b|^\W*instruments?\W*\?",
            r"乐器.{0,4}(?:列|报|说)|几种乐器",
            rf"(?:有没有|用没用|用到|(?:里面|现在)有){PARTS_ZH}[^，。]{{0,3}}吗?\W*$|有没有用到{PARTS_ZH}"
            rf"|{PARTS_ZH}还在不在|是{PARTS_ZH}还是{PARTS_ZH}",
            r"(?:什么|哪些|啥)乐器|乐器有(?:哪些|什么)",
        ),
    ),
    (
        "versions",
        pattern(
            r"\b(?:what|which|how many|list|show)\b.*\bversions\b",
            r"(?:哪些|什么|几个|多少|哪几)(?:个)?版|版本列表|版本(?:都|一共|总共)?有(?:哪|几|多少)|[做有][过了]?几版|有哪几版",
        ),
    ),
    (
        "cuts",
        pattern(
            r"\bhow many cuts\b|\b(?:times?|seconds|timestamps) of (?:the|my|all) cuts\b"
            r"|\bdoes (?:it|the music) follow\b|\b(?:on|match)\b.*\bcuts\?",
            r"切[到换].{0,4}是?第?几秒|(?:剪辑点|剪切点|切点|切换|转场).{0,8}(?:几秒|哪|多少)|第几秒.{0,3}(?:切|换|转)",
            r"(?:切|换|转)[了过]?(?:几|多少)[次刀]|(?:多少|几)个?(?:剪辑点|镜头|切换)|跟(?:着|上)?(?:剪辑|画面)了?吗",
        ),
    ),
    (
        "style",
        pattern(
            r"\b(?:what|which)(?:'s| is)?\b.*\b(?:style|genre|kind of music|type of music"
            r"|sort of music|mood)\b(?!.*\byour\b)"
            r"|\bwhat music (?:is|have)\b|\bwhat'?s the music\b|\bwhat am i hearing\b",
            r"(?:什么|哪种|哪个|啥)(?:风格|类型|曲风)|什么音乐(?!都|也|[^，。]{0,4}就)|是什么风格|风格是",
        ),
    ),
    (
        "length",
        pattern(
            r"^\W*(?:duration|length|runtime|running time|total time)\W*$|\bhow long\b"
            r"|\bhow many seconds\b|\b(?:what|which)\b.*\b(?:length|duration)\b",
            r"(?:总共|一共)有?\d+秒吗|多长|时长|多少秒|有几秒|长度是|几分(?:钟|几)|(?<![那这前后头最])几秒(?!.*(?:开始|剪|淡))|(?:一共|总共"
            r"|加起来).{0,6}(?:多|几)",
        ),
    ),
    (
        "state",
        pattern(
            r"\b(?:what|which|show|list|describe|tell me|see|where)\b.*"
            r"\b(?:timeline|tracks?|draft|state|clips|project|got|so far|right now|have i"
            r"|do i have|done)\b",
            r"^\W*(?:(?:can|could) you )?(?:please )?(?:tell me |show me |list )?what(?:'s| is"
            r"| are| do(?:es)?)?\b(?!.*\bsays?\b).*\b(?:in|on) (?:the|my|this) (?:video|film"
            r"|project|session|timeline)\b(?!.*\b(?:cost|sound|key|tempo|say|mean)\b)",
            r"(?:传|上传|导入|放)(?:了|过)(?:些)?(?:什么|哪些|几)|(?:什么|哪些)(?:素材|文件|视频"
            r"|片段)",
            r"\b(?:(?<!camp )(?<!trip )(?<!day )recap(?! (?:video|of my|of our|clip))"
            r"|remind me what|summar(?:y|ise|ize)|what (?:have|did) (?:we|you"
            r"|i) (?:done|do"
            r"|changed?|made|edit\w*))\b",
            r"\bshow me what (?:you|i|we)(?:'ve)? (?:have|got)\b|\bwhat(?:'s| is) (?:on"
            r"|in) (?:there|it|here)\b",
            r"^\W*(?:status\b.*|timeline|tracks|state)\W*$",
            r"(?:时间线|轨道|项目|草稿).*(?:什么|有|看|哪些|状态|情况)|(?:看|显示"
            r"|列出).{0,4}(?:时间线|轨道|状态)|^\W*(?:状态|时间线)\W*$"
            r"|现在.{0,4}(?:有|是)?(?:什么|哪些|啥)|有(?:哪些|什么)(?:东西|内容|素材|了)|进度"
            r"|做(?:了|到)哪|(?:改|做|动|加|弄)(?:过|了)(?:些)?(?:哪些|什么)|(?:捋|总结|汇总|回顾"
            r"|复盘|列)一下",
        ),
    ),
)
"""The topics of questions. The first one that matches is used."""

# History

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
    r"|还是改之前的?更?好|[最刚][后才刚]?[弄改做][的了]?那一?[下步][^，。]{0,6}(?:糟|差|难听|不好|不行)|还不如(?:刚才|之前|原来|没改|改之前)|改之前那样|没改的时候|当[我作]?没[改弄动]过|改坏了|^\W*撤一下|返回上一步|[撤退]一步|[那这]一?步撤"
    r"|(?:刚才|刚刚|上一步|那一?步|这一?步).{0,6}撤掉|(?:刚[才刚]那|上)一?步[^，。]{0,3}去掉|那一?[下步]当我没说"
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
    r"(?:撤销|撤回|撤掉|撤)掉?了?的.{0,8}(?:恢复|重做|回来|做回|找回|加回|要回|弄回)",
    r"取消.{0,5}撤销|(?:想要?|还要|要回).{0,5}(?:撤销|撤掉|撤回)了?的|(?:多撤|撤多|错撤)了?|不该撤",
    r"手滑.{0,3}撤|撤销了[，,\s]*(?:帮我|给我)?恢复|回滚掉?的.{0,3}恢复",
    r"(?:重做|再做).{0,4}撤销的|撤销(?:错了?|的).{0,8}(?:恢复|重做|回来|改回|再做|做回)|(?:恢复|找回|做回).{0,4}撤销"
    r"|不(?:该|应该)撤销",
    r"刚[才刚]?[撤去]掉?的再?(?:给我)?(?:恢复|撤回来)|(?:恢复|找回|要回)刚[才刚][撤去]掉的(?:那[个步下]|\W*$)|撤错了?|撤早了|退(?:多|过头)了|(?:撤销|[撤退]掉|撤回|取消|撤)了?的(?:那|这|个|步|下|改动|修改|其实|也)+[^，。]{0,4}[，,]?[^，。]{0,6}(?:恢复|弄回|放回|加上|还是要|又想要|要回|回来|[是挺]对的|没问题|挺好)|^\W*(?:还是|算了|那)?重做(?:吧|一下)?\W*$|^\W*(?:请|帮我)?重做(?:刚才|上)?(?:那"
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
    r"[回切]到|[换切用]回|还原|第一次(?:做|弄|给|生成|配)的|用最(?:开始|初|早)|(?:最初|最早|最?一?开始).{0,2}的.{0,4}(?:音乐|那一?[首版个段])|退到|还是用|恢复[成到](?=最|一开始|第)|用(?:前面|先前|以前)|之前的?(?:那|的)?|刚才的?那|再用|那[版个首].*更?好|(?:用|要"
    r"|选)第\d?.*[版个首]|第[一二三四五\d](?:[版首]|个(?:版本|音乐|曲子))|(?:最初|最早|最开始|原来"
    r"|一开始)的?(?:版本|那[版个首段]|[，。吧]|$)|头一[首版]|还用[它那]|[回用换要选切退][^，。]{0,6}那一?[版个首]|那[版个首](?=.*(?:[回用换要选切]|恢复|更好|好点|最好|吧\W*$))",
)
NUMBERED: Final = pattern(
    r"\b(?:the )?(first|original|initial|second|third|fourth|fifth|1st|2nd|3rd|4th"
    r"|5th) (?:version|one|piece|music|track|take|option|tune|song|attempt|try|draft)\b",
    r"\bvery (first)\W*(?:please\W*)?$",
    r"\b(?:one|piece|version|music)\b.{0,24}\bat the (very beginning|very start|beginning)\b",
    r"\b(?:version|option|take|number|piece) (?:number |no\.? ?|#)?(\d{1,2}|one|two|three|four"
    r"|five)\b",
    r"第([一二三四五\d]{1,2})\s*(?:[版首]|个(?:版本|音乐|曲子))",
    r"(最初|最早|一开始|最开始|原来|第一次|头一个)(?:你|咱们?)?(?:做|弄|给我?|生成|配|写)?的?(?:版本|那一?[版个首段]|音乐)|(头一)[首版]",
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

# Statements about the world, which are no orders

SUBJECT: Final = pattern(
    r"^\W*(?:(?:and|but|so|well|oh|lol|btw|fyi|haha|also|because|since|anyway|ok|okay)[\s,]+)*"
    r"(?:my|our|his|her|their|your|we|i|he|she|they|you|there|this|that|it|the|people|everyone)\b"
)
WANTS: Final = pattern(
    r"\b(?:want|need|needs|would like|'d like|'d love|would love|love to|prefer|'d rather"
    r"|would rather|wish|could use|should|must"
    r"|has to|have to|had better|ought|feel like|let'?s|please|gimme|give|make|put|add|use|remove"
    r"|take|change|keep|stop|start|don'?t want"
    r"|think|it'?d be nice|would be (?:nice|great|lovely|cool|good|better)|how about|missing"
    r"|do without"
    r"|lacks?|can i|may i|expect)\b",
    r"想|要|需要|希望|给|来|加|换|改|去掉|让|把|用|调|觉得",
)
COMPLAINS: Final = pattern(
    r"\b(?:too|not enough|can'?t hear|cannot hear|barely|hardly|hard to hear|more|less|a bit"
    r"|a little|way|overpower\w*|drown\w*|drags?"
    r"|rushed|hurried|can'?t (?:stand|bear)|to go|can go|cluttered|muddy|messy|sick of|louder"
    r"|quieter|slower|faster|softer|better|\w+er than|annoying)\b",
    r"太|不够|听不|更|有点|一点|一些|盖过|抢",
)
TELLS: Final = pattern(
    r"\b(?:is|are|was|were|am|has|had|have|did|does)\b"
    r"|\b(?:it|that|this|there|he|she|what|here|who)'s\b|\w'(?:re|ve|m)\b",
    r"是|(?<!所)有(?!点|劲|力)",
)
"""Verbs of statements."""
IMPERATIVE: Final = pattern(
    r"^\W*(?:(?:please|ok|okay|and|then|now|just|so|well|also|actually)[\s,]+)*(?:set|cut|lower"
    r"|raise"
    r"|turn|mute|unmute|silence|bring|fade|trim|keep|remove|delete|drop|add|put|show|write|swap"
    r"|switch|change|move|play|start|stop|end|skip|join|combine|merge|crop|make|give|use|let|boost"
    r"|reduce|increase|tone|slow|speed|go|replace|duck|dip|hold|delay|extend|shorten|rename|restore"
    r"|lose|kill|take|leave|pull|push|ease|dial|crank|pump|try|do|don't|get|only|no|without)\b"
)
"""A sentence that begins with an order."""
DESCRIBED: Final = re.compile(
    r"[\u3400-\u9fff](?:很|(?<!保)真|挺|非常|特别|(?<![最刚还正])好(?![一点些吗不像了吧的好听]))[\u3400-\u9fff]"
)
ORDERED: Final = re.compile(
    r"[更再要换改太来给让把加去别不]|想(?!到)|一[点些]|[点些]$|音乐|配乐|曲|多余"
)
"""Words that make a Chinese description a wish."""
MOVES: Final = pattern(
    r"\b(?:makes?|made) (?:me|us|you|people|her|him|them|everyone)\b|\breminds?\b",
    r"让(?:我|人)(?:想|好|很|特别)|适合(?:下雨|一个人|晚上|睡前|开车|学习|跑步|夜里)|破防",
)
"""Words for the effect of music on people, which make a remark."""
PAST: Final = pattern(
    r"\b(?:had|was|were|used to|went|got|did|played|loved|liked|made|came|saw|sang|danced|met"
    r"|bought|took)\b",
    r"以前|过去|当年|小时候|昨天|去年|上次",
)
