"""The resources of one client, made together: a resource that needs another gets it injected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.resources.auth import Auth
from nemomusic.resources.credits import CreditsBalance
from nemomusic.resources.render import Renders
from nemomusic.resources.routing import Routing
from nemomusic.resources.sessions import Sessions
from nemomusic.resources.state import States
from nemomusic.resources.stream import Stream
from nemomusic.resources.uploads import Uploads

if TYPE_CHECKING:
    from nemomusic.resources.auth import TokenSource
    from nemomusic.resources.caller import Caller


class Resources:
    """All of them, over one caller."""

    def __init__(self, caller: Caller, tokens: TokenSource) -> None:
        self.caller = caller
        self.auth = Auth(caller, tokens)
        self.credits = CreditsBalance(caller)
        self.state = States(caller)
        self.uploads = Uploads(caller, self.state)
        self.stream = Stream(caller, self.state, self.credits)
        self.render = Renders(caller, self.state)
        self.routing = Routing(self.state, self.credits, self.stream, self.uploads, self.render)
        self.sessions = Sessions(caller, tokens, self)
