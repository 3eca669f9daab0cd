"""Reads a message, in English or Chinese, without a language model.

Quoted words are taken out first, so that what a title says is never read as a wish. Then clips
that are named are found, the rest is cut into clauses, and each clause goes to the first rule
that knows what to do with it. What no rule takes is about the music, if it says anything of music.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from nemomusic.local.agent_intents import (
    AddTitle,
    Canvas,
    ChangeTitle,
    Compose,
    Describe,
    ExportHint,
    Fade,
    Focus,
    Intent,
    RemoveMusic,
    RemoveTitles,
    Scene,
    Trim,
    Understanding,
    UseUpload,
    Volume,
)
from nemomusic.local.engine.brief import read_brief

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal


def _re(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_QUOTED: Final = _re(
    r'"([^"]+)"|“([^”]+)”|「([^」]+)」|『([^』]+)』|《([^》]+)》'
    r"|(?<!\w)'([^']+)'(?!\w)|(?<!\w)‘([^’]+)’(?!\w)"
)
_MARK: Final = "\ue000"
_HELD: Final = re.compile(rf"{_MARK}(\d+){_MARK}")
_CLAUSES: Final = _re(
    r"[;!?。；！？\n]+|\.(?!\d)|[,，、]|\b(?:and then|and|then|but|also)\b|然后|并且|同时|而且|接着|再把"
)
_ASIDE: Final = _re(
    r"[,，、]\s*(?=(?:for (?:the first )?\d|前\s*\d|at the (?:top|bottom|end|cent)|在?(?:顶部|底部|中间|结尾)))"
)
"""A comma that only adds when or where; it doesn't begin a new wish."""
_SECONDS: Final = r"(\d+(?:\.\d+)?)\s*(?:-\s*)?(?:seconds?|secs?|s\b|秒钟?)"
_TIME: Final = r"((?:\d+:)?\d+(?:\.\d+)?)\s*(?:seconds?|secs?|s\b|秒钟?)?"
_NUMBERS: Final = {
    **{word: n for n, word in enumerate(("one", "two", "three", "four", "five", "ten"), 1)},
    "ten": 10,
}
_ORDINALS: Final = {
    **dict.fromkeys(("first", "1st", "一"), 0),
    **dict.fromkeys(("second", "2nd", "二", "两"), 1),
    **dict.fromkeys(("third", "3rd", "三"), 2),
    **dict.fromkeys(("fourth", "4th", "四"), 3),
    **dict.fromkeys(("fifth", "5th", "五"), 4),
}
_RATIOS: Final[dict[str, tuple[int, int]]] = {
    "9:16": (1080, 1920),
    "16:9": (1920, 1080),
    "1:1": (1080, 1080),
    "4:5": (1080, 1350),
    "5:4": (1350, 1080),
    "3:4": (1080, 1440),
    "4:3": (1440, 1080),
    "21:9": (1920, 822),
}

