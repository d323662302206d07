"""A summary that says which programs really ran."""

from __future__ import annotations

import pytest

from .install import Program

RAN = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RAN] = {}


@pytest.fixture(scope="session")
def ran(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where a test notes the version of the program that it drove."""
    return request.config.stash[RAN]


def note(ran: dict[str, str], program: Program) -> Program:
    ran[program.name] = program.version
    return program


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    ran = config.stash[RAN]
    terminalreporter.section("programs that were driven")
    for name, version in sorted(ran.items()):
        terminalreporter.line(f"{name}: {version}")
    terminalreporter.line(f"{len(ran)} in all")
