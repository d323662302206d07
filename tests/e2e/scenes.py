"""What a user does, told once for all editors; each editor plays it in its own way."""

from __future__ import annotations

import os
import signal
from typing import Protocol

import pytest

from .terminal import steady, until
from .world import COMMENT, DONE, HABIT, World

PREAMBLE = """\
import statistics

values = [1, 2, 3]
count = len(values)
left, right = 3, 4

"""
READING = 4.0  # seconds in which a small project has been read
SETTLED = 0.6  # seconds in which a late answer would have come


class Editor(Protocol):
    """A real editor with a file open and the cursor in it."""

    world: World

    def open(self, text: str) -> None:
        """A new file with `text`; the cursor at its end, ready to type."""

    def type(self, text: str) -> None: ...
    def left(self) -> None: ...
    def offers(self, text: str) -> bool:
        """Whether text that begins like `text` is offered at the cursor."""

    def offers_nothing(self) -> bool: ...
    def accept(self) -> None: ...
    def undo(self) -> None: ...
    def text(self) -> str: ...
    def toggle(self) -> None: ...
    def actions(self) -> list[str]:
        """The titles that are offered for the last line."""

    def act(self, title: str) -> None: ...
    def stop_acting(self) -> None: ...
    def complaints(self) -> list[str]:
        """What fim-lsp has said in messages."""

    def restart(self) -> None: ...
    def close(self) -> None: ...


