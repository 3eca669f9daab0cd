"""What the embedded backend's agent reads out of a message, in English and Chinese."""

from __future__ import annotations

import pytest

from nemomusic.local.agent.intents.message_intents import (
    AddTitle,
    BiggerEnding,
    Canvas,
    ChangeTitle,
    Confirm,
    CutOut,
    Duck,
    ExportHint,
    Fade,
    Focus,
    MessageContext,
    MusicSpan,
    Passage,
    Question,
    Redo,
    RemoveMusic,
    RemoveTitles,
    Trim,
    Undo,
    UseUpload,
    Volume,
)
from nemomusic.local.agent.intents.music_intents import (
    ChangeMusic,
    ChangePart,
    Compose,
    ScaleTempo,
    SetKey,
    SetMood,
    SetStyle,
    SetTempo,
)
from nemomusic.local.agent.message_parser import parse_intents

CLIPS = ("a.mp4", "b.mp4", "trip to Rome.mp4")
NEW = MessageContext(clips=CLIPS, songs=("song.mp3",))
OLD = MessageContext(clips=CLIPS, songs=("song.mp3",), has_music=True, composed=True)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("generate a background music track that matches the mood and pace of my video", False),
        ("warm lo-fi that follows the cuts", True),
        ("generate my video clips", False),
        ("upbeat pop", True),
        ("background music please", False),
        ("something calm and dreamy", True),
        ("add music", False),
        ("something for my grandma's birthday", False),
        ("I want people to cry", False),
        ("make it better", False),
        ("给我的视频配一段轻快的流行音乐", True),
        ("温暖的低保真", True),
        ("生成背景音乐", False),
        ("奶奶过生日用的", False),
    ],
)
def test_a_first_message_that_is_no_question_asks_for_music(text, named):
    (intent,) = parse_intents(text, NEW).intents
    assert isinstance(intent, Compose)
    assert (intent.named, intent.count, intent.other) == (named, 1, False)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("make it slower", ScaleTempo(1 / 1.18)),
        ("慢一点", ScaleTempo(1 / 1.18)),
        ("set the tempo to 92 bpm", SetTempo(92.0)),
        ("less drums", ChangePart("drums", "less")),
        ("低音少一点", ChangePart("bass", "less")),
        ("less bass", ChangePart("bass", "less")),
        ("去掉鼓", ChangePart("drums", "none")),
        ("add some strings", ChangePart("strings", "add")),
        ("make it jazz", SetStyle("jazz")),
        ("更欢快一点", SetMood("happy")),
        ("再轻快一点", SetMood("upbeat")),
        ("in B flat minor", SetKey(10, "minor")),
        ("降B小调", SetKey(10, "minor")),
        ("升F大调", SetKey(6, "major")),
        ("put it in a minor key", SetKey(None, "minor")),
        ("play it in A minor", SetKey(9, "minor")),
    ],
)
def test_a_change_of_the_music_is_no_new_piece(text, change):
    asked = parse_intents(text, OLD)
    assert asked.intents == (ChangeMusic((change,)),)
    assert asked.pieces == 0


@pytest.mark.parametrize(
    "text", ["another one", "give me another track", "换一首", "再来一首", "I don't like it"]
)
def test_another_piece(text):
    assert parse_intents(text, OLD).intents == (Compose("", other=True),)


