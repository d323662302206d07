"""What stands before the cursor is scanned in steps, and the steps change nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.completion.code import brackets
from fim_lsp.completion.code.brackets import Scan, scan, scan_before
from fim_lsp.completion.code.syntax import Syntax, syntax_of
from fim_lsp.completion.window import cut_window
from fim_lsp.text import Place, document

LANGUAGES = ("python", "typescript", "rust", "go", "html", "c", "markdown", "unknown")
PIECES = (
    *('"""', "'''", '"', "'", "`", "\\", "/*", "*/", "//", "#", "{", "}", "(", ")"),
    *("[", "]", "<a>", "</a>", "<br>", "f(", "x = ", "  ", "\n", "\n", "\n    ", "${"),
    *("é", "😀", "r#", "->", "=>", "'a"),
)
CODE = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(code=CODE, language=st.sampled_from(LANGUAGES), cut_off=st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_scan_in_steps_finds_what_one_scan_finds(
    code: str, language: str, *, cut_off: bool
) -> None:
    lines = code[: code.rfind("\n") + 1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brackets, "STEP", 12)
        brackets._scan_above.cache_clear()
        in_steps = brackets._scan_above(language, lines, 0, cut_off=cut_off)
    brackets._scan_above.cache_clear()
    at_once = scan(syntax_of(language), lines, Scan(), cut_off=cut_off)
    assert in_steps == at_once


def test_the_next_key_scans_only_the_end_of_what_stands_above(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scanned: list[int] = []
    whole = brackets.scan

    def noting(
        syntax: Syntax, text: str, since: Scan | None = None, *, cut_off: bool = False
    ) -> Scan:
        scanned.append(len(text) - (since.resume if since else 0))
        return whole(syntax, text, since, cut_off=cut_off)

    text = "".join(f"value_{n} = call({n}, [{n}])\n" for n in range(300))
    for key, line in enumerate(("x", "xy"), start=1):
        typed = document("file:///a.py", "python", key, text + line)
        place = Place(300, len(line))
        window = cut_window(typed, place, prefix_chars=len(text), suffix_chars=0)
        if key == 2:
            monkeypatch.setattr(brackets, "scan", noting)
        scan_before(window)
    assert sum(scanned) <= brackets.STEP
