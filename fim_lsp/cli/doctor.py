"""`fim-lsp doctor`: is everything there that completion needs?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from types import MappingProxyType

import click

from ..doctor.calls import Check
from ..doctor.checks import examine
from ..session.session import Session
from .output import print_json, put
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


def _print(check: Check) -> None:
    mark = click.style(f"{check.status:8}", fg=_COLOURS[check.status], bold=True)
    put(f"{check.name}: {check.detail}", mark=mark)
    if check.fix:
        put(f"        {check.fix}")
