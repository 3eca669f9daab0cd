"""The resources of one client.

If a resource needs another resource, it gets that one as an argument. A resource is made, and its
module is imported, when it is first used. So a client that only renders does not load the tables of
the conversation.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nemomusic.conversation.turn_registry import TurnRegistry
    from nemomusic.resources.auth import Auth, TokenSource
    from nemomusic.resources.credits import CreditsBalance
    from nemomusic.resources.render import Renders
    from nemomusic.resources.render_steps import RenderSteps
    from nemomusic.resources.say import TypedRequests
    from nemomusic.resources.scores import Scores
    from nemomusic.resources.sessions import Sessions, SessionStore
    from nemomusic.resources.state import States
    from nemomusic.resources.stream import Stream
    from nemomusic.resources.uploads import Uploads
    from nemomusic.transport.pipeline import RequestPipeline


class Resources:
    """All resources, over one pipeline."""

    def __init__(self, pipeline: RequestPipeline, tokens: TokenSource, turns: TurnRegistry) -> None:
        self.pipeline = pipeline
        self.tokens = tokens
        self.turns = turns

    @cached_property
    def auth(self) -> Auth:
        """Tokens and claim links."""
        from nemomusic.resources.auth import Auth

        return Auth(self.pipeline, self.tokens, self.session_store.attach)

    @cached_property
    def credits(self) -> CreditsBalance:
        """The balance."""
        from nemomusic.resources.credits import CreditsBalance

        return CreditsBalance(self.pipeline)

    @cached_property
    def state(self) -> States:
        """Drafts and media."""
        from nemomusic.resources.state import States

        return States(self.pipeline, self.session_store.attach)

    @cached_property
    def uploads(self) -> Uploads:
        """Uploads into sessions."""
        from nemomusic.resources.uploads import Uploads

        return Uploads(self.pipeline, self.session_store.attach)

    @cached_property
    def stream(self) -> Stream:
        """Messages to the agent, and their replies."""
        from nemomusic.resources.stream import Stream

        return Stream(self.pipeline, self.session_store.attach, self.turns)

    @cached_property
    def render(self) -> Renders:
        """Exports."""
        from nemomusic.resources.render import Renders

        return Renders(self.pipeline, self.session_store.attach)

    @cached_property
    def render_steps(self) -> RenderSteps:
        """The steps of an export, for jobs."""
        from nemomusic.resources.render_steps import RenderSteps

        return RenderSteps(self.pipeline)

    @cached_property
    def scores(self) -> Scores:
        """Stems, MIDI files, cue sheets."""
        from nemomusic.resources.scores import Scores

        return Scores(self.pipeline, self.session_store.attach)

    @cached_property
    def say(self) -> TypedRequests:
        """Typed requests."""
        from nemomusic.resources.say import TypedRequests

        return TypedRequests(self.state, self.credits, self.stream, self.uploads, self.render)

    @cached_property
    def session_store(self) -> SessionStore:
        """Opens sessions and makes their handles."""
        from nemomusic.resources.sessions import SessionStore

        return SessionStore(self.pipeline, self.tokens, self.turns, self)

    @cached_property
    def sessions(self) -> Sessions:
        """Projects."""
        from nemomusic.resources.sessions import Sessions

        return Sessions(self.session_store)
