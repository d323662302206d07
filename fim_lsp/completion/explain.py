"""A decision in words: the same for the editor's `why` and for the command line."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ..api.prices import is_assumed
from ..reasons import reason_of
from ..text import path_of
from .clean import RULE_SENTENCES
from .decision import Decision, Outcome
from .stop import STOP_SENTENCES

OUTCOMES = {
    Outcome.NETWORK: "asked of the model",
    Outcome.CACHE: "kept from an earlier answer",
    Outcome.TYPED_THROUGH: "what remains of the answer that was typed along",
    Outcome.JOINED: "from an answer that was already on its way",
    Outcome.ECHO: "repeated from the workspace",
    Outcome.NEXT_EDIT: "the next edit",
    Outcome.SILENT: "nothing",
}


def rule(name: str) -> str:
    """What a rule has found."""
    return RULE_SENTENCES.get(name) or STOP_SENTENCES.get(name) or name


def sentence(decision: Decision) -> str:
    """One sentence about one request; places are counted from 1."""
    where = f"`{_name(decision)}:{decision.place.line + 1}:{decision.place.column + 1}`"
    rules = "; ".join(map(rule, decision.rules))
    rules_acted = f" ({rules})" if rules else ""
    if decision.outcome is Outcome.SILENT:
        why = reason_of(decision.reason).because
        why += rules_acted
        return f"Nothing was offered at {where} because {why}.{_way_out(decision)}"
    words = [OUTCOMES[decision.outcome], _source(decision), _took(decision)]
    if decision.cost:
        words.append(str(decision.cost))
    elif decision.tokens and decision.outcome is Outcome.NETWORK:
        words.append("cost unknown")
    if sure := decision.confidence:
        words.append(f"mean token probability {sure.probability:.0%}")
    because = reason_of(decision.reason).because
    instead = f", because {because}" if decision.reason else ""
    about = ", ".join(filter(None, words))
    accepted = f" {_accepted(decision)}" if decision.accepted else ""
    return f"Offered at {where}: {about}{instead}{rules_acted}.{accepted}"


def silence(decision: Decision) -> str:
    """Why a single request was answered with nothing, and the way out."""
    why = reason_of(decision.reason or "nothing-follows").because
    return f"Nothing is offered because {why}.{_way_out(decision)}"


def details(decision: Decision) -> list[str]:
    """All that is known of a decision, a line each."""
    lines = [f"outcome: {decision.outcome.value}"]
    if decision.reason:
        lines.append(f"reason: {decision.reason}: {reason_of(decision.reason).because}")
    lines += [f"rule: {name}: {rule(name)}" for name in decision.rules]
    if decision.source:
        model = f", model {decision.model}" if decision.model else ""
        lines.append(f"source: {decision.source}{model}")
    if decision.origin:
        lines.append(f"repeats: {decision.origin}")
    first = decision.timings.first_token
    token = f"first token {first:.0f} ms, " if first is not None else ""
    lines.append(f"time: {token}total {decision.timings.total:.0f} ms")
    if sure := decision.confidence:
        lines.append(
            f"confidence: mean token probability {sure.probability:.0%}, "
            f"lowest {sure.lowest_probability:.0%}"
        )
    if decision.tokens:
        usage = decision.tokens.usage
        about = " (estimated)" if decision.tokens.estimated else ""
        lines.append(
            f"tokens: prompt {usage.prompt} (cached {usage.cache_hit}), "
            f"answer {usage.completion}{about}"
        )
        assumed = " (its price is assumed)" if is_assumed(decision.model or "") else ""
        unknown = "unknown, because the model has no known price"
        lines.append(f"cost: {decision.cost or unknown}{assumed}")
    return lines


def _name(decision: Decision) -> str:
    path = path_of(decision.uri)
    if path is not None:
        return path.name
    name = PurePosixPath(unquote(urlsplit(decision.uri).path)).name
    return name if name.endswith(".ipynb") else decision.uri


def _source(decision: Decision) -> str:
    if decision.origin:
        return f"by {decision.source} from `{decision.origin}`"
    return f"by {decision.source}" if decision.source else ""


def _took(decision: Decision) -> str:
    return f"{decision.timings.total:.0f} ms"


def _way_out(decision: Decision) -> str:
    way = reason_of(decision.reason).way_out
    return f" {way}" if way else ""


def _accepted(decision: Decision) -> str:
    if decision.accepted >= len(decision.shown):
        return "It was accepted."
    return f"{decision.accepted} characters of it were accepted."
