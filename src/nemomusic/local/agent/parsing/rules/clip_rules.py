"""Rules for clips: which clips and songs a message names, and in which order."""

from __future__ import annotations

import re

import attrs

from nemomusic.local.agent.intents.message_intents import Focus, Intent, MessageContext, UseUpload
from nemomusic.local.agent.parsing.rewriting.message_text import HeldQuotes, group
from nemomusic.local.agent.parsing.rules.kept_clips import (
    CLAUSE_END,
    TELLS_WHERE,
    clause_around,
    is_faulty,
    is_unwanted,
    kept_of,
)
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import sound_words as sound
from nemomusic.local.agent.parsing.words.film import clip_words, fade_words, title_words
from nemomusic.local.agent.parsing.words.music import named_music

_MADE_BY = re.compile(r"\s*(?:is|was) (?:something|what|one that|a song)\b", re.IGNORECASE)
"""Words after the name of a song in a remark about it."""


@attrs.frozen
class NamedFile:
    """A place where a text names a file.

    Attributes:
        start: Where the name begins.
        end: Where the name ends.
        song: Whether the file is a song, else it is a clip.
        number: The number of the song or clip, from 0.
    """

    start: int
    end: int
    song: bool
    number: int

    @property
    def span(self) -> tuple[int, int]:
        """Where the name begins and ends."""
        return self.start, self.end


def named_files(text: str, quotes: HeldQuotes, context: MessageContext) -> list[NamedFile]:
    """Return the files that a text names. Of two files with one name, the newer one is meant."""
    found: list[NamedFile] = []
    for song, names in ((False, context.clips), (True, context.songs)):
        for number, name in enumerate(names):
            known = {name.lower(), (name.rpartition(".")[0] or name).lower()}
            for match in common.HELD.finditer(text):
                before = text[max(0, match.start() - 16) : match.start()]
                title = title_words.SAYING.search(before) or title_words.TITLE.search(before)
                if not title and quotes.texts[int(match[1])].strip().lower() in known:
                    found.append(NamedFile(match.start(), match.end(), song, number))
            plain = common.pattern(rf"(?<![A-Za-z0-9_.]){re.escape(name)}(?![A-Za-z0-9_])")
            found += [NamedFile(m.start(), m.end(), song, number) for m in plain.finditer(text)]
    found += _short_names(text, context)
    for match in clip_words.CLIP_NUMBER.finditer(text):
        said = group(match).lower()
        index = int(said) - 1 if said.isdigit() else clip_words.NUMBERS[said]
        if 0 <= index < len(context.clips):
            found.append(NamedFile(match.start(), match.end(), song=False, number=index))
    found.sort(key=lambda one: (one.start, -one.end, -one.number))
    kept: list[NamedFile] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


