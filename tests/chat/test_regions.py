"""Which lines an action may change, for ranges of any size in several languages."""

from __future__ import annotations

import pytest

from fim_lsp.chat.actions import ACTIONS, Action, Apply, Needs, find_action
from fim_lsp.chat.regions import region
from fim_lsp.chat.selection import Diagnostic, Selection
from fim_lsp.text import Span, text_between

from ..harness.marked import parse

BELOW = Action("below", "Below", "refactor", Apply.INSERT, Needs.SELECTION, "Log it.")
OWN = Action("own", "Own", "refactor", Apply.REPLACE, Needs.SELECTION, "Sort it.")
# The actions whose region is the selected lines, whatever the range.
OF_LINES = (
    *(action for action in ACTIONS if action.needs is Needs.SELECTION),
    OWN,
    BELOW,
)
OF_LINES_ONLY = tuple(action for action in OF_LINES if action.id != "edit")

PYTHON = (
    "import os\n\n\ndef total(xs):\n    s = 0\n    for x in xs:\n"
    "        {}\n    return s\n"
)
TYPESCRIPT = (
    "//- a.ts\nexport function total(xs: number[]): number {{\n  let s = 0;\n"
    "  for (const x of xs) {{\n    {}\n  }}\n  return s;\n}}\n"
)
GO = (
    "//- a.go\npackage a\n\nfunc Total(xs []int) int {{\n\ts := 0\n"
    "\tfor _, x := range xs {{\n\t\t{}\n\t}}\n\treturn s\n}}\n"
)


def _selection(marked: str, *, reported: bool = False) -> Selection:
    """The marked range; with `reported`, a problem is reported for just that range."""
    found = parse(marked)
    span = found.selection or Span(found.place, found.place)
    return Selection(
        found.document, span, (Diagnostic(span, "wrong"),) if reported else ()
    )


def _region(marked: str, action: Action, *, reported: bool = False) -> str:
    selection = _selection(marked, reported=reported)
    return text_between(selection.document, region(action, selection))


@pytest.mark.parametrize("action", OF_LINES_ONLY, ids=lambda action: action.id)
@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (PYTHON.format("s = s + $0y$0"), "        s = s + y"),
        (PYTHON.format("s = $0total$0 + x"), "        s = total + x"),
        (PYTHON.format("s = s $0+ y\n   $0 # why"), "        s = s + y\n    # why"),
        (TYPESCRIPT.format("s = s + $0y$0;"), "    s = s + y;"),
        (TYPESCRIPT.format("$0s = s + y;\n$0"), "    s = s + y;"),
        (TYPESCRIPT.format("s $0+= x;\n    t +$0= y;"), "    s += x;\n    t += y;"),
        (GO.format("s = s + $0y$0"), "\t\ts = s + y"),
        (GO.format("$0s$0 = s + y"), "\t\ts = s + y"),
        (GO.format("s +=$0 x\n\t\tt += $0y"), "\t\ts += x\n\t\tt += y"),
        ('//- a.rs\nlet 😀 = "$0😀$0";\r\nb\r\n', 'let 😀 = "😀";'),
        ("a = $0b$0", "a = b"),
        ("//- a.c\n#define A $0\\\n$0  1\n", "#define A \\"),
    ],
)
def test_a_range_is_widened_to_whole_lines(
    action: Action, marked: str, expected: str
) -> None:
    assert _region(marked, action) == expected


