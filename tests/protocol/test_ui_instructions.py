"""Instructions to use a screen, and descriptions of content that only look like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic.protocol.agent_text import ui_patterns as phrases
from nemomusic.protocol.agent_text.ui_instructions import Action, translate_instructions

# Instructions for a screen: (said, what stays, what it becomes).
INSTRUCTIONS = [
    # click / 点击
    ("Click the track to select it.", "", ["do"]),
    ("Please click on the music clip.", "", ["do"]),
    ("I added music. You can click the Play button to listen.", "I added music.", ["do"]),
    ("Tap the clip to change its volume.", "", ["do"]),
    ("Double-click the title to edit it.", "", ["do"]),
    ("Your music is in. Use the volume slider to adjust it.", "Your music is in.", ["do"]),
    ("点击音乐片段。", "", ["do"]),
    ("已添加音乐。请点击播放按钮试听。", "已添加音乐。", ["do"]),
    ("您可以在右侧面板中点击标题进行修改。", "", ["do"]),
    # open / 打开
    ("Open the timeline to see your tracks.", "", ["read_state"]),
    ("Done! Open the media panel on the left.", "Done!", ["read_state"]),
    ("You can open your project at any time.", "", ["read_state"]),
    ("Go to the timeline.", "", ["read_state"]),
    ('Open "Tracks".', "", ["read_state"]),
    ("打开时间线面板查看轨道。", "", ["read_state"]),
    ("完成了。请打开项目。", "完成了。", ["read_state"]),
    # drag, drop / 拖拽
    ("Drag the title to the start.", "", ["edit"]),
    ("Drag and drop your clips onto the timeline.", "", ["edit"]),
    ("Drop the clip after the intro.", "", ["edit"]),
    ("I added a title. Drag it to 5 seconds.", "I added a title.", ["edit"]),
    ("拖拽标题到开头。", "", ["edit"]),
    ("把音乐拖到第二个镜头。", "", ["edit"]),
    ("已添加标题。您可以拖动标题调整位置。", "已添加标题。", ["edit"]),
    # preview in timeline
    ("Preview it in the timeline.", "", ["summarize"]),
    ("You can now preview the result in the timeline.", "", ["summarize"]),
    (
        "The music is in, which you can preview in the timeline.",
        "The music is in.",
        ["summarize"],
    ),
    ("Preview in timeline.", "", ["summarize"]),
    ("Click Play to preview the video in the timeline.", "", ["summarize"]),
    ("请在时间线中预览效果。", "", ["summarize"]),
    ("在时间轴上预览。", "", ["summarize"]),
    ("预览时间线。", "", ["summarize"]),
    # Export / 导出
    ("Export your video when you are happy.", "", ["export"]),
    ("Click Export.", "", ["export"]),
    ('Click "Export" to download your video.', "", ["export"]),
    ("All done! You can now export it.", "All done!", ["export"]),
    ("Your video is ready — click Export to download it.", "Your video is ready.", ["export"]),
    ("Use the Export button in the top right corner.", "", ["export"]),
    ("You can download it by clicking Export.", "", ["export"]),
    ("导出视频即可。", "", ["export"]),
    ("点击导出。", "", ["export"]),
    ("音乐已添加，请点击“导出”按钮。", "音乐已添加。", ["export"]),
    ("现在您可以导出视频了。", "", ["export"]),
    # check account, billing / 查看账户
    ("Check your account for the balance.", "", ["credits"]),
    ("You're out of credits. Check your billing page.", "You're out of credits.", ["credits"]),
    ("Check account.", "", ["credits"]),
    ("Open your account settings.", "", ["credits"]),
    ("积分不足。请查看账户。", "积分不足。", ["credits"]),
    ("查看您的账单。", "", ["credits"]),
    ("Go to Settings > Billing.", "", ["credits"]),
    ("请前往账户页面查看余额。", "", ["credits"]),
    # Several, and those that hang on other words.
    ("Click the clip and drag it to the end.", "", ["do", "edit"]),
    ("To hear it, click Play.", "", ["do"]),
    ("If you like it, click Export, choose 1080p, and press OK.", "", ["export"]),
    ("In the top right corner of the screen, click Export.", "", ["export"]),
    ("You will hear it when you click Play.", "", ["do"]),
    ("I added piano (click Play to hear it) and a title.", "I added piano and a title.", ["do"]),
    ("Click Play, I also lowered the voice.", "I also lowered the voice.", ["do"]),
    ("In the intro I added piano, and you can click Play.", "In the intro I added piano.", ["do"]),
    ('The title says "Go." Click Export.', 'The title says "Go."', ["export"]),
    ("I recommend clicking Export now.", "", ["export"]),
    ("Done! 🎵 When you're ready, just hit Export!", "Done! 🎵", ["export"]),
    ("Done. 👉 Click Play.", "Done.", ["do"]),
    ("Simply drag & drop your files here.", "", ["edit"]),
    ("Clicking Export will download the video.", "", ["export"]),
    ("Once you've clicked Play, it starts.", "", ["do"]),
    ("Open the Effects tab, then click Apply.", "", ["read_state"]),
    ("请打开编辑器，把标题拖拽到第5秒。", "", ["read_state", "edit"]),
    (
        "音乐已添加，您可以点击预览按钮查看效果，满意后点击导出。",
        "音乐已添加。",
        ["do", "export"],
    ),
    ("如需导出，请点击右上角的按钮。", "", ["export"]),
    ("👉 Click **Export**", "", ["export"]),
    ("Tip: drag the music to 0:05.", "", ["edit"]),
    ("如果满意，请点击导出按钮。", "", ["export"]),
    ("您可以通过点击导出下载视频。", "", ["export"]),
    (
        "Added lo-fi at 80 bpm.\n\nTo export:\n1. Click Export\n2. Open the folder\n\nEnjoy!",
        "Added lo-fi at 80 bpm.\n\nEnjoy!",
        ["export", "read_state"],
    ),
    (
        '已添加轻快的背景音乐 🎵，时长 30 秒。\n请点击"导出"按钮。\r\n第二行\u2028第三行',
        "已添加轻快的背景音乐 🎵，时长 30 秒。\r\n第二行\u2028第三行",
        ["export"],
    ),
]


@pytest.mark.parametrize(("said", "stays", "kinds"), INSTRUCTIONS)
def test_instructions(said, stays, kinds):
    translated = translate_instructions(said)
    assert translated.text == stays
    assert [action.kind for action in translated.actions] == kinds


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("Please drag the title to 5 seconds.", "drag the title to 5 seconds"),
        ('You can drag "Summer" or the intro, then release.', None),
        (
            "Drag the music to the start, then release it.",
            "Drag the music to the start, then release it",
        ),
        ("You can move it by dragging the clip to the end.", "drag the clip to the end"),
        ("请把音乐拖到开头。", "把音乐拖到开头"),
        ("您可以拖动标题调整位置。", "拖动标题调整位置"),
    ],
)
def test_an_edit_carries_its_message(said, message):
    actions = translate_instructions(said).actions
    if message is None:
        assert actions == (Action("edit", 'drag "Summer" or the intro, then release'),)
    else:
        assert actions == (Action("edit", message),)


CONTENT = """
    The clip shows a person opening a door.
    I added a click track.
    Click track added at 90 bpm.
    A person clicks a button on a phone.
    The man drags a suitcase through the station.
    He opens the app on his phone and drags a box.
    You can see a man click and drag a box.
    You can see a hand open the door of the library.
    Open fields at sunset, then a road.
    Open road (0-5s)
    Drag racing footage with a heavy beat.
    The drop hits at 0:32.
    Drop at 0:45, then a break.
    Drop the tempo to 80?
    The title says "Click here to subscribe".
    Added a title: "Click Export"
    Title: Open the door
    I exported the video.
    Your export is ready.
    Export finished in 30 seconds.
    Export is free.
    Your video is ready to export.
    Would you like me to export it?
    I will export the video now.
    I'll open the project and check the tracks.
    The preview in the timeline looks good.
    Tap dance music starts at 3s.
    Tap water drips in the first shot.
    I used the export settings you asked for.
    Check the balance of the mix at 0:10.
    I selected a warm style for the menu scene.
    Press conference footage, 20 seconds.
    The music follows the cuts; the tempo is 92 bpm.
    Which style do you want: jazz or lo-fi?
    I added end credits to your video.
    Say "导出" and you get the file.
    The song opens with a piano.
    The clip: click, click, click.
    Click click boom plays at 0:10.
    Export takes 30 to 90 seconds.
    Scene 2: open the window, close the door.
    Let me know if you'd like to export!
    Open hi-hat pattern added.

    视频中一个人打开了门。
    画面里有人点击手机屏幕。
    你可以看到视频中的人点击屏幕。
    已添加点击音效。
    点击音效已添加到第 3 秒。
    打开的窗户外是大海。
    他拖着箱子走过车站。
    已导出视频。
    导出完成。
    导出时长 30 秒。
    标题写着“点击这里”。
    视频已经可以导出了。
    音乐在第 10 秒打开局面。
    时间线上有 3 条轨道。
    您的账户里有 100 积分。
    导出需要30秒。
    导出视频大约需要一分钟。
    想要导出吗？
    我可以帮您导出视频。
    我已把音乐拖到开头。
    拖拽感很强的转场已添加。
