"""Emacs with Flycheck: what it shows can be fixed, with eglot and with lsp-mode."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import install
from .conftest import note
from .emacs import Eglot, LspMode
from .scenes import PREAMBLE, becomes
from .terminal import until
from .world import MENDED, MISTAKEN, new_world

Kind = Eglot | LspMode
# A checker that finds the misspelt word, in place of the program of a language.
SPELLER = """\
(progn
  (add-to-list 'load-path "%s")
  (require 'flycheck)
  (flycheck-define-generic-checker 'speller "Misspelt words."
    :modes '(python-mode)
    :start
    (lambda (checker callback)
      (let (found)
        (save-excursion
          (goto-char (point-min))
          (while (search-forward "valeus" nil t)
            (push (flycheck-error-new-at-pos
                   (match-beginning 0) 'error "Undefined name: valeus"
                   :checker checker)
                  found)))
        (funcall callback 'finished found))))
  t)
"""
CHECK = """\
(progn
  (flymake-mode -1)
  (flycheck-mode 1)
  (flycheck-select-checker 'speller)
  (flycheck-buffer)
  t)
"""


@pytest.fixture(params=[Eglot, LspMode])
def editor(request: pytest.FixtureRequest, ran: dict[str, str]) -> Iterator[Kind]:
    program = note(ran, install.emacs())
    root = install.unpacked("Flycheck", "sid", "elpa-flycheck")
    (library,) = root.glob("usr/share/emacs/site-lisp/elpa-src/flycheck-*/flycheck.el")
    kind: type[Kind] = request.param
    with new_world() as world:
        world.set_up("emacs")
        editor = kind(program, world)
        try:
            editor.lisp(SPELLER % library.parent)
            yield editor
        finally:
            editor.close()


def test_what_flycheck_shows_is_fixed(editor: Kind) -> None:
    editor.open(PREAMBLE + MISTAKEN)
    editor.lisp(CHECK)
    until(lambda: editor.lisp("(and flycheck-current-errors t)"), "the mark")
    if isinstance(editor, Eglot):  # lsp-mode lists what language servers report
        titles = editor.actions_at("valeus")
        assert "Fix: Undefined name: valeus" in titles
    editor.act_at("valeus", "Fix")
    becomes(editor, MENDED)
