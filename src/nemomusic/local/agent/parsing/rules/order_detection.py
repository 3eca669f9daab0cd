"""Whether a sentence is an order, or not: it leaves things alone, thinks aloud, or reports.

An order may name the same words as these; what tells them apart is how the sentence is built.
"""

from __future__ import annotations

import re
from typing import Final

from nemomusic.local.agent.parsing.rules.hedges import CONTRASTED, SATISFIED
from nemomusic.local.agent.parsing.words import ducking_words
from nemomusic.local.agent.parsing.words.common_words import pattern

HOLDS_OFF: Final = pattern(
    r"\b(?:not|never|don't|do not|won't|isn't|aren't|wouldn't|shouldn't|please don't|no need to)\b"
    r"(?: (?:really|even|actually|going to|want to|want you to|wanna|you|dare|ever|just|"
    r"please|necessarily|planning to|about to|asking you to|saying|have to|need to|think we should"
    r"|think i(?:'d| would)?))*"
    r" (?:touch\w*|chang\w+|alter\w*|mess\w*|edit\w*|mak\w+|do(?:ing)?|replac\w+|swap\w*|switch\w*"
    r"|turn\w*|tweak\w*|redo\w*|speed\w*|slow\w*|go(?:ing)? (?:for|with)|us(?:e|ing)|mov\w+"
    r"|put\w*|compos\w+|generat\w+|start\w*|delet\w+|remov\w+|los\w+|drop\w*|cut\w*|trim\w*"
    r"|render\w*|export\w*|add\w*(?= (?:any|it|music|a|the|some|anything)\b.*\b(?:yet|now|just yet)"
    r"\b))\b",
    r"\b(?:leave|keep)\b.{0,30}\b(?:alone|as (?:it|they|is)\b(?: is| are)?|the way (?:it|they)"
    r"|how (?:it|they) (?:is|are)|untouched|unchanged|like (?:it|that|this))\b",
    r"^\W*(?:leave|keep) (?:the )?(?:music|rest|others?)\W*$",
    r"\b(?:isn't|aren't|is not|are not) (?:really |at all |even )?too \w+\W*$",
    r"\bno music (?:yet|for now|right now|just yet|at the moment)\b",
    r"\b(?:hold on|hold off|hang on|wait (?:a|up|until|till|for me|before)|not yet|give me a"
    r" (?:sec|second|minute|moment)|let me (?:think|check|see|ask|sleep|listen|finish|get back)"
    r"|i(?:'ll| will) (?:think|let you know|decide|get back|ask|see|come back|be back)"
    r"|(?:don't|do not|not) (?:need|want) (?:any |the )?music (?:yet|now|right now|for now"
    r"|at the moment)"
    r"|(?:only|just) (?:want to )?(?:look(?:ing)?|browsing|look around|having a look|testing"
    r"|trying (?:it|this) out)|stays? (?:how|as|the way) it is|but no,"
    r"|haven't decided|still (?:deciding|thinking|uploading|filming|not sure)|brb)\b",
    r"(?:先|千万|可|就|都|也|请)*(?:别|不要|不用|不必|甭|没必要|不想|不打算|不准备)(?:再|去|给我"
    r"|急着|着急"
    r"|乱|随便|瞎|先|把[^，。]{1,8})*(?:动|改|换|碰|调|加|配|剪|删|弄|折腾|重做|生成|导出)(?!静)"
    r"(?=[了它这那原]|音乐|配乐|bgm|[吧呀啊]?[，。！!\s]|$)",
    r"(?:先|暂时|暂且)(?:别|不|放着|这样|等等|留着)|(?:再|先|好好)(?:想想|想一想|琢磨|考虑|看看"
    r"|听听|斟酌"
    r"|商量|研究)|(?:[鼓琴斯弦笛乐声音题调奏度段他器管号铃唱萨]|其他|别的)(?:都|就|先|全|一点)*(?:别动|不动|不变"
    r"|不用动|不要动|别碰"
    r"|别改|不用改|别换|保持不变|保持原样|维持原样|就这样)|(?:保持|维持)(?:现状|原样|不变|现在这样)"
    r"|(?:等|稍)(?:我)?(?:一?下|会儿?|等)(?:再|[，。！]|$|\s|我)|不会太[大吵响快慢]|(?:我"
    r"|倒)觉得(?:不用|没必要|不必"
    r"|还好|可以不)|先空着|等我|(?:完|好)了?再来?找你|等.{1,8}可能再|还没想好|没想好|再说吧?$",
)
"""Asks for nothing to be done, now or at all."""

