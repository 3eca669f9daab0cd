"""Detect the language of a text; contain all texts that the SDK shows, in English and Chinese.

The embedded backend has its own texts (`local/agent/replies/reply_texts.py`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nemomusic.models.track_kinds import TrackKind

SCRIPTS: Final[Mapping[str, re.Pattern[str]]] = {
    "ja": re.compile(
        "[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff9d]"
    ),
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"),
    "zh-CN": re.compile(
        "[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
    ),
}
"""The letters that identify a language, in the order in which the SDK looks for them."""


def is_chinese(language: str | None) -> bool:
    """Return whether a language tag names Chinese, in any script and region.

    Case doesn't matter, and `zh_CN` counts as `zh-CN`. `zha` is Zhuang, and not Chinese.

    Args:
        language: A tag such as `zh-CN` (BCP 47); None counts as English.
    """
    return language is not None and language.replace("_", "-").lower().split("-")[0] == "zh"


def detect_language(text: str) -> str:
    """Return the language of a text by its script: kana ja, hangul ko, Han zh-CN, else en."""
    for language, script in SCRIPTS.items():
        if script.search(text):
            return language
    return "en"


@attrs.frozen
class Phrase:
    """One text in both languages. Fields in braces are filled as by `str.format`.

    Attributes:
        en: In English.
        zh: In Chinese, with the same fields.
    """

    en: str
    zh: str

    def text(self, language: str | None, *values: object, **named: object) -> str:
        """Return the text in Chinese if `language` is a kind of Chinese, else in English."""
        return (self.zh if is_chinese(language) else self.en).format(*values, **named)


# The parts of all sentences

WORD_GAP: Final = Phrase(" ", "")
"""The text between two words."""
SENTENCE_GAP: Final = Phrase(" ", "")
"""The text between two sentences."""
COMMA: Final = Phrase(", ", "，")
"""The text between the parts of a note."""
LIST_COMMA: Final = Phrase(", ", "、")
"""The text between the items of a list."""
COLON: Final = Phrase(": ", "：")
QUOTED: Final = Phrase('"{}"', "“{}”")
IN_BRACKETS: Final = Phrase("({})", "（{}）")
SECONDS: Final = Phrase("{}s", "{}秒")

# The one-line timeline

TRACKS: Final[Mapping[TrackKind, Phrase]] = {
    "video": Phrase("Video", "视频"),
    "audio": Phrase("BGM", "配乐"),
    "text": Phrase("Title", "标题"),
    "unknown": Phrase("Track", "轨道"),
}
"""The name of a track, by its kind."""
TIMELINE: Final = Phrase(
    "Timeline ({count} tracks): {tracks}", "时间线（{count} 条轨道）：{tracks}"
)
TIMELINE_OF_ONE: Final = Phrase("Timeline (1 track): {tracks}", "时间线（1 条轨道）：{tracks}")
EMPTY_TIMELINE: Final = Phrase("Timeline (empty)", "时间线（空）")
EMPTY_TRACK: Final = Phrase("{} (empty)", "{}（空）")
MUTED: Final = Phrase("muted", "静音")
STARTS_AT: Final = Phrase("from {}", "从{}起")
FROM_TO: Final = Phrase("from {} to {}", "从{}到{}")

# The changes of an edit

NOUNS: Final[Mapping[TrackKind | None, Phrase]] = {
    "video": Phrase("video", "视频"),
    "audio": Phrase("music", "配乐"),
    "text": Phrase("title", "标题"),
    "unknown": Phrase("segment", "片段"),
    None: Phrase("", ""),
}
"""The name of a segment, by the kind of its track; empty for the draft as a whole."""
CHANGES: Final[Mapping[str, Phrase]] = {
    "added": Phrase("Added {what}.", "已添加{what}。"),
    "removed": Phrase("{What} removed.", "已删除{what}。"),
    "volume": Phrase("{What} volume {before} → {after}.", "{what}音量 {before} → {after}。"),
    "shorter": Phrase(
        "{What} trimmed from {before} to {after}.", "{what}从 {before} 剪短到 {after}。"
    ),
    "longer": Phrase(
        "{What} extended from {before} to {after}.", "{what}从 {before} 延长到 {after}。"
    ),
    "start": Phrase("{What} moved from {before} to {after}.", "{what}从 {before} 移到 {after}。"),
    "name": Phrase("{What} replaced: {before} → {after}.", "{what}已替换：{before} → {after}。"),
    "source": Phrase("{What} has new content.", "{what}内容已更新。"),
    "text": Phrase("{What} text {before} → {after}.", "{what}文字 {before} → {after}。"),
    "position": Phrase("{What} position {before} → {after}.", "{what}位置 {before} → {after}。"),
    "style": Phrase("{What} style {before} → {after}.", "{what}风格 {before} → {after}。"),
    "bpm": Phrase("{What} tempo {before} → {after} bpm.", "{what}速度 {before} → {after} BPM。"),
    "key": Phrase("{What} key {before} → {after}.", "{what}调性 {before} → {after}。"),
    "fade in": Phrase("{What} fade-in {before} → {after}.", "{what}淡入 {before} → {after}。"),
    "fade out": Phrase("{What} fade-out {before} → {after}.", "{what}淡出 {before} → {after}。"),
    "duck off": Phrase("{What} keeps its level under speech.", "有人说话时，{what}保持音量。"),
    "duck on": Phrase("{What} is turned down under speech.", "有人说话时，{what}会压低。"),
    "quieter": Phrase("{What} {level} dB quieter {span}.", "{what}{span}轻 {level} dB。"),
    "louder": Phrase("{What} {level} dB louder {span}.", "{what}{span}响 {level} dB。"),
    "silent": Phrase("{What} silent {span}.", "{what}{span}静音。"),
    "usual level": Phrase("{What} at its usual level {span}.", "{what}{span}恢复原来的音量。"),
    "picture fade in": Phrase(
        "Picture fade-in {before} → {after}.", "画面淡入 {before} → {after}。"
    ),
    "picture fade out": Phrase(
        "Picture fade-out {before} → {after}.", "画面淡出 {before} → {after}。"
    ),
    "other": Phrase("{What} {before} → {after}.", "{what} {before} → {after}。"),
    "project title": Phrase("Project title {before} → {after}.", "项目标题 {before} → {after}。"),
    "size": Phrase("Picture size {before} → {after}.", "画面尺寸 {before} → {after}。"),
    "length": Phrase("Length {before} → {after}.", "总时长 {before} → {after}。"),
}
"""The sentence for each kind of change. `What` is `what` with a capital letter."""
MORE_CHANGES: Final = Phrase("{count} more changes.", "另有 {count} 处更改。")
UNNAMED_CHANGES: Final = Phrase(
    "The timeline changed in details this SDK does not know.",
    "时间线有变化，但涉及本 SDK 不了解的细节。",
)
NO_CHANGES: Final = Phrase("The timeline did not change.", "时间线没有变化。")
UNSET: Final = Phrase("none", "无")
"""The text for a missing value."""

# While something is under way

CONNECTING: Final = Phrase("Connecting…", "正在连接…")
UPLOADING: Final = Phrase("Uploading", "正在上传")
COMPOSING: Final = Phrase("Composing", "正在配乐")
RENDERING: Final = Phrase("Rendering", "正在渲染")
DOWNLOADING: Final = Phrase("Downloading", "正在下载")
DONE: Final = Phrase("Done", "完成")
READY: Final = Phrase("Ready! {}", "已完成！{}")
RATE: Final = Phrase(" at {:.1f} MB/s", "，速度 {:.1f} MB/s")
TIME_LEFT: Final = Phrase(", {:.0f} s left", "，剩余 {:.0f} 秒")
STILL_WORKING: Final = Phrase("⏳ Still working…", "⏳ 仍在处理中…")
LOOKING_AGAIN: Final = Phrase(
    "Looking at what became of the message, again in {:.0f} s…",
    "正在查看消息的结果，{:.0f} 秒后再次查看…",
)
CONNECTION_LOST: Final = Phrase(
    "The connection was lost. The message is not sent again; looking at what became of it…",
    "连接已断开。消息不会重复发送，正在查看结果…",
)

# Answers to typed commands

BALANCE: Final = Phrase(
    "{available:g} credits available, {frozen:g} reserved",
    "可用积分 {available:g}，冻结 {frozen:g}",
)
EXPORTED: Final = Phrase("Exported: {}", "已导出：{}")
UPLOADED: Final = Phrase("Uploaded: {}", "已上传：{}")
