"""The state of completion in words: a kind, a sentence, and a command that helps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..completion.sources import ECHO
from ..money.bill import Today
from ..money.budget import Standing
from ..reasons import Refusal, reason_of
from .snooze import clock_time

ECHO_SENTENCE = (
    "No model is set up. What you see is repetition from your own files (echo), "
    "not AI. `fim-lsp login` sets one up."
)

StatusKind = Literal["normal", "busy", "warning", "error", "inactive"]


@dataclass(frozen=True, slots=True)
class Status:
    """The state of completion; `command` is the LSP command that helps, if any."""

    kind: StatusKind
    reason: str | None
    message: str
    provider: str
    model: str
    today: Today
    command: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The facts from which the status follows.

    today: what was spent today.
    refusal: why the provider is not asked; None if it is.
    standing: today's spending against the daily limit, where there is a limit.
    fallback: the sources that answer while the provider does not.
    loading: the seconds for which a server on this machine has been loading its model.
    snoozed_until: when the pause ends, in seconds since the epoch.
    """

    provider: str
    model: str
    today: Today
    enabled: bool = True
    refusal: Refusal | None = None
    standing: Standing | None = None
    fallback: Sequence[str] = ()
    snoozed_until: float | None = None
    loading: float | None = None


def describe(state: State) -> Status:
    """The status that the editor shows."""

    def status(
        kind: StatusKind, reason: str | None, message: str, command: str | None = None
    ) -> Status:
        return Status(
            kind, reason, message, state.provider, state.model, state.today, command
        )

    if not state.enabled:
        return status("inactive", "disabled", "Completion is off.", "fim-lsp.toggle")
    if state.snoozed_until is not None:
        message = (
            "Nothing is completed automatically until "
            f"{clock_time(state.snoozed_until)}; fim-lsp.snooze with 0 minutes ends "
            "the pause."
        )
        return status("inactive", "snoozed", message, "fim-lsp.snooze")
    if state.provider == ECHO:
        return status("normal", "no-provider", ECHO_SENTENCE)
    if refusal := state.refusal:
        reason = reason_of(refusal.reason)
        kind: StatusKind = "warning" if reason.passing else "error"
        others = [source for source in state.fallback if source != state.provider]
        answer = "answers" if len(others) == 1 else "answer"
        meanwhile = f" Meanwhile, {' and '.join(others)} {answer}." if others else ""
        return status(
            kind,
            refusal.reason,
            refusal.sentence + meanwhile,
            reason.command,
        )
    if state.loading is not None:
        message = f"{state.provider} is loading its model ({state.loading:.0f} s)."
        return status("busy", "loading", message)
    return status(*_running(state))


def _running(state: State) -> tuple[StatusKind, str | None, str, str | None]:
    """Kind, reason, message and command of the status while completion works."""
    if state.standing and state.standing.is_low:
        return "warning", "budget-low", state.standing.sentence, "fim-lsp.usage"
    return "normal", None, f"Completing with {state.provider}.", None
