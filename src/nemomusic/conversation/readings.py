"""Read the state and the balance, which a turn needs besides its stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nemomusic.errors import UnexpectedAnswerError
from nemomusic.models.account import Credits
from nemomusic.models.state import State
from nemomusic.models.values.convert import numbers
from nemomusic.protocol import routes

if TYPE_CHECKING:
    from nemomusic.conversation.session_ref import SessionRef
    from nemomusic.transport.messages import Response
    from nemomusic.transport.pipeline import RequestPipeline, SessionPolicy

_BALANCE: Final = routes.CREDITS.endpoint


async def read_state(
    pipeline: RequestPipeline, session: SessionRef, policy: SessionPolicy
) -> State:
    """Read the newest state of a session.

    Raises:
        SessionLostError: The session is gone, and the policy is not `PROPAGATE`.
        SessionNotFoundError: The session is gone, and the policy is `PROPAGATE`.
        UnexpectedAnswerError: The answer is not an object.
    """
    answer = await pipeline.request(routes.STATE, session=session, on_lost=policy)
    if not isinstance(answer.data, dict):
        raise UnexpectedAnswerError("the state is not an object", endpoint=routes.STATE.endpoint)
    return State(answer.data, response=answer.meta)


async def read_credits(pipeline: RequestPipeline) -> Credits:
    """Read the balance."""
    return credits_in(await pipeline.request(routes.CREDITS))


def credits_in(answer: Response) -> Credits:
    """Return the balance that an answer holds.

    Raises:
        UnexpectedAnswerError: The answer holds no balance.
    """
    available, frozen, total = numbers(
        answer.data, "available", "frozen", "total", endpoint=_BALANCE
    )
    return Credits(available, frozen, total, response=answer.meta)
