"""Words that shorten the film."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

_COUNT: Final = r"(\d+(?:\.\d+)?|a)"
_S: Final = r"(?:seconds?|secs?|s\b|秒钟?)"
_SOME: Final = rf"{_COUNT}\s*(?:-\s*)?{_S}"
_ONE: Final = r"(second)\b(?! (?:clip|video|shot))"
_OFF_ZH: Final = (
    r"去掉|去除|删掉|删除|剪掉|剪去|删去|裁掉|截掉|切掉|移除|跳过"
    r"|[剪切裁截移拿弄]走|剔[除掉]|[剪切裁]没|[剪切裁]出去"
)
_FIRST_ZH: Final = rf"(?:最?前面?|开头|开始|头)(?:的|那|{_OFF_ZH})*"
_LAST_ZH: Final = rf"(?:最?后面?|末尾|结尾)(?:的|那|剪短|{_OFF_ZH})*"
FIRST_SECONDS: Final = pattern(
    rf"\b(?:first|opening|initial)\s+{_SOME}",
    rf"\b(?:first|opening) {_ONE}",
    rf"\b{_SOME} (?:off|from|at|of) (?:the )?(?:very )?(?:start|beginning|front)\b",
    rf"{_FIRST_ZH}\s*{_SOME}",
)
LAST_SECONDS: Final = pattern(
    rf"\b(?:last|final|closing)\s+{_SOME}",
    rf"\b(?:last|final) {_ONE}",
    rf"\b{_SOME} (?:off|from|at|of) (?:the )?(?:very )?end\b",
    rf"{_LAST_ZH}\s*{_SOME}",
)
TO_SECONDS: Final = pattern(
    rf"\b(?:to|down to|at|only)\s+(\d+(?:\.\d+)?)\s*(?:-\s*)?{_S}",
    rf"\b(\d+(?:\.\d+)?)\s*(?:-\s*)?{_S} long\b",
    rf"(?:到|成|至|为|在)\s*(\d+(?:\.\d+)?)\s*{_S}",
)
CUTTING: Final = pattern(
    r"\b(?:trim|cut|keep|use|shorten|crop|only|(?<!is )(?<!are )just|take"
    r"|limit|clip|reduce it|make it|make)\b",
    r"就用|只用|就要|用(?=[^，。]{0,3}\d)|保留|只要|只留|只剩|截取|截(?=[前后最第开结\d])|裁剪|剪辑|剪到|剪成|剪|缩短|留|控制|限制|(?<=秒)就[够行好]",
)
_SHORTEN: Final = r"\b(?:cut|trim|chop|shave|crop|clip|take)"
OFF: Final = pattern(
    r"\b(?:cut|trim|chop|lop|snip|shave)\b.*\boff (?:the )?(?:end|start|beginning|front|back)\b"
    r"|\b(?:gotta|has to|have to|needs? to|can|should|may) go\b|\bsnip\b",
    r"\b(?:cut|chop) (?:it |this )?(?:out )?from\b",
    r"\b(?:cut|chop|snip|edit|trim)\b[^,;]*\d[^,;]*\bout\b(?! of (?:the )?\d)",
    r"\b(?:remove|delete|drop|skip|lose|(?:cut|take|chop|shave) (?:off|out|away)|trim off)\b",
    # "cut the first 2 seconds" takes them away, "cut to the first 2 seconds" keeps them
    r"\b(?:cut|trim|chop|shave)(?: (?:the|its|my|very|just|only|(?:video|clip|film)(?:'?s)?))*"
    r" (?:first|opening|last|final)\b",
    rf"{_SHORTEN} (?:just |only |the )?{_SOME} (?:off|from|at|of)\b",
    r"\b(?:get rid of|don'?t need)\b|\btake\b.*\d.*\b(?:off|out|away)\b"
    r"|\b(?:cut|take|trim) (?:that|this) (?:bit|part|piece|section|stretch) out\b",
    rf"{_OFF_ZH}|不要|别要|[剪切删砍裁掐扔]了|(?<=[尾头面])剪短|(?:不能|不该|别|没必要)再?[留要]|该[删剪]|不留|砍掉",
)
STAYS_ZH: Final = pattern(
    r"(?<=秒)钟?的?(?:都|就|给我|全|先|我|那段|这段)*(?:留|保留|要(?![剪删去拿扔砍])|就[好行够])"
)
"""Follows in Chinese the seconds that are kept: "前面10秒留着 后面不要"."""