@pytest.mark.parametrize("text", ["generate epic rock music instead", "jazz", "给视频配爵士音乐"])
def test_a_new_piece_in_place_of_the_old_one(text):
    (intent,) = parse_intents(text, OLD).intents
    assert isinstance(intent, Compose)
    assert not intent.other


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("polka music", "polka"),
        ("来点歌剧", "opera"),
        ("some bollywood music", "Indian"),
        ("add dubstep music", "dubstep"),
        ("a tango, please", "tango"),
        ("make it electro swing", "electro swing"),
        ("add gregorian chant", "medieval"),
        ("加二次元音乐", "anime"),
        ("换成京剧", "Chinese opera"),
        ("来段弗拉门戈", "flamenco"),
    ],
)
@pytest.mark.parametrize("context", [NEW, OLD])
def test_a_style_that_the_composer_does_not_know_is_never_another_one(text, style, context):
    asked = parse_intents(text, context)
    assert asked.unknown_style == style
    assert asked.work == ()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("remove the music", RemoveMusic()),
        ("no music", RemoveMusic()),
        ("把音乐去掉", RemoveMusic()),
        ("music at 30%", Volume("music", 0.3)),
        ("set the volume of the music to 20 percent", Volume("music", 0.2)),
        ("把音乐调到50%", Volume("music", 0.5)),
        ("turn the music down by 20%", Volume("music", None, 0.8)),
        ("make it louder", Volume("music", None, 1.4)),
        ("音乐小声一点", Volume("music", None, 1 / 1.4)),
        ("mute the original sound", Volume("own", 0.0)),
        ("mute the video", Volume("own", 0.0)),
        ("静音", Volume("own", 0.0)),
        ("unmute", Volume("own", 1.0)),
        ("保留原声", Volume("own", 1.0)),
        ("original audio to 50%", Volume("own", 0.5)),
        ("原声调到30%", Volume("own", 0.3)),
        ("trim to the first 10 seconds", Trim(0.0, 10.0)),
        ("keep from 2s to 0:08", Trim(2.0, 8.0)),
        ("keep between 1 and 3.5 seconds", Trim(1.0, 3.5)),
        ("cut off the last 3 seconds", Trim(0.0, -3.0)),
        ("remove the first 2 seconds", Trim(2.0, None)),
        ("keep the last 4 seconds", Trim(-4.0, None)),
        ("cut the first 2 seconds", Trim(2.0, None)),
        ("please trim the last 3 s", Trim(0.0, -3.0)),
        ("drop the last 1.5 seconds", Trim(0.0, -1.5)),
        ("cut the last second", Trim(0.0, -1.0)),
        ("remove the first second", Trim(1.0, None)),
        ("cut the video's first two seconds", Trim(2.0, None)),
        ("cut 2 seconds off the end", Trim(0.0, -2.0)),
        ("trim 3 seconds from the start", Trim(3.0, None)),
        ("cut to the first 2 seconds", Trim(0.0, 2.0)),
        ("cut it to the last 2 seconds", Trim(-2.0, None)),
        ("keep only the first 2 seconds", Trim(0.0, 2.0)),
        ("only the first 2 seconds", Trim(0.0, 2.0)),
        ("trim to 10 s", Trim(0.0, 10.0)),
        ("剪掉开头2秒", Trim(2.0, None)),
        ("去掉最后3秒", Trim(0.0, -3.0)),
        ("把开头的两秒剪掉", Trim(2.0, None)),
        ("去掉结尾的一秒", Trim(0.0, -1.0)),
        ("从开头剪掉3秒", Trim(3.0, None)),
        ("只保留最后3秒", Trim(-3.0, None)),
        ("剪到前5秒", Trim(0.0, 5.0)),
        ("7-9秒剪走，那儿车没洗干净", CutOut(7.0, 9.0)),
        ("can you make it louder?", Volume("music", None, 1.4)),
        ("please turn it down", Volume("music", None, 1 / 1.4)),
        ("could you turn it up a bit please", Volume("music", None, 1.2)),
        ("I'd like it a little quieter", Volume("music", None, 1 / 1.2)),
        ("it's too loud", Volume("music", None, 1 / 1.4)),
        ("能不能大声一点", Volume("music", None, 1.4)),
        ("可以小声一点吗？", Volume("music", None, 1 / 1.4)),
        ("请调大一点", Volume("music", None, 1.4)),
        ("太吵了", Volume("music", None, 1 / 1.4)),
        ("太小声了", Volume("music", None, 1.4)),
        ("put the words Summer Trip at the start", AddTitle("Summer Trip", None, None, "center")),
        ("please write the text Bye at the end", AddTitle("Bye", -3.0, None, "center")),
        (
            "show the words Happy Jazz at the top for 2 seconds",
            AddTitle("Happy Jazz", None, 2.0, "top"),
        ),
        ('put the words "Summer Trip" at the end', AddTitle("Summer Trip", -3.0, None, "center")),
        ('put "Summer Trip" at the start', AddTitle("Summer Trip", None, None, "center")),
        ("在开头写上夏天之旅", AddTitle("夏天之旅", None, None, "center")),
        ("加上文字 夏天之旅，前3秒", AddTitle("夏天之旅", None, 3.0, "center")),
        ("在结尾加上文字：再见", AddTitle("再见", -3.0, None, "center")),
        ("保留前5秒", Trim(0.0, 5.0)),
        ("去掉前5秒", Trim(5.0, None)),
        ("从2秒到6秒剪出来", Trim(2.0, 6.0)),
        ("fade out the music over 2 seconds", Fade("out", "music", 2.0)),
        ("fade to black", Fade("out", "picture", 1.0)),
        ("fade in and out", Fade("both", "both", 1.0)),
        ("淡入淡出", Fade("both", "both", 1.0)),
        ("make it 9:16", Canvas("9:16", 1080, 1920)),
        ("竖屏", Canvas("9:16", 1080, 1920)),
        ("square format", Canvas("1:1", 1080, 1080)),
        ("16:9 please", Canvas("16:9", 1920, 1080)),
        ("remove the title", RemoveTitles()),
        ("去掉标题", RemoveTitles()),
        ('change the title to "New Days"', ChangeTitle("New Days")),
        ("把标题改成“新的一天”", ChangeTitle("新的一天")),
        ("标题改成：新的一天", ChangeTitle("新的一天")),
        ("把標題換成:新的一天", ChangeTitle("新的一天")),
        (
            'add a title saying "Urban Dreams" for the first 3 seconds',
            AddTitle("Urban Dreams", None, 3.0, "center"),
        ),
        (
            'add a title that says "Hi" at the top from 2 to 5 seconds',
            AddTitle("Hi", 2.0, 3.0, "top"),
        ),
        (
            "add a title saying Hello World for 4 seconds",
            AddTitle("Hello World", None, 4.0, "center"),
        ),
        ("加一个标题“城市之梦”，前3秒", AddTitle("城市之梦", None, 3.0, "center")),
        ('add "The End" as text at the end', AddTitle("The End", -3.0, None, "center")),
        ("only b.mp4", Focus((1,))),
        ("show clip 2", Focus((1,))),
        ("第二个视频", Focus((1,))),
        ("remove clip 2", Focus((0, 2))),
        ("join all clips", Focus(None)),
        ("合并所有片段", Focus(None)),
        ("join a.mp4 and trip to Rome.mp4", Focus((0, 2))),
        ("use song.mp3 as the music", UseUpload(0)),
        ("把song.mp3作为背景音乐", UseUpload(0)),
        ("what's on the timeline?", Question("state")),
        ("什么音乐？", Question("style")),
        ("cut out seconds 4 to 6", CutOut(4.0, 6.0)),
        ("make the ending bigger", BiggerEnding()),
        ("export 1080p MP4", ExportHint()),
        ("导出", ExportHint()),
        ('remove "Part 1"', RemoveTitles("Part 1")),
        ('take away the title "Part 1"', RemoveTitles("Part 1")),
        ("删掉标题“第一部分”", RemoveTitles("第一部分")),
        ('add a title "A" at 1 second', AddTitle("A", 1.0, None, "center")),
        ('put "C" on screen at 4 seconds', AddTitle("C", 4.0, None, "center")),
        ('show the text "D" from second 6', AddTitle("D", 6.0, None, "center")),
        ('add a title "A" at 5 seconds for 2 seconds', AddTitle("A", 5.0, 2.0, "center")),
        ("在第5秒加标题“你好”", AddTitle("你好", 5.0, None, "center")),
        ("make it 1080x1920", Canvas("9:16", 1080, 1920)),
        ("back to the original format", Canvas("original", 0, 0)),
        ("fade the music out slowly", Fade("out", "music", 3.0)),
        ("go back to how it was at the beginning", Undo(None)),
        ("restore the original", Undo(None)),
        ("set it to 120 bpm, no, 100", ChangeMusic((SetTempo(100.0),))),
        ("remove the piano, sorry, the drums", ChangeMusic((ChangePart("drums", "none"),))),
        (
            "drums and bass out",
            ChangeMusic((ChangePart("drums", "none"), ChangePart("bass", "none"))),
        ),
        ("I don’t want the drums", ChangeMusic((ChangePart("drums", "none"),))),
        ("title “Grandma’s House”", AddTitle("Grandma’s House", None, None, "center")),
        ("switch it to major, too sad for a wedding", ChangeMusic((SetKey(None, "major"),))),
        ("from C major to G major please", ChangeMusic((SetKey(7, "major"),))),
        ("from 120 down to 100 bpm please", ChangeMusic((SetTempo(100.0),))),
        ("actually the change you just undid was fine, put it back", Redo()),
        ("how loud is the music?", Question("volume")),
        ("现在音乐音量是多少？", Question("volume")),
    ],
)
def test_edits(text, intent):
    asked = parse_intents(text, OLD)
    assert asked.intents == (intent,)
    assert asked.refused == ()


