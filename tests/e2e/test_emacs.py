"""Emacs: eglot's completion, and lsp-mode's inline completion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from . import install
from .conftest import note
from .emacs import Eglot, Emacs, LspMode
from .region_scenes import RegionScenes
from .scenes import Scenes
from .world import new_world

Kind = Eglot | LspMode


@pytest.fixture(scope="session")
def program(ran: dict[str, str]) -> install.Program:
    return note(ran, install.emacs())


@contextmanager
def started(
    kind: type[Kind], program: install.Program, provider: str = "deepseek"
) -> Iterator[Emacs]:
    with new_world(provider) as world:
        world.set_up("emacs")
        editor = kind(program, world)
        try:
            yield editor
        finally:
            editor.close()


@pytest.fixture(scope="module", params=[Eglot, LspMode])
def kind(request: pytest.FixtureRequest) -> type[Kind]:
    chosen: type[Kind] = request.param
    return chosen


@pytest.fixture(scope="module")
def editor(kind: type[Kind], program: install.Program) -> Iterator[Emacs]:
    with started(kind, program) as editor:
        yield editor


@pytest.fixture
def fresh_editor(kind: type[Kind], program: install.Program) -> Iterator[Emacs]:
    with started(kind, program) as editor:
        yield editor


@pytest.fixture
def echo_editor(kind: type[Kind], program: install.Program) -> Iterator[Emacs]:
    with started(kind, program, "echo") as editor:
        yield editor


class TestEmacs(RegionScenes, Scenes):
    """The scenes, once with eglot and once with lsp-mode."""

    @pytest.fixture
    def marked_editor(self, editor: Emacs, kind: type[Kind]) -> Emacs:
        self.name = "emacs" if kind is Eglot else ""
        return editor
