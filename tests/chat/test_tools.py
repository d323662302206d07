from __future__ import annotations

import json
from pathlib import Path

import pytest

from fim_lsp.api.requests import ToolCall
from fim_lsp.chat.selection import Diagnostic
from fim_lsp.chat.tools import ToolBox, answer_call, declared, shown
from fim_lsp.text import Place, Span


@pytest.fixture
def box(tmp_path: Path) -> ToolBox:
    folder = tmp_path / "work"
    for name, text in {
        "work/shop/cart.py": "def total():\n    return tax(1)\n",
        "work/shop/tax.py": "def tax(x):\n    return x\n",
        "work/.env": "PASSWORD=tax\n",
        "work/.git/config": "tax\n",
        "work/blob.bin": "tax\0",
        "outside/secret.txt": "tax outside\n",
        "work-too/secret.txt": "tax outside\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "out").symlink_to(tmp_path / "outside")
    (folder / "leak.txt").symlink_to(tmp_path / "outside/secret.txt")
    (folder / "alias.txt").symlink_to(folder / ".env")
    (folder / "loop").symlink_to(folder)
    return ToolBox(folder, lambda path: "secret" if path.name == ".env" else None)


def _call(box: ToolBox, name: str, **arguments: object) -> str:
    return answer_call(box, ToolCall("1", name, json.dumps(arguments)))


def test_a_folder_is_listed_without_what_may_not_be_seen(box: ToolBox) -> None:
    assert _call(box, "list_files", path=".") == "blob.bin\nloop/\nshop/"
    assert _call(box, "list_files", path="shop") == "cart.py\ntax.py"


def test_lines_of_a_file_are_read(box: ToolBox) -> None:
    path = "shop/cart.py"
    both = "def total():\n    return tax(1)\n(lines 1 to 2 of 2)"
    assert _call(box, "read_file", path=path) == both
    assert _call(box, "read_file", path=path, start=1, end=99) == both
    second = "    return tax(1)\n(lines 2 to 2 of 2)"
    assert _call(box, "read_file", path=path, start="2", end=2) == second


def test_an_open_document_counts_more_than_the_file(box: ToolBox) -> None:
    path = (box.folder / "shop/cart.py").resolve()
    box = ToolBox(box.folder, box.refusal, texts={path: "as edited"})
    assert _call(box, "read_file", path="shop/cart.py").startswith("as edited")


def test_text_is_found_where_it_may_be_seen(box: ToolBox) -> None:
    found = "shop/cart.py:2: return tax(1)\nshop/tax.py:1: def tax(x):"
    assert _call(box, "search_text", pattern="tax", path=".") == found
    assert _call(box, "search_text", pattern="(a+)+$", path=".") == "Not found."
    one = "shop/tax.py:1: def tax(x):"
    assert _call(box, "search_text", pattern="tax", path="shop/tax.py") == one


def test_diagnostics_of_a_file_are_told(box: ToolBox) -> None:
    path = (box.folder / "shop/cart.py").resolve()
    reported = (
        Diagnostic(Span(Place(1, 0), Place(1, 1)), "no\nsuch name"),
        Diagnostic(None, "no header", severity="hint"),
    )
    box = ToolBox(box.folder, box.refusal, diagnostics={path: reported})
    told = "line 2: error: no such name\nhint: no header"
    assert _call(box, "get_diagnostics", path="shop/cart.py") == told
    none = "No problems are reported for this file."
    assert _call(box, "get_diagnostics", path="shop/tax.py") == none


@pytest.mark.parametrize("tool", ["list_files", "read_file", "get_diagnostics"])
@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../outside/secret.txt",
        "../work-too/secret.txt",
        "shop/../../outside/secret.txt",
        "out/secret.txt",
        "out",
        "leak.txt",
        "loop/../../outside/secret.txt",
        "loop/out/secret.txt",
        "/etc/passwd",
        "//etc/passwd",
        "\\\\host\\share",
        "~/.ssh/id_rsa",
        ".env",
        "shop/../.env",
        "loop/.env",
        "alias.txt",
        "a\0b",
        "nothing/here",
        "x" * 5000,
    ],
)
def test_no_path_leads_out(box: ToolBox, tool: str, path: str) -> None:
    result = _call(box, tool, path=path)
    assert result.startswith("Refused: ")
    assert "outside\n" not in result
    assert "PASSWORD" not in result


