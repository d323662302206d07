"""The same change at the beginning, or at the end, of lines that follow each other."""

from __future__ import annotations

import pytest

from .writer import Changes, after


@pytest.mark.parametrize(
    ("language", "text", "changes", "result"),
    [
        pytest.param(
            "python",
            "a()\nb(1)\nc = 3\nd\n",
            [("a", "# a"), ("b", "# b")],
            "# a()\n# b(1)\n# c = 3\nd\n",
            id="commented out",
        ),
        pytest.param(
            "javascript",
            "f() {\n  if (x) {\n    y()\n  }\n}\n",
            [("  if", "  // if"), ("    y", "  //   y")],
            "f() {\n  // if (x) {\n  //   y()\n  // }\n}\n",
            id="at one column, with indented lines between",
        ),
        pytest.param(
            "javascript",
            "// a()\n// b\n// c + 1\n// d\n",
            [("// a", "a"), ("// b", "b")],
            "a()\nb\nc + 1\n// d\n",
            id="made code again",
        ),
        pytest.param(
            "python",
            "a()\nb\nc + 1\n",
            [("c", "# c"), ("b", "# b")],
            "# a()\n# b\n# c + 1\n",
            id="upwards",
        ),
        pytest.param(
            "javascript",
            'alpha(1)\nbeta(x)\ngamma("s", 3)\nif (x) {\n',
            [("(1)", "(1);"), ("(x)", "(x);")],
            'alpha(1);\nbeta(x);\ngamma("s", 3);\nif (x) {\n',
            id="semicolons",
        ),
        pytest.param(
            "python",
            "x = [\n    alpha\n    beta\n    gamma\n]\n",
            [("alpha", "alpha,"), ("beta", "beta,")],
            "x = [\n    alpha,\n    beta,\n    gamma,\n]\n",
            id="commas",
        ),
        pytest.param(
            "markdown",
            "* one thing\n* two\n* three more\n",
            [("* one", "- one"), ("* two", "- two")],
            "- one thing\n- two\n- three more\n",
            id="other bullets",
        ),
        pytest.param(
            "python",
            "a()\r\nb()\r\nc()",
            [("a", "# a"), ("b", "# b")],
            "# a()\r\n# b()\r\n# c()",
            id="other line ends, and a last line without one",
        ),
    ],
)
def test_the_next_line_of_a_run_is_offered_alone(
    language: str, text: str, changes: Changes, result: str
) -> None:
    assert after(text, changes, language).after_all() == result


@pytest.mark.parametrize(
    ("language", "text", "changes"),
    [
        ("python", "a()\nb()\n\n\nc()\n", [("a", "# a"), ("b", "# b")]),
        (
            "python",
            "def f():\n    a()\n    b()\nc()\n",
            [("    a", "    # a"), ("    b", "    # b")],
        ),
        ("json", "[\n1\n2\n]\n", [("1", "1,"), ("2", "2,")]),
        ("python", "a()\nb()\n# c()\n", [("a", "# a"), ("b", "# b")]),
        ("python", "a\nx\nb\ny\n", [("a", "a;"), ("b", "b;")]),
        ("yaml", "a: 1\nb: 2\nc: 3\n", [("a: 1", "a: 10"), ("b: 2", "b: 20")]),
    ],
    ids=[
        "after a gap",
        "after the end of the block",
        "a closing bracket",
        "a line that has it already",
        "lines that do not follow each other",
        "a number gets another digit",
    ],
)
def test_a_run_ends_where_the_lines_are_others(
    language: str, text: str, changes: Changes
) -> None:
    assert after(text, changes, language).proposed()[0] is None