UNTIL: Final = pattern(r"\b(?:until|till|before|for|after|from|at)\b.{0,16}\d", r"\d\s*秒")
"""Says until when, so that the clause asks for something."""
THOUGHT: Final = pattern(
    r"\bnot sure (?:i|if|whether)\b|\bif i (?:ever|were|was|had|could|did)\b|(?<!what )\bif (?:it"
    r"|this|that|we|they|he|she)"
    r" (?:were|was|had been|had)\b|\b(?:someday|some day|one day|in another life|next time|in the"
    r" future|eventually|maybe later)\b|\bimagine\b|\bi(?:'ve| have)? (?:wonder\w*|was wondering"
    r" (?:what|why|how|who))\b|\bi wonder\b|\bi'?d have\b|\bwould have\b|\bwould've\b|\bcould have"
    r" (?:been|had)\b|\bshould have been\b|\bi almost\b|\bi nearly\b|\bi (?:considered|thought"
    r" about|was thinking (?:about|of)|was going to|toyed)\b|\bwould it\b(?! be (?:possible|ok"
    r"|okay|fine)\b)|\bwhat would happen\b",
    r"要是[^，]{1,14}(?:会不会|会怎|就好了|行不行|可不可以|好吗|呢)|假如|假设|万一|如果当初"
    r"|反而|不小心.{0,6}了|[去删关]掉?错了|选不出|拿不准|拿不定|本来(?:想|打算|要)"
    r"|早知道|差点(?:就|没)?|原本(?:想|打算)|下次|以后(?:再|有机会|想)|改天|哪天|会不会(?:更|太"
    r"|有|很|显)"
    r"|(?:是不是|会不会)(?:更|太).*[吗啊呀？?]|纠结|犹豫|后悔|谁[也都]不",
)
"""Weighs something up, without asking for it."""

