"""Words that put off, weigh up, or speak of other places.

An edit in a message with such a word is asked first.
"""

from __future__ import annotations

from typing import Final

from nemomusic.engine.composition.prompt_parser import find_terms
from nemomusic.local.agent.parsing.rewriting.indirect_wishes import direct
from nemomusic.local.agent.parsing.words.common_words import pattern

HEDGED: Final = pattern(
    r"\b(?:some (?:other )?(?:day|time)|one (?:day|of these days)|another (?:time|day)|next"
    r" (?:time|project|video|week|month|year|one i (?:make|do|film))|in another (?:video|clip)"
    r"|later (?:on|maybe|perhaps)|(?:maybe|perhaps|probably|might|i'll|i will) .{0,30}\blater"
    r"|not yet|for later|might (?:want|need|ask|try)|(?:once|after|when) the \w+ (?:is|are) over"
    r"|(?<!bit )(?<!little )(?<!second )(?<!seconds )(?<!much )(?<!even )\blater(?: on)?(?: please"
    r"| pls| today)?\W*$|\b(?:tomorrow|tonight|another time|some other time)\W*$"
    r"|sleep on it|think it over|i'll (?:pick|choose|decide|deal with|do"
    r"|sort)\b.{0,24}\b(?:tomorrow|tonight|later|next|soon))\b",
    r"\b(?:i (?:do )?wonder|wonder(?:ing)? (?:if|whether|what|how)|whether|thinking (?:of|about)"
    r"|thought about|toying with|was (?:about|going) to|was gonna|almost (?:asked|added|made|went)"
    r"|i'd have|would have|could have|if i (?:had|were|was|could))\b",
    r"\b(?:restaurant|cafe|café|neighbou?r'?s?|next door|radio|in my car|gig|concert|cinema"
    r"|my (?:old|last|other|previous|first|new) (?:video|vlog|clip|film|one)|in the comments"
    r"|commented|comments said|reckons?)\b(?=.*\b(?:is|was|are|were|plays?|played|too|said|says"
    r"|needs?)\b)",
    r"下次|下回|(?<!秒)(?<!拍)(?<!年)以后(?!一|有人|只要|每次|但凡|凡是)|哪天|改天|有一天"
    r"|回头再?说|说不定|本来?想|正想|差点(?!意思)|要是.{1,12}[就会呢]|早知道"
    r"|会不会|是不是|要不要|该不该|怎么会?.{0,4}[了没]$|为什么|为啥|咋就"
    r"|(?:邻居|隔壁|楼上|楼下|餐厅|饭店|咖啡店|商场|收音机|演唱会)(?=.{0,8}(?:乐|歌|曲|鼓|贝斯"
    r"|吉他|钢琴|放|唱|弹|吵|装修|说|嫌))"
    r"|(?:旧视频|上个视频|上条|别的视频|下个"
    r"|以前那|评论)",
)
"""Speaks of another time or place, or weighs something up."""
PUTS_OFF_ZH: Final = pattern(
    r"也许|说不定|以后[再吧]|下次|下回|哪天|改天|有一天|要是|本来?想|正想|早知道|差点(?:就|让|把"
    r"|没)"
)
"""Puts off in Chinese, or says on what it depends."""
SATISFIED: Final = pattern(
    r"(?:还好|多谢|谢谢|幸好|幸亏|多亏)你[^，。]{0,12}[了掉]"
    r"|^\W*(?:还好|幸好|幸亏|好在|多亏|得亏|辛亏)(?:当时|当初|你|我|刚才|最后"
    r"|后来)*没[^，。吗?？]*$|(?:现在|这下|总算)(?:就?好|清净|舒服|顺|对)多?了"
    r"|(?:音量|声音|大小|快慢|速度|长度|节奏)(?:大小|高低|快慢)?(?:都|也|就|现在)?(?:很|挺|蛮|还)?"
    r"(?:可以|刚好|正好|合适|刚刚好|没问题|ok)了?\W*$"
    r"|给(?:个)?(?:满分|好评|五星)|(?:打|值得?一?个?)满分"
    r"|(?:舒服|清净|好听|顺|顺耳)多了|挺好[，,]?(?:别|不用|不要)(?:改|动)"
    r"|那?个drop太?[^，。]{0,3}(?:炸|爽)了",
)
"""Is content with what was done before: "多谢你把车声关了"."""
_NOT_SURE_OF_LATER: Final = pattern(
    r"\bwould you\b", r"\b(?:fade|start|begin|stop|end|enter|come in)\w* (?:\w+ ){0,3}later\b"
)
"""Holds such a word, and is a wish all the same: "start the music later"."""
NAMES_A_SONG: Final = pattern(
    r"\b(?:the|that|a) (?:\w+ )?(?:song|theme|track|tune|soundtrack|music) (?:from|of|by)\b(?!"
    r" (?:my|your|the (?:second|first|other)|our) (?:upload|clip|video)?)",
    r"\btheme (?:song )?(?:from|of)\b|\b(?:the )?\w+ theme\b(?= (?:on|for|in|please|under))",
    r"\bhave (?:a|the|my) song\b|\bmp3\b",
    r"主题曲|片尾曲|片头曲|那首歌|这首歌",
)
"""Names a song of others, or seems to."""


