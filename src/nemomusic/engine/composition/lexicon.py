"""The meanings of words for music: patterns of whole words in English, parts of a text in Chinese.

Valence (-1 sad .. 1 happy) and arousal (-1 still .. 1 driving) are Russell's circumplex model of
affect. The moods have the usual places of research on emotion in music.
"""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = ["BPM", "INSTRUMENTS", "MOODS", "STYLES", "TURNS", "Mood", "MoodModifier"]


@attrs.frozen
class Mood:
    """A mood: its affect, and its further effects on the music.

    Attributes:
        name: The word in a title ("Warm lo-fi").
        words: Patterns of the words that mean the mood.
        valence: -1..1, or None if the mood does not set it.
        arousal: -1..1, or None.
        color: -1 (dark timbre) .. 1 (bright timbre).
        density: -1..1, how many notes.
    """

    name: str
    words: str
    valence: float | None
    arousal: float | None
    color: float = 0.0
    density: float = 0.0


@attrs.frozen
class MoodModifier:
    """A wish for a change: of the tempo, the density, the loudness or the mode."""

    words: str
    tempo: float = 1.0
    density: float = 0.0
    loudness: float = 0.0
    arousal: float = 0.0
    valence: float = 0.0
    color: float = 0.0
    mode: Literal["major", "minor"] | None = None


STYLES: dict[str, str] = {
    "lofi": r"lo-?\s?fi(?:[ -]hip-?\s?hop)?|chill-?hop|study beats?|study music"
    r"|低保真|慵懒|慵慵懒懒|学习音乐",
    "cinematic": r"cinematic|cinema|film score|movie (?:music|score|vibe)|like a movie"
    r"|orchestral?|symphon\w+"
    r"|hans zimmer|电影感|电影原声|电影配乐|电影|影视|管弦乐?|交响",
    "pop": r"pop|k-?pop|j-?pop|poppy|chart (?:music|hits?)|top 40"
    r"|commercial|advert\w*|流行|韩流|广告",
    "ambient": r"ambient|atmospher\w+|drone music|soundscape|meditat\w+|yoga|spa|new age"
    r"|氛围|环境音乐|冥想|瑜伽",
    "edm": r"edm|electronic|electro|dance|techno|trance|club|rave|电子舞曲|电子|电音|舞曲|夜店",
    "acoustic": r"acoustic|folk|country|americana|campfire|singer-?songwriter|indie"
    r"|原声(?=的?(?:风|乐|吉他|音乐|感|民谣|质感|版|配乐|曲|味|钢琴))|民谣|乡村|木吉他|不插电",
    "jazz": r"jazz\w*|swing|bebop|big band|dixieland|blues|lounge|爵士|蓝调|布鲁斯",
    "rock": r"rock(?: (?:and|&|n|'n'?) roll)?|rockabilly"
    r"|punk|metal|grunge|摇滚|后摇|朋克|金属乐|重金属",
    "classical": r"classical|baroque|chamber music|string quartet|mozart|bach|vivaldi|haydn"
    r"|古典|巴洛克|室内乐|弦乐四重奏",
    "hiphop": r"hip-?\s?hop|boom[- ]?bap|rap|r&b|嘻哈|说唱|饶舌|节奏布鲁斯",
    "piano": r"solo piano|piano solo|piano music|piano piece|piano ballad|only piano|just piano"
    r"|piano only|钢琴曲|钢琴独奏|纯钢琴|只有钢琴|只要钢琴",
    "synthwave": r"synth-?wave|retro-?wave|80'?s|eighties|vapou?rwave|outrun|合成器浪潮|复古电子"
    r"|合成器波|蒸汽波",
    "guofeng": r"guofeng|chinese (?:style|traditional|folk|classical)|traditional chinese|oriental"
    r"|国风|古风|中国风|民乐|古筝曲",
    "epic": r"epic|trailer(?: music)?|blockbuster|史诗|大片|预告片",
    "corporate": r"corporate|explainer|presentation music|business music|企业|商务|宣传片",
    "house": r"house (?:music|beats?|track|groove)|(?:deep|tech|progressive|acid)[ -]house"
    r"|house|disco|house ?舞曲|浩室|迪斯科",
    "trap": r"trap|drill|陷阱",
    "classicalpiano": r"classical (?:solo )?piano|piano sonat\w+|chopin|debussy|satie"
    r"|古典钢琴|钢琴奏鸣曲",
    "reggae": r"reggae|dub reggae|ska|(?:bob )?marley(?=[ -](?:vibes?|style|feel|kind|sort|like))"
    r"|雷鬼|雷盖",
    "latin": r"latin\w*(?: dance)?|salsa|samba|bossa(?: nova)?|rumba|mambo"
    r"|cha-?cha|拉丁|萨尔萨|莎莎舞曲|桑巴|伦巴|曼波|恰恰|波萨诺瓦|巴萨诺瓦",
    "celtic": r"(?:celtic|irish|scottish|gaelic)(?: folk)?|jigs?"
    r"|(?:凯尔特|爱尔兰|苏格兰)(?:民谣|民乐)?",
    "funk": r"funk|funky|funk groove|放克",
    "drumandbass": r"drum ?(?:and|&|n|'n') ?bass|d ?(?:&|n) ?b|dnb|jungle music"
    r"|鼓打贝斯|鼓与贝斯",
    "waltz": r"waltz\w*|圆舞曲|华尔兹(?:舞曲?)?",
}

