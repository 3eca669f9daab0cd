"""The policy, row by row (docs/reliability.md)."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nemomusic import errors
from nemomusic.protocol import routes
from nemomusic.protocol.retry_policy import Backoff, Policy, Rule

ALL = {route.name: route for route in routes.ROUTES}
REPLAYABLE = {
    *("claim-token", "open-session", "state", "credits", "render-status", "render-cancel"),
    "render-download",
}

E = {
    "1001": errors.AuthenticationError("x", code=1001),
    "401": errors.AuthenticationError("x", status=401),
    "400": errors.ClientIdError("x", code=400),
    "1002": errors.SessionNotFoundError("x", code=1002),
    "429": errors.RateLimitedError("x"),
    "503": errors.ServerError("x", status=503),
    "408": errors.InvalidRequestError("x", status=408),
    "421": errors.InvalidRequestError("x", status=421),
    "425": errors.InvalidRequestError("x", status=425),
    "unsent": errors.ConnectError("x"),
    "proxy 502": errors.ConnectError("x", status=502),
    "proxy 407": errors.ProxyError("x", status=407),
    "proxy 403": errors.ProxyError("x", status=403),
    "certificate": errors.TLSError("x"),
    "alert": errors.TLSError("x", sent=True),
    "cut": errors.ConnectionLostError("x"),
    "slow": errors.RequestTimeoutError("x"),
    "2001": errors.OutOfCreditsError("x"),
    "402": errors.PlanRequiredError("x"),
    "4001": errors.UnsupportedFileTypeError("x"),
    "4002": errors.FileTooLargeError("x"),
    "404": errors.NotFoundError("x"),
    "422": errors.InvalidRequestError("x"),
    "html": errors.UnexpectedAnswerError("x"),
    "deadline": errors.DeadlineExceededError("x"),
    "stream": errors.StreamInterruptedError("x"),
    "agent": errors.AgentError("x"),
}
EVERYWHERE = set(ALL)
SESSIONS = {"upload", "stream", "state"}

# error, endpoints where it is answered, rule, times, recovery
TABLE = [
    ("1001", EVERYWHERE, "token", 1, "token"),
    ("401", EVERYWHERE, "token", 1, "token"),
    ("400", {"anonymous-token"}, "client id", 1, "client_id"),
    ("1002", SESSIONS, "session", 1, "session"),
    ("429", EVERYWHERE, "rate", 1, None),
    ("503", REPLAYABLE, "server", 4, None),
    *((name, REPLAYABLE, "server", 4, None) for name in ("408", "421", "425")),
    ("unsent", EVERYWHERE, "network", 4, None),
    ("proxy 502", EVERYWHERE, "network", 4, None),
    *((name, set(), None, 0, None) for name in ("proxy 407", "proxy 403", "certificate", "alert")),
    ("cut", REPLAYABLE, "network", 4, None),
    ("slow", REPLAYABLE, "network", 4, None),
    *((name, set(), None, 0, None) for name in ("2001", "402", "4001", "4002", "404", "422")),
    *((name, set(), None, 0, None) for name in ("html", "deadline", "stream", "agent")),
]


@pytest.mark.parametrize(("name", "where", "rule", "times", "recovery"), TABLE)
def test_table(name, where, rule, times, recovery):
    for route in ALL.values():
        found = Policy().rule_for(E[name], route, {})
        if route.name not in where:
            assert found is None, route.name
            continue
        assert found is not None, route.name
        assert (found.name, found.times, found.recovery) == (rule, times, recovery), route.name
        assert Policy().rule_for(E[name], route, {rule: times - 1}) is found, route.name
        assert Policy().rule_for(E[name], route, {rule: times}) is None, route.name


def test_each_rule_has_a_budget_of_its_own():
    used: dict[str, int] = {}
    for name, rule in (("1001", "token"), ("429", "rate"), ("cut", "network"), ("503", "server")):
        found = Policy().rule_for(E[name], routes.STATE, used)
        assert found is not None
        assert found.name == rule
        used[rule] = used.get(rule, 0) + 1
    assert Policy().rule_for(E["1001"], routes.STATE, used) is None
    assert Policy().rule_for(E["1002"], routes.STATE, used) is not None
    assert Policy().rule_for(E["cut"], routes.STATE, used) is not None


def test_waits():
    policy = Policy()
    assert policy["token"].wait.seconds(0, E["1001"]) == 0
    assert policy["session"].wait.seconds(0, E["1002"]) == 0
    rate = policy["rate"].wait
    assert rate.seconds(0, E["429"]) == 30.0
    assert rate.seconds(0, errors.RateLimitedError("x", retry_after=7.0)) == 7.0
    assert rate.seconds(0, errors.RateLimitedError("x", retry_after=0.0)) == 0.0
    assert rate.seconds(0, errors.RateLimitedError("x", retry_after=1e9)) == 1e9
    assert rate.give_up_over == 120.0
    busy = errors.ServerError("x", retry_after=5.0)
    assert [policy["server"].wait.seconds(used, busy) for used in range(4)] == [5.0] * 4
    for name, error, base in (("server", E["503"], 0.5), ("network", E["cut"], 1.0)):
        wait = policy[name].wait
        most = [wait.seconds(used, error, lambda: 1.0) for used in range(12)]
        assert most[:4] == [base, base * 2, base * 4, base * 8]
        assert max(most) == 15.0
        assert wait.seconds(3, error, lambda: 0.0) == 0.0
        assert wait.seconds(3, error, lambda: 0.25) == base * 2


# What may repeat a message: a refusal in place of a stream, or a connection never made.
REFUSALS = {"1001", "401", "1002", "429", "unsent"} | {
    *("proxy 502", "proxy 407", "proxy 403", "certificate")  # nothing was sent
}


@pytest.mark.parametrize("name", E)
def test_a_message_is_repeated_after_a_refusal_only_whatever_rules_there_are(name):
    eager = Rule(name="eager", errors=(errors.NemoMusicError,), times=99)
    found = Policy().adding(eager).rule_for(E[name], routes.STREAM, {})
    assert (found is eager) is (name in REFUSALS)


@pytest.mark.parametrize("name", ["503", "cut", "unsent", "429", "1001"])
def test_a_token_that_could_not_be_had_is_not_asked_for_again_by_the_call_that_needs_it(name):
    error = type(E[name])("x", endpoint="POST /api/auth/anonymous-token")
    for route in routes.ROUTES:
        if route is not routes.ANONYMOUS_TOKEN:
            assert Policy().rule_for(error, route, {}) is None
    own = Policy().rule_for(error, routes.ANONYMOUS_TOKEN, {})
    assert (own is None) is (name in {"503", "cut"})


def test_only_the_stream_spends():
    assert [route.name for route in routes.ROUTES if route.spends] == ["stream"]


@given(
    st.sampled_from(routes.ROUTES),
    st.lists(st.sampled_from(sorted(E)), max_size=30),
    st.lists(st.sampled_from(["token", "client id", "session", "rate", "server", "network"])),
)
def test_any_sequence_of_faults_ends(route, names, off):
    """Never over the sum of the budgets; a rule switched off is never applied."""
    policy = Policy().without(*set(off))
    used: dict[str, int] = {}
    for name in names:
        rule = policy.rule_for(E[name], route, used)
        if rule is None:
            break
        if route.spends:
            assert name in REFUSALS
        used[rule.name] = used.get(rule.name, 0) + 1
        assert used[rule.name] <= Policy()[rule.name].times
        assert rule.name not in off
    assert sum(used.values()) <= 12


def test_policies_are_changed_by_copy():
    policy = Policy()
    longer = attrs.evolve(policy["rate"], times=5)
    assert policy.replacing(longer)["rate"].times == 5
    assert policy["rate"].times == 1
    assert [rule.name for rule in policy.replacing(longer).rules] == [r.name for r in policy.rules]
    first = Rule(name="mine", errors=(errors.InvalidRequestError,), wait=Backoff(base=1.0))
    assert policy.adding(first).rule_for(E["422"], routes.CREDITS, {}) is first
    assert policy.without("rate").rule_for(E["429"], routes.CREDITS, {}) is None
    assert Policy.none().rule_for(E["1001"], routes.CREDITS, {}) is None
    for call in (
        lambda: policy.without("rat"),
        lambda: policy.replacing(first),
        lambda: policy["rat"],
    ):
        with pytest.raises(KeyError):
            call()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        policy.rules = ()  # type: ignore[misc]
