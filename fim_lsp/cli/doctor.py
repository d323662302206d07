"""`fim-lsp doctor`: is everything there that completion needs?"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict
from types import MappingProxyType

import click

from ..api.client import ApiClient
from ..api.keystore import KeyStore
from ..api.presets import resolve
from ..completion.sources import ECHO
from ..errors import FimError
from ..session import Session
from . import checks
from .checks import Check
from .output import print_json
from .running import JSON, PROVIDER, run

_COLOURS = MappingProxyType({"ok": "green", "warning": "yellow", "failed": "red"})


@click.command
@PROVIDER
@JSON
def doctor(provider: str | None, *, as_json: bool) -> None:
    """Check keys, network and model, and say what to do.

    Makes one short completion and one short chat call.
    """

    async def work(session: Session) -> list[Check]:
        found = []
        async for check in examine(session):
            found.append(check)
            if not as_json:
                _print(check)
        return found

    found = run(work, provider=provider, quiet=True)
    if as_json:
        print_json({"checks": [asdict(check) for check in found]})
    sys.exit(any(check.status == "failed" for check in found))


async def examine(session: Session) -> AsyncIterator[Check]:
    """All checks in order; where one fails, those that build on it are left out."""
    yield checks.settings_check(session.problems)
    yield checks.editors_check()
    if session.provider == ECHO:
        detail = "no model is set up; completions repeat your own files (echo)"
        yield Check("provider", "warning", detail, "Run `fim-lsp login`.")
        return
    try:
        provider = resolve(session.provider, session.settings)
    except FimError as error:
        yield Check("provider", "failed", error.sentence, "Correct the settings.")
        return
    yield Check("provider", "ok", f"{provider.name}, dialect {provider.dialect}")
    key_check, key = checks.key_check(provider, os.environ, KeyStore())
    found = [key_check, checks.host_check(provider)]
    found.append(checks.proxy_check(provider, os.environ))
    for check in found:
        yield check
    if any(check.status == "failed" for check in found):
        return
    client = ApiClient(provider, key)
    try:
        async for check in checks.endpoint_checks(client):
            yield check
    finally:
        await client.aclose()


def _print(check: Check) -> None:
    mark = click.style(f"{check.status:8}", fg=_COLOURS[check.status], bold=True)
    click.echo(f"{mark}{check.name}: {check.detail}")
    if check.fix:
        click.echo(f"        {check.fix}")
