"""Words before a number without a unit."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

BARE_NUMBER: Final = pattern(
    r"(?:\b(?:music|sounds?|audio|voices?|volume|level|track|soundtrack|speech|dialogue|vocals)\b"
    r"(?: (?:is|be|volume|level))?|音乐|原声|人声|音量|声音|配乐|对白)"
    r"\s*(?:\b(?:at|to|on|around|about)\b|=|:"
    r"|[调放开设拉弄给到为成在留定保持就大小约]){0,4}\s*(?<![\d.:])(\d{1,3})"
    r"(?!\s*(?:\d|\.\d|:|%|bpm|beats?|s\b|sec|拍|秒|个|首|版|段|点|分|到|-))",
)