_TITLE_NOUN = r"(?:\b(?:titles?|captions?|text|texts|heading|headline|credits?|overlay)\b|标题|字幕|文字|片头|片尾)"
_TITLE: Final = _re(_TITLE_NOUN)
_SAYING: Final = _re(r"\b(?:saying|says?|reads?|reading|write|called)\b|写着|写上|写|内容为|内容是")
_CHANGE: Final = _re(r"\b(?:change|rename|replace|update|edit|set)\b|改成|改为|换成|修改|改")
_REMOVE: Final = _re(
    r"\b(?:remove|delete|drop|clear|get rid of|take (?:out|away|off)|no|no more|without|hide)\b"
    r"|去掉|去除|删掉|删除|移除|取消|不要|去"
)
_MUSIC_NOUN = r"(?:\b(?:music|soundtrack|bgm|score|song|tune|jingle|melody|backing track|music track)\b|音乐|配乐|bgm|背景乐|曲子|歌曲|伴奏|乐曲)"
_MUSIC: Final = _re(_MUSIC_NOUN)
_OWN: Final = _re(
    r"\b(?:original|own|source|camera|clip'?s?|video'?s?|native|existing) (?:own )?(?:sounds?|audio|voices?|volume|noise)\b"
    r"|\b(?:audio|sound|voices?|volume) (?:of|from|in) (?:the |my )?(?:original|video|clips?|footage)\b"
    r"|原声(?!带|吉他|音乐|乐|民谣)|原音|原视频的?(?:声音|音量)|视频的?(?:声音|音量|原声)"
)
_MUTE: Final = _re(r"\b(?:mute|silence|turn off|switch off)\b|静音|关掉|关闭|消音")
_RESTORE: Final = _re(
    r"\b(?:unmute|restore|keep|bring back|turn on|with)\b|恢复|保留|打开|取消静音"
)
_BARE_MUTE: Final = _re(
    r"^\W*(?:please )?(?:mute|silence)(?: (?:it|this|the (?:video|clips?|audio|sound|footage)|my (?:video|clip)))?\W*$"
    r"|^\W*(?:remove|delete|turn off|no) (?:the )?(?:audio|sound)\W*$|^\W*(?:视频)?静音\W*$"
)
_PERCENT: Final = _re(r"(\d{1,3}(?:\.\d+)?)\s*(?:%|％|percent)|百分之(\d{1,3})")
_VOLUME: Final = _re(r"\b(?:volume|loudness|level)\b|音量|声音")
_LOUDER: Final = _re(
    r"\b(?:louder|turn(?: \w+){0,3} up|raise|increase|boost)\b|大声|大一点|大一些|大点|更大|响一点|调大|调高|提高|增大|加大"
)
_QUIETER: Final = _re(
    r"\b(?:quieter|too loud|less loud|turn(?: \w+){0,3} down|lower|reduce|decrease|duck|softer volume)\b"
    r"|小声|小一点|小一些|小点|更小|轻一点|调小|调低|降低|减小|太吵|太响"
)
_HALF: Final = _re(r"\bhalf\b|一半")
_LITTLE: Final = _re(r"\b(?:a bit|a little|slightly|a touch)\b|一点点|稍微|略")
_MUCH: Final = _re(r"\b(?:much|way|a lot|far)\b|很多|非常|大幅")
_USE: Final = _re(r"\buse\b|\bset\b|\bput\b|\badd\b|\bwith\b|用|把|将|以")
_FADE: Final = _re(r"\bfad(?:e|es|ing)\b|淡入|淡出|渐入|渐出|渐显|渐隐|淡化|黑场")
_CUTTING: Final = _re(
    r"\b(?:trim|cut|keep|use|shorten|crop|only|just|take|limit|clip)\b|保留|只要|截取|裁剪|剪辑|剪到|剪成|剪|缩短"
)
_OFF: Final = _re(
    r"\b(?:remove|delete|drop|cut (?:off|out|away)|trim off|skip|lose)\b|去掉|删掉|删除|剪掉|移除|跳过"
)
_GENERATE: Final = _re(
    r"\b(?:generate|compose|create|add|make|write|produce|put|give|need|want|score|find|lay|new|another|different|replace|redo|do)\b"
    r"|生成|创作|作曲|添加|加上|加入|加个|加一|加点|加段|配上|配个|配一|配点|配段|配|来一|来段|来点|做|写|需要|想要|换一|换首|换个|重新|再来|搭配"
)
_FRESH: Final = _re(
    r"\b(?:generate|compose|create|add|produce|new|another|different|replace|score)\b"
    r"|生成|创作|作曲|添加|加上|加入|加个|加一|加段|配(?!乐)|来一|来段|换一|换首|重新|再来"
)
_OTHER: Final = _re(
    r"\b(?:another|different|again|redo|new one|something else)\b|换一|换首|重新|再来"
)
_FILM: Final = _re(r"\b(?:video|videos|clips?|film|footage|movie|vlog)\b|视频|片段|影片|短片")
_BEYOND: Final = _re(
    r"\b(?:filters?|effects?|transitions?|colou?r(?:s|[- ]grad\w+| correct\w+)?|contrast|brightness|saturation|lut"
    r"|voice-?overs?|narrat\w+|subtitles?|transcri\w+|translat\w+|crop|zoom|slow[- ]motion|slo-?mo|timelapse"
    r"|stabili[sz]e|blur|background removal|green screen|logo|watermark|stickers?|emojis?|rotate|flip|mirror|reverse"
    r"|speed (?:up|down) (?:the |my )?(?:video|clips?|footage)|slow down (?:the |my )?(?:video|clips?|footage)"
    r"|lip[- ]?sync|avatar|upscale|denoise|animate)\b"
    r"|滤镜|特效|转场|调色|亮度|对比度|饱和度|旁白|配音|翻译|水印|贴纸|慢动作|变速|倒放|美颜|抠图|防抖|模糊|旋转|镜像|放大|画质|口型"
)
_DESCRIBE: Final = _re(
    r"\b(?:what|which|show|list|describe|tell me)\b.*\b(?:timeline|tracks?|draft|state|music|clips?|project)\b"
    r"|^\W*(?:status|timeline|tracks)\W*$|时间线|状态|有哪些|什么音乐|现在.*(?:轨道|内容)"
)
_EXPORT: Final = _re(
    r"^\W*(?:please )?(?:export|download|render|save|send me)\b(?!.*\b(?:saying|says)\b)|^\W*(?:请)?(?:导出|下载|渲染)"
)
_JOIN: Final = _re(
    r"\b(?:join|combine|merge|concatenate|stitch|together|splice)\b|拼接|合并|连接|拼在一起|合成一"
)
_ALL: Final = _re(
    r"\b(?:all|both|every)\b.*\b(?:clips?|videos?|files?|pictures?|images?|of them)\b|(?:所有|全部).*(?:片段|视频|素材|图片)"
)
_CLIP_NUMBER: Final = _re(
    r"\b(?:for |only |just |on |in |to |use |the )*(?:clip|video|shot) (?:number |no\.? ?|#)?(\d{1,3}|one|two|three|four|five)\b(?!\s*%)"
    r"|\b(?:for |only |just |on |in |to |use )*the (first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th) (?:clip|video|shot)\b"
    r"|(?:给|只要|只用|只|为|对|用)?第\s*([一二三四五两]|\d{1,3})\s*(?:个|段|条)?(?:视频|片段|素材|段)"
)


