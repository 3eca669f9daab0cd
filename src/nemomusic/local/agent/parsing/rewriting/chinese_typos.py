"""Typing errors in Chinese: signs of the same sound, as an input method offers them.

"赔个因乐" is "配个音乐". Only such words are corrected that have no meaning of their own beside
music and film.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from nemomusic.local.agent.parsing.words.common_words import QUOTED

_PAIRS: Final[tuple[tuple[str, str], ...]] = (
    (r"背影(?=音乐|乐)", "背景"),
    (r"股声|[古股]点声|[股](?=轻|小声)", "鼓声"),
    (r"(?<=[，,])减掉(?=\W*$)", "剪掉"),
    (r"[因阴英]乐|音[月约悦](?=[声大小太吧的，]|$)", "音乐"),
    (
        r"[赔陪](?=乐(?!队)|[个首段一点上].{0,4}(?:乐|曲|歌))|(?:^|(?<=[帮我给]))[赔陪](?=[首段])",
        "配",
    ),
    (r"配[月悦](?=[声大小太的吧，。]|$)", "配乐"),
    (r"爵[土仕]|绝士|觉士|爵是(?=乐|风)", "爵士"),
    (r"摇[棍磙衮]", "摇滚"),
    (r"嘻蛤|西哈(?=音|风|乐)|嘻合", "嘻哈"),
    (r"[刚纲缸]琴|钢[秦亲勤]", "钢琴"),
    (r"(?<=的)人[生身](?=[调太大小开关静去]|音量)", "人声"),
    (r"吉[它塔她]|[极及]他(?=去|加|弹|声|来|拿)", "吉他"),
    (r"弦[月约悦]", "弦乐"),
    (r"贝[司丝私思]|被斯", "贝斯"),
    (r"萨克[思丝司]|[撒沙]克斯", "萨克斯"),
    (r"小[题体]琴", "小提琴"),
    (r"大[题体]琴", "大提琴"),
    (r"[古故]点(?=音乐|风|乐|曲)", "古典"),
    (r"流形(?=音乐|风|乐|曲|的)", "流行"),
    (r"名谣|民瑶|民摇", "民谣"),
    (r"国[凤峰锋]", "国风"),
    (r"(?:氛|纷|分)[为维围](?=音乐|感|的音|曲)", "氛围"),
    (r"[圆园员]声|原[生升](?=太|去|关|开|静|声|调|小|大|不|保|的|别|，|$)", "原声"),
    (r"[净景]音(?=吧|掉|，|。|$)|静[因阴]", "静音"),
    (r"声[因阴]", "声音"),
    (r"音[亮晾](?=[大小高低调太降开到拉]|$)", "音量"),
    (r"(?<=[小大])[身生](?=一?点|些|$)", "声"),
    (r"[淡蛋弹但]初|[蛋但]出|[蛋但]入", "淡出"),
    (r"结未|结[巴微]处|洁尾", "结尾"),
    (r"开[投偷](?=[的加写放几两三前打]|$)", "开头"),
    (r"标[提体]|表题(?=[改写换加])", "标题"),
    (r"竖[平瓶]|树屏|束屏", "竖屏"),
    (r"横[平瓶](?!面|躺)", "横屏"),
    (r"视[平瓶屏](?=[的里太剪原]|$)", "视频"),
    (r"[到倒捣][处初](?=吧|视频|成片|来|$)|倒出|导[处初]", "导出"),
    (r"撤[消肖削]", "撤销"),
    (r"曲消", "取消"),
    (r"恢[付父负福]", "恢复"),
    (r"[结借截]奏|节[揍凑]", "节奏"),
    (r"速渡|素度", "速度"),
    (r"(?<=[\d一二三四五六七八九十])(?:妙|渺|miao)", "秒"),
    (r"剪[调吊]|减掉(?=前|后|最|第|\d|开|结|头|尾)", "剪掉"),
    (r"去[调吊](?!查)", "去掉"),
    (r"[山珊](?=掉|了(?=吧|$))", "删"),
    (r"(?<=[换来写做再])一手(?=$|[吧，。！!别新歌曲])", "一首"),
    (r"欢块|欢筷", "欢快"),
    (r"温[磬新心]馨?(?=的|一?[点些]|感)", "温馨"),
    (r"(?<![合])旋[绿率]", "旋律"),
    (r"^吧(?=音乐|配乐|原声|背景|声音|鼓|贝斯|钢琴|吉他|标题|第|最|前|后|开|结|速度|视频)", "把"),
    (r"小一(?:电|店|典)", "小一点"),
    (r"(?<=[大慢快轻])一[电店典](?=吧|$|，)", "一点"),
    (r"(?<=[换来]一首)(?=更?[快慢]一?[点些]的?\W*$)", "，"),
    (r"积[份粉]|几分(?=还剩|余额|剩)", "积分"),
)


@cache
def _run_on() -> re.Pattern[str]:
    return re.compile(_RUN_ON)


@cache
def _spaced() -> re.Pattern[str]:
    return re.compile(_SPACED)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(said), plain) for said, plain in _PAIRS)


def without_typos(text: str) -> str:
    """Return a text without common typing errors in its Chinese words. Quotes stay as they are."""
    if text.isascii():
        return text
    pieces: list[str] = []
    start = 0
    for quote in QUOTED.finditer(text):
        pieces += [_corrected(text[start : quote.start()]), quote[0]]
        start = quote.end()
    return "".join([*pieces, _corrected(text[start:])])


_NAME: Final = (
    r"(?:鼓(?!点|声|励)|钢琴|吉他|贝斯|弦乐|萨克斯|小提琴|大提琴|长笛|铜管|合成器|竖琴|口琴|原声"
    r"|人声|音乐(?!会|节)|配乐|bgm|标题"
    r"|画面|节奏|速度)"
)
_DONE_TO_IT: Final = (
    r"(?:去掉|拿掉|关掉|删掉|删了|关了|不要了?|别要了?|加回来|放回来|静音|恢复"
    r"|[大小轻重响快慢高低强弱多少][点些]|(?:突出|加强|压低|调[高低大小])(?:一?[点些])?"
    r"|[大小轻重响快慢高低强弱欢多少]声?快?一[点些]|淡[入出])"
)
_NEXT: Final = (
    rf"(?:[把将给]{_NAME}|再?[加添配](?=[点个把一些首段上])|换{_NAME}|去掉{_NAME}|只留|[快慢]一?点"
    r"|(?:结尾|末尾|最后|开头)(?:的)?(?:音乐|画面)?[^，。]{0,3}(?:淡|渐)"
    rf"|{_NAME}(?:的?声音?)?(?:也|就|再|都|要|别)*{_DONE_TO_IT})"
)
_RUN_ON: Final = (
    rf"((?:{_NAME}(?:的?声音?)?(?:都|全|再|给我|帮我|也|就|要|稍微)*{_DONE_TO_IT}|[去删]掉{_NAME}"
    rf"|加点{_NAME})[了吧]?(?={_NEXT}|换成|改成)"
    rf"|(?<=[^，。\s把将让])[乐曲滚士谣典哈琴i](?=(?:原声|现场声)(?:也|就|都|再)*{_DONE_TO_IT})"
    rf"|(?:[大小]调|竖屏|横屏|[到成]\d{{2,3}})(?={_NEXT}|\d+秒来))"
)
"""A wish that another one follows without a comma: "钢琴大点鼓小点"."""
_SPACED: Final = (
    r"(?<=[\u3400-\u9fffA-Za-z])\s+(?=前\s*\d+(?:\.\d+)?\s*秒[^，。]{0,4}(?:剪|去|删|切|不要))"
    rf"|(?<=[A-Za-z])(?<![Bb][Gg][Mm])\s+(?={_NAME}(?:的?声音?)?(?:也|就|再|都|要"
    rf"|别)*{_DONE_TO_IT})"
)
"""A space in place of a comma: "做个lofi 原声关掉"."""


def _corrected(text: str) -> str:
    for pattern, plain in _patterns():
        text = pattern.sub(plain, text)
    return _spaced().sub("，", _run_on().sub(r"\1，", text))