MOODS: tuple[Mood, ...] = (
    Mood(
        "happy",
        r"happy|happily|joy\w*|cheer\w*|glad|delight\w*|merry"
        r"|joll(?:y|ier|iest)|jovial|jubila\w+|gleeful\w*|chirpy|perky|carefree|blissful|ecstatic"
        r"|celebrat(?:ory|ive)|light-?hearted|feel-?good"
        r"|开心|快乐|欢快|高兴|愉快|喜庆|欢乐|喜气|喜洋洋|美滋滋|乐呵(?!成)",
        0.8,
        0.4,
        0.2,
    ),
    Mood(
        "playful",
        r"playful|cheeky|fun|funny|quirky|cute|silly|whimsical"
        r"|goofy|zany|comic(?:al)?|mischievous|humou?rous|jok(?:ey|y)|cartoon(?:y|ish)"
        r"|俏皮|调皮|可爱|有趣|搞笑|活泼|童趣|滑稽|逗一?[点些]|逗趣|逗的|蹦蹦跳跳",
        0.7,
        0.4,
        0.2,
        0.2,
    ),
    Mood(
        "upbeat",
        r"upbeat|up-beat|up-tempo|uptempo|lively|peppy|bouncy|groovy|party|festive"
        r"|jaunty|zippy|snappy|bubbly|catchy|toe-?tapping"
        r"|明快|轻快|热闹|律动|派对|动感|有节奏感",
        0.6,
        0.6,
        0.2,
        0.2,
    ),
    Mood(
        "uplifting",
        r"uplifting|inspir\w+|hopeful|optimistic|motivat\w+|positive|triumphant"
        r"|励志|鼓舞|振奋|积极|充满希望|满怀希望|希望感|有希望|给人希望|带来希望|希望[的之]|正能量",
        0.65,
        0.4,
        0.2,
    ),
    Mood(
        "energetic",
        r"energetic|energy|hype\w*|pumped(?:-up)?|fiery|exciting|excited|driving|powerful|intense"
        r"|adrenaline"
        r"|high-?octane|vigorous|rousing|punchy|pulsating|electrifying|turbo-?charged|pounding"
        r"|hard-?hitting|sporty?|workout|action|dynamic|活力|激情|激烈|有力|热血|刺激|运动|燃|推进感|驱动感|推动力|提气|往前冲|有劲|带劲|冲劲|带感|来劲"
        r"|劲爆|澎湃|肾上腺素|血脉|打鸡血|劲头|嗨起来|燃起来|蹦起来|跳起来|动起来|炸场|炸裂|要炸"
        r"|(?<!正)能量",
        0.3,
        0.9,
        0.2,
        0.3,
    ),
    Mood(
        "epic",
        r"heroic|majestic|grand|monumental|massive|grandiose|colossal"
        r"|宏大|壮丽|磅礴|恢弘|震撼|英雄|史诗感|史诗一[点些]|史诗点|千军万马|气吞山河|排山倒海|大场面|恢宏|王者归来|登基",
        0.15,
        0.75,
        0.0,
        0.1,
    ),
    Mood(
        "calm",
        r"calm\w*|restful|peaceful|relax\w*|chill\w*|tranquil|serene|soothing|gentle|gently|mellow"
        r"|laid-?back|quiet mood|slow-?paced"
        r"|placid|unhurried|easy-?going|zen|平静|安静|宁静|放松|舒缓|轻柔|柔和|温柔"
        r"|[治疗]愈|悠闲|惬意|恬静|松弛|岁月静好|眼皮.{0,2}打架|静下[心来]|静静|哄得?住?[睡觉]|哄睡|入睡",
        0.25,
        -0.65,
        -0.15,
        -0.3,
    ),
    Mood("sleepy", r"sleep\w*|lullaby|bedtime|drowsy|催眠|助眠|睡眠|摇篮曲", 0.1, -0.9, -0.3, -0.5),
    Mood(
        "dreamy",
        r"dream\w*|ethereal|float\w*|hazy|magical|fairy-?tale|starry|space"
        r"|otherworldly|celestial|enchant(?:ing|ed)|floaty"
        r"|梦幻|梦境|空灵|飘渺|缥缈|星空|奇幻|仙境|仙气|童话|像做梦|做梦一样|飘在云",
        0.2,
        -0.45,
        0.15,
        -0.15,
    ),
    Mood(
        "warm",
        r"warm\w*|cosy|cozy|heart-?felt|heart-?warming|tender|family"
        r"|homely|homey|comforting|snug|cuddly|温暖|温馨|暖心|暖|家的味道|炉火",
        0.45,
        -0.25,
        -0.2,
    ),
    Mood(
        "romantic",
        r"romantic|romance|(?<!'d )(?<!would )(?<!i )love(?! (?:it|that|this|to|if|how))|wedding"
        r"|intimate|lov(?:ey|y)[ -]dov(?:ey|y)|amorous|passionate|sensual|seductive|smooch\w*"
        r"|valentine'?s?|浪漫|爱情|婚礼|甜蜜|情侣|粉红泡泡|恋爱(?:的?感)|小鹿乱撞|甜到|心动|烛光",
        0.4,
        -0.3,
        -0.05,
    ),
    Mood(
        "nostalgic",
        r"nostalgi\w+|wistful|bittersweet|memor(?:y|ies)|retro|vintage"
        r"|old-?tim(?:ey|y)|old-?fashioned|throwback|怀旧|回忆|复古|思念|乡愁|[老旧]相册|[老旧]时光|那些年|童年的味道|老电影",
        -0.05,
        -0.35,
        -0.25,
    ),
    Mood(
        "emotional",
        r"emotional|moving|touching|sentimental"
        r"|poignant|soulful|heart-?wrenching|heart-?rending|tear-?jerk\w*|stirring"
        r"|感人|感动|动情|深情|抒情|煽情|鼻子(?:发|一)酸|掉眼泪|流泪|破防|眼眶",
        -0.15,
        -0.1,
    ),
    Mood(
        "sad",
        r"sad\w*|melanchol\w+|sorrow\w*|lonely|loneliness|gloomy|tragic|heart-?broken|depress\w+"
        r"|mourn\w*|rainy"
        r"|somb(?:er|re)|dreary|woeful|downcast|sorry-?sounding|funereal|悲伤|伤感|忧伤|忧郁|伤心|感伤|心碎|哀伤|难过|孤独|悲情|凄凉|悲|丧|想哭|催泪|泪目|听哭|看哭|孤单|泪奔",
        -0.75,
        -0.5,
        -0.2,
        -0.2,
    ),
    Mood(
        "dark",
        r"dark\w*|moody|noir|grim|ominous|sinister|gothic"
        r"|brooding|menacing|murky|foreboding|threatening|bleak|黑暗|阴暗|暗黑|阴郁|压抑|阴森",
        -0.65,
        0.0,
        -0.6,
    ),
    Mood(
        "tense",
        r"tense|tension|suspense\w*|thriller|anxious|nervous|urgent|chase|dramatic|drama"
        r"|nerve-?w?rack\w+|gripping|uneasy|on edge|nail-?bit\w+"
        r"|紧张|悬疑|惊悚|紧迫|追逐|戏剧|心跳加速|提心吊胆|捏一?把汗|嗓子眼",
        -0.55,
        0.55,
        -0.2,
        0.1,
    ),
    Mood(
        "eerie",
        r"scary|horror|creepy|eerie|spooky|haunt\w+|shivers down"
        r"|ghostly|unsettling|spine-?chilling|chilling|sp(?:ine)?-?tingling"
        r"|恐怖|吓人|后背发凉|背后发凉|毛骨悚然|诡异|惊悚片|可怕|鸡皮疙瘩|瘆",
        -0.85,
        0.1,
        -0.4,
    ),
    Mood(
        "mysterious",
        r"myster\w+|enigmatic|secret|cryptic|intriguing|神秘|玄幻|未知|探秘|破案|侦探",
        -0.35,
        -0.1,
        -0.2,
    ),
    Mood(
        "angry",
        r"angry|aggressive|rage|fierce|brutal|furious|愤怒|狂暴|凶猛|狂野",
        -0.6,
        0.9,
        0.1,
        0.2,
    ),
    Mood(
        "bright", r"bright|sunny|summer\w*|fresh|sparkling|阳光|明亮|清新|夏日|清爽", 0.6, 0.15, 0.5
    ),
    Mood(
        "soft",
        r"soft|delicate|subtle|minimal\w*|轻|柔柔|淡淡|淡雅|极简|简约",
        None,
        -0.5,
        -0.2,
        -0.35,
    ),
    Mood(
        "cool",
        r"cool|stylish|sleek|modern|fashion\w*|tech\w*|futuristic|时尚|酷|科技|现代|未来感|高级感",
        0.15,
        0.2,
        0.1,
    ),
    Mood(
        "night", r"night\w*|late-?night|midnight|neon|深夜|夜晚|午夜|霓虹|都市", -0.05, -0.1, -0.35
    ),
    Mood(
        "adventurous",
        r"advent\w+|travel\w*|journey|road-?trip|explor\w+|旅行|旅拍|冒险|探险|旅途",
        0.45,
        0.35,
        0.1,
    ),
)

