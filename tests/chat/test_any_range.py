"""Any action on any range: nothing outside its region changes, whatever is answered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from fim_lsp.chat.actions import Action, Apply, Needs, find_action
from fim_lsp.chat.answer import Result
from fim_lsp.chat.fences import fenced
from fim_lsp.chat.regions import region
from fim_lsp.chat.run import run
from fim_lsp.chat.selection import Diagnostic, Selection
from fim_lsp.chat.soundness import broken
from fim_lsp.completion.code.brackets import unmatched
from fim_lsp.text import (
    Document,
    Place,
    Span,
    apply,
    dominant_line_end,
    text_between,
)
from fim_lsp.text import document as open_document

from ..harness.places import nearest
from .talk import Talk, says, settings

OWN = Action("own", "Own", "refactor", Apply.REPLACE, Needs.SELECTION, "Sort it.")
IDS = ("fix", "edit", "document", "types", "simplify")
REPLACING = (*(find_action(id_) for id_ in IDS), OWN)

SOURCES = {
    "python": """\
import os

@cache
def total(xs, tax=0.1):
    \"\"\"Sum, with taxes.\"\"\"
    s = 0
    for x in xs:
        if x > 0:
            s = s + x
        else:
            continue
    return s * (1 + tax)  # 😀 taxes


class Cart:
    items: list[int]

    def price(self):
        return total(self.items)
""",
    "typescript": """\
import { tax } from "./tax";

export function total(xs: number[]): number {
  let s = 0;
  for (const x of xs) {
    s = s + x; // 😀
  }
  return s * (1 + tax);
}
const a = total([1, 2,
  3]);
""",
    "go": """\
package cart

// Total sums.
func Total(xs []int) int {
\ts := 0
\tfor _, x := range xs {
\t\ts = s + x
\t}
\treturn s
}

var a = Total([]int{1, 2})
""",
    "c": """\
#include <stdio.h>

int total(int *xs, int n)
{
    int s = 0;
    for (int i = 0; i < n; i++)
    {
        s = s + xs[i];
    }
    return s;
}
""",
    "ruby": """\
def total(xs)
  xs.each do |x|
    @s = @s + x
  end
end

