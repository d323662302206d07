from __future__ import annotations

import pytest

from fim_lsp.api import health
from fim_lsp.api.health import Health
from fim_lsp.errors import (
    AnswerWithheld,
    AuthenticationFailed,
    BalanceInsufficient,
    ConnectTimedOut,
    FimError,
    RateLimited,
    ServerFailed,
    SettingsError,
    StreamBroken,
    TimedOut,
    Unreachable,
)
from fim_lsp.reasons import Refusal

FAULTS = [ServerFailed, StreamBroken, TimedOut, Unreachable]


def after(*errors: FimError, now: float = 0) -> Health:
    state = Health()
    for error in errors:
        state = health.after_error(state, error, now)
    return state


def waits(state: Health, *, invoked: bool = False) -> float:
    """The seconds from 0 until a request may go, in halves."""
    seconds = 0.0
    while health.refusal(state, seconds, invoked=invoked):
        seconds += 0.5
    return seconds


def test_a_new_provider_may_be_asked() -> None:
    assert health.refusal(Health(), 0, invoked=False) is None


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (AuthenticationFailed("Wrong key."), "key-refused"),
        (BalanceInsufficient("No money."), "balance"),
    ],
)
def test_a_refused_key_and_an_empty_account_stop_everything(
    error: FimError, reason: str
) -> None:
    state = after(error)
    for invoked in (False, True):
        refusal = health.refusal(state, 1e9, invoked=invoked)
        assert refusal == Refusal(reason, error.sentence)


def test_retry_after_binds_invoked_requests_too() -> None:
    state = after(RateLimited("Slower.", retry_after=7))
    assert waits(state) == waits(state, invoked=True) == 7


def test_rate_limits_double_from_10_s_to_5_min() -> None:
    seen = [waits(after(*[RateLimited("Slower.")] * times)) for times in range(1, 8)]
    assert seen == [10, 20, 40, 80, 160, 300, 300]
    assert waits(after(RateLimited("Slower.")), invoked=True) == 0


@pytest.mark.parametrize("kind", FAULTS)
def test_three_faults_in_a_row_wait_5_s_doubling_to_60(kind: type[FimError]) -> None:
    seen = [waits(after(*[kind("Broken.")] * times)) for times in range(1, 9)]
    assert seen == [0, 0, 5, 10, 20, 40, 60, 60]


def test_an_invoked_request_is_the_probe() -> None:
    assert waits(after(*[ServerFailed("Broken.")] * 5), invoked=True) == 0


def test_a_thousand_faults_still_wait_a_minute() -> None:
    assert waits(after(*[ServerFailed("Broken.")] * 1000)) == 60


def test_what_never_reached_the_endpoint_says_nothing_about_it() -> None:
    assert after(SettingsError("A typo.")) == Health()


def test_a_fault_does_not_end_a_longer_wait() -> None:
    state = after(RateLimited("Slower."), ServerFailed("Broken."))
    assert waits(state) == 10


def test_the_balance_is_asked_for_once_a_minute_until_it_returns() -> None:
    state = after(BalanceInsufficient("No money."))
    assert not health.balance_due(state, 59) and health.balance_due(state, 60)
    state = health.balance_told(state, available=False, now=60)
    assert not health.balance_due(state, 100) and health.balance_due(state, 120)
    assert health.balance_told(state, available=True, now=120) == Health()
    assert not health.balance_due(Health(), 1e9)


def down(status: int) -> ServerFailed:
    return ServerFailed("Down.", status=status)


PASSING = [
    down(502),
    down(503),
    down(504),
    Unreachable("Gone."),
    ConnectTimedOut("No."),
]


@pytest.mark.parametrize("error", PASSING)
def test_after_a_gateways_fault_one_request_a_second_looks_whether_it_is_back(
    error: FimError,
) -> None:
    state = after(*[error] * 3)
    assert health.refusal(state, 4.9, invoked=False) is not None
    assert [health.may_probe(state, at) for at in (0, 0.9, 1)] == [False, False, True]
    state = health.probing(state, 1, 0.25)
    assert [health.may_probe(state, at) for at in (1.5, 2.2, 2.25)] == [
        *(False, False, True)
    ]


@pytest.mark.parametrize("error", PASSING)
def test_the_longer_a_gateway_is_down_the_less_often_it_is_looked_at(
    error: FimError,
) -> None:
    states = [after(*[error] * times) for times in range(1, 8)]
    assert [state.probe_at for state in states] == [1, 1, 1, 2, 3, 3, 3]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_gateway_that_is_down_is_not_asked_again_at_the_next_key(status: int) -> None:
    state = after(down(status))
    assert health.refusal(state, 0.9, invoked=False) is not None
    assert health.refusal(state, 0.9, invoked=True) is None
    assert health.refusal(state, 1, invoked=False) is None


@pytest.mark.parametrize(
    "error",
    [down(500), StreamBroken("Cut."), TimedOut("Slow."), RateLimited("Slower.")],
)
def test_after_any_other_fault_nothing_looks(error: FimError) -> None:
    state = after(*[error] * 4)
    assert not health.may_probe(state, 4.9)
    assert health.probing(state, 4.9, 0) == state


def test_no_probe_goes_inside_retry_after_or_to_a_paused_provider() -> None:
    state = after(down(503), RateLimited("Slower.", retry_after=30))
    assert not health.may_probe(state, 29)
    state = after(RateLimited("Slower.", retry_after=30), down(503))
    assert [health.may_probe(state, at) for at in (29, 30)] == [False, True]
    assert not health.may_probe(after(down(503), AuthenticationFailed("No.")), 1e9)


@pytest.mark.parametrize(
    ("error", "times", "wait"),
    [
        (RateLimited("Slower.", retry_after=8), 1, 8),
        (RateLimited("Slower."), 1, 10),
        (ServerFailed("Broken."), 3, 5),
    ],
)
def test_every_wait_is_spread_by_up_to_a_quarter_and_never_shorter(
    error: FimError, times: int, wait: float
) -> None:
    for spread in (0.0, 0.1, health.MOST_SPREAD):
        state = Health()
        for _ in range(times):
            state = health.after_error(state, error, 0, spread)
        assert state.until == pytest.approx(wait * (1 + spread))


def test_what_a_content_filter_withheld_says_nothing_about_the_provider() -> None:
    assert after(*[AnswerWithheld("Withheld.")] * 5) == Health()
