"""fim-lsp.doctor: checks whether everything is there that completion needs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ...doctor.calls import Check
from ...doctor.checks import examine
from .call import Command


async def doctor(call: Command) -> Any:
    """The results of the checks; the command can be cancelled while they run."""
    server, checks = call.server, list[Check]()

    async def work() -> bool:
        async for check in examine(server.session):
            checks.append(check)
            progress.report(f"{check.name}: {check.status}")
        return True

    async with server.progresses.show("Doctor", call.token) as progress:
        done = await progress.run(work())
    if done:
        await call.report("doctor", _markdown(checks))
    return {"checks": [asdict(check) for check in checks]}


def _markdown(checks: list[Check]) -> str:
    lines = [
        f"- **{check.name}** ({check.status}): {check.detail}"
        + (f"\n  {check.fix}" if check.fix else "")
        for check in checks
    ]
    return "# Doctor\n\n" + "\n".join(lines) + "\n"
