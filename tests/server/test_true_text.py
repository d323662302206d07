"""Whatever is edited, in whatever encoding: prompts hold the true text."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.server.create import create_server
from fim_lsp.session.session import Session

from ..harness.fake_api import FakeApi
from ..harness.pair import Pair, pair
from .test_with_a_model import no_sleep

EDITS, EVERY, LARGEST = 1000, 25, 1200  # edits, edits per prompt, characters
URI = "file:///workspace/main.py"
PIECES = (
    *("x", "_y", " = ", "  ", "\t", "(", ")", "def f():", "\n", "\n", "\r\n", "\r"),
    *("\u2028", "\u2029", "\x0c", "\x85", "\x0b", "\x1c"),  # no line ends in LSP
    *("é", "e\u0301", "漢字", "😀", "👩‍👧", "\U0010ffff"),
)
BYTES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}  # in a unit of a column


class Truth:
    """The text as the client has it, by offset: slow, and plain to see."""

    def __init__(self, encoding: str) -> None:
        self.text = ""
        self._encoding = encoding

    def position(self, offset: int) -> dict[str, int]:
        lines = re.split(r"\r\n|\n|\r", self.text[:offset])
        units = len(lines[-1].encode(f"{self._encoding}-le".replace("8-le", "8")))
        return {"line": len(lines) - 1, "character": units // BYTES[self._encoding]}

    def offset(self, chance: random.Random) -> int:
        """Some place that a position can name: not inside a CRLF."""
        while True:
            offset = chance.randint(0, len(self.text))
            if self.text[offset - 1 : offset + 1] != "\r\n":
                return offset

    def edit(self, chance: random.Random) -> dict[str, Any]:
        """Change the text; the change as an editor sends it."""
        start = self.offset(chance)
        end = start
        if chance.random() < len(self.text) / LARGEST:
            end = max(start, min(self.offset(chance), start + 40))
            while self.text[end - 1 : end + 1] == "\r\n" and end > start:
                end -= 1
        new = "".join(chance.choices(PIECES, k=chance.randint(0, 6)))
        range_ = {"start": self.position(start), "end": self.position(end)}
        self.text = self.text[:start] + new + self.text[end:]
        if chance.random() < 0.02:
            return {"text": self.text}
        return {"range": range_, "text": new}


@pytest.fixture
def api() -> FakeApi:
    return FakeApi(answer="")


@pytest.fixture
async def client(api: FakeApi, tmp_path: Path) -> AsyncIterator[Pair]:
    server = create_server(
        lambda: Session(environ={}, transport=api, sleep=no_sleep),
        reports_folder=tmp_path,
    )
    async with pair(server) as client:
        yield client


@pytest.mark.parametrize("encoding", BYTES)
async def test_a_thousand_random_edits(
    client: Pair, api: FakeApi, encoding: str
) -> None:
    await client.initialize(
        {
            "general": {"positionEncodings": [encoding]},
            "textDocument": {"inlineCompletion": {}},
        },
        initializationOptions={
            "completion": {"provider": "llamacpp"},
            "fallback": [],
        },
    )
    chance = random.Random(encoding)  # noqa: S311  the same edits each time
    truth = Truth(encoding)
    client.open("", uri=URI)
    for version in range(2, EDITS + 2):
        changes = [truth.edit(chance) for _ in range(chance.choice((1, 1, 1, 3)))]
        identifier = {"uri": URI, "version": version}
        client.notify(
            "textDocument/didChange",
            {"textDocument": identifier, "contentChanges": changes},
        )
        if version % EVERY == 0:
            await check_prompt(client, api, truth, truth.offset(chance))
    await client.settle()
    assert client.server.documents.get(URI).text == truth.text
    assert len(api.calls) == EDITS // EVERY


async def check_prompt(client: Pair, api: FakeApi, truth: Truth, offset: int) -> None:
    """Line ends are LF in a prompt; a line of white space alone is left to the model.

    The text is so short that all of what stands before the cursor is in it.
    """
    params = {
        "textDocument": {"uri": URI},
        "position": truth.position(offset),
        "context": {"triggerKind": 1},
    }
    await client.request("textDocument/inlineCompletion", params)
    body = api.calls[-1].body
    head, newline, line = lf(truth.text[:offset]).rpartition("\n")
    if newline and not line.strip():
        line = ""
    assert body["input_prefix"] + body["prompt"] == head + newline + line
    assert lf(truth.text[offset:]).startswith(body["input_suffix"])
    assert body["input_suffix"] or not truth.text[offset:]


def lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