@pytest.mark.parametrize(
    ("text", "factor"),
    [("can you make it louder?", 1.4), ("please turn it down", 1 / 1.4), ("能不能大声一点", 1.4)],
)
def test_without_music_the_videos_own_sound_gets_louder(text, factor):
    assert parse_intents(text, NEW).intents == (Volume("own", None, factor),)


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ('for "b.mp4": upbeat pop', (Focus((1,)), Compose("upbeat pop"))),
        ("clip 3: cinematic", (Focus((2,)), Compose("cinematic"))),
        (
            'add upbeat music and a title saying "Sad Jazz"',
            (Compose("add upbeat music"), AddTitle("Sad Jazz", None, None, "center")),
        ),
        (
            "cinematic, 9:16, fade in and out",
            (Canvas("9:16", 1080, 1920), Compose("cinematic"), Fade("both", "both", 1.0)),
        ),
        ("upbeat pop at 40% volume", (Compose("upbeat pop at 40% volume"), Volume("music", 0.4))),
        (
            'use "song" as the soundtrack and mute the original sound',
            (UseUpload(0), Volume("own", 0.0)),
        ),
        ("jazz in D minor", (Compose("jazz in D minor", key=SetKey(2, "minor")),)),
        (
            "想要国风，有活力的那种，原声静音",
            (Compose("想要国风, 有活力的那种"), Volume("own", 0.0)),
        ),
    ],
)
def test_several_wishes_in_one_message(text, intents):
    assert parse_intents(text, NEW).intents == intents


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        (
            "bring the tempo down, then turn up the dialogue",
            (ChangeMusic((ScaleTempo(1 / 1.18),)), Volume("own", None, 1.4)),
        ),
        (
            "no drums, then put the second clip first",
            (Focus((1, 0, 2)), ChangeMusic((ChangePart("drums", "none"),))),
        ),
        (
            "put the second clip first, then keep only seconds 2 to 10",
            (Focus((1, 0, 2)), Trim(2.0, 10.0)),
        ),
        ("剪掉最后3秒 再第二段放前面", (Focus((1, 0, 2)), Trim(0.0, -3.0))),
        ("我改主意了，把鼓加回来", (ChangeMusic((ChangePart("drums", "back"),)),)),
        (
            "结尾不够劲儿，再搞宏大一点，鼓轻点",
            (BiggerEnding(), ChangeMusic((ChangePart("drums", "less"),))),
        ),
        (
            "fade out both the picture and the music at the end, then send me the final video",
            (Fade("out", "both", 1.0), ExportHint()),
        ),
        (
            'remove the drums and name it "Yes, I Do"',
            (
                ChangeMusic((ChangePart("drums", "none"),)),
                AddTitle("Yes, I Do", None, None, "center"),
            ),
        ),
        (
            'no music from 4 to 6 and change the title to "Yes, I Do"',
            (Passage(4.0, 6.0, silent=True), ChangeTitle("Yes, I Do")),
        ),
        (
            "remove the bass. The music must stop at second 15",
            (ChangeMusic((ChangePart("bass", "none"),)), MusicSpan(None, 15.0)),
        ),
        ("lose b.mp4, I just want the first clip", (Focus((0,)),)),
        ("I just want to lose b.mp4", (Focus((0, 2)),)),
        ("skip b.mp4", (Focus((0, 2)),)),
        ("just cut b.mp4", (Focus((0, 2)),)),
        ("use both clips and fade out at the end", (Focus(None), Fade("out", "both", 1.0))),
        (
            'change the title to "Us" and fade out both picture and music',
            (ChangeTitle("Us"), Fade("out", "both", 1.0)),
        ),
        ("原声关，结尾音乐淡出", (Volume("own", 0.0), Fade("out", "music", 1.0))),
        ("cut the start, begin at second 3", (Trim(3.0, None),)),
        ("remove teh music", (RemoveMusic(),)),
        ("鼓大声点，合成器不变", (ChangeMusic((ChangePart("drums", "more"),)),)),
        ("只要鼓小声点，贝斯不变", (ChangeMusic((ChangePart("drums", "less"),)),)),
        (
            "only the bass should be quieter, not the choir",
            (ChangeMusic((ChangePart("bass", "less"),)),),
        ),
        ("hey music down while people speak pls", (Duck(on=True),)),
        (
            "another one but slower",
            (Compose("", other=True), ChangeMusic((ScaleTempo(1 / 1.18),))),
        ),
        ("换一首慢一点的", (Compose("", other=True), ChangeMusic((ScaleTempo(1 / 1.18),)))),
        ("不要原声。音乐靠前", (Volume("own", 0.0), Volume("music", None, 1.4))),
        ("the bass is booming, tone it down", (ChangeMusic((ChangePart("bass", "less"),)),)),
        ("长笛有点尖，小一点", (ChangeMusic((ChangePart("flute", "less"),)),)),
        ("配乐设成百分之三十五，第4到6秒那段视频删了", (CutOut(4.0, 6.0), Volume("music", 0.35))),
    ],
)
def test_each_of_two_wishes_is_read_alone_where_it_can_be(text, intents):
    read = parse_intents(text, OLD)
    assert (set(read.intents), read.unsure) == (set(intents), ())


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("going to bed, night. less bass", ()),
        ("只要city.mp4那个，海边的不用", (Focus((1,)),)),
        ("just use the beach.mp4 clip, i dont want the city.mp4 clip in it", (Focus((0,)),)),
        ("finally no more sax haha\ntake the music away", ()),
        ("glad we went back to jazz. lower the music when someone talks", ()),
        ("心里空落落的，像没了背景音乐\n音乐小声点", ()),
        ("他撤回了一条微信。音乐音量调到20%", ()),
    ],
)
def test_talk_beside_an_order_is_no_wish_or_the_agent_asks(text, done):
    clips = ("beach.mp4", "city.mp4")
    read = parse_intents(text, MessageContext(clips=clips, has_music=True, composed=True))
    assert read.intents == done
    assert bool(read.unsure) == (not done)


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        (
            "Funk rather than jazz, and not a peep from the original recording.",
            {ChangeMusic((SetStyle("funk"),)), Volume("own", 0.0)},
        ),
        ("剪5到10秒", {Trim(5.0, 10.0)}),
        ("剪掉从3秒到7秒", {CutOut(3.0, 7.0)}),
        ('fade the music out, the film is named "Sea"', {Fade("out", "music", 1.0)}),
        ("原声之前静音了", {Volume("own", 0.0)}),
    ],
)
def test_where_the_halves_say_something_else_the_agent_asks(text, proposed):
    read = parse_intents(text, OLD)
    assert (read.work, set(read.unsure)) == ((), proposed)


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "什么是量子计算",
        "write a poem",
        "",
        "   ",
        "!!!",
        "\ue0000\ue000",
    ],
)
def test_nothing_is_read_into_other_words(text):
    asked = parse_intents(text, OLD)
    assert asked.work == ()


