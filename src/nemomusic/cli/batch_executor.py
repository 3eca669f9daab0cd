"""Choose where the heavy work of a batch runs: in this machine's workers, or on a Dask cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.cli.connect import chosen_backend

if TYPE_CHECKING:
    import argparse

    from nemomusic.local import DaskEngine


def engine_of(arguments: argparse.Namespace) -> DaskEngine | None:
    """Return the engine that the arguments ask for; None for the own workers.

    Raises:
        ConfigurationError: The options contradict each other.
        MissingExtraError: The extra `dask` is not installed.
    """
    if arguments.executor != "dask":
        if arguments.scheduler or arguments.store:
            raise errors.ConfigurationError(
                "--scheduler and --store are for --executor dask",
                remedy="Add --executor dask, or leave them out.",
            )
        return None
    if chosen_backend(arguments) != "local" or arguments.one_session:
        raise errors.ConfigurationError(
            "--executor dask is for the embedded backend, a session for each clip",
            remedy="Add --local, and leave out --one-session.",
        )
    from nemomusic.local import DaskEngine

    return DaskEngine(
        arguments.scheduler,
        store=arguments.store,
        wait_seconds=arguments.scheduler_wait,
        allow_partial=getattr(arguments, "allow_partial", False),
    )


async def check_engine(engine: DaskEngine | None) -> None:
    """Check that the cluster can be used, before anything is sent.

    Raises:
        LocalBackendError: The cluster does not answer, has other versions, or its store can't be
            used.
    """
    if engine is not None:
        await engine.check()