def test_an_edit_of_several_lines_is_of_whole_lines() -> None:
    edit = find_action("edit")
    assert _region("f(a, $0b,\n  c$0, d)\n", edit) == "f(a, b,\n  c, d)"
    assert _region("$0a = 1\nb = 2\n$0c = 3\n", edit) == "a = 1\nb = 2"


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("total = $0price$0 + tax\n", "price"),
        ("total = $0p$0rice\n", "p"),
        ("total = $0price\r\n$0tax = 1\r\n", "price"),
        ("$0total$0 = price\n", "total"),
        ("x = $0😀$0 + 1", "😀"),
        ("    $0a = 1$0\n", "    a = 1"),
        ("  $0  a = 1  $0\n", "    a = 1  "),
        ("  $0  $0a = 1\n", "    a = 1"),
        ("a $0= 1\n", "a = 1"),
        ("a = 1$0\n$0b = 2\n", "a = 1"),
    ],
)
def test_an_edit_within_a_line_is_of_the_part_that_is_selected(
    marked: str, expected: str
) -> None:
    assert _region(marked, find_action("edit")) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (
            PYTHON.format("s = s + $0y$0"),
            "    for x in xs:\n        s = s + y",
        ),
        (
            TYPESCRIPT.format("s = s + $0y$0;"),
            "  for (const x of xs) {\n    s = s + y;\n  }",
        ),
        (GO.format("s = s + $0y$0"), "\tfor _, x := range xs {\n\t\ts = s + y\n\t}"),
        (
            (
                "class A:\n    @property\n    @ca$0c$0he\n    def f(self):\n"
                "        pass\n\n    b = 1\n"
            ),
            "    @property\n    @cache\n    def f(self):\n        pass",
        ),
        (
            "@route(\n    '/',\n)\ndef f():\n    return $0y$0\n\n\nz = 1\n",
            "@route(\n    '/',\n)\ndef f():\n    return y",
        ),
        (
            "def f(\n    a: $0in$0,\n) -> int:\n    return a\n\n\nz = 1\n",
            "def f(\n    a: in,\n) -> int:\n    return a",
        ),
        (
            "if a:\n    b = 1\nelse:\n    b = $0c$0\nprint(b)\n",
            "if a:\n    b = 1\nelse:\n    b = c",
        ),
        (
            "//- a.ts\nif (a) {\n  b();\n} else {\n  $0c$0();\n}\nd();\n",
            "if (a) {\n  b();\n} else {\n  c();\n}",
        ),
        (
            "//- a.c\nint g;\n\nint f(int a)\n{\n    return $0b$0;\n}\n\nint h;\n",
            "int f(int a)\n{\n    return b;\n}",
        ),
        (
            (
                "//- a.rs\nuse a;\n\n#[derive(Debug)]\nstruct A {\n    x: $0u3$0,\n}\n"
                "\nfn main() {}\n"
            ),
            "#[derive(Debug)]\nstruct A {\n    x: u3,\n}",
        ),
        (
            (
                "//- a.ts\nconst a = fetch(u)\n  .then((r) => r.$0jsn$0())\n"
                "  .catch(b);\nfoo();\n"
            ),
            "const a = fetch(u)\n  .then((r) => r.jsn())\n  .catch(b);",
        ),
        (
            "def f():\n    start = 1\n    end = $0y$0\n    return end\n\n\nz = 1\n",
            "def f():\n    start = 1\n    end = y\n    return end",
        ),
        (
            "def f():\n  @a = 1\n  @b = $0y$0\n  done?\nend\nz = 1\n",
            "def f():\n  @a = 1\n  @b = y\n  done?\nend",
        ),
        (
            "//- a.txt\n@media print {\n  a { b: c; }\n}\nd {\n  e: $0f$0;\n}\n",
            "d {\n  e: f;\n}",
        ),
        (
            "def f():\n    a = $0x\n    b = y$0\n    return a\n\n\nz = 1\n",
            "def f():\n    a = x\n    b = y\n    return a",
        ),
    ],
)
def test_a_fix_is_of_the_smallest_block_around_the_problem(
    marked: str, expected: str
) -> None:
    assert _region(marked, find_action("fix"), reported=True) == expected


def test_a_problem_outside_every_block_has_ten_lines_on_each_side() -> None:
    lines = [f"x{number} = {number}\n" for number in range(40)]
    lines[20] = "x20 = $0y$0\n"
    expected = "".join(lines[10:31]).replace("$0", "").rstrip("\n")
    assert _region("".join(lines), find_action("fix"), reported=True) == expected


def test_a_block_of_more_than_sixty_lines_is_no_region() -> None:
    for size, height in ((60, 60), (61, 21)):
        body = [f"    x{number} = {number}\n" for number in range(size - 1)]
        body[30] = "    x30 = $0y$0\n"
        found = _region(
            f"import os\ndef f():\n{''.join(body)}", find_action("fix"), reported=True
        )
        assert len(found.split("\n")) == height


def test_whole_lines_that_were_selected_are_the_region_of_a_fix() -> None:
    found = parse("def f():\n$0    a = 1\n    b = x\n$0    return a\n")
    assert found.selection is not None
    place = Span(found.place, found.place)
    reported = Diagnostic(Span(place.start, place.end), "wrong")
    selection = Selection(found.document, found.selection, (reported,))
    span = region(find_action("fix"), selection)
    assert text_between(found.document, span).startswith("    a = 1\n    b = x")


@pytest.mark.parametrize("id_", ["document", "explain", "tests", "types", "simplify"])
@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("x = 1\n\ndef f():\n    for x in y:\n        a$0()\n    b()\n", 2),
        ("//- a.go\npackage a\n\nfunc f() {\n\tif a {\n\t\tb$0()\n\t}\n}\n", 2),
        (
            (
                "//- a.ts\nclass A {\n\n  f(a) {\n    if (a) {\n      b$0();\n"
                "    }\n  }\n}\n"
            ),
            2,
        ),
        ("//- a.c\nint x;\n\nint f(void)\n{\n    if (x)\n        g$0();\n}\n", 2),
        ("x = 1\n\ndef f():\n    a = 1\n$0\n    return a\n", 2),
    ],
)
def test_at_a_cursor_the_region_is_the_definition_around_it(
    id_: str, marked: str, expected: int
) -> None:
    selection = _selection(marked)
    assert region(find_action(id_), selection).start.line == expected


def test_at_a_cursor_outside_every_block_it_is_the_line() -> None:
    assert _region("import os\nx = $01\ny = 2\n", find_action("document")) == "x = 1"
    assert _region("def f():\n    pass\n$0\nx = 1\n", find_action("types")) == ""


def test_a_comment_takes_the_code_below_it_along() -> None:
    marked = "def f():\n    # fim: $0s$0ort it\n    a = b\n    c = d\n\n    e = f\n"
    expected = "    # fim: sort it\n    a = b\n    c = d"
    assert _region(marked, find_action("comment")) == expected
