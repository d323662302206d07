from __future__ import annotations

from itertools import islice

import pytest

from fim_lsp.cli.play.scenes import function, scenes
from fim_lsp.text import Document, document, text_between

CODE = """\
# A comment is not typed again, long as it is.
def area(width: float, height: float) -> float:
    floor = width * height

    return floor + corrections(width)


x = 1
class Room:
    def __init__(self, width: float) -> None:
        self.width = width + corrections(width)
"""


def code(text: str = CODE, name: str = "a.py") -> Document:
    return document(f"file:///project/{name}", "python", 1, text)


def test_each_line_of_code_is_typed_once_and_nothing_else() -> None:
    found = list(scenes([code()], seed=3))
    assert sorted(scene.line for scene in found) == [1, 2, 4, 9, 10]
    for scene in found:
        lines = CODE.splitlines()
        assert scene.start + scene.text == lines[scene.line]
        lines[scene.line] = scene.start
        assert [line.rstrip("\n") for line in scene.document.lines][:-1] == lines


def test_the_seed_alone_chooses() -> None:
    def chosen(seed: int) -> list[int]:
        return [scene.line for scene in scenes([code()], seed)]

    assert chosen(3) == chosen(3)
    assert len({tuple(chosen(seed)) for seed in range(20)}) > 10


def test_a_file_is_as_likely_as_it_has_lines() -> None:
    long = code("a_long_line_of_code()\n" * 900, "long.py")
    short = code("a_long_line_of_code()\n" * 100, "short.py")
    uris = [scene.document.uri for scene in islice(scenes([short, long], 5), 200)]
    assert 160 < uris.count(long.uri) < 195


def test_a_function_ends_where_its_block_ends() -> None:
    source, span = function([code()])
    assert text_between(source, span) == "".join(CODE.splitlines(keepends=True)[1:5])


@pytest.mark.parametrize("end", ["end", "}"])
def test_a_closing_line_belongs_to_its_function(end: str) -> None:
    _, span = function([code(f"function area()\n  return 1\n{end}\nprint(area())\n")])
    assert span.end.line == 3


def test_a_file_without_functions_is_shown_from_its_beginning() -> None:
    _, span = function([code("x = 1\n" * 40)])
    assert (span.start.line, span.end.line) == (0, 10)


def test_a_scene_goes_on_from_any_key() -> None:
    scene = next(scenes([code()], seed=3))
    later = scene.from_key(4)
    assert later.start + later.text == scene.start + scene.text
    assert later.document.lines[later.line].rstrip("\n") == later.start
