"""Runs a piece of work with the user's own session, and puts it away afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import click

from ..session.session import Session
from ..settings import Problem
from .output import say

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
    quiet: bool = False,
) -> T:
    """Run `work` and return its result; it raises FimError where it fails.

    `provider` stands for the one of the settings, `overrides` are stronger than the
    user file.  What is wrong with the settings is said on stderr, unless `quiet`.
    """

    async def with_session() -> T:
        session = Session()
        session.announcements.on_notice = say
        session.problems.on_new = None if quiet else _say_problems
        try:
            session.settings.set_editor(overrides or {})
            if provider is not None:
                session.settings.choose_provider(provider)
            return await work(session)
        finally:
            await session.aclose()

    return asyncio.run(with_session())


def _say_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        say(problem.sentence)