class Scenes:
    """The scenes; a subclass gives `editor`, `fresh_editor`, `echo_editor`."""

    def test_an_offer_is_accepted(self, editor: Editor) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values) / len(values)"), "an offer")
        editor.accept()
        becomes(editor, "total = sum(values) / len(values)")

    def test_an_offer_of_several_lines_is_accepted(self, editor: Editor) -> None:
        begin(editor, "def add")
        editor.type("(")
        until(lambda: editor.offers("a, b):\n    return a + b"), "an offer")
        editor.accept()
        becomes(editor, "def add(a, b):\n    return a + b")

    def test_an_offer_beside_a_closing_bracket(self, editor: Editor) -> None:
        begin(editor, "print()")
        editor.left()
        editor.type("q")
        until(lambda: editor.offers("uantity"), "an offer")
        editor.accept()
        becomes(editor, "print(quantity)")

    def test_an_offer_in_a_line_that_is_not_ascii(self, editor: Editor) -> None:
        begin(editor, "größe = '")
        editor.type("ü")
        until(lambda: editor.offers("' + naïve(größe)"), "an offer")
        editor.accept()
        becomes(editor, "größe = 'ü' + naïve(größe)")

    def test_typing_what_is_offered_asks_nothing(self, editor: Editor) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        asked = editor.world.asked()
        editor.type("m")
        editor.type("(v")
        until(lambda: editor.offers("alues) / len(values)"), "the remainder")
        assert editor.world.asked() == asked
        editor.accept()
        becomes(editor, "total = sum(values) / len(values)")

    def test_typing_something_else_leaves_nothing_stale(self, editor: Editor) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.type("x")
        until(editor.offers_nothing, "the offer's end")
        steady(editor.offers_nothing, "a stale offer came back", SETTLED)
        assert body(editor) == "total = sux"

    def test_it_is_switched_off_and_on(self, editor: Editor) -> None:
        begin(editor, "total = s")
        editor.toggle()
        try:
            editor.type("u")
            steady(editor.offers_nothing, "an offer though switched off", SETTLED)
        finally:
            editor.toggle()
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")

    def test_an_action_is_listed_applied_and_undone(self, editor: Editor) -> None:
        begin(editor, COMMENT)
        assert "Do what this comment says" in editor.actions()
        editor.act("Do what this comment says")
        becomes(editor, DONE)
        editor.undo()
        becomes(editor, COMMENT)

    def test_a_cancelled_action_changes_nothing(self, editor: Editor) -> None:
        api = editor.world.api
        begin(editor, COMMENT)
        asked, aborted = len(api.calls), api.aborted
        api.first_delay = 20.0
        try:
            editor.act("Do what this comment says")
            until(lambda: len(api.calls) > asked, "the question")
            editor.stop_acting()
            until(lambda: api.aborted > aborted, "the end of the stream")
        finally:
            api.first_delay = 0.0
        assert body(editor) == COMMENT

    def test_a_refused_key_is_told_once(self, fresh_editor: Editor) -> None:
        editor = fresh_editor
        editor.world.api.status = 401
        try:
            begin(editor, "total = s")
            editor.type("u")
            until(lambda: editor.offers_nothing() and editor.complaints(), "a sentence")
            begin(editor, "mean = ")
            editor.type("t")
            steady(lambda: len(editor.complaints()) == 1, "told again", SETTLED)
        finally:
            editor.world.api.status = 200
        assert editor.offers_nothing()

    def test_without_a_model_it_repeats_the_project(self, echo_editor: Editor) -> None:
        editor = echo_editor
        habit = HABIT.format("")
        start = habit[: habit.index('("there')]

        # The project is read in the background, from the first question on.
        begin(editor, "answer ")
        editor.type("=")
        steady(editor.offers_nothing, "an answer to what stands nowhere", READING)
        begin(editor, start)
        editor.type("(")
        until(lambda: editor.offers('"there are no values"'), "a repetition")
        editor.accept()
        until(lambda: body(editor).startswith(start + '("there are'), "the text")
        assert habit.startswith(body(editor))
        assert not editor.world.api.requests

    def test_what_was_accepted_is_counted(self, fresh_editor: Editor) -> None:
        editor = fresh_editor
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.accept()
        becomes(editor, "total = sum(values) / len(values)")
        begin(editor, "mean = t")
        editor.type("o")
        until(lambda: editor.offers("tal / count"), "an offer")
        editor.accept()
        becomes(editor, "mean = total / count")
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        editor.type("x")
        until(editor.offers_nothing, "the offer's end")
        until(lambda: editor.world.accepted() == 2, "a count of two")

    def test_a_killed_server_comes_back(self, fresh_editor: Editor) -> None:
        editor = fresh_editor
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        (pid,) = editor.world.servers()
        os.kill(pid, signal.SIGKILL)
        editor.restart()
        until(
            lambda: editor.world.servers() not in ([], [pid]),
            "another server",
        )
        begin(editor, "mean = t")
        editor.type("o")
        until(lambda: editor.offers("tal / count"), "an offer again")
        assert len(editor.world.servers()) == 1


class GhostScenes(Scenes):
    """Ghost text can also be taken in part."""

    def test_a_word_is_taken_and_the_rest_stays(self, editor: Editor) -> None:
        begin(editor, "total = s")
        editor.type("u")
        until(lambda: editor.offers("m(values)"), "an offer")
        asked = editor.world.asked()
        self.take_word(editor)
        until(lambda: editor.offers("(values) / len(values)"), "the remainder")
        assert body(editor) == "total = sum"
        assert editor.world.asked() == asked

    def take_word(self, editor: Editor) -> None:
        raise AssertionError(f"{editor} has its own key")


def begin(editor: Editor, text: str) -> None:
    """A file of some lines, for in an almost empty one nothing is offered."""
    editor.open(PREAMBLE + text)


def body(editor: Editor) -> str:
    """The text of the file after its first lines, which nothing may touch."""
    text = editor.text()
    assert text.startswith(PREAMBLE), text
    return text.removeprefix(PREAMBLE)


def becomes(editor: Editor, text: str) -> None:
    """The buffer is soon exactly `text`, and stays so."""
    try:
        until(lambda: body(editor) == text, "the text")
    except AssertionError:
        pytest.fail(f"wanted {text!r}, the buffer is {body(editor)!r}")
