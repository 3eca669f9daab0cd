"""Words for sound: the music and the clips' own sound, levels, ducking, and when music plays."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import REMOVE_WORDS, pattern

_MUSIC: Final = (
    r"(?:\b(?:music|soundtrack|bgm|score|song|tune|jingle|melody|backing track|music track|track)\b"
    r"|音乐|配个?乐|bgm|背景乐|曲子|歌曲|伴奏|乐曲)"
)
MUSIC: Final = pattern(_MUSIC)
_NO_MATTER: Final = (
    r"(?:the |all |any |this |that |my |of |掉|所有|全部|这段|这首|background |背景|整个)*"
)
_MUTE: Final = (
    r"\b(?:mute|silence|turn off|switch off|kill|stop)\b"
    r"|静音|静掉|哑掉|(?<=[全都])消了?(?=\W*$)|关死|关掉|关闭|消音|消掉|停掉"
)
MUTE: Final = pattern(_MUTE)
NO_MUSIC: Final = pattern(
    rf"\b(?:don'?t|do not) (?:want|need)(?: to (?:hear|have))? (?:any |the )?{_MUSIC} (?:in|on|over"
    r"|under) (?:it|this|here|(?:the|my|this|our) (?:video|film|movie|vlog|reel|edit))\b"
    r"(?! (?:\w+ )?(?:clip|part|bit|scene|yet))",
    rf"^\W*(?:all )?(?:the )?{_MUSIC} (?:off|out)\W*(?:please\W*)?$",
    rf"(?:{REMOVE_WORDS}|\b(?:turn off|switch off)\b|关掉)\s*{_NO_MATTER}"
    rf"(?:the )?(?:background )?{_MUSIC}(?! (?:knowledge|skills?|taste|experience|experts?"
    rf"|person|sense"
    rf"|ear|talent|lessons?|ideas?|preference)\b)(?! (?:from|at(?! all)|between|in|for the first"
    rf"|down"
    rf"|up)\b)",
    rf"\b(?:take|turn|switch) (?:the )?(?:background )?{_MUSIC} (?:off|out|away)",
    rf"\b(?:away|out|off) with (?:the |all (?:the )?)?{_MUSIC}\b|\bforget (?:about )?(?:the "
    rf"|all (?:the )?)?{_MUSIC}\W*(?:$|all of it)",
    rf"(?:把|将)?(?:背景)?{_MUSIC}\s*(?:都|全部|全|统统|给我|也|整个|直接|还是|就)*(?:去掉|去除"
    rf"|删掉|删除|删|移除|免了|别要了?$"
    rf"|取消|拿掉|关掉"
    rf"|不要了?$)",
    r"\bmusic-?free\b",
)
MUTED_MUSIC: Final = pattern(
    rf"(?<!un)(?<!un-)\b(?:mute|silence) {_NO_MATTER}(?:background )?{_MUSIC}"
    r"(?! (?:from|at|between|in|for the first|down|up)\b)",
    rf"(?<!解除)(?<!取消)静音\s*{_NO_MATTER}(?:背景)?{_MUSIC}",
    rf"(?<!取消)(?<!解除)(?<!不要)(?<!除)(?<!除了)(?:背景)?{_MUSIC}\s*"
    r"(?:都|全部|全|给我|也|整个|直接|先)*(?:静音|消音)"
    r"(?!.{0,2}(?:取消|解除))",
)
"""Sets the volume of the music to 0. The music stays on the timeline."""
MUTED_BOTH: Final = pattern(r"\b(?:mute|silence) both\b", r"两[个种边]都(?:静音|消音)")
"""Mutes the music and the clips' own sound."""
_OWN_NOUN: Final = (
    r"(?:sounds?|audio|voices?|volume|noise|soundtrack|track|voice ?over|speech|sound ?track)"
)
_HEARD_THERE: Final = (
    r"\b(?:the|our|my|those|these) (?:waves|sea|ocean|surf|birds?|gulls|crowd|traffic|rain|kids"
    r"|children|dogs?|people|guests|laughter|laughing|cheering|applause|engines?"
    r"|bells of the church)"
)
"""What a recording holds, if a clause says how loud it is."""
OWN: Final = pattern(
    rf"{_HEARD_THERE}(?= (?:(?:is|are|get|gets|sounds?|to be|should be|a|bit|little|much|way|too|so"
    r"|far|even) ){0,4}(?:up|down|loud|quiet|soft|louder|quieter|softer)\b)",
    rf"(?<=\bhear ){_HEARD_THERE}(?= (?:more|better|again|louder|well)\b)",
    rf"\b(?:original|own|source|camera|clip'?s?'?|video'?s?|film'?s?|recorded|native|existing"
    rf"|ambient"
    rf"|live|real)"
    rf" (?:own )?(?:audio )?{_OWN_NOUN}\b(?! music)",
    r"\b(?:mute|unmute|silence|lower|raise|keep|remove|kill|restore)(?: \w+)? (?:the )?original\b"
    r"(?! (?:version|one|piece|music|song))",
    r"\boriginal(?= (?:at|to) \d)",
    r"\b(?:audio|sounds?|noise|voices?)(?: (?:that|which))?(?: (?:was|is|were|are|got|has been))?"
    r" (?:recorded|captured|picked up|filmed) (?:in|on|with|by|from|along with) (?:\w+ )?"
    r"(?:clips?|videos?|camera|phone|footage|mic\w*|film)\b",
    r"\b(?:audio|sounds?|voices?|volume|noise) (?:of|from|in|on) "
    r"(?:the |my |this )?(?:original|video|clips?|footage|camera|recording)\b",
    r"\b(?:chatter|birdsong|seagulls?)\b|\b(?:sounds?|noise) of the (?:waves|sea|ocean|wind|street"
    r"|birds|people|crowd|film|traffic)\b"
    r"|\b(?:what(?:ever)?) (?:(?:the|my) )?(?:camera|phone|mic\w*) (?:picked up|recorded|caught"
    r"|heard)\b"
    r"|\b(?:waves|sea|wind|birds|crowd|traffic(?: noise)?) (?:from|on|in|of) (?:my|the"
    r"|that) (?:recording|video|clips?|footage|film)\b"
    r"|\b(?:crowd|people|kids?|children|audience|guests|dogs?|baby|babies|birds?|cars?|gulls?"
    r"|someone|somebody|boys?|girls?)(?:'s| is| are| were| was)?(?: (?:always|just|constantly))?"
    r" (?:cheer|clapp|laugh|sing|talk|shout|scream|bark|yell|cry|chirp|honk|howl|chatter)\w*\b"
    r"|\b(?:in|on) (?:the|my|our|this) (?:recording|camera audio|sound recording)\b"
    r"|\btraffic noise\b|\b(?:original|camera|live|own) recording\b|\b(?:anything|a thing|nothing"
    r"|sound) from the (?:camera|clips?|video)\b"
    r"|\bpeople in the (?:video|clips?|film)\b|\btraffic in the (?:clips?|video|film)\b",
    r"\b(?:production|location|set|sync|nat|on-?camera) (?:sound|audio)\b",
    r"\b(?:wind|traffic|street|crowd|room|camera|mic|microphone|phone|clip|raw) (?:noise|sounds?"
    r"|audio|hiss|mic)\b",
    r"\b(?:his|her|my|their|our|the kids'?|everyone'?s) (?:voices?|words|speech|talking|sound"
    r"|audio)\b|\bmy mic\b|\bme talking\b",
    r"\b(?:voices?|vocals|dialogue?s?|speech|speaking|speakers?|talking|narrator|narration"
    r"|wind(?: noise)?|background noise|noise)\b",
    r"\b(?:what (?:people|they|he|she|we|everyone)(?:'re| are|'s| is)? say\w*|people (?:talk"
    r"|speak)\w*)\b",
    r"(?<!电影)原声(?!带|吉他|音乐|乐|民谣)|原音|原视频的?(?:声音|音量)|原始(?:音轨|声音)",
    r"(?:视频|片段|录像|影片|片子|短片|相机|现场|素材)(?:里|中|自带|自己|本身)?的?(?:声音|音量|原声|音轨|声)",
    r"(?:原来|原本|本来|原先|拍的时候|拍摄时?|录的|里面?|里头|说话|讲话|说的话|讲解|解说|对话"
    r"|聊天|采访|唱歌|孩子|宝宝|海浪|鸟叫|街上|马路)的(?:声音|声|音量)",
    r"里的?人说话(?!的?时)|(?<!音乐)(?<!乐器)(?:他|她|他们|我|大家)(?:们)?的声音|录音的?(?:声音"
    r"|音量|声)|现场声|[海波]?浪声|车声|哭声|雨声|水声|喊声|鸟叫声|笑声|尖叫声|喇叭声|脚步声"
    r"|人群声|嘈杂声|排气声|引擎声|欢呼声|掌声|机器声|吆喝声",
    r"(?:机|车|人|词|孩子|同学|风|海|狗|猫|鸟|水|街|观众|老师)们?[^，。乐]{0,3}的声音",
    r"(?:说话|讲话|讲解|解说|对话|聊天|采访)(?:声|音量)|旁边的?(?:声音|噪声)|背景噪|噪声",
    r"(?:全是|都是|里面|里头)[^，。乐鼓琴曲]{1,8}的声音?|(?:视频里?|里面)[^，。]{0,3}说话"
    r"|(?:录进去|录到|拍到|收进去)的(?:[^，。]{0,6}声|动静)|[录拍]的(?:声音|音量)|自带的?(?:声音"
    r"|音轨|声)|环境[音声]|现场[音声]|同期声|收音|人声|说话声|讲话声|对白|对话声"
    r"|风噪|风声|杂音|噪音|(?:原来|本来|录的|里)的?动静",
    r"听不[清到见]楚?(?:人|他|她|大家|我)(?:们)?(?:在)?(?:说|讲)(?:话|什么)?",
)
_IT: Final = r"(?:it|this|the (?:video|clips?|audio|sound|footage)|my (?:video|clip))"
BARE_MUTE: Final = pattern(
    rf"^\W*(?:please )?(?:mute|silence)(?: {_IT})?(?: please)?\W*$",
    r"^\W*(?:remove|delete|turn off|no) (?:the )?(?:audio|sound)\W*$",
    r"^\W*(?:把)?(?:视频|片段)?静音\W*$",
)
UNMUTE: Final = pattern(
    r"\bun-?mute\b|\b(?:don'?t|do not|never) (?:mute|silence)\b"
    r"|\b(?:stop|quit|no more) (?:muting|silencing)\b",
    r"(?:取消|解除|不要|别)把?(?:原声|视频|背景|音乐|配乐)*的?静音",
)
RESTORE: Final = pattern(
    r"\b(?:unmute|restore|keep|(?:bring|give|put)\b.*\bback|(?:turn|leave|switch)\b.*\bon|with"
    r"|hear\b.*\bagain|back on)\b",
    r"\b(?:want|like) to hear\b",
    r"恢复|保留|打开|开起来|放出来|正常音量|取消静音|还给|重新|保持|要回|加回|留着|留下|开着",
)
UNWANTED: Final = pattern(
    r"\b(?:don'?t|do not|never) (?:want|need|wanna|like)\b|\b(?:rather|better) not (?:hear|have)\b"
    r"|\bno(?:body|[- ]?one) (?:needs|wants) (?:to hear )?",
    r"(?<!还)不想听|不想要|不需要|不要听|不想再听",
)
USE: Final = pattern(r"\b(?:use|set|put|add|with|replace|play)\b", r"用|把|将|以|换")
MY_SONG: Final = pattern(
    r"(?:歌|曲子|音乐|mp3)[^，。]{0,4}我?(?:上?传|发)(?:上来|给你)?了[，,]\s*(?:就|直接|帮我)?"
    r"(?:用|拿|把)(?:它|这个|那个|这首)(?:来)?(?:做|当|作)(?:为)?(?:背景)?(?:音乐|配乐)?",
    r"\b(?:(?:use|put|play|set|add|replace|take|with|go with|just|lay|run)\b.*)?\b(?:the|that|my"
    r"|our) (?:song|track|mp3|music|audio"
    r"|tune|file|audio file|sound file|recording|one)s? (?:that )?(?:i|we)(?:'ve| have)? (?:just "
    r"|already )?(?:uploaded|sent|gave you"
    r"|dropped|provided|put up|added|attached|made)(?: (?:as"
    r"|for) (?:the )?(?:background )?(?:music|soundtrack|bgm|track))?",
    r"\b(?:already )?(?:gave|sent|uploaded|upload|handed) (?:you )?(?:an?|the|my|that"
    r"|this) (?:\w+ )?(?:mp3|song|track|tune|audio file)"
    r"\b(?: for (?:nothing|no reason|fun))?\W+(?:and |so )?(?:that'?s|it'?s|that is|it is"
    r"|(?:(?:just|please|pls) )*(?:use|play|put|take)) (?:that|it|this|the|what i want|supposed"
    r" to be|meant to be|the)\b[^.]*",
    r"\b(?:(?:use|put|play|set|add|replace|take|with)\b.*)?\b(?:my|our|the) (?:own |uploaded )"
    r"(?:song|track|music|audio|mp3)(?: (?:as|for) (?:the )?(?:background )?(?:music|soundtrack))?",
    r"\b(?:use|put|play|set|add|replace|take)\b.*\b(?:my|the (?:song|track|mp3) i uploaded|our)"
    r" (?:song|mp3|music|track)(?: (?:as|for) (?:the )?(?:background )?(?:music|soundtrack))?",
    r"我[^，。]{0,6}(?:上?传|发)[了的](?:那?[个首])?(?:mp3|歌|曲子"
    r"|音频)(?:文件)?[嘛吗呀吧的啊]*[，,]\s*"
    r"(?:就|直接|帮我)?(?:用|拿|把|放|配)(?:它|这个|那个|这首|那首)(?:来)?(?:(?:做|当"
    r"|作)(?:为)?)?(?:背景)?(?:音乐|配乐|\s*bgm)?",
    r"(?:用|放|拿|配)我?(?:自己)?(?:上传|(?<!宣)传|发)(?:上来|进来)?的?那首(?!歌|曲)",
    r"我[那的][首个]?(?:mp3|歌)[^。]{0,16}?(?:当|做|作)(?:背景)?(?:音乐|配乐)",
    r"(?:用|换成|把)?我(?:自己|上传)?的?(?:那首)?歌(?:曲)?(?:换掉音乐|(?:来)?(?:做|当"
    r"|作)(?:为)?(?:背景)?(?:音乐|配乐))?",
    r"(?:用|换成|拿|放|就用|上)?我?(?:上传|(?<!宣)传|发|给你|放进来|自己|丢)的?(?:上来"
    r"|进来)?的?(?:那首"
    r"|那个|那段|那条)?(?:自己的)?(?:歌|曲子|音乐|音频|mp3)(?:做|当|作)?(?:为)?(?:背景)?(?:音乐"
    r"|配乐)?",
)
BEFORE_SONG: Final = (
    r"(?:\b(?:use|add|put|set|with|play|replace (?:the |it )?(?:music )?with)\b|用|把|将|换成)?\s*"
)
AS_MUSIC: Final = (
    r"\s*(?:as|for|to be|under|instead|作为|当作|当|做|作|放到)?\s*(?:the |my |a )?(?:new )?"
    r"(?:background )?(?:背景)?(?:music|soundtrack|bgm|song|score|音乐|配乐|video|clip|视频里?)?"
)
SOUND: Final = pattern(r"\b(?:audio|sound)\b", r"声音")
VOLUME: Final = pattern(r"\b(?:volume|loudness|level)\b", r"音量|声音")
LEVEL: Final = pattern(
    r"\b(?:loud\w*|quiet\w*|soft\w*|volume|half|percent|lower|raise|turn|mute|start|stop|fade)\b",
    r"%|音量|减半|一半|大声|小声|轻|响|调|淡|开始|停",
)

