"""What the agent says: English and Chinese, plain and true."""

from __future__ import annotations

import re
from typing import Any, Final

_EN: Final = {
    "help": (
        "I can put music under your video and edit its timeline. Try: "
        '"warm lo-fi that follows the cuts", "make it slower", "music at 30%", '
        '"mute the original sound", "add a title saying \'Summer\' for the first 3 seconds", '
        '"trim to the first 10 seconds", "fade out", "9:16", "only b.mp4", "join all clips". '
        "This message cost nothing."
    ),
    "already": "It already is like this, nothing changed: {what}",
    "beyond": "That is beyond what I can do: {what}.",
    "no_video": "There is no video in this project yet. Please upload a clip first; "
    "this message cost nothing.",
    "composed": "I composed {title} for your video: {style}, {bpm} BPM in {key}, {seconds} long.",
    "recomposed": "I recomposed the music: {title}, {style}, {bpm} BPM in {key}, {seconds} long.",
    "refit": "The music was composed anew for the new length: {bpm} BPM in {key}, {seconds} long.",
    "hits": "{hits} of {cuts} cuts land on a beat.",
    "hit_one": "The cut lands on a beat.",
    "hit_none_of_one": "The cut does not land on a beat.",
    "no_cuts": "I saw no hard cuts, so the music follows the movement instead.",
    "music_at": "The music plays at {percent}.",
    "no_music": "There is no music on the timeline yet.",
    "own_at": "The clip's own sound is at {percent}.",
    "own_muted": "The clip's own sound is muted.",
    "music_removed": "The music is gone.",
    "song": "{name} is the music now, {seconds} of it.",
    "song_short": "{name} is the music now. It ends after {seconds}, before the video does.",
    "trimmed": "The video is now {seconds} long.",
    "trim_empty": "That part is not on the timeline, which is {seconds} long; nothing was cut.",
    "canvas": "The picture is {ratio} now ({width}x{height}).",
    "title": 'The title "{text}" shows from {start} to {end}.',
    "title_font": 'The title "{text}" was left out: {why}',
    "title_changed": 'The title says "{text}" now.',
    "titles_removed": "The title is gone.",
    "no_title": "There is no title on the timeline.",
    "fade_in": "{what} fades in over {seconds}.",
    "fade_out": "{what} fades out over {seconds}.",
    "fade_both": "{what} fades in and out over {seconds}.",
    "fade_gone": "The fade is gone.",
    "fade_picture": "The picture",
    "fade_music": "The music",
    "fade_all": "The film",
    "focus": "The timeline shows {names}.",
    "focus_same": "The timeline shows {names} already.",
    "export": "{summary}. It is ready to be exported, which is free.",
    "export_empty": "There is nothing to export yet: please upload a clip first.",
    "describe": "{summary}",
    "describe_empty": "The timeline is empty: please upload a clip.",
    "seconds": "{n} s",
    "and": ", ",
    "failed": "The work could not be finished: {why}",
    "stopped": "it was stopped",
    "too_long": "it took longer than {minutes} minutes",
}
_ZH: Final = {
    "help": (
        "我可以为您的视频创作配乐，也可以编辑时间线。您可以说：“温暖的低保真，跟着剪辑走”、“慢一点”、"
        "“音乐音量30%”、“静音原声”、“加一个标题“夏天”，前3秒”、“保留前10秒”、“淡出”、“9:16”、"
        "“只要 b.mp4”、“合并所有片段”。这条消息不消耗积分。"
    ),
    "already": "已经是这样了，没有更改：{what}",
    "beyond": "这个我还做不到：{what}。",
    "no_video": "这个项目里还没有视频，请先上传一个片段；这条消息不消耗积分。",
    "composed": "已为您的视频创作了《{title}》：{style}，{bpm} BPM，{key}，长 {seconds}。",
    "recomposed": "已重新创作音乐：《{title}》，{style}，{bpm} BPM，{key}，长 {seconds}。",
    "refit": "已按新的长度重新创作音乐：{bpm} BPM，{key}，长 {seconds}。",
    "hits": "{cuts} 个镜头切换中有 {hits} 个落在拍点上。",
    "hit_one": "镜头切换落在拍点上。",
    "hit_none_of_one": "镜头切换没有落在拍点上。",
    "no_cuts": "没有发现硬切，音乐改为跟随画面的运动。",
    "music_at": "音乐音量现在是 {percent}。",
    "no_music": "时间线上还没有音乐。",
    "own_at": "视频原声音量现在是 {percent}。",
    "own_muted": "视频原声已静音。",
    "music_removed": "音乐已移除。",
    "song": "现在的音乐是 {name}，长 {seconds}。",
    "song_short": "现在的音乐是 {name}，它在 {seconds} 处结束，比视频短。",
    "trimmed": "视频现在长 {seconds}。",
    "trim_empty": "时间线长 {seconds}，没有这一段；没有剪掉任何内容。",
    "canvas": "画面比例现在是 {ratio}（{width}x{height}）。",
    "title": "标题“{text}”在 {start} 到 {end} 之间显示。",
    "title_font": "没有加上标题“{text}”，因为无法绘制：{why}",
    "title_changed": "标题现在是“{text}”。",
    "titles_removed": "标题已移除。",
    "no_title": "时间线上没有标题。",
    "fade_in": "{what}在 {seconds}内淡入。",
    "fade_out": "{what}在 {seconds}内淡出。",
    "fade_both": "{what}在 {seconds}内淡入和淡出。",
    "fade_gone": "淡入淡出已取消。",
    "fade_picture": "画面",
    "fade_music": "音乐",
    "fade_all": "影片",
    "focus": "时间线现在显示 {names}。",
    "focus_same": "时间线已经显示 {names}。",
    "export": "{summary}。可以导出了，导出免费。",
    "export_empty": "还没有可以导出的内容，请先上传一个片段。",
    "describe": "{summary}",
    "describe_empty": "时间线是空的，请上传一个片段。",
    "seconds": "{n} 秒",
    "and": "、",
    "failed": "没能完成：{why}",
    "stopped": "已被停止",
    "too_long": "超过了 {minutes} 分钟",
}
_STYLES_ZH: Final = {
    "lofi": "低保真",
    "cinematic": "电影感",
    "pop": "流行",
    "ambient": "氛围",
    "edm": "电子舞曲",
    "acoustic": "原声民谣",
    "jazz": "爵士",
    "rock": "摇滚",
    "classical": "古典",
    "hiphop": "嘻哈",
    "piano": "钢琴",
    "synthwave": "合成器浪潮",
    "guofeng": "国风",
}
_MOODS_ZH: Final = {
    "happy": "欢快",
    "playful": "俏皮",
    "upbeat": "轻快",
    "uplifting": "励志",
    "energetic": "活力",
    "epic": "史诗",
    "calm": "平静",
    "dreamy": "梦幻",
    "warm": "温暖",
    "romantic": "浪漫",
    "nostalgic": "怀旧",
    "sad": "忧伤",
    "dark": "暗黑",
    "tense": "紧张",
    "eerie": "诡异",
    "cool": "酷感",
    "adventurous": "冒险",
    "sleepy": "催眠",
    "emotional": "深情",
    "mysterious": "神秘",
    "angry": "愤怒",
    "soft": "轻柔",
    "night": "夜晚",
    "bright": "明亮",
    "driving": "激昂",
    "sunny": "阳光",
    "mellow": "柔和",
}
"""The words that titles begin with: `engine.music.words` and `engine.compose`."""
_KEY: Final = re.compile(r"([A-G])([#♯b♭]?) (major|minor)")
_STYLES_EN: Final = {"lofi": "lo-fi", "edm": "EDM", "hiphop": "hip-hop"}