TURNS: tuple[MoodModifier, ...] = (
    MoodModifier(
        r"slower|slow(?:ly)?|slow(?: \w+)? down|less fast|慢一点|慢一些|慢点|慢些|更慢|放慢"
        r"|减速|缓慢|慢节奏"
        r"|节奏慢|太快|too fast|not too fast"
        r"|不要太快|别太快",
        tempo=0.85,
    ),
    MoodModifier(
        r"faster|fast|quick\w*|speed(?: \w+)? up|less slow"
        r"|(?<![欢轻明愉爽畅])快(?:一点|一些|点|些)|更快|加快"
        r"|加速|快节奏"
        r"|节奏快|太慢|too slow|not too slow|不要太慢|别太慢",
        tempo=1.18,
    ),
    MoodModifier(r"louder|turn(?: \w+)? up|大声|响一点|音量大|调高", loudness=4.0),
    MoodModifier(
        r"quieter|quietly|turn(?: \w+)? down|too loud|not too loud|不要太吵|别太吵"
        r"|less loud|小声|轻一点|音量小|调低|太吵",
        loudness=-4.0,
    ),
    MoodModifier(
        r"busier|fuller|denser|richer|more notes|more layers|丰富|饱满|密集|更满", density=0.4
    ),
    MoodModifier(
        r"sparser|sparse|simpler|simple|emptier|fewer notes|less busy|stripped(?: back)?|too busy"
        r"|简单|稀疏|留白|太满",
        density=-0.4,
    ),
    MoodModifier(r"brighter|更亮|亮一点", color=0.4, valence=0.15),
    MoodModifier(r"darker|更暗|暗一点", color=-0.4, valence=-0.35),
    MoodModifier(r"happier|开心一点|欢快一点|快乐一点", valence=0.5, arousal=0.15),
    MoodModifier(r"sadder|悲伤一点|伤感一点|伤心一点", valence=-0.5, arousal=-0.15),
    MoodModifier(r"calmer|softer|gentler|安静一点|柔和一点|平静一点|舒缓一点", arousal=-0.4),
    MoodModifier(r"warmer|温暖一点", valence=0.3, color=-0.15),
    MoodModifier(
        r"bigger|stronger|harder|punchier|heavier|强烈一点|有力一点|更强|更燃",
        arousal=0.4,
        density=0.1,
    ),
    MoodModifier(r"minor(?: key)?|小调", mode="minor"),
    MoodModifier(r"major(?: key)?|大调", mode="major"),
)

