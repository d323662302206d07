"""How completion is, in a word and a sentence, with the way out.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ..completion.sources import ECHO, Refusal
from ..money.budget import Standing
from ..money.meter import Today

ECHO_SENTENCE = (
    "No model is set up. What you see is repetition from your own files (echo), "
    "not AI. `fim-lsp login` sets one up."
)

StatusKind = Literal["normal", "busy", "warning", "error", "inactive"]

# Trouble that goes away by itself; all other needs somebody to do something.
PASSING = frozenset({"back-off", "rate-limited", "unreachable"})
WAYS_OUT: Mapping[str, str] = MappingProxyType(
    {
        "over-budget": "fim-lsp.continueToday",
        "balance": "fim-lsp.balance",
        "key-missing": "fim-lsp.doctor",
        "key-refused": "fim-lsp.doctor",
        "settings": "fim-lsp.doctor",
    }
)


@dataclass(frozen=True, slots=True)
class Status:
    """How completion is: `command` names the way out, where there is one."""

    kind: StatusKind
    reason: str | None
    message: str
    provider: str
    model: str
    today: Today
    command: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What a status is made of.  `refusal` is why the provider is not asked."""

    provider: str
    model: str
    today: Today
    enabled: bool = True
    refusal: Refusal | None = None
    standing: Standing | None = None
    fallback: Sequence[str] = ()


def describe(state: State) -> Status:
    def status(
        kind: StatusKind, reason: str | None, message: str, command: str | None = None
    ) -> Status:
        return Status(
            kind, reason, message, state.provider, state.model, state.today, command
        )

    if not state.enabled:
        return status("inactive", "disabled", "Completion is off.", "fim-lsp.toggle")
    if state.provider == ECHO:
        return status("normal", "no-provider", ECHO_SENTENCE)
    if refusal := state.refusal:
        kind: StatusKind = "warning" if refusal.reason in PASSING else "error"
        others = ", ".join(each for each in state.fallback if each != state.provider)
        meanwhile = f" Meanwhile {others} answers." if others else ""
        return status(
            kind,
            refusal.reason,
            refusal.sentence + meanwhile,
            WAYS_OUT.get(refusal.reason),
        )
    if state.standing and state.standing.is_low:
        return status("warning", "budget-low", state.standing.sentence, "fim-lsp.usage")
    return status("normal", None, f"Completing with {state.provider}.")
