"""Choose where the heavy work of a batch runs: in this machine's workers, or on a Dask cluster."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

from nemomusic import errors
from nemomusic.cli.terminal.connect import chosen_backend

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
    if arguments.scheduler is not None and arguments.store is None:
        raise errors.ConfigurationError(
            "a cluster elsewhere needs a store that its workers see",
            remedy="Add --store file:///mnt/shared/store or --store s3://bucket/prefix.",
        )
    from nemomusic.local import DaskEngine

    if not arguments.verbose:  # the command says in its own words what went wrong
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        warnings.filterwarnings("ignore", module="distributed")
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
