"""Words that ask for a new piece, for another piece, or for several."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

GENERATE: Final = pattern(
    r"\b(?:generate|compose|create|add|make|write|produce|put|give|need|want|score|find|lay|new)\b",
    r"\b(?:another|different|replace|redo|do)\b",
    r"生成|创作|作曲|添加|加上|加入|加个|加一|加点|加段|配上|配个|配一|配点|配段|配",
    r"来一|来段|来点|来首|做|写|需要|想要|换一|换首|换个|重新|再来|搭配",
)
FRESH: Final = pattern(
    r"\b(?:generate|compose|create|add|produce|new|another|different|score|give me|i want)\b",
    r"\b(?:actually|scrap|forget)\b",
    r"生成|创作|作曲|添加|加上|加入|加个|加一|加段|配(?!乐)|来一|来段|来点|来首|来个|换一首|换首"
    r"|重新|再来|还是来|算了",
)
ORDERS: Final = pattern(
    r"^\W*(?:(?:please|ok|okay|and|then|so|now|actually|hey|well|can you|could you|could we|can we"
    r"|would you|maybe|perhaps)[\s,]+)*(?:make|give|put|play|use|try|go|let'?s|let|do|write|compose"
    r"|create|get|find|need|(?:i|we)(?:'d| would)? (?:want|need|like|love|prefer|rather)"
    r"|it (?:needs?|should|could)|(?:the )?music (?:should|needs?|could))\b",
    r"^\W*(?:请|麻烦|帮我|还是|那就|就)?(?:给|来|要|用|换|改|做|写|配|弄|变|加|我更?(?:想|要|需要"
    r"|希望)"
    r"|想|需要|希望|能不能|可以|让)",
)
"""A clause that begins with an order or a wish."""
EDITING: Final = pattern(
    r"\b(?:make (?:it|the music|this)|change|turn|more|less|slower|faster|without|no|instead"
    r"|rather)\b",
    r"\b(?:remove|switch|replace|go|try|convert|would fit|fits? better|it up|could it|how about"
    r"|what about"
    r"|what if|why not)\b",
    r"改成|改为|变成|换成|换|改|变|更|一点|一些|不要|去掉|少|味道|摇滚一点|得.{1,4}[点些]|才对味"
    r"|才搭|才配",
)
OTHER: Final = pattern(
    r"\b(?:re-?roll|regenerate|re-?generate|redo it|same (?:genre|style|vibe|kind)[^,]*\b(?:again"
    r"|another|new|different))\b",
    r"^\W*next(?: one)?(?: please)?\W*$",
    r"\b(?:another (?:one|track|song|piece|version|take|tune)|another(?= please|$|\W*$)|do another"
    r"|(?:a |something )?different(?: one| track| song| music| piece| tune)?|something else"
    r"|new (?:one|song|track|piece|music|tune)|try again|do it again|redo the music|re-?roll"
    r"|start over|(?:roll|throw) the dice|shuffle|(?:totally|completely) different(?: \w+)?"
    r"|other music|other options?|(?:one|give me one|one) more(?! (?:time|bar|second)))\b",
    r"(?:同|一样|相同|同样|这个|这种)的?(?:风格|类型|曲风|味道).{0,4}(?:重写|再|重新|另|换|来)"
    r"|另[做写]一?首|重写|重来一?[首遍版]|^\W*下一?[个首]\W*$|换一?首|再来一?[首个段版]|再做一?[个首]"
    r"|换一?个(?:别的|不一样的|其他的)?$"
    r"|换个(?:别的|不一样"
    r"|其他)|换别的|(?<![送离告没无])别的(?:音乐|曲子)?"
    r"|不一样的|重新(?:来|做|生成|作)(?:一?[首个遍])?|另一?首|再换|再(?:给|来|随机|写"
    r"|做)(?:我)?一?[个首段]|随机(?:来)?一?[个首]|完全不同",
)
DISLIKE: Final = pattern(
    r"(?:^\W*|\b(?:i|we|honestly|sorry|no|but)\W+)(?:\w+ )?(?:don'?t"
    r"|do not) (?:really )?like (?:it|this|that)\b|\bnot my (?:taste|thing"
    r"|style)\b"
    r"|\bi hate (?:it|this)\b",
    r"(?<!不是)不喜欢|不合口味|不好听|不太行",
)
VERSIONS: Final = pattern(
    r"\b(\d{1,2}|a couple of|a few|several) (?:different |more |other |alternative |music "
    r"|musical |background |new |separate |unique |quick |of |the |ambient |jazz |pop |rock "
    r"|lo-?fi |classical |cinematic |acoustic |funk |house |edm |piano )*"
    r"(?:versions?|options?|variations?|alternatives?|takes|pieces|tracks|soundtracks|songs|tunes"
    r"|ideas|suggestions|candidates|choices|drafts|variants|samples|ones)\b",
    r"(?<!改了)(?<![哪这那过有了:：.\d])(\d{1,2}|几)\s*(?:(?:个|种|首|版|段)?(?:不同的?)?"
    r"(?:版本|方案|选择|选项|备选|候选|小样|版)|[个种首段](?:不同的?)?(?:音乐|配乐|bgm|曲子))(?![在里])"
    r"|(?<!那)(?<!这)(?<!有)(?<!了)(?<![\d:：.])(\d{1,2}|几)\s*[个种款](?!海|城|视频|片段|剪)[^，。、\d的]{1,6}(?:的|风|风格的?)?(?:版本|方案|小样)(?![在里])"
    r"|(\d)个?不(?:一样|同)的(?![^，。]{0,3}[乐器声])",
)
WISH: Final = pattern(
    r"\b(?:something|anything|whatever|surprise|you (?:choose|pick|decide)|fits?|needs?|want"
    r"|for)\b",
    r"随便|你看着|看着办|你来|合适|用的|想|需要|要|给",
)
