"""The resources of one client: a resource that needs another gets it injected.

Each is made, and its module imported, when it is first asked for: a client that only renders
does not pay for the tables of the conversation.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nemomusic.resources.auth import Auth, TokenSource
    from nemomusic.resources.caller import Caller
    from nemomusic.resources.credits import CreditsBalance
    from nemomusic.resources.render import Renders
    from nemomusic.resources.routing import Routing
    from nemomusic.resources.sessions import Sessions
    from nemomusic.resources.state import States
    from nemomusic.resources.stream import Stream
    from nemomusic.resources.uploads import Uploads


class Resources:
    """All of them, over one caller."""

    def __init__(self, caller: Caller, tokens: TokenSource) -> None:
        self.caller = caller
        self.tokens = tokens

    @cached_property
    def auth(self) -> Auth:
        """Tokens and claim links."""
        from nemomusic.resources.auth import Auth

        return Auth(self.caller, self.tokens)

    @cached_property
    def credits(self) -> CreditsBalance:
        """The balance."""
        from nemomusic.resources.credits import CreditsBalance

        return CreditsBalance(self.caller)

    @cached_property
    def state(self) -> States:
        """Drafts and media."""
        from nemomusic.resources.state import States

        return States(self.caller)

    @cached_property
    def uploads(self) -> Uploads:
        """Files into sessions."""
        from nemomusic.resources.uploads import Uploads

        return Uploads(self.caller, self.state)

    @cached_property
    def stream(self) -> Stream:
        """The conversation."""
        from nemomusic.resources.stream import Stream

        return Stream(self.caller, self.state, self.credits)

    @cached_property
    def render(self) -> Renders:
        """Exports."""
        from nemomusic.resources.render import Renders

        return Renders(self.caller, self.state)

    @cached_property
    def routing(self) -> Routing:
        """What a person types."""
        from nemomusic.resources.routing import Routing

        return Routing(self.state, self.credits, self.stream, self.uploads, self.render)

    @cached_property
    def sessions(self) -> Sessions:
        """Handles of projects."""
        from nemomusic.resources.sessions import Sessions

        return Sessions(self.caller, self.tokens, self)