"""


@pytest.mark.parametrize("said", [line.strip() for line in CONTENT.split("\n") if line.strip()])
def test_descriptions_of_content_stay(said):
    translated = translate_instructions(said)
    assert translated.text == said
    assert translated.actions == ()


@given(st.lists(st.sampled_from([line.strip() for line in CONTENT.split("\n")]), min_size=1))
def test_a_text_without_instructions_stays_to_the_letter(lines):
    said = "\n\n".join(lines)
    assert translate_instructions(said).text == said


@pytest.mark.parametrize(
    "row", [row for _, row in (*phrases.INSTRUCTIONS, *phrases.INSTRUCTIONS_ZH)]
)
@given(data=st.data())
def test_no_instruction_is_without_the_words_looked_for_first(row, data):
    said = data.draw(st.from_regex(row)).lower()
    assert any(word in said for word in phrases.WORDS)


@pytest.mark.parametrize("verb", phrases.VERB_KINDS)
def test_nor_one_said_in_passing(verb):
    assert any(word in verb for word in phrases.WORDS)


RUNS = ["-", "* ", "右上角", "please ", "(", "“", '"', " ", "!", "! ", "— ", ", and ", "我的", "的"]
RUNS += ["查看我的", "full hd ", "you now ", "while processing ", "\n", "1. ", "还有", "a.mp4 "]


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("CL\u0130CK the Save button.", "Click the Save button."),
        ("pre\u017f\u017f the Save button.", "press the Save button."),
    ],
)
def test_letters_that_are_the_same_in_any_case(said, plain):
    assert len(translate_instructions(plain).actions) == 1
    assert len(translate_instructions(said).actions) == 1


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_are_read_at_once(run):
    """A pattern that backtracks without bounds would never come to an end here."""
    for said in (run * 4000, run * 4000 + "x", f"I encountered a temporary issue {run * 4000}x"):
        assert translate_instructions(said).actions == ()


@given(st.text(max_size=80))
def test_any_text_is_translated(text):
    assert isinstance(translate_instructions(text).text, str)
