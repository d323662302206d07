"""Emacs: buffers that are read-only, nameless or renamed, other line ends, reports."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.model_script import Seen

from . import install
from .conftest import note
from .emacs import Eglot, LspMode
from .scenes import SETTLED, becomes, begin, body
from .terminal import steady, until
from .world import DOCUMENTED, MENDED, World, new_world, thoughts

Kind = Eglot | LspMode
PACKAGE = Path(__file__).parents[2] / "editors/emacs/fim-lsp.el"
SLOW = 1.5  # seconds in which something happens to the file
SELECTED = re.compile(r"Selected code[^\n]*:\n(`{3,})\w*\n(.*?)\1", re.DOTALL)


@pytest.fixture(scope="module")
def program(ran: dict[str, str]) -> install.Program:
    return note(ran, install.emacs())


@pytest.fixture(scope="module", params=[Eglot, LspMode])
def opened(request: pytest.FixtureRequest, program: install.Program) -> Iterator[Kind]:
    kind: type[Kind] = request.param
    with new_world() as world:
        world.set_up("emacs")
        editor = kind(program, world)
        try:
            yield editor
        finally:
            editor.close()


@pytest.fixture
def editor(opened: Kind) -> Kind:
    opened.world.api.answer, opened.world.api.first_delay = thoughts, 0.0
    return opened


def chats(world: World) -> int:
    """How often the model of chat actions was asked."""
    return sum("messages" in seen.body for seen in world.api.calls)


def refused(editor: Kind, form: str) -> str:
    """What Emacs says instead of evaluating `form`."""
    handled = f"(condition-case err {form} (error (error-message-string err)))"
    return str(editor.lisp(handled))


def noting(seen: Seen) -> str:
    """A model that writes a note behind the last line of the selected code."""
    selected = SELECTED.search(seen.body["messages"][-1]["content"])
    return f"```python\n{selected[2].rstrip()}  # note\n```" if selected else ""


def test_a_read_only_buffer_is_not_asked_about(editor: Kind) -> None:
    begin(editor, MENDED)
    editor.lisp("(progn (read-only-mode 1) t)")
    before = chats(editor.world)
    assert "read-only" in refused(editor, '(fim-lsp-act "document")')
    assert chats(editor.world) == before
    assert body(editor) == MENDED


@pytest.mark.parametrize(
    "form",
    ['(fim-lsp-act "explain")', '(fim-lsp-run "allowFile")', "(fim-lsp-next-edit)"],
)
def test_a_nameless_buffer_says_what_to_do(editor: Kind, form: str) -> None:
    begin(editor, MENDED)
    editor.lisp('(progn (switch-to-buffer "nameless") (insert "x = 1") t)')
    assert "Save this buffer to a file first" in refused(editor, form)


def test_a_buffer_that_no_server_serves_says_so(editor: Kind) -> None:
    begin(editor, MENDED)
    path = editor.world.home / "notes"
    path.write_text("nothing\n")
    editor.lisp(f'(progn (find-file "{path}") (fundamental-mode) t)')
    if isinstance(editor, Eglot):  # lsp-mode goes on with the server it has
        said = refused(editor, '(fim-lsp-act "explain")')
        assert "No fim-lsp server runs for this buffer" in said


def test_a_file_renamed_meanwhile_is_not_edited_and_does_not_come_back(
    editor: Kind,
) -> None:
    begin(editor, MENDED)
    old = Path(str(editor.lisp("buffer-file-name")))
    editor.world.api.first_delay = SLOW
    before = chats(editor.world)
    editor.act_at("mean_of", "Document")
    until(lambda: chats(editor.world) > before, "the question")
    new = old.with_name("renamed.py")
    rename = f'(rename-file buffer-file-name "{new}")'
    visit = f'(set-visited-file-name "{new}" nil t)'
    editor.lisp(f"(progn {rename} {visit} t)")
    gone = f"{old.name} is not there any more"
    until(lambda: any(gone in text for text in editor.complaints()), "why")
    steady(lambda: body(editor) == MENDED, "an edit", SETTLED)
    assert not old.exists()


def test_tabs_line_ends_and_emoji_stay(editor: Kind) -> None:
    editor.world.api.answer = noting
    text = 'class A:\r\n\tdef f(self, x):\r\n\t\tu = "😀 ü"; y = x\r\n\t\treturn y\r\n'
    path = editor.world.project / "crlf.py"
    path.write_bytes(text.encode())
    editor.lisp(f'(switch-to-buffer (find-file-noselect "{path}"))')
    editor.terminal.keys("M->")
    until(editor.is_connected, "a connection", 30)
    editor.act_at("y = x", "Simplify")
    noted = text.replace("y = x", "y = x  # note")
    until(lambda: editor.text() == noted.replace("\r\n", "\n"), "the note")
    editor.lisp("(progn (save-buffer) t)")
    assert path.read_bytes() == noted.encode()
    editor.undo()
    until(lambda: editor.text() == text.replace("\r\n", "\n"), "undone")


def test_new_tests_are_shown_and_nothing_is_asked(editor: Kind) -> None:
    tests = "def test_it() -> None:\n    assert mean_of([1]) == 1\n"
    editor.world.api.answer = f"```python\n{tests}```"
    begin(editor, MENDED)
    source = Path(str(editor.lisp("buffer-file-name")))
    editor.act_at("mean_of", "Tests")
    if isinstance(editor, Eglot):
        words = "does not let a server create files"
        until(lambda: any(words in text for text in editor.complaints()), "why")
        return
    name = f"test_{source.name}"
    shown = f'(and (get-buffer-window "{name}") t)'
    until(lambda: editor.lisp(shown), "the new file")
    written = f'(with-current-buffer "{name}" (buffer-string))'
    until(lambda: editor.lisp(written) == tests, "the tests")
    assert "Reread" not in editor.terminal.text()
    editor.lisp("(progn (delete-other-windows) t)")


def test_a_report_is_closed_with_q(editor: Kind) -> None:
    begin(editor, DOCUMENTED)
    editor.lisp('(progn (fim-lsp-run "doctor") t)')
    reports = (
        '(seq-filter (lambda (buffer) (string-prefix-p "doctor" (buffer-name buffer)))'
        " (buffer-list))"
    )
    until(lambda: editor.lisp(f"(and {reports} t)"), "the report")
    editor.lisp(f"(progn (select-window (get-buffer-window (car {reports}))) t)")
    assert editor.lisp("buffer-read-only")
    editor.terminal.type("q")
    until(lambda: not editor.lisp(f"(and {reports} t)"), "the end of the report")
    becomes(editor, DOCUMENTED)


def test_the_package_compiles_without_a_warning(
    program: install.Program, tmp_path: Path
) -> None:
    shutil.copy(PACKAGE, tmp_path)
    done = subprocess.run(
        [
            program.path,
            "--batch",
            "--eval=(setq byte-compile-error-on-warn t)",
            "--funcall=batch-byte-compile",
            str(tmp_path / PACKAGE.name),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
