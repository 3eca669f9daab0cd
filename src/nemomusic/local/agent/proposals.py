"""What the agent proposes when it is not sure: one intent in a few words, for "Shall I …?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.local.agent.intents import message_intents as kinds
from nemomusic.local.agent.intents.music_intents import ChangeMusic, Compose

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import Intent
    from nemomusic.local.agent.replies.reply_catalog import ReplyCatalog

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "all_clips": ("show all clips one after the other", "把所有片段接在一起"),
    "clips": ("show only these clips, in this order: {clips}", "只用这些片段，按此顺序：{clips}"),
    "keep": ("keep {start} to {end}", "保留 {start}到 {end}"),
    "cut": ("cut out {start} to {end}", "剪掉 {start}到 {end}"),
    "canvas": ("make the frame {ratio}", "把画面改成 {ratio}"),
    "canvas_own": ("give the frame the shape of the first clip", "恢复第一个片段的画面比例"),
    "title": ('show the title "{text}"', "加上标题“{text}”"),
    "retitle": ('change the title to "{text}"', "把标题改成“{text}”"),
    "title_from": ('show the title "{text}" from {start}', "从 {start}起加上标题“{text}”"),
    "title_between": (
        'show the title "{text}" from {start} to {end}',
        "在 {start}到 {end}加上标题“{text}”",
    ),
    "title_first": (
        'show the title "{text}" for the first {end}',
        "在前 {end}加上标题“{text}”",
    ),
    "title_end": ('show the title "{text}" at the end', "在结尾加上标题“{text}”"),
    "untitle_one": ('remove the title "{text}"', "去掉标题“{text}”"),
    "untitle": ("remove the titles", "去掉标题"),
    "fade_in": ("fade {what} in", "让{what}淡入"),
    "fade_out": ("fade {what} out", "让{what}淡出"),
    "fade_both": ("fade {what} in and out", "让{what}淡入淡出"),
    "unfade": ("remove the fade", "取消淡入淡出"),
    "set": ("set {what} to {percent} %", "把{what}设为 {percent}%"),
    "louder": ("turn {what} up", "把{what}调大"),
    "quieter": ("turn {what} down", "把{what}调小"),
    "mute": ("mute {what}", "把{what}静音"),
    "duck": ("lower the music under speech", "在有人说话时压低音乐"),
    "unduck": ("leave the music as it is under speech", "在有人说话时不压低音乐"),
    "quiet": ("keep the music quiet from {start} to {end}", "让音乐在 {start}到 {end}小声"),
    "silent": ("silence the music from {start} to {end}", "让音乐在 {start}到 {end}静音"),
    "starts": ("start the music at {start}", "让音乐从 {start}开始"),
    "stops": ("stop the music at {end}", "让音乐在 {end}停止"),
    "between": ("play the music from {start} to {end}", "让音乐从 {start}播到 {end}"),
    "whole": ("play the music over the whole video", "让音乐铺满整个视频"),
    "drop": ("put a drop at {start}", "在 {start}安排爆点"),
    "level_out": ("play the music at one level", "让音乐恢复原来的音量"),
    "move_title": ("change the time or place of the title", "调整标题的时间或位置"),
    "ending": ("make the ending bigger", "让结尾更有气势"),
    "song": ("use your song as the music", "用您上传的歌作配乐"),
    "undo": ("take the last change back", "撤销上一步"),
    "undo_all": ("take all changes back", "撤销所有更改"),
    "undo_several": ("take the last {n} changes back", "撤销最近的 {n} 步"),
    "redo": ("make the last change again", "重做上一步"),
    "redo_all": ("make all changes again", "重做所有更改"),
    "redo_several": ("make {n} changes again", "重做 {n} 步"),
    "back": ("bring the music back", "恢复音乐"),
    "earlier": ("go back to earlier music", "换回之前的音乐"),
    "music": ("the music", "音乐"),
    "own": ("the clips' own sound", "原声"),
    "picture": ("the picture", "画面"),
    "both": ("picture and music", "画面和音乐"),
    "video_end": ("the end", "结尾"),
    "from_end": ("{seconds} before the end", "结尾前 {seconds}"),
}
"""Each text in English and in Chinese."""


def proposal(intent: Intent, words: ReplyCatalog) -> str:
    """Return an intent in a few words, such as "turn the music down"."""
    match intent:
        case Compose(count=count) if count > 1:
            return words.versions(count)
        case Compose():
            return words.say("plan_compose")
        case ChangeMusic(changes):
            return words.say("plan_change", what=words.changes(changes))
        case kinds.RemoveMusic():
            return words.say("plan_remove")
    key, values = _described(intent, words)
    return _say(key, words, **values) if key else words.say("plan_other")


def _say(key: str, words: ReplyCatalog, **values: str) -> str:
    return _TEXTS[key][words.chinese].format(**values)


def _described(intent: Intent, words: ReplyCatalog) -> tuple[str, dict[str, str]]:
    """Return the key of an intent's text, and its values."""
    match intent:
        case kinds.Focus(clips):
            numbers = ", ".join(str(number + 1) for number in clips or ())
            return ("clips", {"clips": numbers}) if clips else ("all_clips", {})
        case kinds.Trim(start, end):
            return "keep", {"start": _at(start, words), "end": _at(end, words)}
        case kinds.CutOut(start, end):
            return "cut", {"start": _at(start, words), "end": _at(end, words)}
        case kinds.Canvas(ratio, width):
            return ("canvas" if width else "canvas_own"), {"ratio": ratio}
        case kinds.AddTitle(text):
            return _shown_title(intent), {"text": text} | _times_of(intent, words)
        case kinds.ChangeTitle(str(text)):
            return "retitle", {"text": text}
        case kinds.ChangeTitle():
            return "move_title", {}
        case kinds.RemoveTitles(removed):
            return ("untitle", {}) if removed is None else ("untitle_one", {"text": removed})
        case kinds.Fade(side, of, seconds):
            key = f"fade_{side}" if seconds else "unfade"
            return key, {"what": _say(of, words)}
    return _heard(intent, words)