INSTRUMENTS: dict[str, str] = {
    "drums": r"drums?|drumming|drum ?kit|percussion|beats|the beat|a beat|鼓点|鼓组|架子鼓"
    r"|打击乐|鼓(?!掌|励|舞|捣|浪屿)",
    "bass": r"bass(?: ?line| guitar)?|808s?|贝斯|(?<![男女])低音",
    "piano": r"pianos?|钢琴",
    "epiano": r"rhodes|electric piano|e-?piano|wurlitzer|电钢琴|电钢",
    "guitar": r"(?:nylon |classical )?guitars?|ukulele|banjo|吉他|尤克里里",
    "eguitar": r"electric guitars?|distort\w+ guitars?|guitar riffs?|电吉他",
    "strings": r"strings|string section|orchestra|弦乐",
    "violin": r"violins?|fiddle|小提琴|二胡",
    "cello": r"cellos?|大提琴",
    "flute": r"flutes?|whistle|woodwinds?|笛子|长笛|竹笛|箫",
    "brass": r"brass|horns?|trumpets?|trombones?|铜管|小号|圆号",
    "sax": r"sax|saxophones?|萨克斯",
    "choir": r"choirs?|vocals?|voices?|singing|合唱|人声",
    "bells": r"bells?|chimes?|glockenspiel|celesta|music box|铃|钟声|八音盒|钢片琴",
    "marimba": r"marimba|xylophone|kalimba|vibraphone|vibes?|木琴|马林巴|卡林巴",
    "harp": r"harps?|竖琴",
    "guzheng": r"guzheng|koto|pipa|zither|古筝|琵琶|古琴",
    "organ": r"organ|管风琴|风琴",
    "pad": r"pads?|铺底",
    "synth": r"synths?|synthesi[sz]ers?|合成器",
    "melody": r"melody|melodies|lead(?: line)?|旋律",
}

BPM = (
    r"(\d{2,3}(?:\.\d+)?)\s*(?:bpm|beats? (?:per|a) minute)"
    r"|(?:(?<![a-z])(?:bpm|tempo)|速度)\s*(?:of|is|to|at|=|:|：)?\s*"
    r"(?:(?:大概|大约|差不多|控制|保持|[就要在定设用调改为是到成约])\s*){0,4}(\d{2,3}(?:\.\d+)?)(?!\.?\d|\s*[%％秒])"
    r"|每分钟\s*(\d{2,3})\s*拍"
)
