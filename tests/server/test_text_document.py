"""What the session hears of documents, and which positions mean what."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fim_lsp.text import Edit, Place, Span, document

from ..harness.pair import Pair
from .fake_session import FakeSession


def change(uri: str, version: int, *changes: dict[str, Any]) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri, "version": version},
        "contentChanges": list(changes),
    }


def partial(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    return {
        "range": {
            "start": {"line": start[0], "character": start[1]},
            "end": {"line": end[0], "character": end[1]},
        },
        "text": text,
    }


def position(uri: str, line: int, character: int) -> dict[str, Any]:
    return {
        "textDocument": {"uri": uri},
        "position": {"line": line, "character": character},
        "context": {"triggerKind": 2},
    }


async def test_the_session_hears_of_every_step(
    client: Pair, session: FakeSession
) -> None:
    uri = client.open("a\r\nb")
    client.notify(
        "textDocument/didChange",
        change(uri, 2, partial((1, 0), (1, 1), "c"), partial((1, 1), (1, 1), "d")),
    )
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    await client.settle()
    steps = [each for each in session.happened if each[0] != "warm_up"]
    before = document(uri, "python", 1, "a\r\nb")
    after = document(uri, "python", 2, "a\r\ncd")
    edits = (
        Edit(Span(Place(1, 0), Place(1, 1)), "c"),
        Edit(Span(Place(1, 1), Place(1, 1)), "d"),
    )
    assert steps == [
        ("opened", before),
        ("changed", before, after, edits),
        ("closed", uri),
    ]


async def test_a_whole_text_becomes_the_smallest_edit(
    client: Pair, session: FakeSession
) -> None:
    uri = client.open("one\ntwo\nthree\n")
    client.notify(
        "textDocument/didChange", change(uri, 2, {"text": "one\nto\nthree\n"})
    )
    await client.settle()
    name, _, after, edits = session.happened[-1]
    assert (name, after.text) == ("changed", "one\nto\nthree\n")
    assert edits == (Edit(Span(Place(1, 1), Place(1, 2)), ""),)


async def test_a_change_of_a_document_that_is_not_open_is_only_logged(
    client: Pair, session: FakeSession, caplog: pytest.LogCaptureFixture
) -> None:
    client.notify("textDocument/didChange", change("file:///x", 2, {"text": "a"}))
    await client.settle()
    assert "not open" in caplog.text
    assert all(each[0] != "changed" for each in session.happened)


@pytest.mark.parametrize(
    ("encoding", "character"), [("utf-8", 4), ("utf-16", 2), ("utf-32", 1)]
)
async def test_positions_count_in_the_clients_encoding(
    raw_client: Pair, session: FakeSession, encoding: str, character: int
) -> None:
    await raw_client.initialize({"general": {"positionEncodings": [encoding]}})
    uri = raw_client.open("😀x")
    await raw_client.request(
        "textDocument/inlineCompletion", position(uri, 0, character)
    )
    assert session.engine.asks[-1].place == Place(0, 1)


async def test_a_document_is_found_however_its_uri_is_escaped(
    client: Pair, session: FakeSession
) -> None:
    client.open("text", uri="file:///c%3A/a%20b.py")
    await client.request(
        "textDocument/inlineCompletion", position("file:///c:/a%20b.py", 9, 9)
    )
    assert session.engine.asks[-1].document.text == "text"
    assert session.engine.asks[-1].place == Place(0, 4)


async def test_a_document_that_is_not_open_is_read_from_disk(
    client: Pair, session: FakeSession, tmp_path: Path
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x = '\xff'\n")
    for uri in (path.as_uri(), tmp_path.as_uri(), "file:///nowhere/b.py", "odd"):
        await client.request("textDocument/inlineCompletion", position(uri, 0, 0))
    texts = [ask.document.text for ask in session.engine.asks]
    assert texts == ["x = '\ufffd'\n", "", "", ""]


async def test_a_document_belongs_to_its_innermost_folder(
    raw_client: Pair, session: FakeSession
) -> None:
    folders = [{"uri": "file:///a", "name": "a"}, {"uri": "file:///a/b", "name": "b"}]
    await raw_client.initialize(workspaceFolders=folders)

    async def folder_of(uri: str) -> Path | None:
        await raw_client.request("textDocument/inlineCompletion", position(uri, 0, 0))
        return session.engine.asks[-1].folder

    assert await folder_of("file:///a/b/c.py") == Path("/a/b")
    assert await folder_of("file:///a/bc.py") == Path("/a")
    assert await folder_of("file:///other.py") is None
    raw_client.notify(
        "workspace/didChangeWorkspaceFolders",
        {"event": {"added": [], "removed": [folders[1]]}},
    )
    assert await folder_of("file:///a/b/c.py") == Path("/a")
    assert await folder_of("untitled:1") == Path("/a")


async def test_older_clients_name_a_root(
    raw_client: Pair, session: FakeSession
) -> None:
    await raw_client.initialize(rootUri="file:///drive")
    await raw_client.request(
        "textDocument/inlineCompletion", position("file:///drive/a.py", 0, 0)
    )
    assert session.engine.asks[-1].folder == Path("/drive")


async def test_a_request_sees_the_text_as_it_was_when_it_came(
    client: Pair, session: FakeSession
) -> None:
    uri = client.open("old")
    first = client.send("textDocument/inlineCompletion", position(uri, 0, 3))
    client.notify("textDocument/didChange", change(uri, 2, {"text": "new"}))
    second = client.send("textDocument/inlineCompletion", position(uri, 0, 3))
    await client.answer(first)
    await client.answer(second)
    assert [ask.document.text for ask in session.engine.asks] == ["old", "new"]