# Louder and softer

LOUDER: Final = pattern(
    r"\b(?:(?:twice|double|two times|three times|3 times|2 times) (?:as loud|the volume)"
    r"|louder|more volume|too (?:quiet|soft|low|faint|weak)|not loud enough|inaudible)\b",
    r"\b(?:turn|crank|bring|pump|push|dial)(?: \w+){0,4} up\b",
    r"\b(?:music|volume|sounds?|audio|track|soundtrack|voices?) (?:a (?:bit|little|notch) )?up\b",
    r"\b(?:music|volume|sounds?|audio|track|soundtrack|voices?|vocals|speech|words)"
    r"(?: (?:is|are|should be))? (?:(?:a (?:bit|little|notch|touch)|slightly|much) )?higher\b",
    r"\b(?:raise|boost|increase|amplify)\b|\bhear\b.{0,24}\b(?:more|better)\W*$",
    r"\b(?:can'?t|cannot|can not|can barely|can hardly|barely|hardly)(?: really)? (?:hear|make out"
    r"|catch)\b",
    r"\bhard to hear\b|\bmore of (?:the |my |their )?(?:voices?|speech|sounds?|original|waves|her"
    r"|him|them|us|what)\b",
    r"(?<![太么])大声|太小声|(?<![宏伟盛])大一?[点些]|更大|更?响一?点|调大|调高|提高|提升|增大"
    r"|增加|加大|放大",
    r"靠前|(?:勉强|才能|快要|几乎)听得?见|小得(?:跟|像|都|听)|响一?[点些]|提一提|抬一抬|大一大"
    r"|(?:音量|声音)再?(?:高|大)|拉大|太轻|太小|听不(?:清|见|到)|不够(?:大|响)|高一?[点些]|声调大",
)
QUIETER: Final = pattern(
    r"\b(?:quieter|softer|soften|more quiet(?:ly)?|too (?:loud|noisy)|less loud"
    r"|(?:is|are|was|were|'s|'re|sounds?|seems?|gets?|still|even|way|far|so) louder than)\b",
    r"\bnot (?:so|too|that|as) loud\b|\bless (?:volume|music|noise)\b|\bless of (?:the |that "
    r"|this )?(?:music|sound|noise|song|track|it)\b"
    r"|\b(?:a bit|a little|so|pretty|really|very|rather|quite) loud\b",
    r"\b(?:turn|bring|tone|take|dial|push)(?: \w+){0,4} down\b",
    r"\b(?:music|volume|sounds?|audio|track|soundtrack|voices?) (?:a (?:bit|little|notch) )?down\b",
    r"\bdrop (?:\w+ ){1,4}(?:a (?:bit|little|touch|notch|tad)|down|by|slightly|some)\b",
    r"\b(?:lower|reduce|decrease|overpower\w*|overwhelm\w*|drown\w*|duck|dip)\b",
    r"(?<![太么])小声|太大声|小一?[点些]|小(?:一)?点声|更小|轻一?[点些]|更轻|安静一?[点些]"
    r"|低一?[点些]|调小"
    r"|调低|降低|减小|压下[去来]"
    r"|减少|降",
    r"降一?[点些降]|小一小|太吵|太响|太大|压低|压一压|有点(?:大|吵|响)|(?:别|不要|不用|不必"
    r"|没必要)[这那]?么?太?(?:大声|吵|响)|盖过(?!去)|太抢"
    r"|盖住|没(?:那|这)么(?:大声|吵|响)|轻\d|吵了|震得|震耳|耳朵(?:疼|[要快都]*聋)|收敛一?[点些]"
    r"|压一下|收一收|低调一?[点些](?!的)|(?<!不)抢戏了|震聋",
)
FULL: Final = pattern(r"\b(?:full|maximum|max)\b", r"最大|满格")
HALF: Final = pattern(r"\bhalf\b", r"一半|减半")
HALVE: Final = pattern(
    r"\bhalf (?:as loud|of what|that loud|the (?:music )?volume)|\bhalve\b|\bby half\b"
    r"|\btwice as (?:quiet|soft)|\bhalf (?:its|their|the) (?:(?:current|present|usual|normal) )?"
    r"(?:volume|level|loudness)\b"
    r"|\bcut\b.*\bin half\b",
    r"减半|[砍降减小压少轻低]一?半|砍半|对半|腰斩|(?:现在|原来|目前|当前)的?一半",
)
TO_HALF: Final = pattern(
    r"(?:原声|音量|声音|人声|现场声|音乐|配乐)(?:都|就)?[调开设放弄](?:成|到|为)一半"
)
BY: Final = pattern(
    r"\bby\s*(?:about |around )?$",
    r"(?:降低|减少|减小|提高|增加|增大|降|升|轻|小|大)(?:了|个)?\s*$",
)
TO: Final = pattern(
    r"(?:\b(?:to|at|of|is|be)|=|:)\s*(?:about |around )?$", r"(?:到|至|为|成|是|保持)\s*$"
)
ONLY_MUSIC: Final = pattern(
    r"^\W*(?:(?:keep|leave|i want|hear) )?(?:only|just|nothing but) the music\W*$"
    r"|^\W*(?:please )?mute (?:all|everything)(?: else)? (?:except|but|apart from) the music\W*$",
    r"^\W*(?:就|只|光|仅)(?:留|要|剩|听|保留)(?:下|着)?(?:音乐|配乐|bgm)\W*$",
)
"""Keeps the music as the only sound."""
ONLY_OWN: Final = pattern(
    r"^\W*(?:就|只|光|仅)(?:留|要|剩|听|保留)(?:下|着)?(?:视频)?的?(?:原声|原音|人声|现场声"
    r"|海浪声?|(?:原来|原本|本来|视频|片子|现场|里面|自带|拍的)的?(?:声音?|音))"
    r"(?:就[好行]了?|即可|吧)?\W*$"
)
"""Keeps the own sound as the only sound."""
LESS_AFTER: Final = pattern(
    r"^\s*(?:less|lower|quieter|softer|more|louder|higher|down|up|off)\b", r"^\s*的?(?:更|再)"
)
_ASKING: Final = (
    r"(?:(?:hey|ok|okay|please|pls|kindly|now|just|and|also|(?:can|could|would|will) (?:you|we)"
    r"|can i have|i(?:'d| would)? (?:want|like|need)(?: you)?(?: to)?|i want|let'?s)\b[\s,]*)*"
)
_THANKS: Final = (
    r"(?:[\s,]*\b(?:please|pls|for me|now|thanks|thank you|a (?:bit|little|lot|touch|notch|tad)"
    r"|again"
    r"|(?:a (?:bit|little) )?more|slightly))*"
)
_TONE_EN: Final = (
    r"(?:up|down|louder|quieter|softer|less loud"
    r"|\d+ ?(?:%|percent) (?:less|quieter|louder|softer|lower))"
)
_ASKING_ZH: Final = (
    r"(?:请|麻烦|我要|我|你|您|能不能|可不可以|可以|能否|可否|能|帮我|帮忙|给我|我想|想要|要|让它"
    r"|把它|它"
    r"|再|调"
    r"|也|还|弄|变|得|稍微|有点|太|更|别|不要|这么)*"
)
_TONE_ZH: Final = (
    r"(?:(?:大声|小声|调大|调小|调高|调低|放大声|太?吵|太?响)(?:一?点儿?|一些|一下|一丢丢|一丁点"
    r"|一档|一格"
    r"|一点点)?"
    r"|(?:大|小|响|轻|吵|高|低)(?:一?点儿?|一些)|(?:降|轻|大|降低|减少|调低|调小|提高|增加|调高"
    r"|调大)\d+%|(?:小|大)一?点声)"
)
_THANKS_ZH: Final = r"(?:了|吗|吧|呢|么|嘛|啊|好吗|好么|行吗|可以吗|谢谢|音量|声音)*"
BARE_VOLUME: Final = pattern(
    rf"^\W*{_ASKING}(?:it'?s |it is |(?:make|turn|crank|bring) |(?:it|that|this|everything) "
    r"|a (?:bit|little|lot|touch|tad|notch) |much |way |far |slightly |bit |not (?:so|that) )*"
    rf"(?:{_TONE_EN}(?: (?:it|that|this))?|too (?:loud|quiet)|loud|half as loud"
    rf"|halve it){_THANKS}\W*$",
    rf"^\W*{_ASKING_ZH}{_TONE_ZH}{_THANKS_ZH}\W*$",
)
"""Louder or quieter without an object: "can you make it louder?", "能不能大声一点"."""


