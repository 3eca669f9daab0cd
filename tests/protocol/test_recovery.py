"""What became of a message whose stream was cut: every way the readings can go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nemomusic.protocol.recovery import Reading, Recovery


def run(readings, *, baseline="old", frozen_before=0.0):
    """Feed (fingerprint, frozen) pairs; gives the verdict, the waits and the seconds it took."""
    machine = Recovery(baseline=baseline, frozen_before=frozen_before)
    elapsed = 0.0
    waits = []
    for fingerprint, frozen in readings:
        wait = machine.wait()
        waits.append(wait)
        elapsed += wait
        verdict = machine.take(Reading(fingerprint=fingerprint, frozen=frozen, elapsed=elapsed))
        if verdict is not None:
            return verdict, waits, elapsed
    return None, waits, elapsed


def test_the_contracts_waits_and_five_unchanged_readings():
    assert run([("old", 0)] * 9) == ("unknown", [30, 60, 60, 60, 60], 270)


def test_a_change_counts_when_two_readings_agree():
    assert run([("new", 0), ("new", 0)]) == ("applied", [30, 30], 60)
    assert run([("a", 0), ("b", 0), ("c", 0), ("c", 0)]) == ("applied", [30, 30, 30, 30], 120)
    assert run([("old", 0), ("old", 0), ("new", 0), ("new", 0)])[0] == "applied"


def test_a_change_that_goes_away_does_not_count():
    verdict, waits, _ = run([("new", 0), *[("old", 0)] * 9])
    assert verdict == "unknown"
    assert len(waits) == 6


def test_unreadable_states_tell_nothing():
    assert run([(None, None)] * 9)[0] == "unknown"
    assert run([("new", 0), (None, None), ("new", 0), ("new", 0)])[0] == "applied"
    assert run([("new", 0), (None, None)])[0] is None


def test_frozen_credits_keep_the_reading_going_to_the_end_of_the_turn():
    verdict, waits, elapsed = run([("old", 100)] * 99)
    assert verdict == "unknown"
    assert elapsed >= 900 > elapsed - waits[-1]
    assert waits == [30, *[60] * 15]


def test_work_that_was_frozen_before_is_not_ours():
    assert run([("old", 100)] * 99, frozen_before=100)[2] == 270
    assert run([("old", 150)] * 99, frozen_before=100)[2] >= 900


def test_a_slow_generation_is_found_after_more_than_five_readings():
    verdict, _, elapsed = run([*[("old", 100)] * 8, ("new", 0), ("new", 0)])
    assert verdict == "applied"
    assert elapsed > 270


def test_a_change_is_not_final_while_credits_are_frozen():
    verdict, waits, _ = run([("new", 100), ("new", 100), ("new", 100), ("new", 0)])
    assert verdict == "applied"
    assert len(waits) == 4
    verdict, _, elapsed = run([("new", 100)] * 99)
    assert verdict == "applied"
    assert elapsed >= 900


def test_at_the_end_of_the_turn_the_last_reading_decides():
    flapping = [(f"state {number}", 0) for number in range(99)]
    verdict, _, elapsed = run(flapping)
    assert verdict == "applied"
    assert elapsed >= 900


def test_frozen_credits_that_are_released_without_a_change():
    verdict, waits, _ = run([*[("old", 100)] * 6, ("old", 0)])
    assert verdict == "unknown"
    assert len(waits) == 7


def test_without_a_baseline_nothing_can_be_told_from_a_change():
    assert run([("a", 0), ("b", 0), ("b", 0), ("b", 0), ("b", 0)], baseline=None)[0] == "unknown"


def resumed(readings):
    """Feed readings of a process that believes, by its clock, that the message is a day old."""
    machine = Recovery(baseline="old")
    watched = 0.0
    for number, (fingerprint, frozen, running) in enumerate(readings, 1):
        reading = Reading(
            fingerprint=fingerprint,
            frozen=frozen,
            elapsed=86_400.0 + watched,
            watched=watched,
            running=running,
        )
        if (verdict := machine.take(reading)) is not None:
            return verdict, number
        watched += machine.wait()
    return None, len(readings)


def test_a_clock_that_was_changed_ends_no_turn_that_works():
    assert resumed([("old", 0, False)] * 9) == ("unknown", 2)  # not at once
    working = [("old", 0, True)] * 2
    assert resumed([*working, *[("new", 0, False)] * 2]) == ("applied", 3)
    assert resumed([("old", 100, False)] * 9) == ("unknown", 5)
    assert resumed([("new", 100, False)] * 9) == ("applied", 5)


def test_other_figures():
    machine = Recovery(baseline="old", first_wait=1, next_wait=2, most_unchanged=2)
    assert machine.wait() == 1
    assert machine.take(Reading(fingerprint="old", frozen=0, elapsed=1)) is None
    assert machine.wait() == 2
    assert machine.take(Reading(fingerprint="old", frozen=0, elapsed=3)) == "unknown"
    assert (machine.readings, machine.unchanged) == (2, 2)


@given(
    st.lists(
        st.tuples(st.sampled_from([None, "old", "a", "b"]), st.sampled_from([None, 0, 50, 100])),
        min_size=40,
        max_size=40,
    ),
    st.sampled_from(["old", None]),
    st.sampled_from([0, 50]),
)
def test_it_always_ends_and_never_invents(readings, baseline, before):
    verdict, waits, elapsed = run(readings, baseline=baseline, frozen_before=before)
    assert verdict is not None
    assert elapsed < 900 + 60
    seen = readings[: len(waits)]
    if verdict == "applied":
        assert baseline is not None
        assert seen[-1][0] in {"a", "b"}
        assert seen[-1][0] == seen[-2][0] or elapsed >= 900
    else:
        unchanged = [r for r in seen if baseline is None or r[0] in {None, "old"}]
        assert len(unchanged) >= 5 or elapsed >= 900
