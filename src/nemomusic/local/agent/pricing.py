"""Prices of messages, in credits. Their numbers are in `nemomusic.local.limits`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from nemomusic.local.agent.edits import timeline
from nemomusic.local.agent.edits.workspace import clips_of
from nemomusic.local.agent.intents.message_intents import FREE

if TYPE_CHECKING:
    from nemomusic.local.agent.intents.message_intents import ParsedMessage
    from nemomusic.local.service import Service
    from nemomusic.local.storage.records import SessionRecord


def highest_price(service: Service, session: SessionRecord, asked: ParsedMessage) -> int:
    """Return the highest price of a message: 0 unless it asks for work that can be done."""
    if not service.faithful or not asked.work or not clips_of(service, session.session_id):
        return 0
    return _price(service, asked.pieces)


def price_of_yes(service: Service, asked: ParsedMessage) -> int:
    """Return the highest price of the intents that wait for a "yes"."""
    if not service.faithful or all(isinstance(one, FREE) for one in asked.unsure):
        return 0
    return _price(service, attrs.evolve(asked, intents=asked.unsure).pieces)


def price_of_work(service: Service, before: SessionRecord, pieces: int) -> int:
    """Return the price of finished work: 0 if the video has not changed.

    Args:
        service: The embedded backend.
        before: The session at the arrival of the message.
        pieces: How many pieces of music were composed.
    """
    now = service.store.known_session(before.session_id, before.user_id)
    old, new = timeline.load(before.draft), timeline.load(now.draft)
    changed = timeline.content(old) != timeline.content(new)  # its steps may undo each other
    return _price(service, pieces) if changed else 0


def _price(service: Service, pieces: int) -> int:
    limits = service.limits
    return pieces * limits.generate_price if pieces else limits.edit_price
