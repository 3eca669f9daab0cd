"""`nemomusic credits`: the balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic.cli.terminal.connect import client_for, identity, who

if TYPE_CHECKING:
    import argparse

    from nemomusic.cli.terminal.screen import Screen


async def run(arguments: argparse.Namespace, screen: Screen) -> int:
    """Print the balance."""
    async with client_for(arguments, screen) as (client, _):
        known = await identity(client)
    screen.say(
        f"{known['available']:g} credits available, {known['frozen']:g} reserved, "
        f"{known['total']:g} in all"
    )
    if known["backend"] == "local":
        screen.note("Embedded backend: nothing is spent")
    else:
        screen.note(f"{who(known)} at {known['host']}")
    screen.result(known)
    return 0