HYPOTHETICAL: Final = pattern(
    r"(?<!what )\bif (?!you\b|possible\b).*\b(?:would|could it|might)\b.*\?"
    r"|\bwould\b(?! you\b)(?!.*\b(?:nice|great|lovely|good|cool|better|possible)\b).*\bif (?:i|we"
    r"|it|they)\b",
)
"""Asks what would happen if something were changed."""
_REPORTS: Final = (
    r"(?:says?|said|thinks?|thought|told me|tells me|suggest\w*|wants me|asked|asks"
    r"|keeps? saying|claims?|reckons?)"
)
_WHO: Final = (
    r"(?:brother|sister|mom|mum|mother|dad|father|wife|husband|gf|bf|girlfriend|boyfriend|partner"
    r"|friend|friends|buddy|mate|roommate|flatmate|housemate|neighbou?rs?|boss|client|editor"
    r"|colleague|coworker|cousin|uncle|aunt|grandpa|grandma|grandfather|grandmother|granny|nan"
    r"|son|daughter|kids?|teacher|band|subscribers|followers|viewers|audience|landlord|ex|fiance"
    r"|nephew|niece|doctor|therapist|coach|trainer|hairdresser|nurse|priest|guide|manager|team"
    r"|producer|barber|dentist|gym|cat|dog|parents|students?|class)"
)
OTHERS: Final = pattern(
    rf"^\W*(?:(?:and|but|so|well|also|anyway|ok|okay|actually|yeah|the other day|yesterday|today"
    rf"|apparently|fun fact)[\s,:]+)*(?:my|our|his|her|their|a|this) (?:\w+ )?{_WHO}(?:'s)?\b"
    r"(?! (?:video|vlog|clip|film|footage|wedding|birthday|party|graduation|match|game|first"
    r"|day|trip))",
    r"^\W*(?:my|our|the) (?:last|previous|old|other|first|next|new|best|latest|older|earlier)"
    r" (?:\w+ )?(?:video|vlog|channel|reel|short|clip|episode|post|project|upload)s?\b",
    r"^\W*(?:last|two|three|a few|some|many) (?:year|month|week|summer|winter|christmas|night"
    r"|time|weekend|years|months|weeks|days)s?(?: ago)?\b"
    r"(?!.*\b(?:please|need|want|add|make|put|something)\b)",
    r"^\W*(?:上次|上回|那次|那回|有一次|当年|曾经|以前|我爸当年|听[^，。]{1,4}说)",
    r"^\W*我?(?:[表堂][哥姐弟妹]|朋友|同事|闺蜜|同学|室友|人家|别人|博主|网红|老公|老婆"
    r"|[妈爸哥姐弟妹])们?"
    r"[^，。]{0,10}(?:配|用|放|选)的",
    r"^\W*我们?(?:之前|已经|早就|自己)[^，。]{1,12}(?:过了?|好了|掉了|完了)\W*$",
    r"(?:上(?:一|个|次)?(?:条|期|个|支)|之前(?:那)?(?:条|期)|别人的|人家的)(?:视频|片子|vlog|作品)"
    r"|[他她]用的是|^\W*我?(?:有个)?(?:室友|同事|老板|朋友|闺蜜|对象|男朋友|女朋友|老公|老婆|我妈"
    r"|我爸|妈|爸|哥|姐|弟"
    r"|妹|儿子|女儿"
    r"|侄女|侄子|婆婆|公公|媳妇|老婆婆|岳母|丈母娘|亲戚|客人|店员|员工|别人|人家|甲方|同桌|同学"
    r"|班主任|隔壁老\S"
    r"|\S{0,3}老师"
    r"|邻居|同学|老师|爷爷|奶奶|外婆|外公|表[哥姐弟妹]|粉丝|观众|客户|楼上|楼下|隔壁|大学|高中)"
    r"(?!.{0,6}(?:生日|婚礼|(?<!种)视频|毕业|比赛|用的|的片))",
)
"""Tells of other people or other videos."""
REPORTED: Final = pattern(
    rf"\b(?:my|our|his|her|their|a|the|this) (?:\w+[ -]){{0,2}}{_WHO} (?:\w+ )?{_REPORTS}\b"
    rf"|\b(?:he|she|they|people|everyone|somebody|someone) (?:\w+ )?{_REPORTS}\b",
    r"^\W*我?(?:家|们)?(?!觉得|想|说)[^，。我你]{1,4}(?:老|总|非|都|就"
    r"|也)?(?:(?<![解小传据听话演])说|觉得|建议|嫌"
    r"|认为)(?!话|明|唱|起)",
)
"""Tells what somebody else says or thinks."""
ABOUT_ME: Final = pattern(
    r"^\W*(?:first time (?:here|using|trying)|(?:just|only) (?:got (?:home|back|here)|woke|landed"
    r"|finished)|spent \d|got (?:\d|my)|been (?:a|up|editing|working|filming)|(?:can't|cannot)"
    r" believe|so (?:tired|hungry|excited|happy|sleepy|bored)|feeling)\b",
    r"^\W*i(?:'m| am| was|'ve been| have been)? (?:a|an|so|really|too|just|new|currently|always"
    r"|often|usually|never|once|still|also|actually|totally|kind of|not)?\s*(?:run|running|own"
    r"|play|played|used to|grew|went|saw|studied|learned|learning|listen|listened|listening|work"
    r"|worked|teach|live|lived|remember|heard|read|watched|bought|sold|know|tired|hungry|new here"
    r"|(?:a|an) \w+|always|love it|hate mondays|cried|laughed|forgot|posted|spent|quit)\b"
    r"(?!.*\b(?:need|want|give|make|add|please|something|choose|pick)\b)",
    r"^\W*(?:刚(?!才|刚)|今天|昨天|前天|上周|上个月|去年|累|困|饿|做(?:短?视频|自媒体|up主?)"
    r"|拍(?:短?视频)?了?[两三四五六七八九十\d]+年|干这行|玩(?:吉他|乐队)"
    r"|从小|以前|小时候|大学|高中)(?!.*(?:配|来[一点段个首]|给[我它]|做[一个段首]|要[一个段首点]"
    r"|加|换|改|调|用(?!的)))",
)
"""Tells of the user."""
JUDGES: Final = pattern(
    r"\b(?:isn'?t (?:it|working|right|doing it)|ain'?t it|not (?:it|feeling|vibing|working|right)"
    r"|doesn'?t (?:fit|work|suit|match|feel right|go with)|is (?:so |too |way too |kind of |a bit |"
    r"getting )?(?:old|boring|dated|lame|cheesy|tired|much|overdone|wrong|bland|stale|corny|cringe"
    r"|dead|outdated|sleepy)|sick of|tired of|bored of|had enough of|so over|can'?t (?:stand"
    r"|bear)|hate)\b",
    r"\bis (?:way |far |much )?too \w+",
    r"太(?:老[气土套]?|土|俗|闷|普通|无聊|平淡|常见|腻|丧|吵闹|正经|严肃)|不(?:合适|搭|对味|行"
    r"|够味|适合|喜欢|对劲?(?=[^的，]{0,2}$))|听腻|腻了|过时|太多了|怪怪的|出戏|别扭|违和|有点吵",
)
"""Says why what is there does not fit."""


