"""`fim-lsp complete FILE:LINE:COL`: one completion, as an editor would get it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import click

from ..api.presets import resolve
from ..completion.decision import REASONS, Decision, Offer, Outcome, Trigger
from ..completion.request import Ask
from ..completion.sources import ECHO
from ..session import Session
from ..text import path_of
from .files import parse_place, place_in, read_document, workspace_folder
from .output import print_json
from .running import JSON, PROVIDER, run, say

ECHO_PATIENCE = 15.0  # seconds for reading a workspace


@click.command
@click.argument("place", metavar="FILE:LINE:COL")
@click.option("--candidates", type=click.IntRange(1, 10), default=1, metavar="N")
@click.option("--verbose", is_flag=True, help="Say how the answer came about.")
@PROVIDER
@JSON
def complete(
    place: str, *, candidates: int, verbose: bool, provider: str | None, as_json: bool
) -> None:
    """Complete at one place of a file.

    Line and column count from 1, as editors show them.
    """
    parsed = parse_place(place)
    if parsed is None:
        raise click.UsageError(f"{place} is not of the form FILE:LINE:COL, from 1.")
    path, line, column = parsed
    document = read_document(path)
    ask = Ask(
        document,
        place_in(document, path, line, column),
        Trigger.INVOKED,
        workspace_folder(path),
    )
    # Whoever asks here wants to know what fails: no fallback covers it up.
    overrides = {"fallback": [], "completion": {"candidates": candidates}}
    provider, offer = run(
        lambda session: _complete(session, ask, candidates),
        provider=provider,
        overrides=overrides,
    )
    if offer.error is not None and not offer.suggestions:
        raise offer.error
    if as_json:
        print_json(as_data(offer, provider))
    else:
        for number, suggestion in enumerate(offer.suggestions[:candidates], 1):
            if len(offer.suggestions) > 1:
                say(f"--- {number}")
            click.echo(suggestion.text)
        if not offer.suggestions:
            say(why_silent(offer.decision))
    if verbose:
        for sentence in in_detail(offer.decision):
            say(sentence)


async def _complete(session: Session, ask: Ask, candidates: int) -> tuple[str, Offer]:
    """The name of the provider, and its offer; the others come when asked again."""
    if session.provider != ECHO:
        resolve(session.provider, session.settings)  # raises where it cannot be used
    session.opened(ask.document)
    if session.provider == ECHO and ask.folder is not None:
        # Nobody types meanwhile: what an editor would see a little later counts.
        with suppress(TimeoutError):
            async with asyncio.timeout(ECHO_PATIENCE):
                await session.echo_ready(ask.folder, path_of(ask.document.uri))
    offer = await session.suggest(ask)
    if candidates > 1 and offer.suggestions:
        again = await session.suggest(ask)
        offer = again if again.suggestions else offer
    return session.provider, offer


def as_data(offer: Offer, provider: str) -> dict[str, Any]:
    """The offer as JSON; places count from 1, as in the argument."""
    decision = offer.decision
    timings, tokens, cost = decision.timings, decision.tokens, decision.cost
    return {
        "candidates": [
            {
                "text": each.text,
                "startLine": each.span.start.line + 1,
                "startColumn": each.span.start.column + 1,
                "endLine": each.span.end.line + 1,
                "endColumn": each.span.end.column + 1,
            }
            for each in offer.suggestions
        ],
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "source": decision.source,
        "provider": provider,
        "model": decision.model,
        "milliseconds": {"firstToken": timings.first_token, "total": timings.total},
        "tokens": tokens
        and {
            "prompt": tokens.usage.prompt,
            "cacheHit": tokens.usage.cache_hit,
            "completion": tokens.usage.completion,
            "estimated": tokens.estimated,
        },
        "cost": cost and {"amount": str(cost.amount), "currency": cost.currency},
    }


def why_silent(decision: Decision) -> str:
    reason = decision.reason or "nothing-follows"
    return f"Nothing is offered because {REASONS.get(reason, reason)}."


def in_detail(decision: Decision) -> list[str]:
    """How the answer came about, a line each."""
    lines = [f"outcome: {decision.outcome.value}"]
    if decision.outcome is Outcome.SILENT and decision.reason:
        lines.append(f"reason: {decision.reason}")
    if decision.rules:
        lines.append(f"rules: {', '.join(decision.rules)}")
    if decision.source:
        model = f", model {decision.model}" if decision.model else ""
        lines.append(f"source: {decision.source}{model}")
    if decision.origin:
        lines.append(f"repeats: {decision.origin}")
    first = decision.timings.first_token
    token = f"first token {first:.0f} ms, " if first is not None else ""
    lines.append(f"time: {token}total {decision.timings.total:.0f} ms")
    if decision.tokens:
        usage = decision.tokens.usage
        about = " (estimated)" if decision.tokens.estimated else ""
        lines.append(
            f"tokens: prompt {usage.prompt} (cached {usage.cache_hit}), "
            f"answer {usage.completion}{about}"
        )
    if decision.cost:
        lines.append(f"cost: {decision.cost.amount} {decision.cost.currency}")
    return lines