@attrs.define
class _Reading:
    """A message on its way to being understood."""

    scene: Scene
    held: list[str] = attrs.field(factory=list)
    intents: list[Intent] = attrs.field(factory=list)
    refused: list[str] = attrs.field(factory=list)

    def hold(self, text: str) -> str:
        """Take quoted words out of a text, leaving numbered marks."""

        def keep(match: re.Match[str]) -> str:
            self.held.append(next(group for group in match.groups() if group is not None))
            return f"{_MARK}{len(self.held) - 1}{_MARK}"

        return _QUOTED.sub(keep, text)

    def said(self, text: str) -> str:
        """The text with its quotes back in, for showing and for the brief."""
        return _HELD.sub(lambda match: f'"{self.held[int(match[1])]}"', text).strip()

    def quote(self, clause: str) -> str | None:
        """The first quoted words in a clause."""
        match = _HELD.search(clause)
        return self.held[int(match[1])].strip() if match else None


def understand(text: str, scene: Scene) -> Understanding:
    """What a message asks for, in the order in which it should be done."""
    reading = _Reading(scene)
    rest = reading.hold(text.strip())
    if _EXPORT.search(rest):
        return Understanding((ExportHint(),))
    rest = re.sub(r"(?i)\bbetween\s+(\S+)\s+and\s+", r"from \1 to ", rest)
    rest = re.sub(r"(?i)\bin\s+and\s+out\b", "in/out", rest)
    rest = _ASIDE.sub(" ", _clips(rest, reading))
    clauses = [clause.strip() for clause in _CLAUSES.split(rest) if clause.strip()]
    left = [clause for clause in clauses if not any(rule(clause, reading) for rule in _RULES)]
    _music(rest if left == clauses else ", ".join(left), reading)
    if not reading.intents and not reading.refused and _DESCRIBE.search(rest):
        reading.intents.append(Describe())
    order = {kind: n for n, kind in enumerate(_ORDER)}
    intents = sorted(reading.intents, key=lambda one: order[type(one)])
    return Understanding(tuple(intents), tuple(reading.refused))


