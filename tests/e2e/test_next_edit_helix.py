"""Helix shows the next edit as a hint: `]d` goes there, `space a` makes it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from . import install
from .conftest import note
from .helix import Helix
from .terminal import steady, until
from .world import new_world

TEXT = "".join(f"{name} = client.get({n})\n" for n, name in enumerate("abcd", 1))
CHANGED = TEXT.replace("get(1", "fetch(1").replace("get(2", "fetch(2")
# Seconds in which the last change has settled.
SETTLES = 1.0


@pytest.fixture(scope="module")
def program(ran: dict[str, str]) -> install.Program:
    return note(ran, install.helix())


@pytest.fixture
def editor(program: install.Program) -> Iterator[Helix]:
    with new_world("echo") as world:
        world.set_up("helix")
        editor = Helix(program, world)
        try:
            yield editor
        finally:
            editor.close()


def twice(editor: Helix) -> None:
    """`get` becomes `fetch` in the first two lines, by Helix's own keys."""
    editor.open(TEXT)
    editor.terminal.keys("Escape")
    editor.terminal.type("gg/get")
    editor.terminal.keys("Enter")
    editor.terminal.type("cfetch")
    editor.terminal.keys("Escape")
    editor.terminal.type("ncfetch")
    editor.terminal.keys("Escape")
    until(lambda: "b = client.fetch(2)" in editor.terminal.text(), "the changes")
    until(lambda: "c = client.get(3)" in editor.terminal.text(), "the changes")
    time.sleep(SETTLES)


def on_screen(editor: Helix, text: str) -> bool:
    return text in editor.terminal.text()


def test_the_third_is_a_hint_that_is_jumped_to_applied_and_undone(
    editor: Helix,
) -> None:
    twice(editor)
    editor.terminal.type("]d")
    until(lambda: on_screen(editor, "next edit: "), "the hint")
    editor.terminal.picture("helix-next-edit")
    editor.terminal.keys("Space")
    editor.terminal.type("a")
    until(lambda: on_screen(editor, "Next edit: `get`"), "the quick fix")
    editor.terminal.keys("Enter")
    third = CHANGED.replace("get(3", "fetch(3")
    until(lambda: editor.text() == third, "the edit")
    editor.terminal.type("u")
    until(lambda: editor.text() == CHANGED, "undone in one step")


def test_all_that_remain_are_one_undo_step(editor: Helix) -> None:
    twice(editor)
    editor.terminal.type("]d")
    until(lambda: on_screen(editor, "next edit: "), "the hint")
    editor.terminal.keys("Space")
    editor.terminal.type("a")
    until(lambda: on_screen(editor, "all 2 places"), "the quick fix")
    editor.terminal.keys("C-n")
    editor.terminal.keys("Enter")
    until(lambda: editor.text() == TEXT.replace("get", "fetch"), "all")
    editor.terminal.type("u")
    until(lambda: editor.text() == CHANGED, "undone in one step")


def test_what_is_dismissed_stays_away(editor: Helix) -> None:
    twice(editor)
    editor.terminal.type("]d")
    until(lambda: on_screen(editor, "next edit: "), "the hint")
    editor.terminal.type(":lsp-workspace-command fim-lsp.dismissNextEdit")
    editor.terminal.keys("Enter")
    until(lambda: not on_screen(editor, "next edit: "), "no hint")
    editor.terminal.type("]d")
    steady(lambda: not on_screen(editor, "next edit: "), "a hint again", 1.0)
