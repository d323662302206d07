"""Runs a piece of work with the user's own session, and puts it away afterwards."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from ..session import Session

T = TypeVar("T")

PROVIDER = click.option(
    "--provider", metavar="NAME", help="Another provider than the one in the settings."
)
JSON = click.option("as_json", "--json", is_flag=True, help="Print JSON.")


def run(
    work: Callable[[Session], Awaitable[T]],
    *,
    provider: str | None = None,
    overrides: dict[str, Any] | None = None,
) -> T:
    """What `work` answers; it raises FimError where it fails.

    `provider` stands for the one of the settings, `overrides` are stronger than the
    user file.  What is wrong with the settings is said on stderr.
    """
    environ = dict(os.environ)
    if provider is not None:
        environ["FIM_LSP_COMPLETION_PROVIDER"] = provider
    return asyncio.run(_run(work, environ, overrides or {}))


async def _run(
    work: Callable[[Session], Awaitable[T]],
    environ: dict[str, str],
    overrides: dict[str, Any],
) -> T:
    session = Session(environ=environ)
    session.on_notice = say
    try:
        for problem in session.configure(overrides):
            say(problem.sentence)
        return await work(session)
    finally:
        await session.aclose()


def say(sentence: str) -> None:
    """A sentence beside the output."""
    click.echo(sentence, err=True)
