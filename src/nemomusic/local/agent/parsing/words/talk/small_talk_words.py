"""Words of small talk: greetings, thanks, praise, answers."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

_ALONE: Final = r"^\W*(?:{})\W*$"


def _alone(*alternatives: str) -> str:
    return _ALONE.format("|".join(alternatives))


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
