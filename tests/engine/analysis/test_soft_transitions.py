"""Dissolves and fades: which of the findings count."""

from __future__ import annotations

import pytest

from nemomusic.engine.analysis.soft_transitions import SoftTransitionDetector
from nemomusic.engine.types import Cut, Transition


def test_a_dissolve_is_found_beside_a_cut_in_the_middle_of_its_findings():
    finder = SoftTransitionDetector()
    finder._dissolves = [
        (9.0, Transition("dissolve", 1.0, 1.6, 2.2)),  # the clearest one has a cut in it
        (4.0, Transition("dissolve", 0.8, 1.2, 1.7)),
        (2.0, Transition("dissolve", 0.8, 1.3, 1.8)),
    ]
    _, (found,) = finder.told_apart([Cut(2.0, 1.0)])
    assert (found.start, found.end) == (0.8, 1.7)
    assert found.middle == pytest.approx(1.2)  # no frames were kept that show it better
    _, (found,) = finder.told_apart([])
    assert (found.start, found.end) == (1.0, 2.2)
    finder._dissolves = [(0.0, Transition("dissolve", 1.0, 1.6, 2.2))]
    assert finder.told_apart([])[1][0].middle == pytest.approx(1.6)
