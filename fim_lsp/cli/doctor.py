"""`fim-lsp doctor`: is everything there that completion needs?"""

from __future__ import annotations

import sys
from dataclasses import asdict
from types import MappingProxyType

import click

from ..doctor.calls import Check
from ..doctor.checks import examine, no_one
from ..session.session import Session
from .output import clear_meanwhile, print_json, put_sentence, say_meanwhile
from .running import JSON, PROVIDER, run

_INDENT = 8  # characters that the status of a check takes
_COLOURS = MappingProxyType({"ok": "green", "warning": "yellow", "failed": "red"})


@click.command
@PROVIDER
@JSON
def doctor(provider: str | None, *, as_json: bool) -> None:
    """Check keys, network and model, and say what to do.

    Makes one short completion and one short chat call.
    """

    async def work(session: Session) -> list[Check]:
        checks = []
        async for check in examine(session, no_one if as_json else _begin):
            checks.append(check)
            if not as_json:
                _print(check)
        return checks

    checks = run(work, provider=provider, quiet=True)
    if as_json:
        print_json({"checks": [asdict(check) for check in checks]})
    sys.exit(any(check.status == "failed" for check in checks))


def _begin(name: str) -> None:
    """Show in a terminal what is being waited for."""
    say_meanwhile(f"{'…':{_INDENT}}{name}")


def _print(check: Check) -> None:
    """The line of a check, and below it what to do."""
    clear_meanwhile()
    word = f"{check.status:{_INDENT}}"
    mark = click.style(word, fg=_COLOURS[check.status], bold=True)
    put_sentence(f"{check.name}: {check.detail}", mark=mark, indent=_INDENT)
    if check.fix:
        put_sentence(check.fix, mark=" " * _INDENT, indent=_INDENT)