@pytest.mark.parametrize(
    "text",
    [
        "add a night filter",
        "rotate the video 90 degrees",
        "speed up the video",
        "add captions",
        "add end credits",
        "加一个复古滤镜",
    ],
)
def test_what_is_beyond_us_is_named(text):
    asked = parse_intents(text, OLD)
    assert asked.refused == (text,)
    assert asked.work == ()


def test_the_newer_of_two_files_with_one_name():
    scene = MessageContext(clips=("a.mp4", "b.mp4", "a.mp4"))
    assert parse_intents("only a.mp4", scene).intents == (Focus((2,)),)


def test_a_title_may_say_anything():
    for said in ("remove the music", "b.mp4", "9:16", "mute the video", "fade out"):
        asked = parse_intents(f'add a title saying "{said}"', OLD)
        assert asked.intents == (AddTitle(said, None, None, "center"),)


def test_long_nonsense_is_read_quickly_enough_to_finish():
    for piece in (
        "make it ",
        "第",
        '"',
        "the music the ",
        "9:",
        "fade in ",
        "add a title saying ",
        "turn it down ",
    ):
        parse_intents(piece * 20_000, OLD)


def test_yes_answers_a_question_of_the_agent_and_nothing_else():
    pending = MessageContext(clips=("a.mp4",), has_music=True, pending=True)
    for text in ("yes", "Yes please!", "ok, do it", "好的", "是的，就这样"):
        assert parse_intents(text, pending).intents == (Confirm(),)
        assert parse_intents(text, OLD).work == ()
    assert parse_intents("no thanks", pending).work == ()


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("turn the volum up pls", (Volume("music", None, 1.4),)),
        ("the title looks cheap, take it off", (RemoveTitles(),)),
        (
            "no drums please and slow it down",
            (ChangeMusic((ChangePart("drums", "none"), ScaleTempo(1 / 1.18))),),
        ),
        ("10秒到13秒我打喷嚏了，切掉", (CutOut(10.0, 13.0),)),
        (
            "the drums are driving me nuts, get rid of em",
            (ChangeMusic((ChangePart("drums", "none"),)),),
        ),
        ("换成大调吧，小调听着丧气", (ChangeMusic((SetKey(None, "major"),)),)),
        ("结尾给个fade out", (Fade("out", "both", 1.0),)),
        ("只要前一分钟", (Trim(0.0, 60.0),)),
        ("不是要去掉鼓，是让它小一点", (ChangeMusic((ChangePart("drums", "less"),)),)),
        ("别换风格，快一点就行", (ChangeMusic((ScaleTempo(1.18),)),)),
        ("速度从120改成100", (ChangeMusic((SetTempo(100.0),)),)),
        ("速度120，不对，100", (ChangeMusic((SetTempo(100.0),)),)),
        ("没有貝斯嗎？加一個", (ChangeMusic((ChangePart("bass", "add"),)),)),
        ("加竖琴会不会更仙，加上", (ChangeMusic((ChangePart("harp", "add"),)),)),
    ],
)
def test_words_of_everyday(text, intents):
    assert parse_intents(text, OLD).intents == intents


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("piano louder, skip to 0:42", OLD),
        ("鼓轻一点，跳到0:42", OLD),
        ("remove the swearing and slow it down", OLD),
        ("louder, and blink at 12 s", OLD),
        ("my boss says it is too loud", OLD),
        ("my printer is broken, what a day", NEW),
    ],
)
def test_what_a_reading_does_not_account_for_is_not_paid(text, context):
    assert parse_intents(text, context).work == ()