def test_a_link_that_leads_to_itself_is_left_out(box: ToolBox) -> None:
    (box.folder / "knot").symlink_to("knot")
    assert _call(box, "list_files", path=".") == "blob.bin\nloop/\nshop/"
    assert _call(box, "read_file", path="knot").startswith("Refused: ")


def test_an_absolute_path_is_refused_even_inside(box: ToolBox) -> None:
    path = str(box.folder / "shop/cart.py")
    assert "relative" in _call(box, "read_file", path=path)


@pytest.mark.parametrize("pattern", ["outside", "PASSWORD"])
def test_a_search_finds_nothing_that_may_not_be_seen(
    box: ToolBox, pattern: str
) -> None:
    assert _call(box, "search_text", pattern=pattern, path=".") == "Not found."
    assert _call(box, "search_text", pattern=pattern, path="loop") == "Not found."
    refused = _call(box, "search_text", pattern=pattern, path="out")
    assert refused.startswith("Refused: ")


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("read_file", '{"path": "shop', "not valid JSON"),
        ("read_file", "[" * 100_000, "not valid JSON"),
        ("read_file", "[1]", "a JSON object"),
        ("read_file", "", "path must be a string"),
        ("read_file", '{"path": 3}', "path must be a string"),
        ("read_file", '{"path": "shop"}', "not a file"),
        ("read_file", '{"path": "blob.bin"}', "not text"),
        ("read_file", '{"path": "shop/tax.py", "start": 9}', "has 2 lines"),
        ("read_file", '{"path": "shop/tax.py", "start": -1}', "whole numbers"),
        ("read_file", '{"path": "shop/tax.py", "end": true}', "whole numbers"),
        ("list_files", '{"path": "shop/tax.py"}', "not a folder"),
        ("search_text", '{"path": ".", "pattern": ""}', "not empty"),
        ("write_file", '{"path": "a"}', "no tool write_file"),
        ("", "{}", "there are list_files"),
    ],
)
def test_a_bad_call_is_answered_in_words(
    box: ToolBox, name: str, arguments: str, words: str
) -> None:
    result = answer_call(box, ToolCall("1", name, arguments))
    assert result.startswith("Refused: ")
    assert words in result


def test_secrets_in_what_is_read_are_blotted_out(box: ToolBox) -> None:
    (box.folder / "keys.txt").write_text("id AKIAABCDEFGHIJKLMNOP\n")
    assert "AKIA" not in _call(box, "read_file", path="keys.txt")


def test_a_large_file_is_not_read(box: ToolBox) -> None:
    (box.folder / "large.txt").write_text("tax\n" * 300_000)
    assert "too large" in _call(box, "read_file", path="large.txt")


def test_a_notebook_is_not_read_because_of_its_outputs(box: ToolBox) -> None:
    (box.folder / "a.ipynb").write_text('{"cells": [{"outputs": ["salary 4711"]}]}')
    assert "notebooks are not read" in _call(box, "read_file", path="a.ipynb")
    assert "4711" not in _call(box, "search_text", pattern="salary")


def test_calls_are_shown_in_one_short_line() -> None:
    call = ToolCall("1", "read_file", '{"path": "a\\nb", "start": 1}')
    assert shown(call) == "read_file(a b, 1)"
    assert shown(ToolCall("1", "read_file", "{")) == "read_file(…)"
    assert len(shown(ToolCall("1", "x" * 500, json.dumps({"path": "y" * 500})))) < 130


def test_what_is_declared_can_be_called(box: ToolBox) -> None:
    for tool in declared():
        assert "no tool" not in _call(box, tool.name, path=".")


@pytest.mark.parametrize(
    "path", [".git/config", ".git", ".GIT/config", "shop/../.git/config", "lent/config"]
)
def test_what_a_listing_hides_is_not_read(box: ToolBox, path: str) -> None:
    git = box.folder / ".git"
    git.mkdir(exist_ok=True)
    (git / "config").write_text("url = https://me:PASSWORD@h/x\n")
    (box.folder / "lent").symlink_to(".git")
    for tool in ("list_files", "read_file", "get_diagnostics"):
        result = _call(box, tool, path=path)
        assert result.startswith("Refused: ")
        assert "PASSWORD" not in result
    assert "PASSWORD" not in _call(box, "search_text", pattern="PASSWORD", path=".")
    listed = _call(box, "list_files", path=".").splitlines()
    assert not {".git/", "lent/"} & set(listed)