_DENIED_BEFORE = re.compile(
    r"\b(?:drop|remove|lose|without|not|skip|delete|forget|ditch|cut)\s+(?:the )?$", re.IGNORECASE
)
_DENIED_AFTER = re.compile(
    r"[^，,]{0,4}(?:不要|删|去掉|算了|不用|别放|别要|别用)|\s*(?:one |clip )?(?:out"
    r"|(?:is not|isn't|is no longer) (?:needed|necessary|required))\b"
)
_DENIED = re.compile(
    r"\b(?:not|without|no|lose|drop|skip|forget|ditch|remove|delete|don'?t (?:want|need|like|use)"
    r"|hate)\b[^,]*$"
    r"|不要[^，]*$",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?<!n't )(?<!not )\bcut (?:the |that |my )?$", re.IGNORECASE)
_TAKES = re.compile(
    r"\b(?:use|keep|join|show|take|combine|merge|stitch|put)\W*(?:together)?\W*$", re.IGNORECASE
)
"""Words before "both clips" that want these clips, not only a fade of them."""
_SHOWN = re.compile(r"\b(?:this|these|that|here)(?:'s| is| are) (?:all|every)\b", re.IGNORECASE)
_FRONT = re.compile(
    r"\s*(?:[那这]一?[段个条])?的?(?:放|排|在|[移挪搁摆搬提调]到?)(?:在|到)?(?:最?前[面头]?|开头|头里|第一(?![个段条]\w))"
)
_BACK = re.compile(
    r"\s*(?:[那这]一?[段个条])?的?(?:放|排|在|[移挪搁摆搬调]到?)(?:在|到)?最?后[面头]?"
)


def _short_names(text: str, context: MessageContext) -> list[NamedFile]:
    """Return where clips are named without their ending: "the beach clip", "city 放前面"."""
    found: list[NamedFile] = []
    for number, name in enumerate(context.clips):
        plain = (name.rpartition(".")[0] or name).lower()
        stem = "|".join(map(re.escape, (plain, *clip_words.CLIP_NOUNS.get(plain, ()))))
        stem = f"(?:{stem})"
        if len(plain) < 3:
            continue  # "a bit" does not name "a.mp4"
        pattern = common.pattern(
            rf"(?<![a-z0-9_.])(?:the )?{stem} (?:clip|video|one|footage|shots?|scenes?|part|bit)\b",
            rf"(?<![a-z0-9_.]){stem}(?=\s*(?:那一?[段个条]|这一?[段个条]|的?(?:片段|视频|素材)|[放挪搁摆搬]"
            rf"|太|不要|删|去掉|留"
            rf"|的?在[前后]|先|排|应该|接))",
            rf"(?:(?<=[留用要放光单先])|(?<=[^然最以之随]后)|(?<=[留用要放光单] )){stem}"
            rf"|(?:(?<=\bfirst )|(?<=\bjust the )"
            rf"|(?<=\bonly the )|(?<=\bthen )|(?<=\bby )|(?<=\bonly )|(?<=\bjust )"
            rf"|(?<=\blose the )|(?<=\bdrop the )|(?<=\bremove the )|(?<=\bskip the )"
            rf"|(?<=\bditch the )"
            rf"|(?<=\bdelete the )|(?<=\bsee the )|(?<=\buse the )|(?<=\bkeep the )"
            rf"|(?<=\bfirst the )|(?<=\bthen the )"
            rf"|(?<=\bstart with )"
            rf"|(?<=\bbegin with ))"
            rf"{stem}(?=\W*(?:$|[,.;!]|please\b|then\b|and\b))",
            rf"(?<=\bbe the ){stem}\b",
            rf"(?<![a-z0-9_.])(?:the )?{stem}(?= (?:only|alone|first|last|then|before"
            rf"|after(?! all\b)|goes|should come|comes)\b)",
        )
        found += [
            NamedFile(m.start(), m.end(), song=False, number=number) for m in pattern.finditer(text)
        ]
    if _BOTH_KEPT.search(text):
        found += [
            NamedFile(match.start(), match.end(), song=False, number=number)
            for number, name in enumerate(context.clips)
            for noun in clip_words.CLIP_NOUNS.get(name.rpartition(".")[0].lower(), ())
            for match in re.finditer(noun, text)
        ]
    if clip_words.ORDER.search(text) or clip_words.FOLLOWS.search(text):
        plain_names = [
            NamedFile(match.start(), match.end(), song=False, number=number)
            for number, name in enumerate(context.clips)
            for match in common.pattern(
                rf"(?<![A-Za-z0-9_.]){re.escape(name.rpartition('.')[0] or name)}(?![A-Za-z0-9_.])"
            ).finditer(text)
        ]
        if len({one.number for one in plain_names}) > 1:
            found += plain_names
    return found


def read_clips(text: str, quotes: HeldQuotes, context: MessageContext) -> tuple[list[Intent], str]:
    """Find the clips and songs that a text names.

    Returns:
        The intents for them, and the text without their names.
    """
    intents: list[Intent] = []
    named = named_files(text, quotes, context)
    song = next((one for one in named if one.song and not _MADE.match(text[one.end :])), None)
    if song is not None:
        around = text[max(0, song.start - 30) : song.end + 40]
        told = _MADE_BY.match(text[song.end :])
        if not told and (sound.MUSIC.search(around) or sound.USE.search(around) or len(named) == 1):
            intents.append(UseUpload(song.number))
            text = _without(text, song, sound.BEFORE_SONG, sound.AS_MUSIC)
            named = [one for one in named_files(text, quotes, context) if not one.song]
    elif context.songs and _uses_song(text):
        intents.append(UseUpload(len(context.songs) - 1))
        english, text = text.isascii(), sound.MY_SONG.sub(" ", text)
        if english:
            return intents, text
        named = [one for one in named_files(text, quotes, context) if not one.song]
    clips = [
        one for one in named if not one.song and not title_words.TOLD_ABOUT.search(text[one.end :])
    ]
    clips.sort(key=lambda one: one.start)
    found, text = _clips(text, clips, context)
    return intents + found, text


def _uses_song(text: str) -> bool:
    """Return whether a text wants the uploaded song, and does not speak of its level."""
    match = sound.MY_SONG.search(text)
    if match is None or _DATED.match(text[match.end() :]):
        return False
    return not sound.LEVEL.search(
        re.split(r"\b(?:and|but)\b|[,;，；]|但|不过", text[match.start() :])[0]
    )


def _clips(text: str, clips: list[NamedFile], context: MessageContext) -> tuple[list[Intent], str]:
    ordered = clip_words.SWAP.search(text) or (len(clips) > 1 and clip_words.ORDER.search(text))
    every_one = clip_words.ALL.search(text)
    all_of_it = every_one and (not text.isascii() or _TAKES.search(text[: every_one.start()]))
    if fade_words.FADE.search(text) and not (
        ordered or all_of_it or re.search(r"\bonly\b|只", text)
    ):
        return [], text
    of_sound = named_music.named_part(text) or (text.isascii() and sound.MUSIC.search(text))
    joins = clip_words.JOIN.search(text) and not of_sound
    only = re.search(
        r"\bonly\b|\bjust\b|只|[就光单][留用]|就要|光要|光[^，。]{1,4}就|就够|就行|就好",
        text,
        re.IGNORECASE,
    )
    told = clips and TELLS_WHERE.search(text[: clips[0].start])
    if len(clips) > 1 and told and not _CHOOSES_EN.search(text[: clips[-1].end]):
        return [], text  # "we went to the beach and then to the city"
    wanted = kept_of(text, [(one.number, one.start, one.end) for one in clips])
    if wanted and not clip_words.SWAP.search(text):
        return [Focus(wanted)], _blank(text, clips)
    kept = _kept_clips(text, clips)
    if only and kept:
        clips = kept
    elif len(clips) > 1 and _BOTH_KEPT.search(text) and not clip_words.ORDER.search(text):
        return [Focus(None)], _blank(text, clips)
    if len(clips) > 1 and only:
        denied = [
            one
            for one in clips
            if _DENIED.search(text[only.start() : one.start])
            or _DENIED_BEFORE.search(text[: one.start])
            or _DENIED_AFTER.match(text[one.end :])
        ]
        clips = [one for one in clips if one not in denied]
    if len(clips) > 1 and only and text.isascii():
        left = [one for one in clips if not _DENIED_BEFORE.search(text[: one.start])]
        clips = left or clips  # "lose the city footage, beach only"
    every = clip_words.ALL.search(text) and not (
        _SHOWN.search(text) or named_music.named_part(text)
    )
    everything = joins or every
    if len(clips) > 1 and only:
        after = [one for one in clips if one.start > only.start()]
        if after and re.search(r"[,.;]", text[clips[0].end : only.start()]):
            clips = after  # "I look bad in the city clip, so only the beach clip"
    count = len(context.clips)
    if count > 1 and len(clips) != 1 and clip_words.SWAP.search(text) and len(clips) in {0, 2}:
        order = list(context.order)
        if not clips:
            order.reverse()
        else:
            pair = {clips[0].number: clips[1].number, clips[1].number: clips[0].number}
            order = order if pair.keys() <= set(order) else list(range(count))
            order = [pair.get(number, number) for number in order]
        return [Focus(tuple(order))], clip_words.SWAP.sub(" ", _blank(text, clips))
    if not clips:
        if everything and count > 1:
            return [Focus(None)], clip_words.ALL.sub(" ", _without_join(text))
        return [], text
    if len(clips) == 1 and is_faulty(text, *clips[0].span):
        return [], text
    chosen = tuple(dict.fromkeys(one.number for one in clips))
    before = CLAUSE_END.split(text[max(0, clips[0].start - 24) : clips[0].start])[-1]
    takes = re.search(r"\btake\b", before)
    gone = _DENIED_AFTER.match(text[clips[-1].end :])
    # "Drop the city clip, I just want the beach", "just drop the city clip"
    apart = only and (
        re.search(r"[,.;]", text[clips[-1].end : only.start()])
        or clip_words.REMOVE_CLIP.search(text[only.end() : clips[0].start])
    )
    is_cut = _CUT.search(before) and not re.match(r"\s*\w", text[clips[-1].end :])
    removed = (not only or apart) and clip_words.REMOVE_CLIP.search(before) and not takes
    removed = removed or is_cut or (len(chosen) == 1 and is_unwanted(text, *clips[0].span))
    if removed or (gone and (not only or len(clips) == 1)):
        chosen = tuple(number for number in range(count) if number not in chosen)
        pattern = _DENIED_AFTER if gone else clip_words.REMOVE_CLIP
        head, tail = (text[: clips[-1].end], text[clips[-1].end :]) if gone else ("", text)
        text = head + pattern.sub(lambda match: " " * len(match[0]), tail, count=1)
    elif count > 1 and (order_of := _ordered(text, clips, chosen, count)):
        rest = clip_words.FOLLOWS.sub(" ", clip_words.ORDER.sub(" ", _blank(text, clips)))
        return [Focus(order_of)], rest
    if len(clips) == 1 and not gone and _is_only_named(text, clips[0]):
        return [], text
    for one in reversed(clips):
        text = _without(text, one, clip_words.BEFORE_NAME, clip_words.AFTER_NAME)
    if everything:
        text = _without_join(text)
    return ([Focus(chosen)] if chosen else []), text


_GIVEN = re.compile(r"(?:视频|片子)?给我\s*[个条段]?\s*$")
_DATED = re.compile(r"\s*是[^，。]*[年月]的")
"""Tells how old a song is."""
_MADE = re.compile(r"\s*是[^，。]*(?:录|写|弹|唱|拍|买|做)的")
"""Tells how a song came about."""
_KEPT_ONLY = re.compile(
    r"只|[就光单][留用]|就要|光要|光[^，。]{1,4}就|留[^，。,;；]*就?[够行好]|就[够行好]"
)
_OTHER_CLAUSE = re.compile(r"[，,。；;！!\s]+")
_BOTH_KEPT = re.compile(r"都(?:在|要|用上?|留|保留)(?=\W|$|了|着)")


def _kept_clips(text: str, clips: list[NamedFile]) -> list[NamedFile]:
    """Return the clips of the one Chinese clause that says which are kept, or none.

    "海滩那段全糊了，只留城市那段就好" names two clips, and keeps one of them.
    """
    if len(clips) < 2 or clip_words.ORDER.search(text) or text.isascii():
        return []
    start, found = 0, []
    ends = [match.start() for match in _OTHER_CLAUSE.finditer(text)] + [len(text)]
    for end in ends:
        inside = [one for one in clips if start <= one.start < end]
        if inside and _KEPT_ONLY.search(text[start:end]):
            found.append([one for one in inside if not _DENIED_AFTER.match(text[one.end :])])
        start = end
    return found[0] if len(found) == 1 and len(found[0]) < len(clips) else []


_KEPT = re.compile(
    r"只|[就光单]|留|不要|别要|不用|不需要|[删去剪砍扔丢撤裁切]掉|删|够|弃|踢|pass"
    r"|[用要放看选拿取](?:的?是)?\W*$",
    re.IGNORECASE,
)
_KEPT_AFTER = re.compile(
    r"\W*(?:[那这]?一?[段个条支部])?的?(?:视频|片段|素材)?(?:就|来)?(?:就好|就行|就够|够|行|可以|吧|好了)*\W*$"
)


_SHOWS_EN = re.compile(
    r"\s*(?:is|was|looks?|shows?|has|screams?|feels?|reminds?|makes?|sounds?|seems?|calls? for"
    r"|cries)\b",
    re.IGNORECASE,
)
_CHOOSES_EN = re.compile(
    r"\b(?:only|use|keep|remove|delete|drop|lose|cut|without|skip|throw|first|last|before|after|swap|order"
    r"|out|gone|enough|alone|instead|leave|ditch|needed|want|need|unnecessary|scrap|take|start|begin|end)\b",
    re.IGNORECASE,
)


def _is_only_named(text: str, name: NamedFile) -> bool:
    """Return whether a clause names a clip, and does not choose it.

    "城市那段全是灯笼，音乐换国风的" and "the city clip screams jazz" tell what the clip shows.
    """
    if text.isascii():
        told = _SHOWS_EN.match(text[name.end :])
        return bool(told) and not _CHOOSES_EN.search(_blank(text, [name]))
    start = max((m.end() for m in _OTHER_CLAUSE.finditer(text, 0, name.start)), default=0)
    after = _OTHER_CLAUSE.search(text, name.end)
    end = after.start() if after else len(text)
    if _KEPT_AFTER.match(text[name.end : end]):
        return False
    return not (_KEPT.search(text[start : name.start]) or _KEPT.search(text[name.end : end]))


def _ordered(
    text: str, clips: list[NamedFile], chosen: tuple[int, ...], count: int
) -> tuple[int, ...] | None:
    """Return the order of the clips in a text, or None if the text names no order."""
    around = _blank(text, clips)
    if len(clips) == 1 and clip_words.ORDER.search(clause_around(around, *clips[0].span)):
        around = clause_around(
            around, *clips[0].span
        )  # "cut the last 3 seconds, then put clip 2 first"
    follows = len(chosen) > 1 and clip_words.FOLLOWS.search(around)
    if len(clips) == 1 and re.search(r"\bonly\b|\bjust\b|只", clause_around(text, *clips[0].span)):
        return None  # but "put the second clip first, then keep only seconds 2 to 10"
    if not (follows or clip_words.ORDER.search(around)):
        return None
    if len(chosen) == 2 and (
        _BACK.match(text[clips[0].end :])
        or (
            re.search(r"\bafter\b(?! (?:it|that|them)\b|\W*$)|后面", around)
            and not _FRONT.match(text[clips[0].end :])
        )
    ):
        chosen = chosen[::-1]
    others = tuple(number for number in range(count) if number not in chosen)
    if (
        len(clips) == 1
        and clip_words.LAST_PLACE.search(around)
        and not re.search(r"最前|first", around)
    ):
        return others + chosen
    return chosen + others


def _without_join(text: str) -> str:
    """Return a text without the words that join clips: "两段视频给我拼成一个"."""
    return _GIVEN.sub(" ", clip_words.JOIN.sub(" ", text))


def _blank(text: str, clips: list[NamedFile]) -> str:
    for one in clips:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _without(text: str, name: NamedFile, before: str, after: str) -> str:
    """Return a text without a name and the small words around it."""
    head = common.pattern(f"(?:{before})$").sub("", text[: name.start])
    tail = common.pattern(f"^(?:{after})").sub("", text[name.end :])
    return f"{head} {tail}"
