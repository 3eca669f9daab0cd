"""Words of messages that only say how to go on from the last change: "a bit more", "no, at 10".

Each pattern is matched against the complete message, without the words around it that `LEAD` and
`TAIL` describe. So a message that says anything else is never read by these patterns.
"""

from __future__ import annotations

import re
from typing import Final

LEAD: Final = re.compile(
    r"(?:(?:h+m+|well|ok(?:ay)?|right|oh|ah|uh|um|actually|sorry|wait|and|then|now|but|hey|yeah|so"
    r"|please|(?:that'?s |much )?better|nice|good|great|lovely|not bad|i(?:'ve)? changed my mind"
    r"|好多了|不错|很好|改主意了?|嗯+|呃|哦|噢|好的?|那么?|然后|现在|等等|抱歉|麻烦|请)(?:[\s,.!，。！、…]+|(?=再|也|还)))+",
    re.IGNORECASE,
)
"""Words before the wish, which add nothing to it."""
DENIES: Final = re.compile(
    r"(?:no+|nope|nah|wrong|不是?|不对|不不|错了)(?:[\s,.!，。！、…]+|(?=我))", re.IGNORECASE
)
"""Says that the last change was not meant like that."""
TAIL: Final = re.compile(
    r"(?:[\s,.!，。！、~…]+|\b(?:please|thanks|thank you|though|then|instead)\b|[吧呢啊呀哈嘛了]"
    r"|一下|谢谢)+$",
    re.IGNORECASE,
)
"""Words after the wish, which add nothing to it."""


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?:{one})" for one in alternatives), re.IGNORECASE)