@pytest.mark.parametrize(
    ("text", "named", "context"),
    [
        ("make the music louder and the video black and white", "the video black and white", OLD),
        ("把音乐调到30%，再把视频变成黑白", "视频变成黑白", OLD),
        ('change the title to "Mimi" and move it to the start', "move it to the start", OLD),
        ("加个标题“Hello”，红色", "红色", OLD),
        ('add a title "Hi" in red', 'add a title "Hi" in red', OLD),
        ("标题改成“你好”，移到开头", "移到开头", OLD),
        ("less bass, and upload it to youtube", "upload it to youtube", OLD),
        ("slower, and show the beach clip twice", "show the beach clip twice", OLD),
        ("make it square and add a border", "add a border", OLD),
        ("louder and rename the project to Norway", "rename the project to Norway", OLD),
        ("make it happier and tag my friends", "tag my friends", OLD),
        ("quieter music, faster video", "faster video", OLD),
        ("louder drums and a picture of my dog at the end", "a picture of my dog", OLD),
        ("音乐小一点，视频快一点", "视频快一点", OLD),
        ("音乐慢一点，再把我的脸P一下", "我的脸", OLD),
        ("warm lo-fi, and make the video black and white", "the video black and white", NEW),
    ],
)
def test_a_wish_that_no_intent_explains_is_named_before_the_rest_is_paid(text, named, context):
    asked = parse_intents(text, context)
    assert asked.work == ()
    assert asked.unsure
    assert any(named in one for one in (*asked.unread, *asked.refused))


