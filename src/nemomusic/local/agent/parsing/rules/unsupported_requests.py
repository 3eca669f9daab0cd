"""Requests that are understood and not supported: singing, songs of artists, effects.

The agent says that it cannot do them, and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.parsing.words import sound_words as sound
from nemomusic.local.agent.parsing.words.common_words import pattern

if TYPE_CHECKING:
    from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes
    from nemomusic.local.agent.parsing.rules.video_rules import Found

_MY: Final = r"(?:(?:the|my|this|whole|entire) )*(?:video|clips?|footage|film)"
BEYOND: Final = pattern(
    r"\b(?:filters?|effects?|transitions?|colou?r(?:s|[- ]grad\w+| correct\w+)?|contrast)\b",
    r"\b(?:brightness|saturation|lut|(?:add|record|generate|do|make|need|want) (?:a "
    r"|an )?voice[- ]?overs?|roto\w*|chroma|auto-?tune|captions|narrat(?:e|ion)|subtitles?"
    r"|transcri\w+)\b",
    r"\badd (?:\w+ )?captions?\b|\bsheet music\b|\bsplit[- ]?screen\b"
    r"|\bsplit the (?:screen|picture|image|video)\b|\bcount-?down\b"
    r"|\b(?:sync|synchroni[sz]e|match|time|align) (?:\w+ )?(?:the |my |all )?(?:cuts|clips|shots)"
    r" (?:to|with|on) the (?:beat|music|rhythm)\b|\bwhat song is (?:playing|this|that|in)\b"
    r"|\b(?:draw|doodle) (?:a|an|some)\b|\b(?:in|to) (?:4k|8k|uhd)\b"
    r"|\bmake (?:it|this) (?:4k|8k)\b",
    r"\b(?:erase|paint out|photoshop|bluer|greener|redder|tan|teeth|wrinkles?)\b|\bthe sky\b"
    r"|\b(?:remove|cut out|delete|hide|get rid of|erase|take out) (?:the|that|this|those"
    r"|these) (?:\w+ )?(?:bloke|chap|dude"
    r"|lady|girl|boy|kids?|strangers?|photobombers?|passers-?by|bystanders?|dog|bird|pigeon"
    r"|cyclist|guy|man|woman|person"
    r"|people|car|sign|pole|cables?|tourists?|lamp|trash|bin|background)\b",
    r"\b(?:take|remove|cut|get|swap|change|replace) (?:out |away )?(?:the|my|that|this) background"
    r" (?:away|out|off|behind)\b|\b(?:remove|take|cut|edit|get|erase|crop|wipe) (?:him|her|them|us"
    r"|me|that \w+|the \w+|those \w+) (?:out |away )?(?:from|of|out of) (?:the |my |this |our )?"
    r"(?:picture|image|frame|background|shot|screen|scene|photo)\b"
    r"|\bput (?:an?|the|some|my|our) (?:\w+ ){1,3}behind (?:me|us|him|her|them)\b"
    r"|\bput (?:me|us|him|her|them) (?:in|on|into|onto|in front of|inside|under|next to|beside) "
    r"(?:an?|the|some) ",
    r"擦掉|抹掉|涂掉|天空|皮肤|(?<![做剪烫])头发|牙齿|衣服的?颜色|路人(?:去|删|P)",
    r"\bfade (?:in |out )?(?:to|from|into) (?:white|red|blue|green|gr[ae]y|color|colour)\b"
    r"|\bfade (?:in |out )?between (?:the |both |my )?(?:2 |two )?(?:clips?|shots?|scenes?|videos?"
    r"|beach|city)\b|\b(?:faster|slower|quicker|longer|shorter|more|fewer) (?:cuts|cutting|edits"
    r"|editing)\b",
    r"\bwhite balance\b|\b(?:sharpen|denoise|grain|vignette|exposure)\b|\b(?:my|his|her"
    r"|the) voice (?:sound )?like\b",
    r"锐化|白平衡|噪点|变声|声音(?:变|换)成",
    r"\b(?:translat\w+|zoom|slow[- ]motion|slo-?mo|(?:make|turn|into).{0,24}time-?lapse"
    r"|stabili[sz]e|blur(?!r[ye])\w*)\b",
    r"\b(?:(?:remove|replace|change) the background(?! (?:music|track|song|score|sound))"
    r"|background removal|green screen|logo|watermark|stickers?|emojis?|rotate|mirror)\b",
    r"\b(?:make|get) (?:me|him|her|us|them|(?:my|our) \w+) (?:look |seem "
    r"|appear )?(?:\w+ ){0,2}(?:younger|older|thinner|slimmer|taller|prettier|skinnier|tanned"
    r"|bald)\b",
    r"\b(?:make|have) (?:it|this|us|me|him|her|them|everyone|(?:the|my|our|this"
    r"|that) (?:\w+ )?\w+) look"
    r" (?:like|as if|as though)\b",
    r"\b(?:turn|transform|convert|change|morph) (?:it|this|us|me|him|her|them|everyone|(?:the|my"
    r"|our|this"
    r"|that) (?:\w+ ){0,2}\w+) (?:in)?to (?:an? |some )?(?:\w+ ){0,3}(?:cartoons?|anime|drawings?"
    r"|paintings?"
    r"|comics?|sketch(?:es)?|manga|watercolou?rs?|lego|pixel art|superhero(?:es)?|zombies?"
    r"|animals?|characters?"
    r"|statues?|emojis?|gifs?|memes?|photos?|stickers?|posters?)\b",
    r"\bmake it (?:night|day(?:time)?|winter|summer|snow|rain|sunny|cloudy)\b|\bmonochrome\b"
    r"|\bcross-?fade\b|\bdouble the speed of (?:the |my )?(?:video|film|clips?"
    r"|footage|picture)\b"
    r"|\badd (?:some |a |an )?(?:confetti|fireworks|snow|rain|sparkles|hearts|balloons|sepia)\b"
    r"|\b(?:noise|grain) (?:from|in|of) (?:the )?(?:picture|image)\b|\bput (?:a |some )?sepia\b",
    r"\b(?:turn|change|make) (?:the )?(?:day|night|sky|summer|winter|rain|sunset|daylight|snow|sea"
    r"|grass|water)\b.{0,12}\b(?:into|to|in to|look)\b"
    r"|\b(?:rub|paint|brush|airbrush|photoshop) (?:out|away)\b",
    r"\b(?:post|upload|publish|share|put) (?:it|this|that|the (?:video|film|result)) (?:straight "
    r"|directly |right )?(?:to|on|onto|in) (?:my |our |the |netflix|instagram|tiktok|youtube"
    r"|facebook"
    r"|twitter|google)",
    r"\b(?:e-?mail|mail|text|forward|whatsapp) (?:it|this|that|the (?:video|film|result"
    r"|file)) (?:to|over)\b|\bremind me (?:at|on|in|to|tomorrow|later)\b"
    r"|\bset (?:a |an )?(?:reminder|alarm|timer)\b",
    r"\bupside down\b|\bpitch (?:my|the|his|her) voices?\b|\b(?:sound|voice) like a (?:chipmunk"
    r"|robot|monster)\b"
    r"|\bat (?:double|half|twice|normal) (?:the )?speed\b(?=.*\b(?:clip|shot|video|footage"
    r"|film)\b)|\bin reverse\b"
    r"|\b(?:picture|image|shot|clip|footage|video) (?:is|looks|are) (?:\w+ )?(?:too )?(?:dark"
    r"|bright|pale|yellow|blue|grainy|shaky)\b"
    r"|\b(?:people|cars?|dog|man|woman|kids|waves) (?:\w+ ){0,4}(?:walk|run|move|drive"
    r"|go) (?:faster|slower|backwards)\b"
    r"|\bsteady (?:the|my|this) (?:footage|video|clips?|picture|camera)\b",
    r"\b(?:lip[- ]?sync|avatar|upscale|denoise|animate|faces?|play it backwards)\b",
    rf"\b(?:(?:speed|slow) (?:up |down )?{_MY}|(?:speed|slow) {_MY} (?:up|down))\b",
    r"\b(?:picture|image|video|footage|clips?|screen) (?:\w+ )?(?:brighter|darker|warmer|colder"
    r"|sharper|clearer|lighter)\b",
    r"脸|年轻|背景换成|画面.{0,4}(?:颜色|色彩|色调|亮|暗|暖|冷)|颜色|滤镜|特效|转场|调个?色|亮度"
    r"|对比度"
    r"|饱和度|旁白"
    r"|胶片色|色调|(?:天|草|水|海)[^，。]{0,3}[粉蓝绿红紫青]一?[点些]|(?:画面|视频"
    r"|镜头)[^，。]{0,2}[放调]?快[一1两2]?倍|滤干净|滤掉|降噪|去噪|排个?号"
    r"|[光只单][把将放][^，。]{0,8}(?:掌声?|笑声|风声|狗叫)[^。]*(?:别的|其他|别跟着)|翻译|水印"
    r"|贴纸|慢动作|变速|倒放|美颜",
    r"[pP]\s?(?:掉|图|一下|个|上|成)|彭于晏|猫耳|特写|大头|抠(?:出|图|人)|皇冠|贴个|瘦(?:脸|一下"
    r"|身)|磨皮|修图|美白|换脸|表情包"
    r"|调成[^，。]{0,10}(?:蓝|红|绿|黄|粉|紫|黑白|青|橙|[暖冷]色)|变成(?:夜景|白天|黑夜|雪景|晚上"
    r"|冬天|夏天)|磨个?皮|瘦一?[圈点]|弹幕|抠掉|抠像|换(?:个|成)?背景(?!音)|慢镜头|放快一?倍|推近"
    r"|(?:做|变|调)成黑白|防抖|模糊|虚化|旋转|镜像|画质|口型|人脸|去(?:掉"
    r"|除)背景(?!音)|视频(?:加速|减速|快放|慢放)",
    r"(?:直接|自动|帮我|替我|给我).{0,6}(?:传|发|上传|发布|分享)[到给至]?.{0,5}(?:[bB]站|抖音"
    r"|账号|微信|微博"
    r"|小红书|油管|群里?|邮箱)|发.{0,6}邮[件箱]|提醒我|马赛克|车牌|痘|查.{0,6}天气",
    r"(?:[变转做弄改化]成?|成|给(?:视频|画面|片子?)[^，。]{0,3}[来整加弄换])[^，。]{0,6}"
    r"(?:动漫|卡通|漫画|动画|二次元|手绘|水彩|素描|油画|水墨|像素|插画|简笔画|版画|剪纸|吉卜力"
    r"|宫崎骏"
    r"|皮克斯)(?!.{0,4}(?:乐|曲|声|欢|快))",
    r"加速播放|倍速|[48]k(?![a-z])|超清|封面图?|照片(?:做|变|合)成|分屏|拼图"
    r"|^\W*(?:分享|转发|发布|上传|同步)到(?!这|我)",
    r"配音(?!乐)|(?:加|生成|添加)(?:上|个)?字幕(?!标题)",
)
SUNG: Final = pattern(
    r"\b(?:auto-?tune|vocal take|vocalist|topline|verses|ad-?libs|alto|soprano|tenor vocal|sings?"
    r"|singer|singers|sung|lyrics?|rapper|rap (?:over|about|verse)|a cappella|karaoke"
    r"|verse about)\b"
    r"(?!.*\b(?:birds?|like a)\b)|\bsinging\b(?=.*\b(?:in|about|over|on|to|the|my|this|it)\b)",
    r"[帮给替]我.{0,6}(?<!合)唱|rap\s*进|人声\s*rap|词你写|写词|念白|的声音唱|歌词|填个?词|作词"
    r"|哼唱|演唱|(?<![合说])(?<!适合我)唱(?!起来|片"
    r"|歌的)(?!.{0,4}(?:鸟|小声|大声))|女声|男声|童声|说唱词",
)
"""Asks for singing, which the composer cannot do."""
UNSUNG_ZH: Final = pattern(
    r"(?:不要|没有?|不带|无|别有|别带|去掉)人声|纯音乐|不(?:要|用|需要)(?:真)?唱"
)
"""Asks in Chinese for music without a voice: "弹唱感觉的民谣，不要人声"."""
ARTIST: Final = pattern(
    r"\b(?:taylor swift|beyonc[eé]|drake|dua lipa|ed sheeran|adele|coldplay|the weeknd|weeknd"
    r"|billie eilish"
    r"|bruno mars|eminem|rihanna|kendrick|bts|blackpink|beatles|abba|michael jackson|lady gaga"
    r"|ariana grande"
    r"|bieber|harry styles|olivia rodrigo|sza|bad bunny|shakira|metallica|nirvana|radiohead"
    r"|daft punk|queen"
    r"|elton john|madonna|kanye|travis scott|post malone|imagine dragons|maroon 5|linkin park"
    r"|green day"
    r"|pink floyd|led zeppelin|ac/dc|oasis|blur song|lana del rey|doja cat|sabrina carpenter"
    r"|spotify"
    r"|copyrighted)\b",
    r"周杰伦|林俊杰|陈奕迅|邓紫棋|薛之谦|王菲|五月天|孙燕姿|毛不易|李荣浩|张学友|刘德华|邓丽君"
    r"|蔡依林|华晨宇|周深|汪峰|许嵩"
    r"|凤凰传奇|刀郎|张惠妹|陶喆|王力宏|李宗盛|罗大佑|朴树|赵雷|李健|那英|张杰|蔡徐坤|霉霉|泰勒"
    r"|易烊千玺|王心凌|梁静茹|久石让",
)
"""Names an artist whose songs the composer neither has nor copies."""
WANTED: Final = pattern(
    r"\b(?:use|put|play|add|get|want|need|give|like (?:a )?song|song|track|by|from|can you"
    r"|could you|drop|throw|under|as)\b",
    r"放|用|配|来|换|加|要|当|歌|首",
)
TELLS_OF_SINGER: Final = pattern(
    r"\b(?:my|our|his|her|the|a|an|this) (?:[\w-]+ ){0,2}(?:singers?|rappers?|vocalists?|alto"
    r"|soprano)(?: [\w-]+)? (?:asked|asks|said|says|told|prefers?|likes?|loves?|is|was|requested"
    r"|needs? (?:it|that)|recommended|suggested|wanted|wants (?:it|that)|can'?t|complain\w*)\b"
)
"""Tells what a singer said: "my singer friend asked for that key"."""
WANTED_SUNG: Final = pattern(
    r"\b(?:can|could|have|let|make|get|want|need|add|write|put|give"
    r"|please)\b(?!.*\bi could sing\b)",
    r"让|要|加|写|来|配|放|能不能|帮|请|用|给",
)
"""Asks for what a sentence about singers names, and does not only speak of them."""

FORECAST: Final = pattern(
    r"\b(?:what(?:'s| is| will)|how(?:'s| is| will)|tell me|check)\b.{0,12}\bthe weather\b"
    r"|\b(?:will|is) it (?:going to |gonna )?(?:rain|snow)\b|\bweather forecast\b",
    r"几级(?:大)?风|风力几级|(?:今|明|后)[天晚早][^，。]{0,6}(?:几度|多少度|气温|有雨)|下不下[雨雪]|(?:会|要)不?会?(?:下雨|下雪|刮风)[吗么嘛]|天气(?:怎么?样|如何|预报|好吗)"
    r"|(?:气温|温度)(?:多少|几度)"
    r"|会不会下[雨雪]",
)
"""Asks for the weather."""


OFF_TOPIC: Final = pattern(
    r"\b(?:write|tell|sing|read|explain|translate|calculate|solve)\b.*\b(?:poem|joke|story|essay"
    r"|code|recipe|email|letter|news|weather)\b",
    r"\b(?:weather (?:today|tomorrow|like)|(?:a|another) (?:joke|poem|recipe)|president"
    r"|capital of|quantum|stock price|bitcoin)\b",
    r"[帮给替]我查一?[下查]?(?![^，。]{0,6}(?:积分|余额|费|时长|音|视频))|几级风",
    r"写(?:一?[首个篇])?(?:诗|文章|代码|邮件|作文)|讲(?:个)?笑话|天气|新闻|量子|股票|翻译一下",
)
OTHER_SERVICE: Final = pattern(
    r"\b(?:recogni[sz]e|identify|shazam)(?: \w+){0,3} (?:songs?|bands?|artists?|singers?|tracks?"
    r"|tunes?|musicians?|composers?|melody|lyrics)\b",
    r"^\W*(?:(?:please|can you|could you)\s+)*(?:turn|make|set|put|convert|show"
    r"|change) (?:\w+ ){1,4}?"
    r"(?:in |into |to )?black (?:and|&|n) white\W*(?:please\W*)?$",
    r"^\W*(?:(?:please|hey|ok|also|and|now|just|can you|could you|would you|will you)[\s,]+)*"
    r"(?:tell (?:me|us) (?:a|another) (?:joke|story)|write (?:me |us )?an? (?:e-?mail|letter|poem"
    r"|essay"
    r"|review|recipe|post)\b|(?:book|order|buy|get) (?:me|us) (?:an? |some |more )?(?:table|room"
    r"|hotel|flight|taxi"
    r"|uber|pizza|cake|coffee|ticket|credits)s?\b|(?:book|order|buy) (?:an? |some |more )?\w+"
    r"|tweet\b|shazam\b"
    r"|burn (?:it|this)|refund\b|(?:change|reset) my (?:password|e-?mail|account|username)"
    r"|delete my account|download (?:an?|the|me|some) .*\bfrom\b|find (?:me |us )?(?:some |other "
    r"|more |better )+"
    r"(?:clips?|videos?|footage|pictures?|photos?)\b|give (?:me|us) (?:the |a )?(?:midi"
    r"|sheet music|stems|score sheet)"
    r"|(?:call|text|message|phone) (?:my|him|her|them)\b)",
)
"""Asks for another service than music and film."""
EFFECT: Final = pattern(
    r"倒着放|上下颠倒|消除人声|人声(?:消除|分离|提取)|(?:分离|提取)[^，。]{0,6}人声"
    r"|下载[^，。]{0,10}歌"
)
"""Asks in Chinese for what is no change of the music or the cut, in words that sound like one."""


def asks_beyond(sentence: str) -> bool:
    """Return whether a sentence asks for singing, a named artist's song or the weather."""
    if EFFECT.search(sentence) or OTHER_SERVICE.search(sentence):
        return True
    if FORECAST.search(sentence) and not sound.MUSIC.search(sentence):
        return True
    if ARTIST.search(sentence):
        return bool(WANTED.search(sentence))
    if UNSUNG_ZH.search(sentence):
        return False
    sung = SUNG.search(TELLS_OF_SINGER.sub(" ", sentence))
    return bool(sung and WANTED_SUNG.search(sentence))


def read_beyond(clause: str, _: HeldQuotes) -> Found:
    """Find wishes that no part of this backend can fulfil."""
    sung = SUNG.search(TELLS_OF_SINGER.sub(" ", clause)) and not UNSUNG_ZH.search(clause)
    if sung or ARTIST.search(clause):
        return "refused"
    if not BEYOND.search(clause) or sound.MUSIC.search(clause):
        return None
    return "refused"