puts total([1, 2])
""",
    "markdown": "# Title\n\nSome *words* 😀.\n\n```sh\nmake\n```\n\n- one\n- two\n",
    "makefile": "all: a\n\t@echo hello\n\na: b c\n\ttouch a\n",
}
_HOSTILE = st.one_of(
    st.text(st.sampled_from("ab \t\n(){}[]#\"'`+-@⟦⟧\u202e\x1b\x00"), max_size=80),
    st.sampled_from(
        [
            "",
            "rm -rf /",
            "```\n```",
            "![x](http://h/y.png)",
            "[x](command:quit)",
            "```python\n" * 3,
            "-----",
            "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
            "Sure! Here is the code:",
        ]
    ),
)


def _document(language: str, line_end: str, *, is_open: bool) -> Document:
    text = SOURCES[language]
    text = text.removesuffix("\n") if is_open else text
    text = text.replace("\n", line_end)
    return open_document(f"file:///project/main.{language}", language, 1, text)


@st.composite
def _selections(draw: st.DrawFn) -> Selection:
    document = _document(
        draw(st.sampled_from(sorted(SOURCES))),
        draw(st.sampled_from(["\n", "\r\n"])),
        is_open=draw(st.booleans()),
    )
    lines, columns = st.integers(0, len(document.lines)), st.integers(0, 30)
    places = [nearest(document, Place(draw(lines), draw(columns))) for _ in range(2)]
    size = draw(st.sampled_from(["any", "character", "empty", "whole", "lines"]))
    start, end = sorted(places)
    if size == "character":
        end = nearest(document, Place(start.line, start.column + 1))
    elif size == "empty":
        end = start
    elif size == "whole":
        start, end = Place(0, 0), nearest(document, Place(len(document.lines), 0))
    elif size == "lines":
        start = Place(start.line, 0)
        end = nearest(document, Place(end.line + 1, 0))
    span = Span(start, end)
    return Selection(document, span, (Diagnostic(span, "it is wrong"),))


async def _run(action: Action, selection: Selection, answer: str) -> Result:
    return await run(
        action,
        selection,
        converse=Talk(says(answer)).converse,
        settings=settings(),
        report=lambda _: None,
        unmatched=unmatched,
        instruction="Do it.",
    )


def _outside(document: Document, span: Span) -> tuple[str, str]:
    last = Place(len(document.lines) - 1, len(document.lines[-1]))
    before = text_between(document, Span(Place(0, 0), span.start))
    return before, text_between(document, Span(span.end, last))


@pytest.mark.parametrize("action", REPLACING, ids=lambda action: action.id)
@examples(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(selection=_selections(), hostile=_HOSTILE, prose=_HOSTILE, data=st.data())
async def test_nothing_outside_the_region_changes(
    action: Action, selection: Selection, hostile: str, prose: str, data: st.DataObject
) -> None:
    document = selection.document
    code = data.draw(
        st.sampled_from([hostile, document.text, f"{selection.text}\n{hostile}"])
    )
    result = await _run(action, selection, f"{prose}\n{fenced(code)}\n")
    before, after = _outside(document, region(action, selection))
    changed = apply(document, result.edits, 2).text
    assert changed.startswith(before)
    assert changed.endswith(after)
    assert len(changed) >= len(before) + len(after)
    assert (result.outcome == "edited") is (changed != document.text)


@pytest.mark.parametrize("action", REPLACING, ids=lambda action: action.id)
@examples(max_examples=60, deadline=None)
@given(selection=_selections())
async def test_the_corrected_region_stands_in_its_place(
    action: Action, selection: Selection
) -> None:
    """The correction: a number for each `s`, which breaks some code on the way."""
    document = selection.document
    span = region(action, selection)
    text = text_between(document, span)
    filled = text.rstrip()
    corrected = text.replace("s", "s1")
    if corrected == text:
        corrected = f"{filled}1{text[len(filled) :]}"
    result = await _run(action, selection, fenced(corrected.replace("\r\n", "\n")))
    before, after = _outside(document, span)
    if not text.strip():
        return
    after_all = before + corrected + after
    if broken(document.text, after_all, document.language, unmatched):
        assert result.outcome == "nothing"
        return
    assert result.reason is None
    assert apply(document, result.edits, 2).text == before + corrected + after


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("language", sorted(SOURCES))
async def test_every_place_of_a_file_can_be_repaired(
    language: str, line_end: str
) -> None:
    """As an editor does at a marker: one character, one diagnostic, the block back."""
    document = _document(language, line_end, is_open=False)
    assert dominant_line_end(document) == line_end
    for number, line in enumerate(document.lines):
        for column in range(0, len(line.rstrip()), 3):
            place = Place(number, column)
            span = Span(place, replace(place, column=column + 1))
            selection = Selection(document, span, (Diagnostic(span, "wrong"),))
            action = find_action("fix")
            around = region(action, selection)
            text = text_between(document, around)
            answer = text.replace(line.rstrip(), f"{line.rstrip()}  # ok")
            result = await _run(action, selection, fenced(answer.replace("\r\n", "\n")))
            before, after = _outside(document, around)
            assert result.reason is None
            changed = apply(document, result.edits, 2).text
            assert changed == before + answer + after


async def test_a_fix_on_the_empty_last_line_adds_nothing_there() -> None:
    document = _document("makefile", "\n", is_open=False)
    last = Place(len(document.lines) - 1, 0)
    span = Span(last, last)
    selection = Selection(document, span, (Diagnostic(span, "wrong"),))
    result = await _run(find_action("fix"), selection, fenced("@"))
    assert (result.outcome, result.edits) == ("nothing", ())