ASKS_FOR_MUSIC: Final = pattern(
    r"\b(?:add|put|stick|slap|lay|give|make|write|compose|create|generate|produce|want|wants|need"
    r"|needs|needing|like|love|pick|choose|find|get|have|score|do with|use|bung|pop|whack|drop"
    r"|throw|appreciate)"
    r"\b[^.?!]{0,48}\b(?:music|track|tune|tunes|song|soundtrack|bgm|beat|score|accompaniment"
    r"|backing"
    r"|sound(?:s)? in the (?:back|background))\b",
    r"\b(?:score|soundtrack) (?:this|it|my|our|the)\b"
    r"|\b(?:compose|write|play) (?:me |us )?(?:something|anything)\b"
    r"|\bmusic\W{0,3}(?:please|pls|plz)\b"
    r"|\bmissing (?:the |some )?music\b",
    r"\b(?:pick|choose|take|use|find|select|go with|anything|whatever)\b[^.?!]{0,24}\b(?:fits?"
    r"|suits?"
    r"|match\w*|goes|works?)\b[^.?!]{0,16}\b(?:it|this|that|them|clips?|video|pictures?|film"
    r"|footage"
    r"|best)\b|\b(?:any|whatever) music\b",
    r"(?:配|加|来|放|要|给|缺|想|求|作|写|整|弄|垫|铺|搞|添|选|挑)[^，。！？,!?]{0,8}(?:音乐|配乐"
    r"|曲|bgm|歌(?!词)"
    r"|伴奏|背景乐|配个?乐|调调)|(?:[帮给替求]|需要|想)[^，。]{0,6}配乐",
    r"(?:音乐|配乐|bgm|曲子?|背景乐)[^，。]{0,6}(?:你|妳)[^，。]{0,5}(?:定|选|挑|决定|做主|看着"
    r"|发挥|安排|搞定)"
    r"|(?:随便|你看着)(?:来|配|放|整|弄|加)一?[首段个点]|(?:音乐|配乐|bgm|曲)[^，。]{0,6}(?:交给"
    r"|归|靠|看)你"
    r"|(?:配|放|来|用|加|选)(?:啥|什么)[^，。]{0,4}(?:都|也)(?:行|可以|成|好|OK)|有(?:点|首|段"
    r"|个)?音乐[，,]?[^，。]{0,4}(?:随便|都)",
)
"""Asks for music in plain words."""


_FITS: Final = pattern(r"(?:挺|很|最|真)(?:好|合适|搭|配|行|对)[吧的了]*\W*$")
_PREDICATE: Final = pattern(
    r"(?:音乐|乐|歌手|歌|曲子?|舞|风格?|的?人|这种|之类)*们?(?:都|很|挺|真(?!合适)|起源|诞生|发源"
    r"|来自|怎么|为何|为什么|属于|听多|听久|一听就"
    r"|听起来|其实|到底|一般|通常|总是|确实|有(?:什么|哪)|和[^，。]{1,8}(?:区别|不同|差)|是(?:哪"
    r"|谁|什么|怎|从|一种|[^，。]{1,8}的(?:吧|吗|嘛|么)?\W*$))"
)


CONTRASTED: Final = pattern(
    r"^\W*(?:并?不是[要想说嫌]|[^，。\d]{0,3}(?:不用|不必|别)(?:动|换|改|管))[^，。\d]{0,4}\W*$"
)
"""Names in Chinese what is not meant, before what is: "不是要小声，是要慢"."""


def tells_of_style(clause: str) -> bool:
    """Return whether a Chinese clause tells or asks something of a style: "民谣歌手都挺穷的"."""
    if clause.isascii() or ASKS_FOR_MUSIC.search(clause):
        return False
    styles = [one for one in find_terms(clause) if one.kind == "style"]
    told = len(styles) == 1 and _PREDICATE.match(clause, styles[0].end)
    return bool(told) and not _FITS.search(clause)


def is_hedged(text: str) -> bool:
    """Return whether a message puts off, weighs up, or speaks of another place."""
    said = text if text.isascii() else direct(text)
    return bool(HEDGED.search(said)) and not _NOT_SURE_OF_LATER.search(said)
