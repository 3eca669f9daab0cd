"""Rules for talk: the kind of a sentence, questions, and going back in history."""

from __future__ import annotations

import re
from typing import Final, Literal

from nemomusic.local.agent.intents.message_intents import (
    Confirm,
    GoBack,
    Intent,
    MessageContext,
    Question,
    Redo,
    Talk,
    Topic,
    Undo,
)
from nemomusic.local.agent.parsing.rewriting.message_text import group
from nemomusic.local.agent.parsing.rules.hedges import SATISFIED
from nemomusic.local.agent.parsing.rules.history_steps import (
    STEPS_AGAIN,
    STEPS_BACK,
    TO_THE_START,
    steps_of,
)
from nemomusic.local.agent.parsing.rules.order_detection import (
    HYPOTHETICAL,
    is_order,
    tells_of_others,
)
from nemomusic.local.agent.parsing.rules.small_talk import is_small_talk, thanks_and_asks
from nemomusic.local.agent.parsing.rules.unsupported_requests import OFF_TOPIC
from nemomusic.local.agent.parsing.words import common_words as common
from nemomusic.local.agent.parsing.words import ducking_words, number_words
from nemomusic.local.agent.parsing.words import sound_words as sound
from nemomusic.local.agent.parsing.words.film import fade_words
from nemomusic.local.agent.parsing.words.music import named_music, new_piece_words
from nemomusic.local.agent.parsing.words.talk import (
    history_words,
    question_words,
    small_talk_words,
    statement_words,
)

Sentence = Literal["order", "doubtful"] | Question | Talk
"""The kind of a sentence: an order, perhaps an order, or something else."""

LONGEST_REMARK = 160
"""Characters of a remark such as "thanks", with the words around it."""

_STRONG_WISH = common.pattern(
    r"\b(?:want|need|needs|'d like|would like|'d love|should|please|could|'d rather|prefer"
    r"|how about|let'?s)\b",
    r"\b(?:make|put|add|give|remove|take|change|bring|lower|turn|use|keep) (?:it|the|me|some|a"
    r"|them|that|this)\b",
    r"想要|想让|希望|需要|请|能不能|换成|改成|加|去掉|别|不要|调",
)
_CHINESE_SUBJECT = re.compile(
    r"^\W*(?:那时候|当时|当年|今天|昨天|那天|我们?|咱们?|他们?|她们?|你们?|大家|人们"
    r"|有人)(?!.{0,3}(?:想|要|需要|希望|不想|觉得"
    r"|更喜欢|选|听不))"
)
_IN_HISTORY = re.compile(
    r"\b(?:one|version|piece|track|music|tune|song|back|before|earlier|previous|attempt|try"
    r"|draft|again)\b|\b(?:liked|preferred|loved) the \w+ (?:better|more)\b"
    r"|[版个首段]|回"
    r"|[之先]前|前面|刚才",
    re.IGNORECASE,
)


_REMARKS: Final = (
    (small_talk_words.HELLO, Talk("hello")),
    (small_talk_words.THANKS, Talk("thanks")),
    (small_talk_words.PRAISE, Talk("praise")),
    (small_talk_words.CONFIRM, Talk("praise")),
    (small_talk_words.DECLINE, Talk("decline")),
)


def whole_message(text: str, context: MessageContext) -> Intent | None:
    """Return the kind of a message that is nothing but one remark, or None."""
    if len(text) > LONGEST_REMARK:
        return None
    if context.pending and small_talk_words.CONFIRM.search(text):
        return Confirm()
    for pattern, remark in _REMARKS:
        if pattern.search(text) and not (remark.kind == "thanks" and thanks_and_asks(text)):
            return remark
    return Talk("small_talk") if is_small_talk(text) else None


def is_remark(clause: str) -> bool:
    """Return whether a clause of an order only thanks, greets or praises."""
    return len(clause) <= LONGEST_REMARK and any(
        pattern.search(clause)
        for pattern in (
            small_talk_words.HELLO,
            small_talk_words.THANKS,
            small_talk_words.PRAISE,
            small_talk_words.CONFIRM,
            small_talk_words.DECLINE,
        )
    )