_ORDER: Final = (
    Focus,
    Trim,
    Canvas,
    RemoveMusic,
    UseUpload,
    Compose,
    Volume,
    RemoveTitles,
    ChangeTitle,
    AddTitle,
    Fade,
    Describe,
    ExportHint,
)


# Which clips


def _number(text: str) -> int | None:
    if text.isdigit():
        return int(text) - 1
    if text.lower() in _NUMBERS:
        return _NUMBERS[text.lower()] - 1
    return _ORDINALS.get(text.lower())


def _named(reading: _Reading, text: str) -> list[tuple[int, int, str, int]]:
    """Files that a text names: start, end, "clip" or "song", number."""
    found: list[tuple[int, int, str, int]] = []
    for kind, names in (("clip", reading.scene.clips), ("song", reading.scene.songs)):
        for number, name in enumerate(names):
            stem = name.rpartition(".")[0] or name
            for match in _HELD.finditer(text):
                said = reading.held[int(match[1])].strip().lower()
                if said in {name.lower(), stem.lower()}:
                    before = text[max(0, match.start() - 16) : match.start()]
                    if not (_SAYING.search(before) or _TITLE.search(before)):
                        found.append((match.start(), match.end(), kind, number))
            pattern = rf"(?<![A-Za-z0-9_.]){re.escape(name)}(?![A-Za-z0-9_])"
            found += [(m.start(), m.end(), kind, number) for m in _re(pattern).finditer(text)]
    for match in _CLIP_NUMBER.finditer(text):
        index = _number(next(group for group in match.groups() if group))
        if index is not None and index < len(reading.scene.clips):
            found.append((match.start(), match.end(), "clip", index))
    found.sort(key=lambda one: (one[0], one[0] - one[1]))
    kept: list[tuple[int, int, str, int]] = []
    for one in found:  # the same name twice in a session means the newer file
        if kept and one[0] < kept[-1][1]:
            if one[:3] == kept[-1][:3]:
                kept[-1] = one
            continue
        kept.append(one)
    return kept


_BEFORE_NAME = r"(?:\b(?:for|only|just|on|to|in|use|with|keep|show)\b|只要|只用|只|给|为|对|用|把|将)?\s*(?:the )?(?:clip|video|file|视频|片段)?\s*"
_AFTER_NAME = r"\s*(?:only\b|这个视频|这段视频)?\s*[:：]?"


def _clips(text: str, reading: _Reading) -> str:
    """Find out which clips are meant; gives the text without their names."""
    named = _named(reading, text)
    songs = [one for one in named if one[2] == "song"]
    clips = [one for one in named if one[2] == "clip"]
    for start, end, _, number in songs:
        clause = text[max(0, start - 30) : end + 40]
        if _MUSIC.search(clause) or _USE.search(clause) or len(named) == 1:
            reading.intents.append(UseUpload(number))
            text = _blank(
                text, start, end, r"(?:\b(?:use|add|put|set|with)\b|用|把|将)?\s*", _AS_MUSIC
            )
            break
    everything = _JOIN.search(text) or _ALL.search(text)
    if clips:
        chosen = tuple(dict.fromkeys(number for *_, number in clips))
        first = clips[0][0]
        if _REMOVE.search(text[max(0, first - 24) : first]) and not _SAYING.search(text[:first]):
            every = range(len(reading.scene.clips))
            chosen = tuple(number for number in every if number not in chosen)
            text = _REMOVE.sub(" ", text, count=1)
        if chosen:
            reading.intents.append(Focus(chosen))
        for start, end, *_ in reversed(clips):
            text = _blank(text, start, end, _BEFORE_NAME, _AFTER_NAME)
        if everything:
            text = _JOIN.sub(" ", text)
    elif everything and len(reading.scene.clips) > 1:
        reading.intents.append(Focus(None))
        text = _ALL.sub(" ", _JOIN.sub(" ", text))
    return text


