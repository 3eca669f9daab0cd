"""Commands that a person types: row by row in both languages, and messages that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.protocol.commands import route_command, upload_sources

COMMANDS = {
    "export": """
        export
        Export!
        EXPORT PLEASE 🙏
        export it
        please export the video
        export 1080p MP4
        Export as MP4 in 1080p, please.
        export my final video in high quality
        can you export it now?
        download
        Download the video
        could you download it for me?
        send me the video
        Please send me the finished video, thanks!
        send me my clip
        give me the mp4
        get me the file
        save the video
        render the video
        I'd like to export my movie
        let's export
        导出
        导出。
        请导出视频
        导出视频
        帮我导出视频，谢谢！
        导出 1080p MP4
        导出为mp4格式
        导出我的视频吧
        我想导出最终视频
        下载
        下载视频
        可以下载这个视频吗？
        把视频发给我
        请把最终的视频发给我
        发给我视频
        视频发给我
        发视频给我
        导出到本地
    """,
    "credits": """
        credits
        Credits?
        my credits
        how many credits do I have?
        How many credits do I have left
        how many credits are left
        how many credits remain?
        check my credits
        show my credits
        what's my balance?
        What is my credit balance?
        balance
        check balance, please
        account balance
        credits left
        do I have any credits left?
        积分
        余额
        查看积分
        查询余额
        我的积分
        我还有多少积分？
        还剩多少积分
        积分还有多少
        请问我的余额是多少？
        剩余积分
        看看我的积分
    """,
    "state": """
        status
        Status?
        check status
        project status
        what's the status?
        show tracks
        Show me the tracks!
        show me all the tracks
        list tracks
        show the timeline
        show me my current timeline
        what's on the timeline?
        what's in my project?
        is it done?
        show me the state of my project
        progress
        is my video ready yet?
        状态
        查看状态
        当前状态
        状态怎么样了？
        项目状态如何
        显示轨道
        列出所有轨道
        请显示时间线
        时间线上有什么？
        进度
        做好了吗？
        视频好了吗？
        现在是什么状态？
        处理得怎么样了
        完成了没有
    """,
    "upload": """
        upload
        upload a file
        upload my video
        I want to upload some clips
        upload trip.mp4
        Upload trip.mp4, please
        please upload my trip.mp4
        upload "my trip.mp4"
        upload this: trip.mp4
        file:///home/me/a b.mp4
        upload trip.mp4 and beach.mov
        upload trip.mp4, beach.mov, song.mp3
        upload my summer trip.mp4
        upload https://example.com/a/trip.mp4?sig=1&x=2
        trip.mp4
        TRIP.MOV
        ./clips/trip.webm
        /home/me/My Videos/trip.mp4
        ~/trip.mkv
        C:\\Users\\me\\My Videos\\trip.avi
        "my holiday.mp4"
        photo.jpg
        song.m4a
        旅行.mp4
        a.mp4 b.mp4
        https://example.com/trip.mp4
        上传
        上传视频
        请上传文件
        我要上传一个视频
        上传 trip.mp4
        上传旅行.mp4
        帮我上传 a.mp4 和 b.mp4
        上传a.mp4和b.mp4
        上传：a.mp4、b.mp4
    """,
    "stream": """
        Add end credits
        add credits at the end
        roll the credits over a black screen
        a title saying Download
        add a title saying "Export"
        put the word credits on screen
        balance the music and the voice
        balance the audio
        don't export yet
        add music and export
        export only the audio
        export in 9:16
        export for TikTok
        make it vertical and export
        export as gif
        make the title say status
        show tracks of a train in the snow
        show tracks in the snow
        the status bar in my clip is distracting, crop it
        upload the mood a bit
        upload trip.mp4 and add music
        upload trip.pdf
        make my video like trip.mp4
        use song.mp3 as background
        trip.mp4 needs sad music
        report.pdf
        https://example.com/watch?v=1
        mp4
        generate my video clips
        generate a background music track that matches the mood and pace of my video
        make it 9:16
        send me the vibes of summer
        download button animation in the corner
        is it sad enough?
        hello
        please

        添加片尾积分字幕
        加一个写着“下载”的标题
        添加标题“导出”
        不要导出
        导出音频
        导出为竖屏
        加上音乐然后导出
        让画面状态更好
        上传者的名字放在片尾
        把进度条去掉
        音乐和人声的余额平衡一下
        给视频配上轻快的音乐
        把标题改成“余额”
        旅行.mp4 配上音乐
        谢谢
    """,
}
ROWS = [
    (line.strip(), request)
    for request, lines in COMMANDS.items()
    for line in lines.split("\n")
    if line.strip()
]


@pytest.mark.parametrize(("text", "command"), ROWS)
def test_commands(text, command):
    assert route_command(text) == command


@pytest.mark.parametrize(("text", "command"), [r for r in ROWS if r[1] not in {"stream", "upload"}])
def test_case_emoji_and_punctuation_do_not_matter(text, command):
    assert route_command(f"  🎬 {text.upper()}!! 🙏 ") == command


@pytest.mark.parametrize("text", ["", "   ", "?!", "🙂"])
def test_nothing_said_asks_for_nothing(text):
    assert route_command(text) == "stream"


@given(st.text(max_size=80))
def test_any_text_is_routed(text):
    assert route_command(text) in {*COMMANDS}


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("upload trip.mp4", ("trip.mp4",)),
        ("please upload my trip.mp4", ("trip.mp4",)),
        ('upload "my trip.mp4" and b.mov!', ("my trip.mp4", "b.mov")),
        ("/a b/c d.mp4", ("/a b/c d.mp4",)),
        ("upload my summer trip.mp4", ("summer trip.mp4",)),
        ("https://h/a.mp4?x=1,2, https://h/b.mp4", ("https://h/a.mp4?x=1,2", "https://h/b.mp4")),
        ("上传a.mp4和“b c.mp4”", ("a.mp4", "b c.mp4")),
        ("upload a file", ()),
        ("/a/b.mp4 then /c/d.mp4", ()),
        ("/a/b.mp4 make it sad", ()),
    ],
)
def test_what_is_to_be_uploaded(text, sources):
    assert upload_sources(text) == sources


RUNS = [
    "-",
    "please ",
    "“",
    '"',
    " ",
    "! ",
    ", and ",
    "我的",
    "查看我的",
    "full hd ",
    "a.mp4 ",
    "还有",
]


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_are_read_at_once(run):
    """A pattern that backtracks without bounds would never come to an end here."""
    for said in (run * 4000, run * 4000 + "x"):
        route_command(said)
