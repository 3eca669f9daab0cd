"""Words for the tempo of the music."""

from __future__ import annotations

from typing import Final

from nemomusic.local.agent.parsing.words.common_words import pattern

BPM: Final = pattern(
    r"(\d{2,3}(?:\.\d+)?)\s*(?:bpm|beats? (?:per|a) minute)",
    r"\b(?:bpm|tempo)\s*(?:of|is|to|at|=|:)?\s*(\d{2,3}(?:\.\d+)?)(?!\s*%)",
    r"(?:bpm|[曲拍]?速度?|节奏)\s*(?:给我|就|直接|帮我|不多不少|正好|刚好|大概|大约|差不多)*(?:固定|锁|改|调|提|降|设|定|拉|弄|放|卡)?(?:为"
    r"|是|到|成|在|要|得是|:|：)?\s*(\d{2,3}(?:\.\d+)?)(?!\s*%)",
    r"(?<!\d)(\d{2,3})的(?:速度|节奏|拍子)|每分钟\s*(\d{2,3})\s*拍|(?<!\d)(\d{2,3})\s*拍",
)
TEMPO: Final = pattern(r"\b(?:tempo|speed|pace|bpm|rhythm)\b", r"速度|节奏|节拍|拍速|曲速|快慢")
FASTER: Final = pattern(
    r"\b(?:more speed|faster|quicker|(?:too|bit|little|pretty) slow(?:ly)?(?! down)"
    r"|not fast enough|drags?(?! more)|dragging)\b",
    r"\bspeed(?: \w+){0,3} up\b|\bspeed up\b|\b(?:pick|step)(?: \w+){0,2} up the (?:tempo|pace"
    r"|speed)\b",
    r"\b(?:pick|step) up\b.*\b(?:tempo|pace|speed)\b|\bup the (?:tempo|pace|speed)\b",
    r"\b(?:tempo|speed|pace|bpm)\b.*\b(?:up|higher)\b|\bkick up the (?:tempo|pace|speed)\b",
    r"\b(?:double|increase|raise|crank)\b.*\b(?:tempo|speed|pace)\b",
    r"(?<![欢轻明愉爽痛畅])快一?[点些]|更快|再快|加快|(?<!心跳)加速|太慢|慢吞吞|慢得|(?:别|不要)(?:[这那]么)拖|还不?够快|乌龟|(?<![欢轻明愉爽痛畅])快起来|速度加倍|提(?:高"
    r"|升)(?:速度|节奏)|速度(?:提|快)|[拉提调]快|提一?点?速|拖沓|拖拖(?:拉拉|沓沓)|磨磨[唧叽蹭]|磨蹭|迈快|蜗牛|龟速|老牛|利索一?[点些]|赶一赶|[带加来提]一?点速度"
    r"|(?:bpm|速度|节奏|拍子).{0,3}(?:调|提)?高一?[点些]|(?:[速曲]速?度?|节奏|bpm).{0,3}(?:往上|提|上去|调快)",
)
SLOWER: Final = pattern(
    r"\b(?:calmer|gentler|lower|less) (?:in |of a )?(?:speed|tempo|pace)\b",
    r"\b(?:less speed|slower|rushed|hurried|(?:too|bit|little|pretty) (?:fast|quick)|not (?:so|too"
    r"|that) fast|ease off (?:on )?the (?:tempo|pace|speed)"
    r"|slow)\b",
    r"\bslow(?: \w+){0,4} down\b",
    r"\b(?:reduce|lower|decrease|down|drop|less)\b.*\b(?:tempo|speed|pace|bpm)\b|\bless fast\b",
    r"\b(?:tempo|speed|pace|bpm)\b.*\b(?:down|back|lower)\b",
    r"慢一?[点些]|更慢|再慢|慢下来|放慢|减速|太快|太赶|太急|(?:别|不要)(?:这|那)么[快赶急]|没(?:这|那)么[赶急]|不要(?:这"
    r"|那)?么?太?快|有点快"
    r"|拖一?[点些]慢|缓一缓|慢一慢|放缓|(?<!舒)缓一?[点些]|(?:bpm|速度|节奏|拍子).{0,3}(?:调|放)?低一?[点些]"
    r"|降低(?:速度|节奏)|速度.{0,2}减半|\bhalf (?:the )?(?:speed|tempo)\b"
    r"|要慢\W*$|悠着一?[点些]|慢悠悠一?[点些]|赶得(?![及上到])|散步|喘不过气|慢条斯理|不慌不忙|速度降|节奏降|没(?:那|这)么快|(?:速度|节奏|bpm).{0,3}(?:往下|降|放|调慢)",
)
