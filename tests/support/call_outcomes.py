"""How calls end that are tried with broken input: a result, a typed error, or a fault."""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import attrs

from nemomusic import errors

LONGEST = 40_000.0
"""Seconds of the clock's in which each call has to end."""


@attrs.define
class CallOutcomes:
    """How the calls ended.

    Attributes:
        ends: How many ended how.
        wrong: What should not have happened.
    """

    ends: Counter[str] = attrs.field(factory=Counter)
    wrong: list[str] = attrs.field(factory=list)

    async def call(self, name: str, work: Any) -> Any:
        """Make a call, and count how it ends."""
        try:
            async with asyncio.timeout(LONGEST):
                result = await work
            str(result), repr(result)
        except errors.NemoMusicError as error:
            str(error), repr(error)
            self.ends[f"{name}: {type(error).__name__}"] += 1
        except TimeoutError:
            self.wrong.append(f"{name}: no end")
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            at = traceback.extract_tb(error.__traceback__)[-1]
            self.wrong.append(f"{name}: {error!r:.200} in {Path(at.filename).name}:{at.lineno}")
        else:
            self.ends[f"{name}: result"] += 1
            return result
        return None