def _heard(intent: Intent, words: ReplyCatalog) -> tuple[str, dict[str, str]]:
    match intent:
        case kinds.Volume(of, to, by):
            what = {"what": _say(of, words)}
            if to == 0:
                return "mute", what
            if to is not None:
                return "set", what | {"percent": f"{100 * to:g}"}
            return "louder" if by > 1 else "quieter", what
        case kinds.Duck(on):
            return ("duck" if on else "unduck"), {}
        case kinds.Passage(start, end, silent):
            times = {"start": words.seconds(start), "end": words.seconds(end)}
            return ("silent" if silent else "quiet"), times
        case kinds.MusicSpan(start, end):
            times = {
                name: words.seconds(time)
                for name, time in (("start", start), ("end", end))
                if time is not None
            }
            key = {0: "whole", 2: "between"}.get(len(times))
            return key or ("starts" if start is not None else "stops"), times
        case kinds.Drop(time):
            return "drop", {"start": words.seconds(time)}
        case kinds.BiggerEnding():
            return "ending", {}
        case kinds.LevelOut():
            return "level_out", {}
        case kinds.UseUpload():
            return "song", {}
        case kinds.Undo(steps):
            return _counted("undo", steps)
        case kinds.Redo(steps):
            return _counted("redo", steps)
        case kinds.GoBack():
            return ("back" if intent == kinds.GoBack() else "earlier"), {}
    return "", {}


def _shown_title(one: kinds.AddTitle) -> str:
    """Return the key of the text for a title, which says when it shows."""
    if one.start is None:
        return "title" if one.duration is None else "title_first"
    if one.start < 0:
        return "title_end"
    return "title_from" if one.duration is None else "title_between"


def _times_of(one: kinds.AddTitle, words: ReplyCatalog) -> dict[str, str]:
    start = one.start or 0.0
    end = words.seconds(start + (one.duration or 0.0))
    return {"start": words.seconds(start), "end": end}


def _counted(key: str, steps: int | None) -> tuple[str, dict[str, str]]:
    if steps is None:
        return f"{key}_all", {}
    return (key, {}) if steps == 1 else (f"{key}_several", {"n": str(steps)})


def _at(time: float | None, words: ReplyCatalog) -> str:
    """Return a time of the video; negative ones count from the end."""
    if time is None:
        return _say("video_end", words)
    if time < 0:
        return _say("from_end", words, seconds=words.seconds(-time))
    return words.seconds(time)
