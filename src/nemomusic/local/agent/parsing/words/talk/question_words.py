"""Words of questions, and the topics that they ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.parsing.words.common_words import PARTS_ZH, pattern

if TYPE_CHECKING:
    import re

    from nemomusic.local.agent.intents.message_intents import Topic

QUESTION_MARK: Final = pattern(r"[?？]\s*$")
ASKS: Final = pattern(
    r"^\W*(?:(?:hey|ok|okay|so|and|but|hmm|well|wait)[\s,]+)*(?:what|which|why|how|who|whose"
    r"|is|are|was|were|(?:do|does|did)(?= (?:you|we|i|they|it|he|she|the|this|that|my))"
    r"|should|shall|would|will|has|have you|(?:isn|aren|wasn|weren|doesn|hasn)'?t (?:it|this|that"
    r"|the|he|she|they|you)|can you tell|could you tell|tell me|list|name the|am i)\b",
    r"大调还是小调|(?:吗|么)\s*[?？]?\s*$|嘛\s*[?？]\s*$"
    r"|(?<!过年)(?<!生日)(?<!视频)(?<!睡觉)呢\s*[?？]?\s*$|什么|哪[个种首版些]|怎么|为什么|为啥"
    r"|多少|多长|多快|多大"
    r"|几(?!个字|个[^，。有]{1,4}在)[个拍首秒调]|请问|谁|是\S{1,4}还是\S{1,4}\W*$"
    r"|\S还是\S+[啊呀呢]\W*$|你(?:会|觉得"
    r"|说|建议|推荐)?(?:选|用|推荐)\S+还是",
)
REQUESTS: Final = pattern(
    r"(?:^|[,;:]\s*)\W*(?:(?:hey|ok|okay|so|and|but|hmm|well|hi)[\s,]+)*(?:can|could|would|will|may"
    r"|might) (?:you|we|i|it|the|this|that|a|an|some|there|my|his|her|these|those|they)\b(?! tell"
    r"| say| know| it be | that be )",
    r"^\W*(?:(?:hey|ok|okay|so|and|but|hmm|well)[\s,]+)*(?:how about|what about|what if"
    r"|why (?:don'?t|not)|shall we|can i (?:have|get|hear)|could (?:we|i)|is it possible"
    r"|would it be (?:possible|ok|okay|fine))\b",
    r"\bplease (?:make|turn|bring|add|remove|put|change|lower|raise|use|keep|cut|mute|fade|take"
    r"|give)\b",
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
            r"\bwhat (?:am i|are we) (?:able|allowed) to (?:ask|say|do|type)\b"
            r"|\bwhat (?:can|could|may|should) (?:i|we) (?:ask|say|type|tell)\b(?! (?:my|him|her"
            r"|them))"
            r"|\bwhat (?:are you able to|could you) (?:do|help)\b"
            r"|\bwhat can (?:you|i|we) (?:do|say|ask)\b|^\W*help(?: me)?\W*$"
            r"|\bhow does this work\b|\bwhat (?:is it )?(?:do )?you (?:exactly |actually )?(?:do"
            r"|understand)\b(?! (?:with|to|for|if|when)\b)",
            r"(?:你|您)(?:能|会|可以)(?:做|干)(?:什么|啥|些什么)|怎么[用玩](?!电脑)|^\W*帮助\W*$"
            r"|有什么功能"
            r"|怎么操作|那些功能|都?能提(?:什么|哪些)|我能说什么|你.{0,4}(?:能|会"
            r"|可以)(?:帮我)?[做干]?(?:些|点)?(?:什么|啥)[呀啊呢]?\W*$|哪些功能",
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
            r"(?:花|要|收)钱(?:吗|不|的吗)|要不要(?:花|收|付)?钱|收不收[费钱]|用不用(?:花|付|交)钱|花不花钱|贵不贵|贵[吗么嘛]|扣了我?多少|扣了?积分|免费吗|花了?多少"
            r"|多少钱|用了多少|[扣收]了?多少|收我几|扣我几|费用|价格是"
            r"|[得要]花多少|怎么收费|几钱|收费不|要钱不|多少钞票|收费吗|多少积分(?!.*剩).*(?:用"
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
            r"是[A-Ga-g][#b]?[大小]调吗|几调|大调还是小调|(?:什么|哪个|哪种|啥)调|调是什么|调性是"
            r"|是(?:大调还是小调)"
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
            r"(?:速度|bpm|节奏|拍子)\s*(?:到底|究竟|现在)?(?:是|有)?多少|多少\s*bpm|多快|几拍"
            r"|多少拍|快慢是"
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
            rf"(?:有没有|用没用|用到|(?:里面|现在)有){PARTS_ZH}[^，。]{{0,3}}吗?\W*$"
            rf"|有没有用到{PARTS_ZH}"
            rf"|{PARTS_ZH}还在不在|是{PARTS_ZH}还是{PARTS_ZH}",
            r"(?:什么|哪些|啥)乐器|乐器有(?:哪些|什么)",
        ),
    ),
    (
        "versions",
        pattern(
            r"\b(?:what|which|how many|list|show)\b.*\bversions\b",
            r"(?:哪些|什么|几个|多少|哪几)(?:个)?版|版本列表|版本(?:都|一共|总共)?有(?:哪|几"
            r"|多少)|[做有][过了]?几版|有哪几版",
        ),
    ),
    (
        "cuts",
        pattern(
            r"\bhow many cuts\b|\b(?:times?|seconds|timestamps) of (?:the|my|all) cuts\b"
            r"|\bdoes (?:it|the music) follow\b|\b(?:on|match)\b.*\bcuts\?",
            r"(?:剪|裁|删)(?:掉|过|了|走|咗)*(?:的是?)?(?:哪|什么地方|多少段|几段|几处)"
            r"|哪[几些一]?[段处秒里](?:被|是|让|给)?我?(?:给)?(?:剪|裁|删)(?:掉|了|过)|剪了什么"
            r"|切[到换].{0,4}是?第?几秒|(?:剪辑点|剪切点|切点|切换|转场).{0,8}(?:几秒|哪|多少)"
            r"|第几秒.{0,3}(?:切|换|转|接)"
            r"|(?:哪个?时间点|哪一?秒|什么时候|几秒)[^，。]{0,3}(?:换|切|接|转)(?:的|到"
            r"|上)?[^，。]{0,3}(?:镜头|画面|片段|场景|的)",
            r"(?:切|换|转)[了过]?(?:几|多少)[次刀]|(?:多少|几)个?(?:剪辑点|镜头|切换)|跟(?:着"
            r"|上)?(?:剪辑|画面)了?吗",
        ),
    ),
    (
        "style",
        pattern(
            r"\b(?:what|which)(?:'s| is)?\b.*\b(?:style|genre|kind of music|type of music"
            r"|sort of music|mood)\b(?!.*\byour\b)"
            r"|\bwhat music (?:is|have)\b|\bwhat'?s the music\b|\bwhat am i hearing\b",
            r"(?:什么|哪种|哪个|啥)(?:风格|类型|曲风)|什么音乐(?!都|也|[^，。]{0,4}就)|是什么风格"
            r"|风格是",
        ),
    ),
    (
        "length",
        pattern(
            r"^\W*(?:duration|length|runtime|running time|total time)\W*$|\bhow long\b"
            r"|\bhow many seconds\b|\b(?:what|which)\b.*\b(?:length|duration)\b",
            r"(?:总共|一共)有?\d+秒吗|多长|时长|多少秒|有几秒|长度是|几分(?:钟|几)"
            r"|(?<![那这前后头最])几秒(?!.*(?:开始|剪|淡))|(?:一共|总共"
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
