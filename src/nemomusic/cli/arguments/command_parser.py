"""A parser of arguments that raises errors with remedies."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, NoReturn

from nemomusic.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable


class UsageError(ConfigurationError):
    """The arguments make no sense."""


class CommandParser(argparse.ArgumentParser):
    """A parser that raises `UsageError` instead of ending the process."""

    _takes_prompt: bool = False

    def expect_prompt(self) -> None:
        """Say that words that are left over may be a prompt without quotes."""
        self._takes_prompt = True

    def error(self, message: str) -> NoReturn:
        """Raise `UsageError`."""
        raise UsageError(message, remedy=f"See `{self.prog} --help`.")

    def parse_known_args(
        self, args: Iterable[str] | None = None, namespace: Any = None
    ) -> tuple[Any, list[str]]:
        """Parse, and say what to do about a prompt without quotes.

        Raises:
            UsageError: The words that are left over are a prompt without quotes.
        """
        found, rest = super().parse_known_args(args, namespace)
        if rest and self._takes_prompt and not any(word.startswith("-") for word in rest):
            prompt = " ".join([*([found.prompt] if found.prompt else []), *rest])
            raise UsageError(
                f"the prompt has {len(prompt.split())} words without quotes",
                remedy=f'Put it in quotes: "{prompt}".',
            )
        return found, rest
