"""`fim-lsp complete FILE:LINE:COL`: one completion, as an editor would get it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import click

from ..api.presets import resolve
from ..completion import explain as words
from ..completion.casefile import case_of, render, replay
from ..completion.decision import Offer, Trigger
from ..completion.request import Ask
from ..completion.sources import ECHO
from ..errors import InputError, OverBudget
from ..reasons import reason_of
from ..session.session import Session
from ..text import path_of
from .files import (
    parse_place,
    place_in,
    read_document,
    refuse_notebook,
    workspace_folder,
)
from .output import print_json, put, say
from .running import JSON, PROVIDER, run

# What a model wrote, and its finish reason.
AnswerAndEnd = tuple[str, str | None]

ECHO_PATIENCE = 15.0  # seconds for reading a workspace


@click.command
@click.argument("place", metavar="FILE:LINE:COL")
@click.option("--candidates", type=click.IntRange(1, 10), default=1, metavar="N")
@click.option("--verbose", is_flag=True, help="Say how the answer came about.")
@click.option("--as-case", is_flag=True, help="Print a case file for a report.")
@PROVIDER
@JSON
def complete(
    place: str,
    *,
    candidates: int,
    verbose: bool,
    as_case: bool,
    provider: str | None,
    as_json: bool,
) -> None:
    """Complete at one place of a file.

    Line and column count from 1, as editors show them.
    """
    refuse_notebook(place)
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
    # The user wants to see what fails, so no fallback answers instead.
    overrides = {"fallback": [], "completion": {"candidates": candidates}}
    heard: list[AnswerAndEnd] = []
    provider, offer = run(
        lambda session: _complete(session, ask, candidates, heard),
        provider=provider,
        overrides=overrides,
    )
    over = isinstance(offer.error, OverBudget)
    if offer.error is not None and not offer.suggestions and not over:
        raise offer.error
    if as_case:
        put(_case_file(ask, offer, heard), nl=False)
    elif as_json:
        print_json(as_data(offer, provider), exact=("text",))
    else:
        for number, suggestion in enumerate(offer.suggestions[:candidates], 1):
            if len(offer.suggestions) > 1:
                say(f"--- {number}")
            put(suggestion.text)
        if not offer.suggestions:
            say(words.silence(offer.decision))
    if verbose:
        for detail in words.details(offer.decision):
            say(detail)


async def _complete(
    session: Session, ask: Ask, candidates: int, heard: list[AnswerAndEnd]
) -> tuple[str, Offer]:
    """The name of the provider, and its offer; the others come when asked again.

    `heard` gets what the model wrote.
    """
    session.gateway.on_answer = lambda text, finish: heard.append((text, finish))
    if session.provider != ECHO:
        # Raises where the provider cannot be used.
        resolve(session.provider, session.settings.current)
    session.opened(ask.document, ask.folder)
    if session.provider == ECHO and ask.folder is not None:
        # Nobody types, so the answer may come later than an editor would wait for it.
        with suppress(TimeoutError):
            async with asyncio.timeout(ECHO_PATIENCE):
                await session.echoes.ready(ask.folder, path_of(ask.document.uri))
    offer = await session.suggest(ask)
    if candidates > 1 and offer.suggestions:
        again = await session.suggest(ask)
        offer = again if again.suggestions else offer
    return session.provider, await session.engine.counted(offer)


def _case_file(ask: Ask, offer: Offer, heard: list[AnswerAndEnd]) -> str:
    """The case of the first answer.  InputError where no model was asked."""
    if not heard:
        why = reason_of(offer.decision.reason).because
        raise InputError(f"There is no answer to make a case of, because {why}.")
    text, finish = heard[0]
    case = case_of(
        ask.document,
        ask.place,
        ask.trigger,
        text,
        finish=finish,
        about=f"The model was {offer.decision.model}.",
    )
    return render(case, replay(case))


def as_data(offer: Offer, provider: str) -> dict[str, Any]:
    """The offer as JSON; places count from 1, as in the argument."""
    decision = offer.decision
    timings, tokens, cost = decision.timings, decision.tokens, decision.cost
    return {
        "candidates": [
            {
                "text": candidate.text,
                "startLine": candidate.span.start.line + 1,
                "startColumn": candidate.span.start.column + 1,
                "endLine": candidate.span.end.line + 1,
                "endColumn": candidate.span.end.column + 1,
            }
            for candidate in offer.suggestions
        ],
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "source": decision.source,
        "provider": provider,
        "model": decision.model,
        "milliseconds": {"firstToken": timings.first_token, "total": timings.total},
        "tokens": tokens and tokens.data(),
        "cost": cost and cost.data(),
    }