def is_left_alone(clause: str) -> bool:
    """Return whether a clause asks to leave things as they are, or only weighs something up."""
    if UNTIL.search(clause) or ducking_words.DUCK.search(clause):
        return False
    return any(one.search(clause) for one in (HOLDS_OFF, THOUGHT, CONTRASTED))


def is_judged(clause: str) -> bool:
    """Return whether a clause says why what is there does not fit: "配爵士不对吧"."""
    return bool(JUDGES.search(clause)) and (not is_order(clause) or clause.startswith("配"))


KEEPS: Final = pattern(
    r"\b(?:keep|keeping|stay with|stick (?:with|to)|leave|like)\b",
    r"留着|保留|保持|留下"
    r"|就(?:这样|用现在)",
)
"""Says that what is there stays."""


def is_reported(clause: str) -> bool:
    """Return whether a clause tells what somebody else says."""
    return bool(REPORTED.search(clause)) and not ORDER_EN.search(clause)


def tells_of_others(sentence: str) -> bool:
    """Return whether a sentence tells of people, other videos or the user's own life."""
    return bool(
        OTHERS.search(sentence) or ABOUT_ME.search(sentence) or _NEED_OF_OTHERS.search(sentence)
    )


ORDER_EN: Final = re.compile(
    r"^\W*(?:(?:please|ok|okay|and|then|now|just|so|well|also|actually|maybe|oh|wait|no|yes|hey"
    r"|can you|could you|would you|can we|could we|let's|i'd like you to|i want you to|i need you"
    r" to|go ahead and|do me a favor and|help me|kindly|instead|in that case|at least|quickly"
    r"|simply|for now|if possible|you can|you could|you should|feel free to)[\s,:]+)*"
    r"(?:set|cut|lower|raise|turn|mute|unmute|silence|bring|fade|trim|keep|remove|delete|drop|add"
    r"|put|show|write|swap|switch|change|move|play|stop|end|skip|join|combine|merge|crop|make|give"
    r"|use|boost|reduce|increase|tone|slow|speed|replace|duck|dip|delay|extend|shorten|rename"
    r"|restore|lose|kill|pull|push|ease|dial|crank|pump|try|undo|redo|revert|export|render|go"
    r"|take|get|throw|slap|chuck|toss|chop|snip|ditch|scrap|nix|axe|strip|stick|pop|lay|drop"
    r"|start|begin|let|have|flip|convert|transpose|thin|fill|beef|layer|bump|knock|shave|lop|nuke"
    r"|yank|cancel|clear|hide|bury|soften|calm|cheer|spice|liven|brighten|darken|double|halve"
    r"|stitch|glue|order|reorder|rearrange|cap|limit|center|overlay|do|compose|create|generate"
    r"|produce|score|find|pick|choose|surprise|return|roll|shift|rewind|normalize|level|quiet"
    r"|translate|read|rotate|blur|zoom|animate|compress|sharpen)\b",
    re.IGNORECASE,
)
ORDER_ZH: Final = re.compile(
    r"^\W*(?:那就?|就|还是|请|再|直接|干脆|顺便|顺手|最好|帮我|给我|麻烦|快|赶紧|把它|它|都|全"
    r"|能不能|可以|你)*"
    r"(?:把|将|给(?!你)|去掉|剪掉|删|加|换|改|调|降|升|提(?!起|到(?!\d))|压|拉|关|开|静音"
    r"|来[一点段个首]|配|做|弄|用"
    r"|恢复|保留|精简|简化|丰富一?[下点]|突出|加强|减弱|只[要留保用]"
    r"|不要|淡[入出]|转|拼|合|裁|撤|导出|让|减|停|缩|放[大慢在到]|生成|写|取消|回到"
    r"|退)(?!了[^吧呗啊，。！!\s]|过)"
    r"|(?:去掉|剪掉|删掉|加回来|小一?点|大一?点|轻一?点|快一?点|慢一?点|压低|调低|调高|换掉|关掉"
    r"|撤销|导出)(?:一?点|些)?"
    r"[吧了啊呀]?\W*$"
)
_NOUN_FIRST: Final = re.compile(
    r"^\W*(?:[那这](?:个|段|首|行|边)?)?[^，。,！!？?\s的了]{1,5}(?:声音?|音量)?的?"
    r"(?:都|也|再|就|给我|帮我|可以|能不能|能否|直接|干脆|稍微|全|统统|赶紧|要|得)*"
    r"(?:(?:去掉|拿掉|关掉|删掉|撤掉|剪掉|砍掉|静音|恢复|加回来|放回来|淡[入出]"
    r"|调[高低大小快慢轻重]|压低|压[一小]下?|放[慢轻低小]|加快|提高|降低|减半)"
    r"|[大小轻响快慢高低亮暗强弱多少重柔]一?[点些]声?|(?:减|降|砍)(?:掉)?一半|不要了?|别要了?)"
    r"(?:吧|了|呗|哈|哦|吗|啊|呀|一?[点些]|就好|就行|行吗|好吗|行不|可以吗|好了|比较好|更好)*\W*$"
)
"""Names a thing, then says what to do with it, as Chinese orders do: "贝斯小一点"."""


