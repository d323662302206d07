"""Emacs shows the next edit as a hint; one key jumps to it and applies it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from . import install
from .conftest import note
from .emacs import Eglot, Emacs, LspMode
from .terminal import until
from .world import new_world

Kind = Eglot | LspMode
TEXT = "".join(f"{name} = client.get({n})\n" for n, name in enumerate("abcd", 1))
CHANGED = TEXT.replace("get(1", "fetch(1").replace("get(2", "fetch(2")
HINTS = {
    Eglot: "(vconcat (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))",
    LspMode: (
        "(vconcat (mapcar #'lsp:diagnostic-message"
        " (apply #'append (hash-table-values (lsp-diagnostics t)))))"
    ),
}
TITLES = {
    Eglot: (
        "(vconcat (mapcar (lambda (a) (plist-get a :title))"
        " (eglot-code-actions (pos-bol) (pos-eol))))"
    ),
    LspMode: "(vconcat (mapcar #'lsp:code-action-title (lsp-code-actions-at-point)))",
}


@pytest.fixture(scope="module")
def program(ran: dict[str, str]) -> install.Program:
    return note(ran, install.emacs())


@pytest.fixture(params=[Eglot, LspMode])
def editor(request: pytest.FixtureRequest, program: install.Program) -> Iterator[Emacs]:
    kind: type[Kind] = request.param
    with new_world("echo") as world:
        world.set_up("emacs")
        editor = kind(program, world)
        try:
            yield editor
        finally:
            editor.close()


def twice(editor: Emacs) -> None:
    """`get` becomes `fetch` in the first two lines, by keys."""
    editor.open(TEXT)
    editor.lisp('(keymap-global-set "C-c n" #\'fim-lsp-next-edit)')
    for name in "ab":
        editor.lisp(f'(progn (goto-char 1) (search-forward "{name} = client.get") nil)')
        for _ in "get":
            editor.terminal.keys("BSpace")
        editor.terminal.type("fetch")
        changed = f"{name} = client.fetch"
        until(partial(holds, editor, changed), "a change")


def holds(editor: Emacs, text: str) -> bool:
    return text in editor.text()


def hints(editor: Emacs) -> list[str]:
    return [hint for hint in editor.lisp(HINTS[type(editor)]) if "next edit" in hint]


def line(editor: Emacs) -> str:
    return str(editor.lisp("(number-to-string (line-number-at-pos))"))


def press_next(editor: Emacs) -> None:
    editor.terminal.keys("C-c")
    editor.terminal.type("n")


def test_the_third_is_a_hint_that_is_jumped_to_applied_and_undone(
    editor: Emacs,
) -> None:
    twice(editor)
    until(lambda: hints(editor), "the hint")
    assert "`get` → `fetch`" in hints(editor)[0]
    if isinstance(editor, Eglot):
        editor.terminal.picture("emacs-next-edit")
    press_next(editor)
    until(lambda: line(editor) == "3", "the jump")
    assert editor.text() == CHANGED
    titles = editor.lisp(TITLES[type(editor)])
    assert "Next edit: `get` → `fetch`" in titles
    assert not [title for title in titles if title.startswith("Fix")]
    press_next(editor)
    third = CHANGED.replace("get(3", "fetch(3")
    until(lambda: editor.text() == third, "the edit")
    editor.undo()
    until(lambda: editor.text() == CHANGED, "undone in one step")


def test_what_is_dismissed_stays_away(editor: Emacs) -> None:
    twice(editor)
    until(lambda: hints(editor), "the hint")
    editor.lisp("(progn (fim-lsp-dismiss-next-edit) nil)")
    until(lambda: not hints(editor), "no hint")
    press_next(editor)
    until(lambda: "no next edit" in editor.terminal.text(), "the reason")
    assert editor.text() == CHANGED


def test_all_that_remain_are_applied_with_a_prefix_and_undone_in_one_step(
    editor: Emacs,
) -> None:
    twice(editor)
    until(lambda: hints(editor), "the hint")
    editor.terminal.keys("C-u")
    press_next(editor)
    done = TEXT.replace("get", "fetch")
    until(lambda: editor.text() == done, "all edits")
    editor.terminal.keys("C-/")
    until(lambda: editor.text() == CHANGED, "undone in one step")


@pytest.mark.parametrize("title", ["Next edit: `get` → `fetch`", "all 2 places"])
def test_its_quick_fixes_apply_it_and_are_undone_in_one_step(
    editor: Emacs, title: str
) -> None:
    twice(editor)
    until(lambda: hints(editor), "the hint")
    editor.lisp('(progn (goto-char 1) (search-forward "c = client.") nil)')
    titles = until(lambda: editor.lisp(TITLES[type(editor)]), "the quick fixes")
    (chosen,) = [each for each in titles if title in each]
    run = "e2e-eglot-act" if isinstance(editor, Eglot) else "e2e-lsp-act"
    editor.lisp(f'({run} "{chosen}")')
    editor.terminal.keys("F5")
    third = CHANGED.replace("get(3", "fetch(3")
    done = third.replace("get(4", "fetch(4") if "all" in title else third
    until(lambda: editor.text() == done, "the edit")
    editor.undo()
    until(lambda: editor.text() == CHANGED, "undone in one step")