# When music plays

STARTS: Final = pattern(
    r"\bhold (?:back )?(?:the )?(?:music|song|track|bgm)\b"
    r"|\bin (?:at|from) (?=\d|second)|\b(?:start|in|entry)[- ]?point\b|入点|进点",
    r"\b(?:start|begin|come in|comes in|enter|kick in|set in|bring in|fade up|delay|postpone"
    r"|hold off|wait)(?:s|ning|ed|ing)?\b",
    r"开始|进入|再进|进(?=[吧，。]|$)|再出|出来|进来|响起|起|推迟|延后|晚",
)
FROM_THEN: Final = pattern(r"\bfrom\b|\bafter\b", r"从")
DELAYS: Final = pattern(r"\b(?:delay|postpone|hold off)\b", r"推迟|延后|延迟")
STOPS: Final = pattern(
    r"\bout at (?=\d|second)|\b(?:end|out|exit)[- ]?point\b|出点",
    r"\b(?:stop|end|finish|cut|until|till|off|kill|over)(?:s|ping|ped|ing|ed|es)?\b",
    r"秒[出收撤](?=\W*$|[，。])|打住|走人|只到|停|剪掉|收掉|关掉|去掉|结束|为止|截止|断掉|切掉"
    r"|切断",
)
AFTER: Final = pattern(r"\b(?:after|from|past)\b", r"(?:之后|以后|后|起)")
FIRST: Final = pattern(
    r"\bfirst\s+(\d+(?:\.\d+)?)\s*(?:seconds?|secs?|s\b)", r"(?:前|头|开头)\s*(\d+(?:\.\d+)?)\s*秒"
)
OVER_ALL: Final = pattern(
    r"\b(?:from (?:the )?(?:very )?(?:beginning|start) (?:to|until"
    r"|till) (?:the )?(?:very )?(?:end|finish)|start to finish|beginning to end|end to end)\b",
    r"从头到尾|从头放到尾|一直(?:放|响|铺)|铺到(?:最后|底|结尾|头)|铺上|贯穿|通篇|整条|整片",
    r"\b(?:whole|entire|full|complete|all the way|throughout|to the (?:very )?end|cover|extend)\b",
    r"覆盖|铺满|全程|全片|整个|整段|延长到",
)
ALL_OF_IT: Final = pattern(
    r"\b(?:video|film|clip|movie|thing|way|throughout|length|end)\b",
    r"视频|影片|全程|全片|片子|结尾|从头|最后|铺|整条|整片|通篇|贯穿",
)
ONLY_THEN: Final = pattern(r"\b(?:only|just)\b", r"只|仅|就(?:要|在)")
"""Names the only time at which something plays."""
QUIET: Final = pattern(
    r"\b(?:quiet\w*|soft\w*|lower|down|gentle|gentler|calm|reduce|less)\b",
    r"安静|轻|小声|压[低小下]|小一?点|柔|调低|降低|调小|弱",
)
SILENT: Final = pattern(
    r"\b(?:drop|kill|take)\b(?=.*\b(?:out|from)\b)|\b(?:no|mute|silence|silent|without|cut|remove"
    r"|drop out|pause|(?:free|clear) of)\b",
    r"不要|静音|没有|停|去掉|关[掉了]|无|没音乐|空[着掉出下]|留白|空白|歇|消失|断[开掉一]|停顿|不放|别放"
    r"|别有|不想听"
    r"|不(?:该|能|应该)有",
)
DROP: Final = pattern(
    r"\bdrop\b(?! (?:the|out) (?:bass|drums?|melody|music|piano|guitar)\b(?!.*\b(?:at|on)\b))",
    r"\bbreak(?:s)? in\b|\bexplode\b|\bhit(?:s)? hard\b",
    r"(?i:drop)|炸|爆发|高潮来|爆点",
)
END: Final = pattern(
    r"\b(?:ending|end|finish|finale|outro|conclusion|climax|go out"
    r"|(?:final|last) (?:bars|notes))\b",
    r"结尾|最后|结束|末尾|收尾|尾声|收得(?=[再更])",
)
BIGGER: Final = pattern(
    r"\b(?:weak|flat|limp|bigger|grander|grand|stronger|huge|big|massive|epic|explosive"
    r"|a (?:(?:real|big|huge|proper|massive) )?bang"
    r"|fireworks|strong"
    r"|larger|fuller|more (?:powerful|dramatic|epic|intense|impressive)|spectacular|let-?down"
    r"|powerful|louder|epic|with a bang|dramatic|climax|build up|triumphant)\b",
    r"恢[弘宏]|不够[劲猛狠强]|没劲|壮观|盛大|(?<![音声调])大一?[点些]|搞大|别(?:这么|那么)?怂|太(?:怂|弱|平|软|虚"
    r"|草率|随便)|宏大|气势"
    r"|炸|气派|宏伟|有力|更强|大气|高潮|震撼|隆重|力量|壮|激昂|燃|强烈|热烈|饱满|轰轰烈烈"
    r"|高亢|收得住|大一?[点些]|宏伟|辉煌|澎湃",
)