def is_order(clause: str) -> bool:
    """Return whether a clause begins with an order, or is one as a whole."""
    found = ORDER_EN.search(clause) or ORDER_ZH.search(clause) or _NOUN_FIRST.search(clause)
    return bool(found)


_NEED_OF_OTHERS: Final = re.compile(
    r"^\W*(?:他们?|她们?|客户|老板|导演|领导|甲方|老师|学生|同学们?|孩子们?|观众|大家|家人|伙伴"
    r"|合伙人|同事们?|朋友们?"
    r"|[\u4e00-\u9fff]{1,3}们)(?:要|得|想|会|在|等着|急着)(?!是)[^，。]{1,6}$"
)
"""Says in Chinese what others need the film for: "合伙人要投票"."""

_SHOWS: Final = pattern(
    r"^\W*(?:here(?:'s| is| are)|this is|these are"
    r"|it'?s (?:a|an|our|my|for|about|footage|the)\b(?! (?:secret|surprise|pity|shame|joke|miracle)"
    r"\b)) ?",
    r"^\W*(?:i|we) have (?:a|an|some|two|this)\b.*\b(?:video|footage|clips?|film)\b"
    r"|^\W*(?:my|our) (?:trip|hike|wedding|holiday|honeymoon|kid)",
    r"^\W*这[是些]|^\W*我们?有[一两三几]?[段个条些]|^\W*我们的",
)


