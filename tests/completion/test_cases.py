"""Every case file, through the pure stages and through a whole engine.

`UPDATE=1` rewrites what they expect.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fim_lsp.completion.clean import RULE_SENTENCES
from fim_lsp.completion.stop import STOP_SENTENCES
from tests.harness.case_engine import through_engine
from tests.harness.cases import case_files, offline, read_case, render_case

LANGUAGES = {
    "c",
    "go",
    "html",
    "java",
    "javascript",
    "javascriptreact",
    "markdown",
    "python",
    "rust",
    "shellscript",
    "sql",
    "typescript",
    "yaml",
}


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case = read_case(path)
    offered = offline(case)
    if os.environ.get("UPDATE"):
        path.write_text(render_case(case, offered), encoding="utf-8")
    assert offered == read_case(path).offered


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
async def test_an_editor_is_offered_the_same(path: Path) -> None:
    """The offer may be made before a rule has ended the stream."""
    file = read_case(path)
    offered, expected = await through_engine(file.case), file.offered
    assert replace(offered, rules=()) == replace(expected, rules=())
    missing = set(expected.rules) - set(offered.rules) - {"nothing-visible"}
    assert missing <= STOP_SENTENCES.keys()
    assert set(offered.rules) <= set(expected.rules)


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_case_file_is_written_as_it_would_be_rewritten(path: Path) -> None:
    case = read_case(path)
    assert render_case(case, case.offered) == path.read_text(encoding="utf-8")
    assert case.case.about.endswith(".")


def test_every_language_and_every_rule_has_a_case() -> None:
    cases = [read_case(path) for path in case_files()]
    assert {case.case.language for case in cases} >= LANGUAGES
    acted = {rule for case in cases for rule in case.offered.rules}
    # Where the next closing line is said again, the stream is closed before it; what
    # is too long for any limit is too long for a file.
    named = RULE_SENTENCES.keys() | STOP_SENTENCES.keys()
    assert acted >= named - {"repeats-next-closer", "too-long"}
