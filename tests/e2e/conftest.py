"""A real VS Code for two files of tests, and a summary of which programs really ran."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .install import Program
from .install_vscode import CODE_SERVER, UnavailableError, workbench
from .vscode.package import build_extension
from .vscode.scene import Scene, open_scene

RAN = pytest.StashKey[dict[str, str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[RAN] = {}


@pytest.fixture(scope="session")
def ran(request: pytest.FixtureRequest) -> dict[str, str]:
    """Where a test notes the version of the program that it drove."""
    return request.config.stash[RAN]


@pytest.fixture(scope="module")
def scene(
    tmp_path_factory: pytest.TempPathFactory, ran: dict[str, str]
) -> Iterator[Scene]:
    try:
        programs, extension = workbench(), build_extension()
    except UnavailableError as reason:
        pytest.skip(f"VS Code {CODE_SERVER} cannot be had: {reason}")
    with open_scene(programs, extension, tmp_path_factory.mktemp("vscode")) as opened:
        ran["VS Code"] = f"code-server {CODE_SERVER} in {programs.browser}"
        # What is typed before the server runs is asked by nobody.
        assert "sparkle" in opened.window.do("status", icon="sparkle", patience=60_000)
        yield opened


@pytest.fixture
def vscode(scene: Scene) -> Scene:
    """The window with a willing endpoint."""
    scene.api.fault, scene.api.status, scene.api.key = None, 200, None
    scene.api.answer = ""
    scene.api.piece_delay = scene.api.first_delay = 0.0
    return scene


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
