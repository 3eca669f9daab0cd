"""Words that ask for the finished film."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

EXPORT: Final = pattern(
    r"^\W*(?:(?:please|can you|could you|now|just|ok|and|then|go ahead and|let's|lets|i want to"
    r"|so|perfect|great)[\s,]+)*"
    r"(?:export|download|render|save(?! (?:me|my|the day))|spit it out|finali[sz]e|send me"
    r"|(?:give|hand|get|send) me (?:the|my|a) (?:finished |final |complete |whole |mp4 )*(?:file"
    r"|video|film|mp4|movie))"
    r"\b(?!.*\b(?:saying|says)\b)",
    r"^\W*(?:(?:ok|bravo|please|so|now)[\s,]+)*(?:(?:can|could|may) (?:i|we) (?:have|get|download)"
    r"|i(?:'ll| will|'d)(?: like to)? (?:take|have)|(?:deliver|hand over|ship)(?: me)?) (?:the|my)"
    r" (?:final |finished |completed? )*(?:video|film|file|mp4)\b(?! (?:in|with|to|without)\b)",
    r"^\W*(?:(?:ok|the|my) )*(?:final|finished) (?:video|film|file|mp4)(?: please)?\W*$",
    r"^\W*(?:请|帮我|给我|你|直接|那就?|就|可以|最后|再|现在|快|一起|把它|把?(?:成片|视频|片子)"
    r"|没问题了?|好了|[弄做搞改换加剪调删写][完好](?=就|再|直接|帮|给|之?后|[导输渲])|完?[之以]?后"
    r"|完事儿?|搞定|[，,])*"
    r"(?:导出|导一?[个下份]|下载|交[货片](?!时间|日期)|渲染|出片|出成片|输出|保存(?:视频|成片"
    r"|文件|下来|一下)?\W*$)",
    r"(?:^\W*|[，,])(?:把)?成片(?:发|给|传|交)(?:来|过来|我|一下|给我)*\W*$",
    r"(?:视频|片子|成片)(?:交付|交|发|传)?[于给]我(?=\W*$|吧|了|[，,]|我[要去让])",
    r"(?:成片|成品|最终的?(?:视频|版本|文件)|做好的视频|视频文件).{0,5}(?:给我|发我|发给我|交给我"
    r"|下载|导出)"
    r"|(?:拿到?|发我|给我|生成|要).{0,3}(?:成片|成品|最终的?(?:视频|版本|文件)|视频文件)",
)