def test_what_only_tells_why_is_no_second_wish():
    asked = parse_intents("get rid of the title, it covers her face", OLD)
    assert (asked.intents, asked.refused) == ((RemoveTitles(),), ())


@pytest.mark.parametrize(
    "text",
    [
        "turboflip the quarzle of the drums into a wibbled frob",
        "把这个鼓弄成乌拉瓦卡奇巴达的样子",
    ],
)
def test_below_the_bar_there_is_a_question_and_no_edit(text):
    asked = parse_intents(text, OLD)
    assert asked.work == ()
    assert asked.unsure


@pytest.mark.parametrize(
    "text",
    [
        "don't remove the piano",
        "you don’t need to take the piano out",
        "add drums. actually no, don't",
        "it could be louder, but leave it",
        "I don't want it faster",
        "it's not too fast for me",
        "we could make it faster, but let's not",
        "turn the music up. scratch that",
        "不要把鼓删掉",
        "音樂不用再大聲了",
        "没让你换成摇滚",
        "加个钢琴吧…算了不用了",
        "再欢快一点也行，不过现在这样挺好",
        "千万别撤销",
        "怪不得大家都用爵士",
        "我以前的视频用过钢琴曲",
        "听了一晚上摇滚，头都晕了",
    ],
)
def test_what_is_denied_or_taken_back_is_not_done(text):
    asked = parse_intents(text, OLD)
    assert asked.work == ()
    assert not any(isinstance(one, Undo | Redo) for one in asked.intents)