MORE: Final = _pattern(
    r"(?:just )?(?:a (?:tiny |little )?(?:bit|touch|little|tad|notch) |even |still "
    r"|slightly |some )?"
    r"(?:more|further)(?: still| again| of that)?",
    r"(?:and )?again|once more|one more time|same again|keep going|go on",
    r"(?:that'?s |it'?s )?(?:still )?not (?:quite )?enough(?: yet)?",
    r"(?:再|还要)(?:来|加)?(?:一?点儿?点?|一些|一下)",
    r"(?:再|更)(?:来)?多(?:一?点儿?点?|一些)?",
    r"(?:还是?)?不够|继续|再来?一次",
)
LESS: Final = _pattern(
    r"(?:just )?(?:a (?:tiny |little )?(?:bit|touch|little|tad|notch) |even |still "
    r"|slightly )?less"
    r"(?: still| again| of that)?",
    r"(?:再|更)?少(?:一?点儿?点?|一些)",
)
BIGGER: Final = _pattern(
    r"(?:even |still |a (?:bit|little) )?bigger(?: still)?",
    r"(?:再|更)(?:大|强|猛|燃)(?:一?点儿?点?|一些)?",
)
TOO_MUCH: Final = _pattern(
    r"(?:that'?s|that is|it'?s|it is|this is|now it'?s)?\s*(?:way |a bit |a little "
    r"|far |much |just )?"
    r"(?:too (?:much|far)|over the top|overdone|overkill)(?: now)?",
    r"not (?:that|so|quite so|quite that) (?:much|far|loud|quiet|soft|fast|slow|strong)",
    r"(?:有点|有些)?(?:太?过头|太?过|太多|太过分|太夸张|过分)",
    r"(?:没必要|不用|不必|不要|别)这么(?:大声|小声|吵|轻|快|慢|多|夸张|过|响)",
)
OPPOSITE: Final = _pattern(
    r"(?:(?:just )?the )?(?:exact )?opposite|(?:the )?(?:other way a?round|reverse)",
    r"(?:正好)?(?:反过来|相反|反了|倒过来)",
)
TAKE_BACK: Final = _pattern(
    r"(?:not )?not that(?: one)?|(?:put|bring) (?:it|that|this) back(?: again)?",
    r"i (?:liked|preferred) it (?:better )?(?:before|as it was)|(?:as|like) it was(?: before)?",
    r"还是(?:不要|算)了?(?:[,，]?不要)?|算了?[,，]?不要|(?:还是)?(?:放|弄|改|变|加)回来|(?:还是)?还原|恢复原样",
)
NOT_WANTED: Final = _pattern(
    r"还是(?:不要|算)了?(?:[,，]?不要)?|算了?[,，]?不要", r"not that(?: one)?"
)
AGAIN: Final = _pattern(
    r"again|once more|one more(?: time)?|another (?:one|step)(?: back)?|one more step(?: back)?",
    r"再(?:撤|退|做|来|重做)?(?:一?[次步]|一下)|再撤|继续",
)
OTHER_ONE: Final = _pattern(
    r"(?:i (?:meant?|want(?:ed)?) )?the other(?: one| piece| version| track)?"
    r"|not (?:that|this) one",
    r"(?:我要的?是?|我说的是)?(?:另|别的)(?:外)?一?[个首版段](?:音乐)?|不是这[个首版]",
)
OTHER_CLIP: Final = _pattern(
    r"(?:what about |where'?s |how about )?the other (?:clip|video|part)",
    r"另(?:外)?一?[个段](?:片段|视频|素材)",
)
MEANT: Final = re.compile(
    r"(?:i (?:meant?|was talking about|am talking about)|i said)(?: that)? |"
    r"我(?:的意思是|是说的?是?|说的是?|指的是?|是指)",
    re.IGNORECASE,
)
"""Begins the words for what was meant."""
MUSIC: Final = _pattern(
    r"(?:only |just )?(?:the )?(?:background )?(?:music|song|soundtrack|score|bgm|tune)",
    r"(?:把)?(?:背景)?(?:音乐|配乐|bgm)",
)
OWN: Final = _pattern(
    r"(?:only |just )?(?:the |his |her |their |my )?(?:voices?|speech|talking|speaker)",
    r"(?:only |just )?the (?:clips?'?s?'? |video'?s? )?(?:own |original )?(?:sound|audio)",
    r"(?:视频|片段)?的?(?:原声|人声|说话声|声音)",
)
PICTURE: Final = _pattern(r"(?:the )?(?:picture|image|video|visuals?)", r"画面|图像|视频")
BOTH: Final = _pattern(r"both(?: of them)?", r"两个都要?|都要")
START: Final = _pattern(
    r"(?:at |in |on )?the (?:very )?(?:start|beginning|front|opening)", r"(?:在)?(?:开头|开始|片头)"
)
END: Final = _pattern(
    r"(?:at |in |on )?the (?:very )?end(?:ing)?", r"(?:在)?(?:结尾|最后|末尾|片尾)"
)
SAME: Final = _pattern(
    r"(?:(?:do |and )?(?:the )?same (?:thing )?(?:for|with|on|at|to) )(?P<en>.+)",
    r"(?P<en2>.+?),? (?:too|as well|also)",
    r"(?P<zh>.+?)(?:也(?:一样|是|要|同样|这样|来|加)(?:处理|一个|弄)?|同样处理|同理)",
)
TIME: Final = _pattern(
    r"(?:i (?:want(?:ed)?|said|need(?:ed)?) |我(?:要|想要|说的是?))?"
    r"(?:make (?:it|that) |move (?:it|that) )?(?P<word>at|from|to|until|till|after|在|从|到|改到"
    r"|改成|移到)?\s*(?:second |第)?(?P<time>\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?|秒)?"
    r"(?:开始|结束|停)?",
)
RANGE: Final = _pattern(
    r"(?:make (?:it|that) )?(?:from |between |从|第|在|改成)*(?P<start>\d+(?:\.\d+)?)\s*"
    r"(?:s|secs?|seconds?|秒)?\s*(?:to|until|till|and|-|–|到|至|~)\s*第?(?P<end>\d+(?:\.\d+)?)\s*"
    r"(?:s|secs?|seconds?|秒)?",
)
FIRST_SECONDS: Final = _pattern(
    r"(?:only |just |keep )?the first (?P<en>\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)?",
    r"(?:只?(?:要|留|保留))?前(?P<zh>\d+(?:\.\d+)?)秒",
)
EACH: Final = _pattern(
    r"(?P<en>\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)? (?:each|both|for both)",
    r"[各都](?:是|要)?(?P<zh>\d+(?:\.\d+)?)秒",
)
FADE_IT: Final = _pattern(
    r"fade (?:it|that) (?P<side>in and out|in|out)(?: (?:over|for|in) (?P<en>\d+(?:\.\d+)?)\s*"
    r"(?:s|secs?|seconds?))?",
)
START_IT: Final = _pattern(
    r"(?:it (?:should|must) )?(?:start|begin)s?(?: it)? (?:at|from) (?:second )?"
    r"(?P<en>\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)?",
    r"从第?(?P<zh>\d+(?:\.\d+)?)秒(?:开始|起)(?:放|播)?",
)
LENGTH: Final = _pattern(
    r"(?:make (?:it|that) )?(?:a bit )?longer[,，]? (?:to )?"
    r"(?P<longer>\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)?",
    r"(?:make (?:it|that|them|this)|for|only|just) (?:just |only )?(?P<en>\d+(?:\.\d+)?)\s*"
    r"(?:s|secs?|seconds?)?(?: long)?",
    r"(?:改成|改为|要|换成|长一?点[,，]?)?(?P<zh>\d+(?:\.\d+)?)秒(?:就好|就行|就够)?",
)
LEVEL: Final = _pattern(
    r"(?:make (?:it|that)|(?:to|at|rather))?\s*(?P<en>\d{1,3})\s*(?:%|percent)?",
    r"(?:改成|改为|调到|到)?(?P<zh>\d{1,3})\s*[%％]?",
)
STEP: Final = _pattern(
    r"(?:and |another )?(?P<en>\d{1,2})\s*(?:%|percent)? (?P<how>more|less|louder"
    r"|quieter|up|down)",
    r"再?(?P<zh>加|减|大|小|多|少)(?P<zhn>\d{1,2})\s*[%％]",
)
DOUBLE: Final = _pattern(r"double (?:it|that)|twice (?:that|as much)", r"翻倍|加倍")
HALF: Final = _pattern(r"halve (?:it|that)|half (?:of )?that|half as much", r"减半|一半")
POSITION: Final = _pattern(
    r"(?:at |on )?(?:the )?(?P<bare>top|bottom|middle)",
    r"(?:move|put|place) (?:it|that|this|them|the title) (?:to|at|in|on) (?:the )?"
    r"(?P<en>top|bottom|center|centre|middle)",
    r"(?:把)?(?:它|标题)?(?:放|移|挪)(?:到|在)?(?P<zh>最?上面|顶部|上方|最?下面|底部|下方|中间)",
)
AT_END: Final = _pattern(
    r"(?:put it |move it )?(?:at|to) the (?:very )?end(?:,? not (?:at )?the (?:start|beginning))?",
    r"(?:放|移)(?:到|在)?(?:结尾|最后)(?:[,，]?不是开头)?",
)
RENAMED: Final = _pattern(
    r"(?:call|name) it [\"“'](?P<en>[^\"”']+)[\"”']"
    r"|(?:let|make) it say [\"“'](?P<say>[^\"”']+)[\"”']",
    r"(?:叫它?|改成|改为)[“\"](?P<zh>[^”\"]+)[”\"]",
)
ONLY_RANGE: Final = _pattern(
    r"only (?:from |between )?(?P<start>\d+(?:\.\d+)?)\s*(?:s|seconds?)?\s*(?:to|until|and|-)\s*"
    r"(?P<end>\d+(?:\.\d+)?)\s*(?:s|seconds?)?",
    r"只(?:在|要|放)?第?(?P<since>\d+(?:\.\d+)?)秒?(?:到|至|-|~)第?(?P<until>\d+(?:\.\d+)?)秒?"
    r"(?:放|播|响|有)?",
)
SILENT: Final = _pattern(
    r"make (?:it|that|this) (?:completely )?silent|silence (?:it|that)|(?:fully "
    r"|completely )silent",
    r"(?:改成|改为|变成)?(?:完全)?静音|改成没有声音",
)
QUIET: Final = _pattern(r"make (?:it|that|this) (?:only |just )?quiet(?:er)?", r"(?:改成|改为)小声")
THEM_LOUDER: Final = _pattern(
    r"(?:make|turn|bring) (?:them|those)(?: a (?:bit|little))? (?:louder|up)",
    r"(?:把)?它们(?:再)?(?:大声|调大|响)(?:一?点|一些)?",
)
THEM_QUIETER: Final = _pattern(
    r"(?:make|turn|bring) (?:them|those)(?: a (?:bit|little))? (?:quieter|softer|down)",
    r"(?:把)?它们(?:再)?(?:小声|调小|轻)(?:一?点|一些)?",
)
PART_LOUDER: Final = _pattern(
    r"(?:a (?:bit|little) )?louder|turn (?:it|that) up", r"(?:再)?(?:大声|响)(?:一?点|一些)?"
)
PART_QUIETER: Final = _pattern(
    r"(?:a (?:bit|little) )?(?:quieter|softer)|turn (?:it|that) down",
    r"(?:再)?(?:小声|轻)(?:一?点|一些)?",
)
ADD_BACK: Final = _pattern(
    r"with (?:it|them) (?:again|after all)|(?:add|put|bring) (?:it|them) back(?: in)?",
    r"(?:还是)?(?:加|放)(?:上|回来|回去|进来)",
)
THEM_GONE: Final = _pattern(
    r"(?:remove|drop|lose|delete) (?:them|those)(?: again)?|take (?:them|those) (?:out"
    r"|away)(?: again)?",
    r"(?:把)?它们(?:去掉|删掉|拿掉)",
)
IT_GONE: Final = _pattern(
    r"(?:remove|drop|lose|delete) (?:it|that)(?: again)?|take (?:it|that) (?:out|away"
    r"|off)(?: again)?",
    r"(?:把)?它?(?:去掉|删掉|拿掉)(?:它)?",
)
DROP_GONE: Final = _pattern(
    r"(?:remove|delete|take out|lose|no|without) (?:the|that) drop|no drop",
    r"(?:去掉|删掉|不要|取消)(?:那个)?(?:爆点|drop)",
)
NOT_HEARD: Final = _pattern(
    r".{0,30}\b(?:can'?t|cannot|can not|hard to|couldn'?t) (?:really |quite |even )?"
    r"(?:hear|understand|make out|follow)\b.{0,40}",
    r".{0,8}听不(?:清|见|到|清楚|懂).{0,12}",
)
FIRST_CLIP: Final = _pattern(
    r"put (?:the |number )?(?P<en>first|second|third|1|2|3)(?: one)? (?:first|in front"
    r"|at the front)",
    r"把?第(?P<zh>[一二两三123])[个段](?:片段|视频)?放(?:到|在)?最?前(?:面|头)?",
)
CUT_SONG: Final = _pattern(
    r"(?:cut|trim|shorten) (?:it|that) (?:down )?to (?:the "
    r"|its )?(?:first )?(?P<en>\d+(?:\.\d+)?)\s*"
    r"(?:s|secs?|seconds?)",
    r"(?:把它)?(?:只(?:要|留|用|放)|剪到|截到|截取)(?:它的?)?前(?P<zh>\d+(?:\.\d+)?)秒",
)
YES_BUT: Final = re.compile(
    r"\W*(?:yes|yeah|yep|sure|ok(?:ay)?|fine|go ahead|do it|好的?|行|可以|没问题|是的?|对|要)"
    r"[\s,，.。!！]*(?:please[\s,]*)?(?:but|and|但是?|不过|只是|就是|而且)[\s,，]*(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
"""Confirms a question, and changes or adds something."""


# Messages that need no change before them


MY_SONG: Final = _pattern(
    r"(?:go |switch )?back to my (?:own )?(?:song|track|music|file|upload)",
    r"(?:use |play |take )?my (?:own )?(?:song|track|music) (?:again|was better)",
    r"(?:还是)?(?:换|用)回?我(?:自己|上传)?的?(?:那首)?(?:歌|曲子)",
)
COMPOSED: Final = _pattern(
    r"(?:go |switch )?(?:back to )?the (?:composed|generated) (?:one|music|piece|track)(?: again)?",
    r"(?:go |switch )?back to (?:the (?:one|piece|music)|what) you (?:wrote|composed|made)",
    r"(?:还是)?(?:换|用)回?(?:之前|刚才|原来)?(?:那首)?你(?:写|作|做)的?(?:那首|音乐|配乐)?"
    r"(?:音乐|曲子)?",
)
BRING_BACK: Final = _pattern(
    r"(?:bring|put|get) (?:it|that) back(?: in)?|i want it back|give it back",
    r"(?:把它)?(?:加|放|弄|拿)回来",
)
UNMUTE: Final = _pattern(
    r"(?:un-?mute|turn (?:it|that) back on)(?: it| that)?", r"取消静音|打开声音"
)
NUMBERED: Final = _pattern(
    r"(?:let'?s )?(?:take|use|keep|i(?:'ll| will)? (?:take|like|prefer|want)|i'?d like|go with"
    r"|rather)?"
    r"\s*(?:the )?(?:number |version )?(?P<en>first|second|third|fourth|last|1|2|3|4)"
    r"(?: one| version| piece)?(?: is better| was better| again)?",
    r"(?:还是|就|我|要)*(?:用|要|选|换|回)?(?:成|到|回)?"
    r"(?:第(?P<zh>[一二三四1234])|(?P<last>最后一?))[个版首段](?:更?好)?",
)
PART_GONE: Final = _pattern(
    r"(?:take|leave) (?:out|away) .+|(?:take|leave) .+ (?:out|away)|(?:remove|drop|lose|delete) .+",
    r"(?:把)?(?:去掉|删掉|拿掉|关掉).+|把.+(?:去掉|删掉|拿掉|关掉)",
)
OWN_SHAPE: Final = _pattern(
    r"(?:go )?back to the original (?:format|shape|size|ratio)",
    r"(?:恢复|还原|改回|换回)(?:成|到)?原(?:来|始)?的?(?:画面)?(?:比例|尺寸|画幅|大小|形状)",
)
RESET: Final = _pattern(
    r"(?:reset|restore) (?:the |all )?(?:volumes?|levels?)|(?:the )?usual (?:volumes?|levels?)",
    r"(?:重置|恢复|还原)(?:默认|原来的?)?(?:音量|声音大小)|音量(?:都)?(?:恢复|还原|重置)(?:默认)?",
)
FINE_AS: Final = _pattern(r"(?P<en>\S+(?: \S+)?)(?: it is| is fine| works(?: too)?| is ok(?:ay)?)?")
"""Accepts what the agent said that it composed: "ok, Latin then"."""
ACCEPTS: Final = re.compile(r"\W*(?:ok(?:ay)?|fine|sure|good|alright|all right)\b", re.IGNORECASE)
PLAYING: Final = _pattern(
    r"(?:which|what) (?:one|piece|version|song|music|track) (?:is|am i hearing|do we have)"
    r"(?: it| this| that)?(?: playing| on)?(?: (?:right )?now)?",
    r"现在(?:放|播|用)的?(?:是)?(?:哪|什么)(?:一)?[首个版]?(?:音乐)?",
)
MADE: Final = _pattern(
    r"how many (?:pieces |versions |songs |tracks )?(?:did|have) (?:we|you|i) "
    r"(?:make|made|compose|composed|get|got|write|written)(?: so far| already)?",
    r"(?:一共|总共)?(?:做|写|创作)了(?:几|多少)[首个版]",
)
LAST_CHANGE: Final = _pattern(
    r"what (?:did|have) you (?:just )?(?:do|done|change|changed|cut|remove|removed|add|added)"
    r"(?: out| there| just now)?",
    r"did you (?:just )?(?:change|remove|cut|do|add|mute) (?:it|that|anything)(?: out)?",
    r"你?(?:刚才|刚刚)?(?:剪掉|删掉|去掉|改|做|换|加)了?(?:些|了)?什么|(?:去掉|改|删|加|剪)掉?了?吗?",
)
HOW_LOUD: Final = _pattern(r"(?:现在)?(?:音乐|配乐|原声)?(?:现在)?(?:多大声|有多大声|音量多大)")
WHY: Final = re.compile(
    r"\W*(?:why|how come)\b|.{0,4}(?:为什么|为啥|怎么是|怎么这么)", re.IGNORECASE
)
CAN_WRITE: Final = re.compile(
    r"\W*(?:do|can|could) you (?:do|write|make|play|compose|know)\b|\W*你?(?:会|能)(?:写|做|作|编)",
    re.IGNORECASE,
)

TITLE_AT: Final = _pattern(
    r"(?:move|put|place) the title (?:to|at|in|on) (?:the )?"
    r"(?P<en>top|bottom|center|centre|middle)",
    r"(?:把)?标题(?:放|移|挪)(?:到|在)?(?P<zh>最?上面|顶部|上方|最?下面|底部|下方|中间)",
)
TITLE_WHOLE: Final = _pattern(
    r"(?:keep |show |leave )?the title (?:should |must |to )?(?:stays?|shows?|be shown|last|remain"
    r"|on|up)? ?(?:on |there |up )?(?:for|through(?:out)?|during|over) (?:the |all of the )?"
    r"(?:whole|entire|complete) (?:video|film|clip|thing|time)",
    r"(?:让)?标题(?:一直|全程)(?:显示|保持|留着|在)?(?:到(?:最后|结尾))?",
)
TITLE_GONE: Final = _pattern(
    r"(?:remove|delete|drop|lose|take (?:out|away|off)) the (?P<en>first|second|third|last) title",
    r"(?:把)?(?:去掉|删掉|删除|拿掉)(?:第(?P<zh>[一二三123])个?|(?P<last>最后一?个?))标题",
)
SONG_GONE: Final = _pattern(
    r"(?:去掉|删掉|拿掉|不要|移除)我(?:自己|上传)?的?(?:那首)?(?:歌|音乐|曲子)",
)
SILENT_FROM: Final = _pattern(
    r"(?:the music )?(?:should be |is )?(?:completely |fully )?silent from (?:second )?"
    r"(?P<en>\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)? on(?:wards?)?",
    r"(?:音乐)?(?P<zh>\d+(?:\.\d+)?)秒(?:以后|之后|后)(?:音乐)?(?:完全|都)?静音",
)
OWN_UNMUTED: Final = _pattern(r"(?:取消|解除)(?:片段|视频|原声|人声)的?(?:原声|声音)?静音")
TOO_QUIET: Final = _pattern(r"(?:还是|又|有点|现在|这)?太小了?[点些]?")
TOO_LOUD: Final = _pattern(r"(?:还是|又|有点|现在|这)?太大了?[点些]?")
DISLIKES: Final = _pattern(
    r"i (?:really |just )?(?:hate|dislike|can'?t stand) (?:it|this|that)|(?:it|this|that)(?:'s| is)"
    r" (?:awful|terrible|horrible)",
)
"""Says what the user thinks of the music, and not what to do."""
CHARGED: Final = _pattern(r".{0,3}(?:又|怎么|为什么).{0,4}[扣收](?:了?我?)(?:钱|费|积分).{0,3}")
DONE: Final = _pattern(
    r"(?:no more changes|that'?s (?:all|it)|we'?re done|i'?m done)(?: thank you| thanks)?"
    r"|no (?:further|other) changes",
    r"(?:不|没有?(?:别的|什么)?要?)(?:再)?改",
)
ADDS: Final = re.compile(r"\W*(?:and|or)\b", re.IGNORECASE)
COMPLAINS: Final = _pattern(
    r"(?:现在)?(?:又|还是)太.{1,3}", r"(?:现在|音乐)?太(?:大声|小声|吵|轻|响|快|慢|闹|长|短)"
)
"""Says what is wrong, and not what to do."""
BOTH_AT: Final = _pattern(
    r"both (?:at|to) (?P<en>\d{1,3})\s*(?:%|percent)?",
    r"(?:两个)?都(?:调到|设为|到|是)(?P<zh>\d{1,3})\s*[%％]",
)
NEWER: Final = _pattern(
    r"the (?:newer|newest|latest) (?:one|piece|version)", r"新的?那?[首个版]|最新的(?:那?[首个版])?"
)
FORMER: Final = _pattern(
    r"(?:之前|前面|上一?|刚才)(?:的)?那?[首个版](?:更?好听?)?",
    r"the (?:previous|one before)(?: one)?",
)
