"""Actions on one character: what they may change, and that nothing is damaged."""

from __future__ import annotations

from typing import Protocol

from .scenes import PREAMBLE, SETTLED, Editor, becomes, begin, body
from .terminal import steady, until
from .world import CACHED, DOCUMENTED, MENDED, MISTAKEN


class MarkedEditor(Editor, Protocol):
    """An editor that shows what a checker reports, and acts at a word."""

    def marked(self) -> bool:
        """Whether the misspelt word is shown as reported."""

    def actions_at(self, word: str) -> list[str]:
        """The titles that are offered at the first character of `word`."""

    def act_at(self, word: str, title: str) -> None:
        """Runs the action whose title begins so, on the first character of `word`."""

    def picture(self, name: str) -> None: ...


class RegionScenes:
    """The scenes; a subclass gives `marked_editor`, and `name` for pictures."""

    name = ""

    def picture(self, editor: MarkedEditor, moment: str) -> None:
        if self.name:
            editor.picture(f"{self.name}-fix-{moment}")

    def test_a_fix_on_a_marker_mends_the_code(
        self, marked_editor: MarkedEditor
    ) -> None:
        editor = marked_editor
        editor.open(PREAMBLE + MISTAKEN)
        until(editor.marked, "the marker")
        titles = editor.actions_at("valeus")
        assert any(title.startswith("Fix") for title in titles), titles
        self.picture(editor, "before")
        editor.act_at("valeus", "Fix")
        becomes(editor, MENDED)
        until(lambda: not editor.marked(), "the end of the marker")
        self.picture(editor, "after")
        editor.undo()
        becomes(editor, MISTAKEN)

    def test_one_character_is_documented_with_its_function(
        self, marked_editor: MarkedEditor
    ) -> None:
        begin(marked_editor, MENDED)
        marked_editor.act_at("mean_of", "Document")
        becomes(marked_editor, DOCUMENTED)

    def test_a_whole_function_in_answer_to_one_character_doubles_nothing(
        self, marked_editor: MarkedEditor
    ) -> None:
        editor = marked_editor
        begin(editor, CACHED)
        editor.act_at("cached", "Document")
        words = "the whole block around the selection"
        until(lambda: any(words in text for text in editor.complaints()), "why")
        steady(lambda: body(editor) == CACHED, "the text was changed", SETTLED)
