"""Each case file: a selection, the model's answer, and what becomes of the buffer."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from fim_lsp.chat.actions import find_action
from fim_lsp.chat.answer import Result
from fim_lsp.chat.run import run
from fim_lsp.chat.selection import Diagnostic, Selection
from fim_lsp.completion.code.brackets import unmatched
from fim_lsp.settings import ActionSettings
from fim_lsp.text import Lines, Span, apply, in_blocks, split_lines

from ..harness.marked import parse
from . import cases
from .talk import Talk, says, settings

_OWN = {"below": ActionSettings("Below", "Add a log.", "insert")}


@pytest.mark.parametrize("path", cases.all_cases(), ids=lambda path: path.stem)
async def test_case(path: Path) -> None:
    case = cases.load(path)
    options = case.options
    marked = parse(case.text)
    text = case.as_written(marked.document.text)
    document = replace(
        marked.document,
        language=options.get("language", marked.document.language),
        lines=Lines(in_blocks(split_lines(text))),
    )
    span = marked.selection or Span(marked.place, marked.place)
    is_reported = options["action"] == "fix" and "diagnostics" not in options
    reported = (Diagnostic(span, "it is wrong"),) if is_reported else ()
    said = options.get("instruction", "Do it.")
    result = await run(
        find_action(options["action"], _OWN),
        Selection(document, span, reported),
        converse=Talk(says(case.model, options.get("finish", "stop"))).converse,
        settings=settings(),
        report=lambda _: None,
        unmatched=unmatched,
        instruction=None if said == "none" else said,
        exists=lambda _: False,
    )
    kind, body = _found(result)
    expected = case.expected
    if case.kind == "buffer" or case.kind.startswith("file"):
        expected = case.as_written(expected)
    if os.environ.get("UPDATE") and (kind, body) != (case.kind, expected):
        cases.rewrite(case, kind, body.replace("\r\n", "\n"))
    else:
        assert (kind, body) == (case.kind, expected)


def _found(result: Result) -> tuple[str, str]:
    match result.outcome:
        case "nothing":
            assert not result.edits
            return "reason", f"{result.reason}\n"
        case "shown":
            return "shown", result.markdown or ""
        case "edited" if result.new_file:
            name = result.new_file.relative_to("/workspace").as_posix()
            return f"file {name}", result.new_text
        case _:
            return "buffer", apply(result.document, result.edits, 2).text
