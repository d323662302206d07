from __future__ import annotations

import pytest

from fim_lsp.chat.comments import find_comment


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "# fim: sort it"),
        ("python", "    x = 1  #fim: sort it"),
        ("python", "## FIM:sort it\r\n"),
        ("rust", "/// fim: sort it"),
        ("rust", "//! fim: sort it"),
        ("c", "/* fim: sort it */"),
        ("c", "/*** fim: sort it ***/"),
        ("c", "x = 1; /* fim: sort it */ a = 1;"),
        ("java", " * fim: sort it"),
        ("javascript", "let a = 1; // fim: sort it"),
        ("typescriptreact", "{/* fim: sort it */}"),
        ("html", "<!-- fim: sort it -->"),
        ("lua", "-- fim: sort it"),
        ("sql", "--fim: sort it"),
        ("haskell", "{- fim: sort it -}"),
        ("clojure", ";; fim: sort it"),
        ("latex", "% fim: sort it"),
        ("ocaml", "(* fim: sort it *)"),
        ("vim", '" fim: sort it'),
        ("vb", "' fim: sort it"),
        ("bat", "REM fim: sort it"),
        ("fortran", "! fim: sort it"),
        ("jinja", "{# fim: sort it #}"),
        ("an unknown language", "# fim: sort it"),
        ("an unknown language", "// fim: sort it"),
    ],
)
def test_a_comment_is_found_in_any_language(language: str, line: str) -> None:
    comment = find_comment(line, language)
    assert comment is not None
    assert comment.instruction == "sort it"
    rest = (line[: comment.start] + line[comment.end :]).strip()
    assert rest in ("", "x = 1", "let a = 1;", "x = 1;  a = 1;")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("python", "# fim:"),
        ("python", "# fim: "),
        ("python", "fim: sort it"),
        ("python", "# about fim: sort it"),
        ("python", "// fim: sort it"),
        ("python", "# fim? why"),
        ("python", "x = a#fim: sort it"),
        ("c", "# fim: sort it"),
        ("html", "<!-- fim: -->"),
        ("c", "/* fim: goes on"),
        ("java", " * fim: ends here */"),
    ],
)
def test_what_is_no_instruction_is_not_taken_for_one(language: str, line: str) -> None:
    assert find_comment(line, language) is None
