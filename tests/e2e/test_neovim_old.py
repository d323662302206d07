"""Neovim 0.10, where the plugin asks for and draws the ghost text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import install
from .conftest import note
from .neovim import Neovim
from .neovim_bad_input import BadInputScenes
from .neovim_keys import KeyScenes
from .neovim_scenes import PluginScenes
from .region_scenes import RegionScenes
from .scenes import Editor, GhostScenes
from .test_neovim import BrokenServers, started


@pytest.fixture(scope="session")
def program(ran: dict[str, str]) -> install.Program:
    return note(ran, install.neovim("trixie", "0.10"))


@pytest.fixture(scope="module")
def editor(program: install.Program) -> Iterator[Neovim]:
    with started(program) as editor:
        yield editor


@pytest.fixture
def fresh_editor(program: install.Program) -> Iterator[Neovim]:
    with started(program) as editor:
        yield editor


@pytest.fixture
def echo_editor(program: install.Program) -> Iterator[Neovim]:
    with started(program, "echo") as editor:
        yield editor


class TestNeovimOld(
    BrokenServers,
    RegionScenes,
    BadInputScenes,
    KeyScenes,
    PluginScenes,
    GhostScenes,
):
    @pytest.fixture
    def marked_editor(self, editor: Neovim) -> Neovim:
        return editor

    def take_word(self, editor: Editor) -> None:
        assert isinstance(editor, Neovim)
        editor.keys("<M-Right>")