_AS_MUSIC = r"\s*(?:as|for|to be|作为|当作|当|做|作)?\s*(?:the |my |a )?(?:new )?(?:background )?(?:背景)?(?:music|soundtrack|bgm|song|score|音乐|配乐)?"


def _blank(text: str, start: int, end: int, before: str, after: str) -> str:
    """Cut a name out of a text, with the small words around it."""
    head = _re(f"{before}$").sub("", text[:start])
    tail = _re(f"^{after}").sub("", text[end:])
    return f"{head} {tail}"


# The rules for one clause. Each gives True if the clause is dealt with.


def _seconds(text: str) -> float:
    minutes, _, seconds = text.rpartition(":")
    return float(minutes or 0) * 60 + float(seconds)


def _title(clause: str, reading: _Reading) -> bool:
    noun, quote = _TITLE.search(clause), reading.quote(clause)
    if quote is None:
        match = _re(
            rf"{_TITLE_NOUN}\s*(?:that )?(?:saying|says|reads|reading|:|：|写着)\s*(.+)$"
        ).search(clause)
        quote = match[1].strip() if match else None
        if match:
            clause = clause[: match.start(1)]
            timing = _re(rf"\s+for (?:the first )?{_SECONDS}.*$").search(quote or "")
            if timing and quote:
                quote, clause = quote[: timing.start()], clause + timing.group()
    if not (noun or (quote and _SAYING.search(clause))):
        return False
    if _REMOVE.search(clause) and not (quote and _SAYING.search(clause)):
        reading.intents.append(RemoveTitles())
        return True
    if not quote:
        if noun and _re(r"\b(?:subtitles?|captions?)\b|字幕").search(clause):
            return False  # transcribing is beyond us
        reading.refused.append(reading.said(clause))
        return True
    if _CHANGE.search(clause) and not _re(r"\badd\b|加").search(clause):
        reading.intents.append(ChangeTitle(quote))
        return True
    span = _re(rf"from\s+{_TIME}\s*(?:to|-|until)\s*{_TIME}|从\s*{_TIME}\s*到\s*{_TIME}").search(
        clause
    )
    length = _re(_SECONDS).search(clause)
    start: float | None = None
    duration = float(length[1]) if length else None
    if span:
        times = [_seconds(group) for group in span.groups() if group]
        start, duration = times[0], max(0.1, times[1] - times[0])
    elif _re(r"\b(?:at the end|end credits?|last|closing|outro)\b|结尾|片尾|最后|末尾").search(
        clause
    ):
        start = -(duration or 3.0)
    reading.intents.append(AddTitle(quote, start, duration, _position(clause)))
    return True


def _position(clause: str) -> Literal["top", "center", "bottom"]:
    if _re(r"\b(?:top|upper)\b|顶部|上方|上面").search(clause):
        return "top"
    if _re(r"\b(?:bottom|lower)\b|底部|下方|下面").search(clause):
        return "bottom"
    return "center"