_TIMED: Final = re.compile(
    r"\d\s*秒[^，。]{0,8}(?:音乐|配乐|bgm)[^，。]{0,4}[轻小低停静空没]|\d\s*秒[^，。]{0,4}(?:不要"
    r"|别放|停掉?)(?:音乐|配乐)"
)
"""Says in Chinese what the music does at a time."""


def is_wish(clause: str) -> bool:
    """Return whether a clause of a sentence that tells something is an order all the same."""
    wished = is_order(clause) or bool(_PLEADS.search(clause) or _TIMED.search(clause))
    return wished and not (
        is_left_alone(clause) or tells_of_others(clause) or SATISFIED.search(clause)
    )


_PLEADS: Final = pattern(
    r"\b(?:please|needs?|(?:i|we) (?:want|need)|(?:i|we)(?: would|'d) (?:like|love)|must be"
    r"|should be|has to be)\b",
    r"请|需要|想要|希望|得(?:竖|横|换|改|加|配|用|国|古|爵|摇|慢|快|大|小|要)",
)
_TELLING: Final = pattern(
    r"太",
    r"\b(?:is|are|was|were|am|isn't|aren't|wasn't|doesn't|don't|didn't|can't|won't|likes?|loves?"
    r"|hates?|wants?|thinks?"
    r"|says?|said|feels?|sounds|looks|seems|dances?|plays?|played|helps?|makes?|made|remembers?"
    r"|cried|prefers?|depresses|bores|annoys|irritates|bothers|bugs|saddens)\b"
    r"|\b(?:it|that|this|he|she|they|there|we|you|i)'(?:s|re|ve|ll|m)\b",
    r"没[^，。]{1,3}没|[是听像爱用]|不惯|喜欢|毕竟|有|在|跳舞|的时候|着",
)
_WISHES: Final = pattern(
    r"\b(?:please|need\w*|want(?! to)|should|must|has to|have to|would|'d|make it|more|less"
    r"|another|give|instead)\b",
    r"^\W*有[^，。]{1,6}的那种\W*$|[换改加配]|调(?=[高低大小到成整快慢])|[配要给把来变做成再更]|(?<!有)(?<!有一)[点些](?!一)"
    r"|想|需要|希望"
    r"|最好|不要|别",
)


_CONSEQUENCE: Final = pattern(
    r"[,\s]+(?:so (?:that )?(?:it|the music)(?:'s| is| gets?| sounds?| feels?| becomes?)\b"
    r"|(?:which |that )makes it\b|(?:and )?then it(?:'s| is| will)\b).*"
)
_IS_CONSEQUENCE: Final = pattern(
    r"^\W*(?:(?:that |which |it )?makes (?:it|the \w+)|so (?:that )?it(?:'s| is| gets?| sounds?)"
    r"|(?:and )?then it(?:'s| is| will))\b",
    r"^(?:这样|让它|显得|听着|(?:我?感觉|应该)(?=会)|就|也)?(?:会|就)?(?:更"
    r"|没那么)(?![^，]*[点些])[^，]{1,4}$",
)


def without_consequence(clause: str) -> str:
    """Return a clause without what follows from it: "make it major so it's less gloomy"."""
    return _CONSEQUENCE.sub("", clause)


def is_consequence(clause: str) -> bool:
    """Return whether a clause says what follows from the one before: "makes it more emotional"."""
    return bool(_IS_CONSEQUENCE.search(clause))


_PICTURED: Final = re.compile(
    r"^\W*(?:这么|那么|这种|如此)[^，。]*的(?:画面|镜头|视频|片子|景色?|场面|时刻|日子|地方)\W*$"
)
"""Only names what is seen: "这么宏大的画面"."""


