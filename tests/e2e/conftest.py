"""The fake endpoint, and a summary that says which programs really ran."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.socket_api import SocketApi

from .install import Program
from .world import World, build, thoughts

RAN = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RAN] = {}


@pytest.fixture
def api() -> Iterator[SocketApi]:
    with SocketApi(answer=thoughts).threaded() as api:
        yield api


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    """One world for the scenes of an editor; its path is short, for the sockets."""
    with (
        tempfile.TemporaryDirectory(
            prefix="fim-", ignore_cleanup_errors=True
        ) as folder,
        SocketApi(answer=thoughts).threaded() as api,
    ):
        yield build(Path(folder), api)


@pytest.fixture
def world(api: SocketApi) -> Iterator[World]:
    with tempfile.TemporaryDirectory(
        prefix="fim-", ignore_cleanup_errors=True
    ) as folder:
        yield build(Path(folder), api)


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