def _trim(clause: str, reading: _Reading) -> bool:
    off, cutting = _OFF.search(clause), _CUTTING.search(clause)
    if not (off or cutting) or _FADE.search(clause):
        return False
    span = _re(
        rf"\b(?:from|between)\s+{_TIME}\s*(?:to|until|and|-|–)\s*{_TIME}"
        rf"|从?第?\s*{_TIME}\s*(?:到|至|-)\s*第?\s*{_TIME}"
    ).search(clause)
    if span:
        start, end = (_seconds(group) for group in span.groups() if group)
        if off or end <= start:
            reading.refused.append(reading.said(clause))
        else:
            reading.intents.append(Trim(start, end))
        return True
    first = _re(rf"\b(?:first|opening)\s+{_SECONDS}|前\s*{_SECONDS}|开头\s*{_SECONDS}").search(
        clause
    )
    last = _re(rf"\b(?:last|final)\s+{_SECONDS}|(?:最后|后|末尾)\s*{_SECONDS}").search(clause)
    whole = _re(rf"\b(?:to|down to|at|only)\s+{_SECONDS}|(?:到|成|至|为)\s*{_SECONDS}").search(
        clause
    )
    for match, keep, drop in (
        (first, lambda n: Trim(0.0, n), lambda n: Trim(n, None)),
        (last, lambda n: Trim(-n, None), lambda n: Trim(0.0, -n)),
        (whole, lambda n: Trim(0.0, n), None),
    ):
        if match:
            seconds = float(next(group for group in match.groups() if group))
            if seconds <= 0 or (off and drop is None):
                return False
            reading.intents.append(drop(seconds) if off and drop else keep(seconds))
            return True
    return False


def _canvas(clause: str, reading: _Reading) -> bool:
    match = _re(r"(?<![\d:.])(\d{1,2})\s*[:：x×/比]\s*(\d{1,2})(?![\d:])").search(clause)
    ratio = f"{match[1]}:{match[2]}" if match else None
    if ratio not in _RATIOS:
        ratio = None
        for pattern, found in (
            (
                r"\b(?:vertical|portrait|tiktok|reels?|shorts|stories|story)\b|竖屏|竖版|抖音",
                "9:16",
            ),
            (r"\b(?:horizontal|landscape|widescreen|wide screen|youtube)\b|横屏|横版|宽屏", "16:9"),
            (r"\bsquare\b|方形|正方形|一比一", "1:1"),
        ):
            if _re(pattern).search(clause) and not _MUSIC.search(clause):
                ratio = found
    if ratio is None:
        return False
    reading.intents.append(Canvas(ratio, *_RATIOS[ratio]))
    return True


def _fade(clause: str, reading: _Reading) -> bool:
    if not _FADE.search(clause):
        return False
    into = _re(r"\b(?:in|in/out|from black|up)\b|淡入|渐入|渐显").search(clause)
    out = _re(r"\b(?:out|in/out|to black|down|end)\b|淡出|渐出|渐隐|黑场").search(clause)
    length = _re(_SECONDS).search(clause)
    seconds = min(float(length[1]), 30.0) if length else 1.0
    if _REMOVE.search(clause):
        seconds = 0.0
    of: Literal["picture", "music", "both"] = "both"
    if _MUSIC.search(clause) or _re(r"\b(?:audio|sound)\b|声音").search(clause):
        of = "music"
    elif _re(r"\b(?:black|picture|video|image)\b|画面|视频|黑").search(clause):
        of = "picture"
    side: Literal["in", "out", "both"] = "both"
    if bool(into) != bool(out):
        side = "in" if into else "out"
    reading.intents.append(Fade(side, of, seconds))
    return True


def _volume(clause: str, of: Literal["music", "own"]) -> Volume | None:
    percent = _PERCENT.search(clause)
    up, down = _LOUDER.search(clause), _QUIETER.search(clause)
    if percent:
        number = float(next(group for group in percent.groups() if group)) / 100
        by = _re(r"\bby\s*$|了\s*$").search(clause[: percent.start()])
        if by and (up or down):
            return Volume(of, None, 1 + number if up else max(0.0, 1 - number))
        return Volume(of, min(1.0, number))
    if _HALF.search(clause) and (down or _VOLUME.search(clause)):
        return Volume(of, None, 0.5)
    if up or down:
        step = 1.2 if _LITTLE.search(clause) else 2.0 if _MUCH.search(clause) else 1.4
        return Volume(of, None, step if up else 1 / step)
    return None


