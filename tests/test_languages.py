"""Every table that speaks of a language takes its facts from one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fim_lsp
from fim_lsp.completion.code.syntax import syntax_of
from fim_lsp.languages import (
    CLOSERS,
    LANGUAGES,
    UNKNOWN,
    Language,
    language,
    language_called,
    language_of_file,
)
from fim_lsp.settings import parse

ROWS = [*LANGUAGES.values()]
SOURCES = sorted(Path(fim_lsp.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_language_has_a_syntax_and_comments_that_end(row: Language) -> None:
    assert re.compile(syntax_of(row.id).pattern)
    assert row.line_comment not in CLOSERS
    if row.block_comment:
        assert all(row.block_comment)


def test_a_name_means_one_language() -> None:
    for names in ("files", "aliases"):
        every = [name for row in ROWS for name in getattr(row, names).split()]
        assert sorted(every) == sorted(set(every))
    aliases = {name for row in ROWS for name in row.aliases.split()}
    assert not aliases & LANGUAGES.keys()


def test_no_other_file_keeps_a_table_by_language_id() -> None:
    """A line that names six language ids belongs into the table."""
    ids = {row.id for row in ROWS} - {"text", "help", "log", "v", "d", "c", "r", "go"}
    word = re.compile(r"[a-z][a-z+#-]*")
    lists = [
        f"{path.name}: {line.strip()}"
        for path in SOURCES
        if path.name != "languages.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.count('"') and len(ids & set(word.findall(line))) > 5
    ]
    assert lists == []


def test_the_default_of_the_setting_names_languages_of_the_table() -> None:
    default = parse([]).settings.completion.languages
    assert default.keys() - {"*"} <= LANGUAGES.keys()


def test_an_unknown_language_takes_any_usual_comment() -> None:
    assert language("brainfuck") is UNKNOWN
    assert {"#", "//", "--"} <= set(UNKNOWN.openers)


def test_a_file_is_known_by_its_name_its_ending_or_its_first_line() -> None:
    assert language_of_file(Path("A.TSX")).id == "typescriptreact"
    assert language_of_file(Path("Dockerfile")).id == "dockerfile"
    assert language_of_file(Path("run"), "#!/usr/bin/env python3\n").id == "python"
    assert language_of_file(Path("run"), "python\n").id == "plaintext"


def test_a_language_is_known_by_its_other_names() -> None:
    assert language_called("golang").id == "go"
    assert language_called("go").id == "go"