def kind_of(sentence: str, context: MessageContext) -> Sentence:
    """Return whether a sentence is an order, a question or a remark."""
    asks = question_words.QUESTION_MARK.search(sentence) or question_words.ASKS.search(sentence)
    topic = topic_of(sentence)
    if topic == "help" or (topic and asks and not _changes(sentence)):
        return Question(topic)
    if (
        topic == "state"
        and not new_piece_words.FRESH.search(sentence)
        and not _orders_too(sentence)
    ):
        return Question(topic)
    if small_talk_words.INFORMATION.search(sentence):
        return Talk("opinion")
    if question_words.WHY.search(sentence):
        return Talk("opinion")
    if question_words.OPINION.search(sentence) and asks:
        return Talk("opinion")
    if asks and not question_words.REQUESTS.search(sentence):
        bare = len(sentence.split()) <= 4 and not question_words.ASKS.search(sentence)
        if bare or re.search(r"\btoo\b|太|不够", sentence):
            return "doubtful"
        return Talk("opinion")
    if OFF_TOPIC.search(sentence):
        return Talk("other")
    if HYPOTHETICAL.search(sentence):
        return Talk("opinion")
    if history_words.REDO.search(sentence):
        return "order"
    content = SATISFIED.search(sentence)
    if content or (tells_of_others(sentence) and not statement_words.COMPLAINS.search(sentence)):
        return Talk("statement")
    if context.has_music and _about_the_world(sentence):
        return Talk("statement")
    return "doubtful" if context.has_music and _only_tells(sentence) else "order"


def asks_only(sentence: str) -> bool:
    """Return whether a sentence is a question that requests nothing."""
    marked = question_words.QUESTION_MARK.search(sentence)
    return bool(marked) and not question_words.REQUESTS.search(sentence)


def _orders_too(sentence: str) -> bool:
    """Return whether a clause of a sentence is an order about music: "… so put house music on"."""
    return any(
        is_order(one) and (named_music.named_style(one) or sound.MUSIC.search(one))
        for one in re.split(r"[,，]|\b(?:so|and|but)\b", sentence)
    )


def _changes(sentence: str) -> bool:
    """Return whether a question about a topic asks for a change: "can you set the tempo to 92?"."""
    return bool(question_words.REQUESTS.search(sentence)) and not re.search(
        r"\bset \w+ back\b|\b(?:tell|know|say|what|which)\b|什么|多少", sentence, re.IGNORECASE
    )


def _only_tells(sentence: str) -> bool:
    """Return whether a sentence has a verb of a statement, and no word of a wish."""
    if (
        re.search(rf"\d|{common.MARK}", sentence)
        or sound.HALVE.search(sentence)
        or history_of(sentence) is not None
    ):
        return False
    if sentence.isascii():
        wish = (
            statement_words.IMPERATIVE.search(sentence)
            or statement_words.WANTS.search(sentence)
            or statement_words.COMPLAINS.search(sentence)
        )
        if any(map(is_order, re.split(r"[,;.]", sentence))):
            return False
        return bool(statement_words.TELLS.search(sentence)) and not (
            wish or question_words.REQUESTS.search(sentence)
        )
    return bool(statement_words.TELLS.search(sentence)) and not statement_words.ORDERED.search(
        sentence
    )


def _about_the_world(sentence: str) -> bool:
    """Return whether a sentence is only a statement: "my brother plays the drums in a band"."""
    english = statement_words.SUBJECT.search(sentence)
    if statement_words.MOVES.search(sentence) and not re.search(
        r"\b(?:please|should|could)\b", sentence
    ):
        return True
    if statement_words.DESCRIBED.search(sentence) and not statement_words.ORDERED.search(sentence):
        return True
    if not english and not _CHINESE_SUBJECT.search(sentence):
        return False
    if (
        ducking_words.DUCK.search(sentence)
        or number_words.BARE_NUMBER.search(sentence)
        or (not english and sound.VOLUME.search(sentence) and sound.LEVEL.search(sentence))
        or history_of(sentence) is not None
        or history_words.UNDO.search(sentence)
        or new_piece_words.DISLIKE.search(sentence)
    ):
        return False
    if statement_words.PAST.search(sentence) and not _STRONG_WISH.search(sentence):
        return not statement_words.COMPLAINS.search(sentence)
    if english and statement_words.WANTS.search(sentence):
        return False
    if not english and _STRONG_WISH.search(sentence):
        return False
    return not statement_words.COMPLAINS.search(sentence)


