"""The part about holes, on a file of its own and with a parser that counts braces."""

from __future__ import annotations

import random
from pathlib import Path

from bench.corpora import CodeHole, Grammar, code_holes
from bench.holes import measure, part

GRAMMAR = Grammar("c", ("c",), "none")
SOURCE = "".join(
    f"int f{number}(int a, int b) {{\n"
    f"  int c{number} = g(a, {number});\n"
    f"  if (a > b) {{\n    return c{number};\n  }}\n"
    f"  return b + {number};\n}}\n\n"
    for number in range(40)
)


def errors(text: str) -> int:
    return abs(text.count("{") - text.count("}"))


def test_holes_are_cut_and_judged(tmp_path: Path) -> None:
    folder = tmp_path / "c"
    folder.mkdir()
    for number in range(8):
        (folder / f"{number}.c").write_text(SOURCE, "utf-8")
    holes = list(code_holes(GRAMMAR, folder, random.Random(1), errors))  # noqa: S311 — seeded
    assert holes
    for hole in holes:
        assert hole.before + hole.truth + hole.after == SOURCE
    counts = measure(GRAMMAR, tmp_path, errors, holes=20)
    assert (
        counts.holes == counts.exact + counts.beginning + counts.nothing + counts.wrong
    )
    assert 0 < counts.holes <= 20
    assert counts.exact > counts.holes / 2
    rows = part([("c", counts)]).tables
    assert all(len(row) == len(table.head) for table in rows for row in table.rows)


def test_no_file_no_hole(tmp_path: Path) -> None:
    assert measure(GRAMMAR, tmp_path, errors).holes == 0


def test_the_truth_alone_is_offered_whole() -> None:
    hole = CodeHole("c", "int f(int a) {\n  ", "return a + 1;", "\n}\n")
    assert (
        hole.accepted(hole.offered(hole.truth))
        == "int f(int a) {\n  return a + 1;\n}\n"
    )
    assert hole.visible_truth == hole.truth
