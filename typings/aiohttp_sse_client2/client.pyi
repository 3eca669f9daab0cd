# The library ships no types; this is the part of its interface that nemomusic builds on.
from typing import Any, Self

from aiohttp import ClientResponse, ClientSession
from yarl import URL

READY_STATE_CONNECTING: int
READY_STATE_OPEN: int
READY_STATE_CLOSED: int

class EventSource:
    _url: URL
    _session: ClientSession
    _method: str
    _kwargs: dict[str, Any]
    _response: ClientResponse | None
    _ready_state: int
    _last_event_id: str
    _origin: str | None
    def __init__(
        self,
        url: str,
        option: dict[str, Any] | None = ...,
        *,
        session: ClientSession | None = ...,
        **kwargs: Any,
    ) -> None: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc: object) -> None: ...
    def __aiter__(self) -> Self: ...
    async def __anext__(self) -> Any: ...
    async def connect(self, retry: int = ...) -> None: ...
    async def close(self) -> None: ...
    async def _connected(self) -> None: ...
    async def _fail_connect(self) -> None: ...
    @property
    def ready_state(self) -> int: ...
