"""Helix: the completion menu, code actions and commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from . import install
from .conftest import note
from .helix import Helix
from .region_scenes import RegionScenes
from .scenes import PREAMBLE, Scenes
from .terminal import until
from .world import new_world


@pytest.fixture(scope="session")
def program(ran: dict[str, str]) -> install.Program:
    return note(ran, install.helix())


@contextmanager
def started(program: install.Program, provider: str = "deepseek") -> Iterator[Helix]:
    with new_world(provider) as world:
        world.set_up("helix")
        editor = Helix(program, world)
        try:
            yield editor
        finally:
            editor.close()


@pytest.fixture(scope="module")
def editor(program: install.Program) -> Iterator[Helix]:
    with started(program) as editor:
        yield editor


@pytest.fixture
def fresh_editor(program: install.Program) -> Iterator[Helix]:
    with started(program) as editor:
        yield editor


@pytest.fixture
def echo_editor(program: install.Program) -> Iterator[Helix]:
    with started(program, "echo") as editor:
        yield editor


class TestHelix(RegionScenes, Scenes):
    name = "helix"

    @pytest.fixture
    def marked_editor(self, editor: Helix) -> Helix:
        return editor

    def test_the_menu_as_a_picture(self, editor: Helix) -> None:
        editor.open(PREAMBLE + "total = s", "example.py")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.terminal.keys("C-n")
        until(lambda: "sum(values) / len(values)" in editor.terminal.text(), "a choice")
        editor.terminal.picture("helix")