class Words:
    """The agent's words in a session's language: Chinese for `zh…`, English for all others."""

    def __init__(self, language: str) -> None:
        self._chinese = language.lower().startswith("zh")
        self._texts = _ZH if self._chinese else _EN

    def say(self, _key: str, /, **values: Any) -> str:
        """One sentence."""
        return self._texts[_key].format(**values)

    def seconds(self, seconds: float) -> str:
        """A length of time."""
        return self.say("seconds", n=f"{seconds:.1f}".removesuffix(".0"))

    def style(self, style: str) -> str:
        """A style's name."""
        return (_STYLES_ZH if self._chinese else _STYLES_EN).get(style, style)

    def key(self, key: str) -> str:
        """A key's name, such as "F major"."""
        match = _KEY.fullmatch(key)
        if match is None or not self._chinese:
            return key
        raised = {"": "", "#": "升", "♯": "升", "b": "降", "♭": "降"}[match[2]]
        return f"{raised}{match[1]}{'大调' if match[3] == 'major' else '小调'}"

    def title(self, title: str, style: str) -> str:
        """What a piece is called: "Warm lo-fi" is its mood and its style."""
        mood = _MOODS_ZH.get(title.partition(" ")[0].lower())
        return f"{mood}·{self.style(style)}" if self._chinese and mood else title

    def names(self, names: list[str]) -> str:
        """A list of names."""
        return self.say("and").join(names)

    def join(self, sentences: list[str]) -> str:
        """Sentences to one text."""
        return ("" if self._chinese else " ").join(sentences)

    def music(self, key: str, info: dict[str, Any]) -> str:
        """What was composed, and how it meets the cuts."""
        text = self.say(
            key,
            title=self.title(info["title"], info["style"]),
            style=self.style(info["style"]),
            bpm=f"{info['bpm']:g}",
            key=self.key(info["key"]),
            seconds=self.seconds(info["duration"]),
        )
        cuts, hits = info["cuts"], info["hits"]
        if cuts == 0:
            tail = self.say("no_cuts")
        elif cuts == 1:
            tail = self.say("hit_one" if hits else "hit_none_of_one")
        else:
            tail = self.say("hits", hits=hits, cuts=cuts)
        return self.join([text, tail])
