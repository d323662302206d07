from __future__ import annotations

from dataclasses import replace

import pytest

from fim_lsp.echo.place import is_silent
from tests.harness.marked import parse


@pytest.mark.parametrize(
    ("language", "marked", "silent"),
    [
        ("python", "x = $0", False),
        ("python", "x = $0  \n", False),
        ("python", "f($0)", True),
        ("python", "x = 1  # and $0", True),
        ("python", 'x = "#" + $0', False),
        ("python", 'def f():\n    """Say\n    what $0', True),
        ("python", 'def f():\n    """Say."""\n    $0', False),
        ("python", "x = '''\n\"\"\"\n$0", True),
        ("python", '"""\ndef f():\n    $0', False),
        ("javascript", "a(); // $0", True),
        ("javascript", "a /* b */ $0", False),
        ("javascript", "/* a\n * $0", True),
        ("javascript", "# $0", False),
        ("lua", "a = b -- $0", True),
        ("clojure", "; $0", True),
        ("erlang", "% $0", True),
        ("markdown", "some $0", True),
        ("unheard-of", "some $0", False),
    ],
)
def test_prose_comments_and_places_within_a_line_are_left_alone(
    language: str, marked: str, *, silent: bool
) -> None:
    parsed = parse(marked)
    document = replace(parsed.document, language=language)
    assert is_silent(document, parsed.place) is silent
