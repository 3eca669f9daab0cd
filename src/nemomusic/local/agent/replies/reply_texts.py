"""All sentences of the agent, in English and Chinese side by side."""

from __future__ import annotations

from typing import Final


def _both(english: str, chinese: str) -> tuple[str, str]:
    return english, chinese


TEXTS: Final[dict[str, tuple[str, str]]] = {
    # The abilities of the agent
    "help": _both(
        "I can put music under your video and edit its timeline. Try: "
        '"warm lo-fi that follows the cuts", "make it slower", "in D minor", "less bass", '
        '"music at 30%", "mute the original sound", "start the music at 3 seconds", "another one", '
        '"undo", "add a title saying \'Summer\' for the first 3 seconds", '
        '"trim to the first 10 seconds", "fade out", "9:16", "only b.mp4", "join all clips". '
        "This message cost nothing.",
        "我可以为您的视频创作配乐，也可以编辑时间线。您可以说：“温暖的低保真，"
        "跟着剪辑走”、“慢一点”、"
        "“改成D小调”、“低音少一点”、“音乐音量30%”、“静音原声”、“音乐从第3秒开始”、“换一首”、“撤销”、"
        "“加一个标题“夏天”，前3秒”、“保留前10秒”、“淡出”、“9:16”、“只要 b.mp4”、“合并所有片段”。"
        "这条消息不消耗积分。",
    ),
    "beyond": _both("That is beyond what I can do: {what}.", "这个我还做不到：{what}。"),
    "unread": _both(
        "I do not understand this part: {what}.",
        "这部分我不明白：{what}。",
    ),
    "unknown_style": _both(
        "I cannot write {style}, and I do not pass another style off as it. "
        "I can write: {styles}. Which one shall it be?",
        "我还不会写{style}，也不会拿别的风格冒充。我会写：{styles}。您想要哪一种？",
    ),
    "neighbor": _both(
        "I have no {named} style of its own; this is {style}.",
        "我没有单独的{named}风格，这是{style}。",
    ),
    "ask": _both(
        'I am not sure what you mean. Shall I do this: {what}? Say "yes", or say it in other '
        "words. Nothing was changed for it.",
        "我不确定您的意思。要我这样做吗：{what}？请回答“是”，或者换个说法。"
        "这一项还没有做任何更改。",
    ),
    "ask_rest": _both(
        'Shall I do the rest: {what}? Say "yes", or say it in other words. Nothing was changed.',
        "其余的要我做吗：{what}？请回答“是”，或者换个说法。目前还没有做任何更改。",
    ),
    "ask_versions": _both(
        'To {what}? Say "yes" to go ahead. Nothing was charged yet.',
        "要{what}吗？回答“是”就开始。目前还没有扣积分。",
    ),
    "free": _both("This message cost nothing.", "这条消息不消耗积分。"),
    "already": _both(
        "It already is like this, nothing changed: {what}",
        "已经是这样了，没有更改：{what}",
    ),
    "no_video": _both(
        "There is no video in this project yet. Please upload a clip first; "
        "this message cost nothing.",
        "这个项目里还没有视频，请先上传一个片段；这条消息不消耗积分。",
    ),
    # Music
    "composed": _both(
        "I composed {title} for your video: {style}, {bpm} BPM in {key}, {seconds} long.",
        "已为您的视频创作了《{title}》：{style}，{bpm} BPM，{key}，长 {seconds}。",
    ),
    "recomposed": _both(
        "I changed the music: {title}, {style}, {bpm} BPM in {key}, {seconds} long.",
        "已修改音乐：《{title}》，{style}，{bpm} BPM，{key}，长 {seconds}。",
    ),
    "refit": _both(
        "I composed the music again for the new picture: {bpm} BPM in {key}, {seconds} long.",
        "已按新的画面重新创作音乐：{bpm} BPM，{key}，长 {seconds}。",
    ),
    "refit_span": _both(
        "I composed the music again for the new times: {bpm} BPM in {key}, {seconds} long.",
        "已按新的时间重新创作音乐：{bpm} BPM，{key}，长 {seconds}。",
    ),
    "plays": _both(
        "The music is {title}: {style}, {bpm} BPM in {key}, {seconds} long.",
        "音乐是《{title}》：{style}，{bpm} BPM，{key}，长 {seconds}。",
    ),
    "by_picture": _both(
        "You named no style, so I went by the mood of the picture.",
        "您没有指定风格，所以我按画面的情绪来写。",
    ),
    "version": _both("Version {n}: {what}", "版本{n}：{what}"),
    "versions_made": _both(
        'The last of the {n} is on the timeline. "Version 1" brings back the first one, for free.',
        "时间线上是 {n} 个版本中的最后一个。说“用第一版”可以换成第一个，不消耗积分。",
    ),
    "hits": _both(
        "{hits} of {cuts} cuts land on a beat or a struck note.",
        "{cuts} 个镜头切换中有 {hits} 个落在拍点或重音上。",
    ),
    "hit_one": _both("The music strikes the cut.", "音乐正好落在镜头切换上。"),
    "hit_none_of_one": _both("The music does not strike the cut.", "音乐没有落在镜头切换上。"),
    "no_cuts": _both(
        "I saw no hard cuts, so the music follows the movement instead.",
        "没有发现硬切，音乐改为跟随画面的运动。",
    ),
    "no_music": _both("There is no music on the timeline yet.", "时间线上还没有音乐。"),
    "not_ours": _both(
        "The music is a song of yours, or was removed: I can change only music that I composed. "
        "I can set its volume, its fades and its times.",
        "现在的音乐是您自己的歌，或者已被移除：我只能修改我创作的音乐。"
        "它的音量、淡入淡出和时间可以调整。",
    ),
    "not_analyzed": _both(
        "The music is {name}, a song of yours. I have not analyzed it.",
        "现在的音乐是您的 {name}，我没有分析过它。",
    ),
    "not_covered": _both(
        'The music does not cover the complete video any more: say "music over the whole video".',
        "音乐已经不能覆盖整个视频：可以说“让音乐覆盖整个视频”。",
    ),
    "music_removed": _both(
        'The music is gone. "Undo" brings it back, for free.',
        "音乐已移除。说“撤销”可以免费恢复。",
    ),
    "span_from": _both("The music starts at {start}.", "音乐从 {start}开始。"),
    "span_until": _both("The music stops at {end}.", "音乐在 {end}停止。"),
    "span_between": _both("The music plays from {start} to {end}.", "音乐从 {start}播放到 {end}。"),
    "span_all": _both("The music plays over the complete video.", "音乐覆盖整个视频。"),
    "no_time": _both(
        "That time is not inside the video, which is {seconds} long; nothing was changed.",
        "视频长 {seconds}，没有这个时间点；没有更改。",
    ),
    # Changes, and their results
    "did_louder": _both("{part}: louder now.", "{part}：更大声了。"),
    "did_softer": _both("{part}: softer now, and still there.", "{part}：更轻了，仍然保留。"),
    "did_none": _both("{part}: gone.", "{part}：已去掉。"),
    "did_add": _both("{part}: plays along now.", "{part}：已加入。"),
    "made_room": _both("It plays in place of: {parts}.", "它代替了：{parts}。"),
    "did_only": _both("{part}: plays alone now.", "现在只有{part}。"),
    "did_faster": _both("It is faster: {bpm} BPM.", "变快了：{bpm} BPM。"),
    "did_slower": _both("It is slower: {bpm} BPM.", "变慢了：{bpm} BPM。"),
    "did_fuller": _both("It is fuller: more is played.", "更丰满了：演奏的内容更多。"),
    "did_sparser": _both("It is simpler: less is played.", "更简单了：演奏的内容更少。"),
    "did_mood": _both("The mood is closer to {mood} now.", "更{mood}了。"),
    "did_less_mood": _both("The mood is less {mood} now.", "没那么{mood}了。"),
    "absent_part": _both("There is no {part} in this music.", "这段音乐里没有{part}。"),
    "already_part": _both("{part}: it plays already.", "{part}：已经有了。"),
    "already_key": _both("It is in that key already.", "已经是这个调了。"),
    "already_tempo": _both("It has that tempo already.", "已经是这个速度了。"),
    "already_style": _both("It already is {style}.", "已经是{style}了。"),
    "missed_style": _both("I could not turn it into {style}.", "没能改成{style}。"),
    "missed_tempo": _both(
        "I could not bring it to that tempo and keep the beats on the cuts.",
        "没能达到这个速度，同时让拍点落在剪辑上。",
    ),
    "missed_key": _both("I could not move it to that key.", "没能换到这个调。"),
    "missed_mood": _both(
        "It would not sound more {mood} than it does, so I left it.",
        "再改也听不出更{mood}，所以保持原样。",
    ),
    "missed_density": _both(
        "It would hardly sound fuller or simpler, so I left it.",
        "几乎听不出更丰满或更简单，所以保持原样。",
    ),
    "missed_part": _both("I could not do that with the {part}.", "没能对{part}这样修改。"),
    # Sound
    "music_at": _both("The music plays at {percent}.", "音乐音量现在是 {percent}。"),
    "music_muted": _both(
        'The music is muted. "Unmute the music" brings it back, for free.',
        "音乐已静音。说“取消音乐静音”可以免费恢复。",
    ),
    "music_back": _both(
        "The music is back, at {percent}. This is free.",
        "音乐恢复了，音量是 {percent}，不消耗积分。",
    ),
    "own_at": _both("The clip's own sound is at {percent}.", "视频原声音量现在是 {percent}。"),
    "own_muted": _both("The clip's own sound is muted.", "视频原声已静音。"),
    "no_own_sound": _both("The clips have no sound of their own.", "这些片段没有自带声音。"),
    "duck_on": _both(
        "The music is turned down while someone speaks.", "有人说话时，音乐会自动压低。"
    ),
    "duck_off": _both(
        "The music keeps its level while someone speaks.",
        "有人说话时，音乐保持原来的音量。",
    ),
    "passage_quiet": _both(
        "The music is {db} dB quieter from {start} to {end}.",
        "音乐从 {start}到 {end}轻 {db} dB。",
    ),
    "passage_silent": _both(
        "The music is silent from {start} to {end}.",
        "音乐从 {start}到 {end}静音。",
    ),
    "drop": _both(
        "The music holds back, and breaks in at {time}.",
        "音乐先收住，在 {time}爆发。",
    ),
    "leveled_out": _both(
        "The music plays at one level there again.", "音乐在那里恢复了原来的音量。"
    ),
    "level_already": _both(
        "The music plays at one level there already.", "音乐在那里本来就是原来的音量。"
    ),
    "ending": _both(
        "The ending is bigger: all before {time} is {db} dB softer.",
        "结尾更有气势：{time}之前的音乐轻了 {db} dB。",
    ),
    "song": _both(
        "{name} is the music now, {seconds} of it.", "现在的音乐是 {name}，长 {seconds}。"
    ),
    "song_short": _both(
        "{name} is the music now. It ends after {seconds}, before the video does.",
        "现在的音乐是 {name}，它在 {seconds}处结束，比视频短。",
    ),
    # Picture
    "trimmed": _both("The video is now {seconds} long.", "视频现在长 {seconds}。"),
    "trim_empty": _both(
        "That part is not on the timeline, which is {seconds} long; nothing was cut.",
        "时间线长 {seconds}，没有这一段；没有剪掉任何内容。",
    ),
    "canvas": _both(
        "The picture is {ratio} now ({width}x{height}).",
        "画面比例现在是 {ratio}（{width}x{height}）。",
    ),
    "canvas_own": _both(
        "The picture has the shape of the first clip again.", "画面恢复为第一个片段的比例。"
    ),
    "canvas_own_already": _both(
        "The picture has the shape of the first clip already.", "画面已经是第一个片段的比例。"
    ),
    "title": _both(
        'The title "{text}" shows from {start} to {end}.',
        "标题“{text}”在 {start}到 {end}之间显示。",
    ),
    "title_font": _both(
        'The title "{text}" was left out: {why}',
        "没有加上标题“{text}”：这台电脑上没有能绘制它的字体。请安装 Noto Sans CJK 等字体"
        "（Debian 和 Ubuntu：apt install fonts-noto-cjk），或者换一个标题。",
    ),
    "title_top": _both('The title "{text}" is at the top now.', "标题“{text}”现在在上方。"),
    "title_center": _both('The title "{text}" is in the middle now.', "标题“{text}”现在在中间。"),
    "title_bottom": _both('The title "{text}" is at the bottom now.', "标题“{text}”现在在下方。"),
    "title_changed": _both('The title says "{text}" now.', "标题现在是“{text}”。"),
    "titles_removed": _both("The title is gone.", "标题已移除。"),
    "title_removed": _both('The title "{text}" is gone.', "标题“{text}”已移除。"),
    "titles_are": _both("The titles are: {titles}.", "现有的标题：{titles}。"),
    "no_such_title": _both(
        'There is no title "{text}". The titles are: {titles}.',
        "没有标题“{text}”。现有的标题：{titles}。",
    ),
    "no_title": _both("There is no title on the timeline.", "时间线上没有标题。"),
    "fade_in": _both("{what} fades in over {seconds}.", "{what}在 {seconds}内淡入。"),
    "fade_out": _both("{what} fades out over {seconds}.", "{what}在 {seconds}内淡出。"),
    "fade_both": _both(
        "{what} fades in and out over {seconds}.", "{what}在 {seconds}内淡入和淡出。"
    ),
    "fade_gone": _both("The fade is gone.", "淡入淡出已取消。"),
    "fade_picture": _both("The picture", "画面"),
    "fade_music": _both("The music", "音乐"),
    "fade_all": _both("The film", "影片"),
    "focus": _both("The timeline shows {names}.", "时间线现在显示 {names}。"),
    "focus_same": _both("The timeline shows {names} already.", "时间线已经显示 {names}。"),
    # History
    "undone": _both("I took the last change back. This is free.", "已撤销上一步，不消耗积分。"),
    "undone_several": _both(
        "I took the last {n} changes back. This is free.", "已撤销最近的 {n} 步，不消耗积分。"
    ),
    "undone_first": _both("I took the last change back.", "已撤销上一步。"),
    "undone_music": _both(
        'The music is gone, too. "Redo" brings it back, for free.',
        "音乐也一起撤销了。说“重做”可以免费恢复。",
    ),
    "no_more_to_undo": _both("There is nothing more to take back.", "没有更多可以撤销的更改。"),
    "nothing_to_undo": _both("There is nothing to take back.", "没有可以撤销的更改。"),
    "redone": _both("I made the change again. This is free.", "已重做，不消耗积分。"),
    "redone_several": _both(
        "I made {n} changes again. This is free.", "已重做 {n} 步，不消耗积分。"
    ),
    "no_more_to_redo": _both("There is nothing more to make again.", "没有更多可以重做的更改。"),
    "nothing_to_redo": _both("There is nothing to make again.", "没有可以重做的更改。"),
    "went_back": _both(
        "The music is {name} again. This is free.", "音乐换回了{name}，不消耗积分。"
    ),
    "already_there": _both("The music already is {name}.", "现在的音乐就是{name}。"),
    "no_such_piece": _both(
        "There was no such music before. So far: {pieces}.",
        "之前没有这样的音乐。目前有：{pieces}。",
    ),
    # Questions
    "export": _both(
        "{summary}. It is ready to be exported, which is free.",
        "{summary}。可以导出了，导出免费。",
    ),
    "export_empty": _both(
        "There is nothing to export yet: please upload a clip first.",
        "还没有可以导出的内容，请先上传一个片段。",
    ),
    "describe_empty": _both(
        "The timeline is empty: please upload a clip.",
        "时间线是空的，请上传一个片段。",
    ),
    "is_key": _both("The music is in {key}.", "音乐是{key}。"),
    "is_tempo": _both("The music plays at {bpm} BPM.", "音乐的速度是 {bpm} BPM。"),
    "is_style": _both("The music is {style}: {title}.", "音乐是《{title}》，风格是{style}。"),
    "instruments": _both("These play: {names}.", "演奏的有：{names}。"),
    "is_length": _both("The video is {seconds} long.", "视频长 {seconds}。"),
    "are_lengths": _both(
        "The video is {seconds} long, and the music {music}.",
        "视频长 {seconds}，音乐长 {music}。",
    ),
    "last_change": _both("The last change was: {what}.", "上一步是：{what}。"),
    "no_last_change": _both("Nothing was changed just now.", "刚才没有任何更改。"),
    "cost": _both(
        "The last paid message cost {credits} credits.",
        "上一条付费消息用了 {credits} 积分。",
    ),
    "price_of_yes": _both(
        'What I asked about would cost {credits} credits. Say "yes" to go ahead.',
        "我刚才问的那一项要用 {credits} 积分。回答“是”就开始。",
    ),
    "prices": _both(
        "New music costs {piece} credits, and a change of the video {edit}. Questions, undo and "
        "exports are free.",
        "创作新音乐用 {piece} 积分，修改视频用 {edit} 积分。提问、撤销和导出不消耗积分。",
    ),
    "prices_none": _both("This backend charges nothing.", "这个后端不收积分。"),
    "cost_none": _both("Nothing was charged in this session.", "这个会话还没有扣过积分。"),
    "credits": _both(
        "You have {available} credits, and {frozen} are reserved.",
        "您有 {available} 积分可用，{frozen} 积分冻结中。",
    ),
    "versions": _both("These were composed: {pieces}.", "已创作的版本：{pieces}。"),
    "no_pieces": _both("No music was composed yet.", "还没有创作过音乐。"),
    # Talk
    "talk_hello": _both(
        'Hello! Upload a clip and tell me what music you would like, such as "warm lo-fi".',
        "您好！上传一个片段，告诉我想要什么音乐就行，比如“温暖的低保真”。",
    ),
    "talk_hello_clip": _both(
        'Hello! Tell me what music you would like for your video, such as "warm lo-fi".',
        "您好！告诉我想给视频配什么音乐就行，比如“温暖的低保真”。",
    ),
    "talk_thanks": _both("You are welcome!", "不客气！"),
    "talk_praise": _both(
        'Good. Say "export" when you are happy with it.',
        "好的。满意的话，说“导出”就行。",
    ),
    "talk_small_talk": _both(
        "Thank you for telling me! I changed nothing. Say what you would like to hear or see.",
        "谢谢您告诉我！我没有更改任何内容。想听什么、想改什么，直接说就行。",
    ),
    "talk_decline": _both("All right, I leave it as it is.", "好的，保持不变。"),
    "talk_opinion": _both(
        "I have no taste of my own: your ears decide. Say what you would like to hear, such as "
        '"make it jazz", and I write it. This message cost nothing.',
        "我没有自己的口味，由您的耳朵决定。说出想听的就行，比如“换成爵士”。这条消息不消耗积分。",
    ),
    "talk_why": _both(
        "I write by rules: the tempo follows the cuts, and key, style and mood follow your words "
        'and the picture. If it should be different, say how, such as "slower" or "in D major". '
        "This message cost nothing.",
        "我按规则写作：速度跟着剪辑，调、风格和情绪跟着您的话和画面。想改的话直接说，"
        "比如“慢一点”、“改成D大调”。这条消息不消耗积分。",
    ),
    "talk_can": _both(
        'Yes, I can write {style}. Say "make it {style}", and I write it. This message cost '
        "nothing.",
        "会，我能写{style}。说“换成{style}”，我就写。这条消息不消耗积分。",
    ),
    "talk_statement": _both(
        "I took that as a remark and changed nothing. If it was a wish, say what to do, such as "
        '"use piano". This message cost nothing.',
        "我把这句话当作闲聊，没有更改任何内容。如果是要求，请直接说要做什么，比如“加钢琴”。"
        "这条消息不消耗积分。",
    ),
    "talk_other": _both(
        "I can help with music and with the timeline of your video. This message cost nothing.",
        "我能帮忙的是配乐和视频的时间线。这条消息不消耗积分。",
    ),
    # The objects of questions
    "plan_compose": _both("compose new music", "创作新的音乐"),
    "plan_versions": _both(
        "compose {n} pieces, which are {n} times the price of one: {credits} credits in all",
        "创作 {n} 首音乐，每首单独计费：共 {credits} 积分",
    ),
    "plan_change": _both("change the music: {what}", "修改音乐：{what}"),
    "plan_remove": _both("remove the music", "移除音乐"),
    "plan_other": _both("edit the timeline", "编辑时间线"),
    # Small parts
    "seconds": _both("{n} s", "{n} 秒"),
    "and": _both(", ", "、"),
    "failed": _both("The work could not be finished: {why}", "没能完成：{why}"),
    "stopped": _both("it was stopped", "已被停止"),
    "too_long": _both("it took longer than {minutes} minutes", "超过了 {minutes} 分钟"),
}
"""Sentences by name: English, Chinese. Fields in braces are filled as by `str.format`."""