@pytest.mark.parametrize(
    "frame",
    [
        "不建议{}",
        "没必要{}",
        "我没说要{}啊",
        "{}就算了",
        "{}不太好吧",
        "{}？不要",
        "明天再{}吧",
        "等我说了你再{}",
        "怎么才能{}",
        "有没有必要{}",
        "{}难吗",
        "{}要多少积分",
        "如果{}，会更好听吗",
        "我刚才已经{}了",
        "我自己会{}",
    ],
)
def test_an_order_in_a_frame_that_makes_it_none_is_not_done(frame):
    for order in ("加点鼓", "把鼓去掉", "换成摇滚"):
        assert parse_intents(order, OLD).work
        assert not parse_intents(frame.format(order), OLD).work, order


@pytest.mark.parametrize(
    "text",
    [
        "结尾的鼓去掉",  # an edit of the drums changes all of the music
        "城市那段的音乐换成摇滚",
        "后半段音乐快一点",
        "除了鼓都小声点",
        "鼓去掉了吗",
        "谁把鼓去掉了",
        "钢琴加不加都行",
        "前4秒留海浪，音乐4秒后再进",  # a film of 4 s has no music from second 4
    ],
)
def test_what_limits_an_order_is_not_passed_over(text):
    assert not parse_intents(text, OLD).work


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("標題改成房車一家人", "房車一家人"),
        ("標題換成「房車一家人」", "房車一家人"),
        ("标题改成房车一家人", "房车一家人"),
    ],
)
def test_a_title_keeps_the_signs_in_which_it_was_written(text, title):
    (intent,) = parse_intents(text, OLD).intents
    assert intent.text == title
