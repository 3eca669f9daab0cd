"""Turn the agent's instructions to use a screen into actions.

The agent talks as if there were a screen (docs/protocol.md). The phrases are in `ui_patterns`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import attrs

from nemomusic.protocol.agent_text import ui_patterns as phrases
from nemomusic.protocol.agent_text.text_patterns import (
    fold_case,
    mask_quotations,
    patterns,
    spans_between,
    split_sentences,
)
from nemomusic.protocol.agent_text.ui_patterns import ActionKind

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Action", "ActionKind", "Translated", "translate_instructions"]


@attrs.frozen
class Action:
    """The call that an instruction to use a screen becomes.

    Attributes:
        kind: The call that serves it.
        text: The instruction in the agent's words, without "please" and "you can". For EDIT this is
            the message to send.
    """

    kind: ActionKind
    text: str


@attrs.frozen
class Translated:
    """The agent's text without instructions to use a screen.

    Attributes:
        text: The rest of the text.
        actions: The calls that the instructions become.
    """

    text: str
    actions: tuple[Action, ...] = ()


def translate_instructions(text: str) -> Translated:
    """Turn instructions to use a screen into actions and take them out of the text.

    Only instructions to the reader are taken out. Descriptions of content stay, such as "The clip
    shows a person opening a door". A text without instructions stays as it is.
    """
    lower = fold_case(text)
    if not any(word in lower for word in phrases.WORDS):
        return Translated(text)
    units: list[tuple[str, bool]] = []
    actions: list[Action] = []
    for line in re.split(r"(\r?\n)", text):
        for sentence in split_sentences(line):
            kept, found = _translate_sentence(sentence)
            actions += found
            units.append((kept, bool(found) and not kept.strip()))
    if not actions:
        return Translated(text)
    said: list[str] = []
    gone_next = False  # the next unit was taken out, so its header and line break are taken out too
    for kept, gone in reversed(units):
        header = gone_next and bool(phrases.HEADER.match(kept))
        if not (gone or header or (gone_next and kept in {"\n", "\r\n"})):
            said.append(kept)
        if kept.strip() or gone:
            gone_next = gone or header
    return Translated("".join(reversed(said)).strip(), tuple(actions))


def _translate_sentence(sentence: str) -> tuple[str, list[Action]]:
    """Return the rest of a sentence without instructions, and the actions for those."""
    ending = phrases.ENDING.search(sentence)
    if ending and ending[0].strip(" \t*_)）").endswith(("?", "？")):
        return sentence, []  # a question is no instruction
    actions: list[Action] = []
    for aside in reversed(list(phrases.BRACKETED.finditer(mask_quotations(sentence)))):
        found = list(_steps(aside[0].strip()[1:-1], aside[0]))
        if found:
            actions = found + actions
            sentence = sentence[: aside.start()] + sentence[aside.end() :]
    masked = mask_quotations(sentence)
    spans = spans_between(phrases.CLAUSE, masked)
    first = next((n for n, (a, b) in enumerate(spans) if _first_step(masked[a:b])), None)
    if first is None:
        return sentence, actions
    opened = first
    while opened and phrases.OPENER.match(masked[slice(*spans[opened - 1])]):
        opened -= 1
    tail = ""
    for number, (start, end) in enumerate(spans[first:], first):
        if number > first and phrases.TOLD.match(masked[start:end]):
            tail, found = _translate_sentence(sentence[start:])
            actions += found
            break
        aim = sentence[spans[opened][0] if number == first else start : end]
        found = list(_steps(sentence[start:end], aim))
        more = sentence[start:end].strip(" .!。！*_")
        # "Click Export, choose 1080p and press OK" is one action, told in steps.
        on = number > first and (
            not found
            or (found[0].kind is ActionKind.DO and actions[-1].kind is not ActionKind.EDIT)
        )
        if on and more:
            last = actions.pop()
            actions.append(attrs.evolve(last, text=f"{last.text}, {more}"))
        else:
            actions += found
    head = phrases.LOOSE_END.sub("", sentence[: spans[opened][0]])
    if not head.strip(" *_#>•·-"):
        return tail[:1].upper() + tail[1:], actions
    if tail:
        return f"{head}{'，' if '，' in sentence else ', '}{tail}", actions
    return head + (ending[0].rstrip() if ending else ""), actions


@cache
def _instructions() -> tuple[tuple[ActionKind, re.Pattern[str]], ...]:
    """Return the patterns of both languages. Compiling them takes some 80 ms."""
    found: list[tuple[ActionKind, re.Pattern[str]]] = []
    for lead, table in (
        (phrases.LEAD, phrases.INSTRUCTIONS),
        (phrases.LEAD_ZH, phrases.INSTRUCTIONS_ZH),
    ):
        kinds = (kind for kind, _ in table)
        compiled = patterns(*(pattern for _, pattern in table), lead=lead)
        found += zip(kinds, compiled, strict=True)
    return tuple(found)


def _first_step(masked: str) -> tuple[ActionKind, int, str] | None:
    """Return kind, position and verb of the instruction that a clause begins with, or None."""
    for kind, pattern in _instructions():
        if found := pattern.match(masked):
            return kind, found.start("act"), ""
    if found := phrases.GERUND.search(masked):
        if phrases.ADDRESSED.search(masked) or not found[0].lower().startswith("by"):
            verb = (found["verb"] or found["subject"]).lower()
            return phrases.VERB_KINDS[verb], found.end(), phrases.VERBS.get(verb, verb)
    elif found := phrases.YOU_USE.search(masked):
        verb = found["verb"] or found["zh"]
        return phrases.VERB_KINDS[verb.lower()], found.end() - len(verb), ""
    return None


def _steps(clause: str, aim: str) -> Iterator[Action]:
    """Yield the actions of a clause.

    Args:
        clause: The clause, from the instruction on.
        aim: The clause together with its purpose ("to download it, click the button").
    """
    masked = mask_quotations(clause)
    parts = spans_between(phrases.NEXT_STEP, masked)
    for number, (start, end) in enumerate(parts):
        step = _first_step(masked[start:end])
        if step is None:
            if number == 0:
                return
            continue
        kind, at, verb = step
        text = (verb + clause[start + at : end]).strip(" \t.!。！*_)）")
        if kind in {ActionKind.DO, ActionKind.READ_STATE}:
            said = aim if len(parts) == 1 else clause[start:end]
            kind = next((aimed for aimed, sign in phrases.AIMS if sign.search(said)), kind)
        yield Action(kind, text)
