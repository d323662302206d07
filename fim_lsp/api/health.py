"""How a provider is: may it be asked now?  Pure; times are seconds of one clock.

401, 402      nothing is sent until `settings_changed` or `balance_returned`
429           Retry-After, else 10 s doubling to 5 min
anything else after 3 in a row 5 s, doubling to 60 s
success       as new

Waiting binds automatic requests.  An invoked one is the probe, but not inside
Retry-After.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import (
    ApiError,
    AuthenticationFailed,
    BalanceInsufficient,
    FimError,
    RateLimited,
)
from ..reasons import Refusal

_RATE_FIRST, _RATE_LONGEST = 10.0, 300.0
_FAULTS_ALLOWED = 3
_FAULT_FIRST, _FAULT_LONGEST = 5.0, 60.0
_BALANCE_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Health:
    """`until` is when automatic requests go on; `strict_until` binds all requests.

    `refusal` is what the last error means; KEY and BALANCE have no end in time.
    """

    refusal: Refusal | None = None
    until: float = 0.0
    strict_until: float = 0.0
    faults: int = 0
    rate_wait: float = 0.0
    balance_asked: float | None = None

    @property
    def paused(self) -> bool:
        """Whether nothing is sent until something changes."""
        return self.refusal is not None and self.refusal.reason in (
            "key-refused",
            "balance",
        )


def after_success(_health: Health, _now: float) -> Health:
    return Health()


def after_error(health: Health, error: FimError, now: float) -> Health:
    """The health after a call that failed.  What is no ApiError changes nothing."""
    if isinstance(error, AuthenticationFailed):
        return replace(health, refusal=Refusal("key-refused", error.sentence))
    if isinstance(error, BalanceInsufficient):
        refusal = Refusal("balance", error.sentence)
        return replace(health, refusal=refusal, balance_asked=now)
    if isinstance(error, RateLimited):
        return _after_limit(health, error, now)
    if isinstance(error, ApiError):
        return _after_fault(health, error, now)
    return health


def settings_changed(_health: Health) -> Health:
    """The key or the settings are others now: everything may be tried again."""
    return Health()


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
    """Why a request may not be sent now, or None."""
    if health.paused:
        return health.refusal
    until = health.strict_until if invoked else max(health.until, health.strict_until)
    return health.refusal if now < until else None


def _after_limit(health: Health, error: RateLimited, now: float) -> Health:
    found = Refusal("rate-limited", error.sentence)
    if error.retry_after is not None:
        return replace(
            health,
            refusal=found,
            until=now + error.retry_after,
            strict_until=now + error.retry_after,
        )
    wait = min(health.rate_wait * 2 or _RATE_FIRST, _RATE_LONGEST)
    return replace(health, refusal=found, until=now + wait, rate_wait=wait)


def _after_fault(health: Health, error: ApiError, now: float) -> Health:
    faults = health.faults + 1
    wait = 0.0
    if faults >= _FAULTS_ALLOWED:
        doubled = min(faults - _FAULTS_ALLOWED, 10)  # 2 ** 10 is far beyond the longest
        wait = min(_FAULT_FIRST * 2**doubled, _FAULT_LONGEST)
    found = Refusal("back-off", error.sentence)
    return replace(
        health, refusal=found, faults=faults, until=max(health.until, now + wait)
    )