def topic_of(sentence: str) -> Topic | None:
    """Return the topic of a question, or None."""
    for topic, pattern in question_words.TOPICS:
        if pattern.search(sentence):
            return topic
    return None


def history_of(clause: str) -> Intent | None:
    """Find a step back, a step forward, or an earlier piece."""
    if history_words.REDO.search(clause) or STEPS_AGAIN.search(clause):
        return Redo(steps_of(clause))
    back = _earlier_piece(clause)
    if back is not None:
        return back
    if TO_THE_START.search(clause):
        return Undo(None)
    if named_music.named_part(clause) and _RESTORED_PART.search(clause):
        return None
    back_again = history_words.UNDO.search(clause) or STEPS_BACK.search(clause)
    return Undo(steps_of(clause)) if back_again else None


_RESTORED_PART: Final = re.compile(
    r"(?:恢复|还原|找回|加回)(?!.{0,6}(?:改动|修改|操作|步))[^，。]{0,4}$"
)
"""Brings an instrument back, and takes no edit back."""


def _earlier_piece(clause: str) -> GoBack | None:
    if not history_words.BACK_TO.search(clause) or named_music.named_part(clause):
        return None
    if fade_words.FADE.search(clause):
        return None  # "fade in at the start and out again at the end"
    if sound.MUTE.search(clause) or sound.LOUDER.search(clause) or sound.QUIETER.search(clause):
        return None
    style = named_music.named_style(clause)
    moods = named_music.terms(clause, "mood")
    if style and not clause.isascii():
        return GoBack(style=style) if _IN_HISTORY.search(clause) else None
    number = history_words.NUMBERED.search(clause)
    if number and not common.SECONDS.search(clause):
        said = group(number).lower()
        count = history_words.ORDINALS.get(said) or (int(said) if said.isdigit() else 1)
        return GoBack(number=count, original=said in history_words.ORIGINAL)
    if not _IN_HISTORY.search(clause):
        return None
    if style:
        return GoBack(style=style)
    if moods and re.search(r"\bone\b|\bversion\b|[版个首]", clause):
        return GoBack(mood=moods[0].name)
    return None


_BACK: Final = common.pattern(r"\bgo(?:ing)? back\b", r"回去|换回|切回")
_ONE: Final = common.pattern(r"\b(?:one|version|piece)\b", r"首|版|个")


def back_to_style(one: Intent, text: str) -> Intent:
    """Return "go back" as a way to the style that a message names: "I liked the lofi one, go back".

    Args:
        one: An intent of the message. All but "undo" are returned as they are.
        text: The message.
    """
    if not (isinstance(one, Undo) and _BACK.search(text) and _ONE.search(text)):
        return one
    style = named_music.named_style(text)
    return one if style is None else GoBack(style=style)


_BROUGHT_BACK: Final = common.pattern(
    r"\bback\b|\brestore\b|\bun-?mute\b|\b(?:don'?t|do not) mute\b",
    r"\b(?:turn|switch)\b.*\bon\b(?! (?:at|from)\b)",
    r"恢复|回来|还给|还原|打开|(?:取消|解除|不要|别).{0,4}静音",
)
"""Brings a sound back that was removed or muted."""


def brings_music_back(clause: str, context: MessageContext) -> bool:
    """Return whether a clause asks for the music that was removed or muted."""
    gone = context.silenced or (not context.has_music and context.composed)
    return (
        gone
        and bool(sound.MUSIC.search(clause))
        and bool(_BROUGHT_BACK.search(clause))
        and not common.PERCENT.search(clause)
        and not named_music.named_style(clause)
    )