_TOO_MUCH_FOR: Final = re.compile(
    r"^\W*(?:(?:it|that|this) ?(?:'?s|is) )?(?:(?:just|much|way|far|a (?:bit|little)) )*"
    r"too \w+ for\b",
    re.IGNORECASE,
)
"""Says that the music does not suit an occasion: "too sad for a wedding"."""


def is_too_much(clause: str) -> bool:
    """Return whether a clause says that the music does not suit: "too sad for a wedding"."""
    return bool(_TOO_MUCH_FOR.search(clause))


def is_reason(clause: str) -> bool:
    """Return whether a clause may only say why something is asked for: "it's their wedding day"."""
    if _TOO_MUCH_FOR.search(clause):
        return True
    if is_order(clause):
        return False
    if _STRIKES.search(clause) and not _WANTED.search(clause):
        return True
    return (bool(_TELLING.search(clause)) and not _WISHES.search(clause)) or bool(
        _PICTURED.search(clause)
    )


_STRIKES: Final = re.compile(r"[听看搞弄整吵闹轰震烦晃吓](?:得|到|的)(?:我|人|头|脑|耳|心)")
"""Tells in Chinese what something does to people: "听得我心跳加速"."""
_WANTED: Final = re.compile(r"要|想|[点些]|再|更|希望|最好|那种")


_ONLY_TELLS: Final = pattern(
    r"^\W*(?:(?:and|but|so|well|hello|hi|hey|ok)[\s,]+)*(?:(?:i|we|he|she|they|you)(?:'\w+)?\b"
    r"(?! have (?:a|an|some|two|this)\b.*\b(?:video|footage|film|clips?)\b)"
    r"|(?:my|our) \w+ (?:is|was|are|were|has|had|have|can|\w+(?:s|ed))\b)",
    r"^\W*(?:(?:你好|哈喽|嗨|嘿)[呀啊]?\W+)?(?:我|他|她|你(?!好))(?!们?的|有[一两三个段]|不太?懂"
    r"|家)|我妈说|说的\W*$",
)


_LEAVES_IT: Final = pattern(
    r"\byou (?:choose|pick|decide|think|come up|tell me)\b|\bup to you\b|\byour (?:call|choice"
    r"|pick)\b",
    r"\b(?:pick|choose|take|use|find|select|go with|add|put on|play) (?:\w+ )?(?:anything|whatever"
    r"|what you|something|any music)\b|\b(?:any|whatever) music\b"
    r"|\b(?:anything|whatever) (?:that )?(?:fits|suits|matches|goes with|works)\b",
    r"你(?:看着|来|定|选|觉得合适|决定|随意|自己看)|听你的",
)
"""Leaves the choice to the agent."""


def shows_film(clause: str) -> bool:
    """Return whether a clause presents the film: "here is our wedding video"."""
    return bool(_SHOWS.search(clause))


def leaves_choice(clause: str) -> bool:
    """Return whether a clause leaves the choice of the music to the agent."""
    return bool(_LEAVES_IT.search(clause))


_REPORTS_WHAT_WAS: Final = pattern(
    r"\b(?:had|was|were|went|paid|did|said|saw|took)\b|\b(?:not|un)\s?sure (?:i|if|whether|that)\b",
    r"^[^，。,]{2,8}(?<!没)有[^，。,]{2,}[，。,]\s*(?:真|挺|很|太)",
)
"""Tells what was there, in a first message."""


def only_tells(clauses: list[str]) -> bool:
    """Return whether the clauses of a sentence tell something, and none wishes for anything."""
    text = ", ".join(clauses)
    tells = _ONLY_TELLS.search(text) or _REPORTS_WHAT_WAS.search(text)
    if not clauses or _LEAVES_IT.search(text) or not tells:
        return False
    return not any(
        is_order(one) or _PLEADS.search(one) or _WISHES.search(one) or _SHOWS.search(one)
        for one in clauses
    )