def _own_sound(clause: str, reading: _Reading) -> bool:
    if _BARE_MUTE.search(clause):
        reading.intents.append(Volume("own", 0.0))
        return True
    if _re(r"\bunmute\b|取消静音").search(clause) and not _MUSIC.search(clause):
        reading.intents.append(Volume("own", 1.0))
        return True
    if not _OWN.search(clause):
        return False
    change = _volume(clause, "own")
    if change is None and (_MUTE.search(clause) or _REMOVE.search(clause)):
        change = Volume("own", 0.0)
    if change is None and _RESTORE.search(clause):
        change = Volume("own", 1.0)
    if change is None:
        return False
    reading.intents.append(change)
    return True


_NO_MUSIC: Final = _re(
    rf"(?:{_REMOVE.pattern}|{_MUTE.pattern})\s*(?:the |all |any |this |that |my |掉|所有|全部|这段|这首)*(?:the )?(?:background )?(?:背景)?\s*"
    rf"{_MUSIC_NOUN}"
    rf"|(?:把|将)(?:背景)?{_MUSIC_NOUN}(?:都|全)?(?:{_REMOVE.pattern}|{_MUTE.pattern})"
)


def _no_music(clause: str, reading: _Reading) -> bool:
    if not _NO_MUSIC.search(clause):
        return False
    reading.intents.append(RemoveMusic())
    return True


def _music_volume(clause: str, reading: _Reading) -> bool:
    about = _MUSIC.search(clause) or _VOLUME.search(clause)
    bare = _re(
        r"^\W*(?:make (?:it|that) |turn (?:it |that )|a (?:bit|little) |much |way )*(?:up|down|louder|quieter)\W*$"
    ).search(clause)
    chinese = _re(r"^\W*(?:再)?(?:大声|小声|大|小|响|轻|调大|调小)(?:一?点|一些)\W*$").search(
        clause
    )
    if not (about or bare or chinese):
        return False
    change = _volume(clause, "music")
    if change is None or not (reading.scene.has_music or about):
        return False
    # "upbeat pop at 40% volume" asks for music and says how loud
    plain = _PERCENT.sub(" ", _LOUDER.sub(" ", _QUIETER.sub(" ", clause)))
    reading.intents.append(change)
    return not (_FRESH.search(plain) or read_brief(_HELD.sub(" ", plain)).recognised)


def _beyond(clause: str, reading: _Reading) -> bool:
    if not _BEYOND.search(clause) or _MUSIC.search(clause):
        return False
    reading.refused.append(reading.said(clause))
    return True


_RULES: Final[tuple[Callable[[str, _Reading], bool], ...]] = (
    _title,
    _own_sound,
    _no_music,
    _fade,
    _trim,
    _canvas,
    _beyond,
    _music_volume,
)


def _music(text: str, reading: _Reading) -> None:
    """What is left over, if it is about music."""
    plain = _HELD.sub(" ", text)
    if not plain.strip(" ,"):
        return
    found = read_brief(plain)
    wanted = bool(_MUSIC.search(plain) and (_GENERATE.search(plain) or len(plain.split()) <= 4))
    film = bool(_GENERATE.search(plain) and _FILM.search(plain) and _FRESH.search(plain))
    question = _DESCRIBE.search(plain) and not _FRESH.search(plain)
    if question and not found.style:
        return
    if any(isinstance(one, UseUpload) for one in reading.intents):
        return
    again = reading.scene.has_music and bool(_OTHER.search(plain)) and len(plain) < 40
    if not (found.recognised or wanted or film or again):
        return
    other = bool(_OTHER.search(plain))
    fresh = not reading.scene.has_music or bool(
        _FRESH.search(plain) or (found.style and not _EDITING.search(plain))
    )
    reading.intents.append(Compose(reading.said(text), fresh or other, other))


_EDITING: Final = _re(
    r"\b(?:make (?:it|the music|this)|change|turn it|more|less|slower|faster|without|no|remove|drop|switch)\b"
    r"|改成|改为|变成|换成|变|更|一点|一些|不要|去掉|少"
)
