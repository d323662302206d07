"""How a provider is, and whether it may be asked now.  Pure; times are of one clock.

401, 402            nothing is sent until the key, the settings or the balance change
429                 Retry-After, else 10 s doubling to 5 min
anything else       after 3 in a row 5 s, doubling to 60 s
502, 503, 504,
no connection       the same wait, but one ordinary request a second is let through, and
                    after some faults one in three seconds; a gateway that answered so
                    is not asked again before that
success             as new

Waiting binds automatic requests.  An invoked request is let through at once, but not
inside Retry-After.  Every wait is longer by a share that the caller draws, up to
`MOST_SPREAD`, so that those who share a gateway do not return together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from http import HTTPStatus

from ..errors import (
    AnswerWithheld,
    ApiError,
    AuthenticationFailed,
    BalanceInsufficient,
    ConnectTimedOut,
    FimError,
    RateLimited,
    ServerFailed,
    Unreachable,
)
from ..reasons import Refusal

# The largest share by which a wait may be longer.
MOST_SPREAD = 0.25

# Seconds after a 429 without Retry-After: the first wait and the longest.
_RATE_FIRST, _RATE_LONGEST = 10.0, 300.0
# Faults in a row that are not waited for.
_FAULTS_ALLOWED = 3
# Seconds after so many faults: the first wait and the longest.
_FAULT_FIRST, _FAULT_LONGEST = 5.0, 60.0
# Doublings of a wait that are counted; more would be far beyond the longest wait.
_MOST_DOUBLINGS = 10
# Seconds between two looks whether the balance has returned.
_BALANCE_EVERY = 60.0
# Seconds between two requests that are let through to see whether a provider is back.
# After the faults that are not waited for, each further one adds a second, up to the
# longest wait: a team of thirty would else ask a gateway that is down twice as often
# as one that works.
_PROBE_FIRST, _PROBE_LONGEST = 1.0, 3.0

# Statuses of a gateway whose service is down for a moment.
_GATEWAY_DOWN = frozenset(
    {
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)


@dataclass(frozen=True, slots=True)
class Health:
    """What the last calls say about a provider.

    refusal: what the last error means; a refused key and an empty account have no end
        in time.
    until: when automatic requests go on.
    strict_until: when requests of any kind go on.
    faults: how many there were in a row.
    rate_wait: the last wait after a 429 without Retry-After.
    balance_asked: when the balance was asked for last.
    probe_at: from when on an ordinary request may look whether the provider is back.
    probe_wait: the last wait between two such looks.
    """

    refusal: Refusal | None = None
    until: float = 0.0
    strict_until: float = 0.0
    faults: int = 0
    rate_wait: float = 0.0
    balance_asked: float | None = None
    probe_at: float = math.inf
    probe_wait: float = 0.0

    @property
    def paused(self) -> bool:
        """Whether nothing is sent until something changes."""
        return self.refusal is not None and self.refusal.reason in (
            "key-refused",
            "balance",
        )


def after_error(
    health: Health, error: FimError, now: float, spread: float = 0.0
) -> Health:
    """The health after a call that failed.

    An error that says nothing about the provider changes nothing: one that is not an
    ApiError, and an answer that a content filter withheld.
    """
    if isinstance(error, AnswerWithheld):
        return health
    if isinstance(error, AuthenticationFailed):
        return replace(health, refusal=Refusal("key-refused", error.sentence))
    if isinstance(error, BalanceInsufficient):
        refusal = Refusal("balance", error.sentence)
        return replace(health, refusal=refusal, balance_asked=now)
    if isinstance(error, RateLimited):
        return _after_limit(health, error, now, spread)
    if isinstance(error, ApiError):
        return _after_fault(health, error, now, spread)
    return health


def balance_due(health: Health, now: float) -> bool:
    """Whether the balance may be asked for, to see if it has returned."""
    return (
        health.refusal is not None
        and health.refusal.reason == "balance"
        and (
            health.balance_asked is None or now - health.balance_asked >= _BALANCE_EVERY
        )
    )


def balance_told(health: Health, *, available: bool, now: float) -> Health:
    """The health once the balance was asked for."""
    return Health() if available else replace(health, balance_asked=now)


def refusal(health: Health, now: float, *, invoked: bool) -> Refusal | None:
    """Why a request may not be sent now, or None; probing aside."""
    if health.paused:
        return health.refusal
    until = health.strict_until if invoked else max(health.until, health.strict_until)
    return health.refusal if now < until else None


def is_down(health: Health) -> bool:
    """Whether there were so many faults in a row that the user is to be told."""
    return health.faults >= _FAULTS_ALLOWED


def may_probe(health: Health, now: float) -> bool:
    """Whether an ordinary request may be sent although `refusal` speaks against it."""
    return not health.paused and now >= max(health.probe_at, health.strict_until)


def probing(health: Health, now: float, spread: float) -> Health:
    """The health once a request is on its way: no other probes for a moment."""
    if math.isinf(health.probe_at):
        return health
    return replace(health, probe_at=now + health.probe_wait * (1 + spread))


def _after_limit(
    health: Health, error: RateLimited, now: float, spread: float
) -> Health:
    limited = Refusal("rate-limited", error.sentence)
    if error.retry_after is not None:
        until = now + error.retry_after * (1 + spread)
        return replace(
            health,
            refusal=limited,
            until=until,
            strict_until=until,
            probe_at=math.inf,
        )
    wait = min(health.rate_wait * 2 or _RATE_FIRST, _RATE_LONGEST)
    return replace(
        health,
        refusal=limited,
        until=now + wait * (1 + spread),
        rate_wait=wait,
        probe_at=math.inf,
    )


def _after_fault(health: Health, error: ApiError, now: float, spread: float) -> Health:
    faults = health.faults + 1
    wait = 0.0
    if faults >= _FAULTS_ALLOWED:
        doublings = min(faults - _FAULTS_ALLOWED, _MOST_DOUBLINGS)
        wait = min(_FAULT_FIRST * 2**doublings, _FAULT_LONGEST)
    probe_wait = 0.0
    if _is_passing(error):
        further_faults = max(0, faults - _FAULTS_ALLOWED)
        probe_wait = min(_PROBE_FIRST + further_faults, _PROBE_LONGEST)
        if isinstance(error, ServerFailed):
            wait = max(wait, probe_wait)
    return replace(
        health,
        refusal=Refusal("back-off", error.sentence),
        faults=faults,
        until=max(health.until, now + wait * (1 + spread)),
        probe_at=now + probe_wait * (1 + spread) if probe_wait else math.inf,
        probe_wait=probe_wait,
    )


def _is_passing(error: ApiError) -> bool:
    """Whether the trouble may be over from one second to the next."""
    if isinstance(error, ServerFailed):
        return error.status in _GATEWAY_DOWN
    return isinstance(error, Unreachable | ConnectTimedOut)
