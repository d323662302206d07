"""A thousand random changes of a notebook, held against plain text.

Both the documents of the server and what is sent to a model must be that text, and what
is offered must be the model's answer to it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session
from fim_lsp.text import LARGEST_DOCUMENT, Document, Encoding

from ...harness.fake_api import FakeApi
from ...harness.pair import Pair, pair
from ..fake_session import FakeSession
from .editor import EditorCell, NotebookEditor

STEPS = 1000
ALPHABET = "ab 😀é€\n\n\t#*/"
LANGUAGES = ("python", "python", "python", "markdown", "sql")


def units(text: str, encoding: Encoding) -> int:
    if encoding == "utf-32":
        return len(text)
    return len(text.encode("utf-8" if encoding == "utf-8" else "utf-16-le")) // (
        1 if encoding == "utf-8" else 2
    )


def comment(text: str, mark: str) -> str:
    return "\n".join(f"{mark} {line}".rstrip() for line in text.split("\n"))


def reads(cell: EditorCell, here: str) -> str:
    """The text of a cell as it stands in a notebook that reads in a language."""
    text = cell.text.removesuffix("\n")
    if cell.language == here:
        return text
    if here == "markdown":
        return f"```{cell.language}\n{text}\n```"
    return comment(text, {"python": "#", "sql": "--"}[here])


def oracle(cells: list[EditorCell], here: EditorCell) -> str:
    """The whole notebook as one text, with the cell as it is."""
    at = cells.index(here)
    before = [each for each in cells[:at] if each.text.strip()]
    after = [each for each in cells[at + 1 :] if each.text.strip()]
    blocks = "".join(f"{reads(each, here.language)}\n\n" for each in before)
    rest = "\n\n".join(reads(each, here.language) for each in after)
    return f"{blocks}{here.text}" + (f"\n\n{rest}" if rest else "")


class Hand:
    """Does something random with a notebook, and sends it."""

    def __init__(self, editor: NotebookEditor, seed: str, encoding: Encoding) -> None:
        self.editor = editor
        self.encoding = encoding
        self.random = random.Random(seed)  # noqa: S311  the same every time

    def text(self, most: int = 12) -> str:
        return "".join(self.random.choices(ALPHABET, k=self.random.randrange(most)))

    def new(self) -> EditorCell:
        return self.editor.cell(self.text(30), self.random.choice(LANGUAGES))

    def step(self) -> None:
        cells = self.editor.cells
        doing = self.random.choice(
            (self.insert, self.delete, self.move, self.language, self.full)
            + (self.edit,) * 6
            + (self.several, self.splice, self.executed, self.reopen)
        )
        if len(cells) < 2:
            self.insert()
        else:
            doing()

    def index(self) -> int:
        return self.random.randrange(len(self.editor.cells))

    def insert(self) -> None:
        self.editor.insert(
            self.random.randrange(len(self.editor.cells) + 1), self.new()
        )

    def delete(self) -> None:
        self.editor.remove(self.index())

    def move(self) -> None:
        self.editor.move(self.index(), self.random.randrange(len(self.editor.cells)))

    def language(self) -> None:
        self.editor.speak(self.index(), self.random.choice(LANGUAGES))

    def full(self) -> None:
        self.editor.write(self.random.choice(self.editor.cells), self.text(40))

    def edit(self) -> None:
        cell = self.random.choice(self.editor.cells)
        self.editor.send_text(cell, self.partial(cell))

    def several(self) -> None:
        """Two edits of each of two cells, in one message."""
        contents = []
        for cell in self.random.sample(self.editor.cells, 2):
            changes = [self.partial(cell), self.partial(cell)]
            cell.version += 1
            identifier = {"uri": cell.uri, "version": cell.version}
            contents.append({"document": identifier, "changes": changes})
        self.editor.change(textContent=contents)

    def splice(self) -> None:
        """Some cells give way to others, and one of the old ones is kept."""
        start = self.index()
        count = self.random.randrange(len(self.editor.cells) - start) + 1
        kept, *gone = self.editor.cells[start : start + count]
        new = [self.new(), kept, self.new()]
        self.editor.splice(
            start,
            count,
            new,
            didOpen=[new[0].item, new[2].item],
            didClose=[{"uri": cell.uri} for cell in gone],
        )

    def executed(self) -> None:
        self.editor.change(data=[cell.in_notebook for cell in self.editor.cells])

    def reopen(self) -> None:
        cells = self.editor.cells
        self.editor.close()
        self.editor.open(*cells)

    def partial(self, cell: EditorCell) -> dict[str, Any]:
        """A random edit of a cell's text, made on both sides."""
        one, other = sorted(self.random.randrange(len(cell.text) + 1) for _ in "12")
        new = self.text()
        range_ = {"start": self.position(cell, one), "end": self.position(cell, other)}
        cell.text = cell.text[:one] + new + cell.text[other:]
        return {"range": range_, "text": new}

    def position(self, cell: EditorCell, offset: int) -> dict[str, int]:
        *above, last = cell.text[:offset].split("\n")
        return {"line": len(above), "character": units(last, self.encoding)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_a_thousand_changes_leave_what_the_editor_shows(
    raw_client: Pair, session: FakeSession, encoding: Encoding
) -> None:
    await raw_client.initialize(
        {
            "general": {"positionEncodings": [encoding]},
            "notebookDocument": {"synchronization": {}},
        }
    )
    editor = NotebookEditor(raw_client)
    hand = Hand(editor, f"cells in {encoding}", encoding)
    editor.open(hand.new(), hand.new())
    documents = raw_client.server.documents
    for _ in range(STEPS):
        hand.step()
        await raw_client.settle()
        for cell in hand.random.sample(editor.cells, min(2, len(editor.cells))):
            document = documents.find(cell.uri)
            assert document is not None
            assert document.text == cell.text
            assert document.language == cell.language
            assert "".join(document.whole) == oracle(editor.cells, cell)
            above = "".join(document.whole[: document.lines_above])
            assert oracle(editor.cells, cell).startswith(above + cell.text)
    known = set(texts_known(session))
    assert known == {cell.uri for cell in editor.cells}
    assert {document.uri for document in documents.open_ones} == known


def texts_known(session: FakeSession) -> Iterator[str]:
    """The documents that the session believes to be open."""
    opened: dict[str, Document] = {}
    for name, *about in session.happened:
        if name == "opened":
            opened[about[0].uri] = about[0]
        elif name == "closed":
            opened.pop(about[0], None)
    return iter(opened)


async def test_offers_and_edits_keep_to_the_cells_own_positions(
    raw_client: Pair, session: FakeSession
) -> None:
    """The place of a request is the same as if the cell stood alone."""
    await raw_client.initialize({"notebookDocument": {"synchronization": {}}})
    editor = NotebookEditor(raw_client)
    hand = Hand(editor, "places", "utf-16")
    editor.open(*(hand.new() for _ in range(5)))
    for cell in editor.cells:
        await raw_client.answer(editor.ask(cell))
        ask = session.engine.asks[-1]
        *above, last = cell.text.split("\n")
        assert (ask.place.line, ask.place.column) == (len(above), len(last))
        assert ask.document.uri == cell.uri
        assert sum(map(len, ask.document.whole)) < LARGEST_DOCUMENT


def answer_to(before: str) -> str:
    """What the model of the next test writes after a text: another word for each."""
    # A line of white space alone is asked about from its beginning.
    asked = before.rstrip(" \t")
    return f"word_{crc32(asked.encode()):08x}"


def before_cursor(body: Any) -> str:
    return str(body["input_prefix"] + body.get("prompt", ""))


async def no_sleep(seconds: float) -> None:
    """Every wait is over after one turn of the loop."""
    del seconds
    await asyncio.sleep(0)


async def test_what_is_offered_answers_the_notebook_as_it_is(tmp_path: Path) -> None:
    """No reply, stream or request outlives a change that makes it another question."""
    api = FakeApi(answer=lambda seen: answer_to(before_cursor(seen.body)))
    server = create_server(
        lambda: Session(environ={}, transport=api, sleep=no_sleep),
        reports_folder=tmp_path,
    )
    async with pair(server) as client:
        await client.initialize(
            {
                "textDocument": {"inlineCompletion": {}},
                "notebookDocument": {"synchronization": {}},
            },
            initializationOptions={
                "completion": {"provider": "llamacpp", "candidates": 1},
                "fallback": [],
            },
        )
        editor = NotebookEditor(client)
        hand = Hand(editor, "questions", "utf-16")
        editor.open(hand.new(), hand.new(), hand.new())
        offered = 0
        for _ in range(STEPS // 8):
            cell = hand.random.choice(editor.cells)
            asked_with = oracle_before(editor.cells, cell)
            waiting = editor.ask(cell)
            if hand.random.random() < 0.5:
                await client.settle()
            hand.step()
            # The answer may have come before the change: it is for the text before.
            items = (await client.answer(waiting))["items"]
            assert all(item["insertText"] in answer_to(asked_with) for item in items)
            if cell not in editor.cells:
                continue
            items = (await client.answer(editor.ask(cell)))["items"]
            now = answer_to(oracle_before(editor.cells, cell))
            assert all(item["insertText"] in now for item in items)
            offered += len(items)
        sent = {before_cursor(call.body) for call in api.calls}
        assert all(text.count("OUTPUT") == 0 for text in sent)
        await client.settle()
        client.notifications.clear()
    assert offered > STEPS // 32


def oracle_before(cells: list[EditorCell], here: EditorCell) -> str:
    """The whole notebook up to the end of a cell."""
    return oracle(cells[: cells.index(here) + 1], here)
