from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fim_lsp.echo.candidates import FEWEST_CHARACTERS, Question
from fim_lsp.echo.files import Sources
from fim_lsp.echo.guess import Guess, guess, judgements
from fim_lsp.echo.manners import CAREFUL
from tests.harness.marked import Marked, parse

Ask = Callable[[str], Guess | None]


def _sources(marked: Marked) -> Sources:
    sources = Sources()
    for document in marked.others:
        sources.add(document.uri, [line.rstrip("\n") for line in document.lines])
    sources.finish()
    return sources


def _question(marked: Marked, threshold: float = 0.0, fewest: int = 1) -> Question:
    lines, place = marked.document.lines, marked.place
    before = (*lines[: place.line], lines[place.line][: place.column])
    return Question(
        marked.document.uri, before, place.line, len(lines), threshold, fewest
    )


def check(marked: str, expected: str | None) -> None:
    """The longest continuation at `$0`, the other files being on disk."""
    parsed = parse(marked)
    found = guess(_sources(parsed), _question(parsed))
    assert (found and found.text) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(
            "log.info($0\n//- b.py\nlog.info('started')\n", "'started')", id="rest"
        ),
        pytest.param("x = ope$0\n//- b.py\nx = open(name)\n", "n(name)", id="word"),
        pytest.param("x =$0\n//- b.py\nx = open(name)\n", " open(name)", id="space"),
        pytest.param("x = $0\n//- b.py\nx = open(name)\n", "open(name)", id="typed"),
        pytest.param("x  =  $0\n//- b.py\nx = f(a)\n", "f(a)", id="other spacing"),
        pytest.param(
            'open("a$0\n//- b.py\nopen("a b", mode)\n', ' b", mode)', id="string"
        ),
        pytest.param(
            "if a:\n    $0\n//- b.py\nif a:\n    leave()\n", "leave()", id="indented"
        ),
        pytest.param("if a:\n$0\n//- b.py\nif a:\n    leave()\n", None, id="dedented"),
        pytest.param("a = b$0\n//- b.py\na = b\nc = d\n", None, id="line ends"),
        pytest.param("nothing.like $0\n//- b.py\nx = 1\n", None, id="never seen"),
        pytest.param("a = \tx$0\n//- b.py\na = x\ty\n", None, id="tab between"),
    ],
)
def test_what_followed_the_same_words_is_guessed(
    marked: str, expected: str | None
) -> None:
    check(marked, expected)


def test_the_guess_ends_where_the_places_disagree() -> None:
    check(
        "assert response.$0\n"
        "//- b.py\nassert response.status == 200\nassert response.status == 404\n",
        "status ==",
    )


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        pytest.param(
            'raise ValueError("there is no value")',
            'raise ValueError("there is no value")',
            id="whole",
        ),
        pytest.param("self.assertEqual(", "self.assertEqual", id="the call goes on"),
        pytest.param("if (value) {", "if (value)", id="a block begins"),
    ],
)
@pytest.mark.parametrize("typed", [0, 1, 3])
def test_a_line_that_stands_120_times_is_guessed_from_its_beginning(
    line: str, offered: str, typed: int
) -> None:
    """The first end is what is offered where the brackets do not fit."""
    sources = Sources()
    for number in range(120):
        sources.add(f"{number}.py", ["start()", line, f"    item{number}"])
    sources.finish()
    before = ("start()", line[:typed])
    question = Question("new.py", before, 1, 2, CAREFUL, FEWEST_CHARACTERS)
    found = guess(sources, question)
    assert found is not None
    assert found.text == line[typed:]
    assert offered[typed:] in [found.text[:end] for end in found.ends]


def test_where_code_cannot_end_nothing_is_guessed() -> None:
    marked = "call(*a$0\n//- b.py\ncall(*a, **b)\ncall(*a, **c)\n"
    parsed = parse(marked)
    assert guess(_sources(parsed), _question(parsed, fewest=1)) is None


def test_the_same_file_outweighs_another() -> None:
    marked = parse("go to $0\n//- b.txt\ngo to paris\n")
    sources = _sources(marked)
    for _ in sources.overlay(marked.document.uri, ["go to rome", "", "go to "]):
        pass
    question = Question(marked.document.uri, ("go to ",), 2, 3, 0.0, 1)
    found = guess(sources, question)
    assert found is not None
    assert (found.text, found.source) == ("rome", "file:///workspace/main.py:1")


def test_the_line_being_typed_does_not_repeat_itself() -> None:
    """Even when lines were added above since the overlay was made."""
    sources = Sources()
    sources.finish()
    for _ in sources.overlay("a.py", ["one two three four"]):
        pass
    question = Question("a.py", ("", "one two three "), 1, 2, 0.0, 1)
    assert guess(sources, question) is None


def test_a_closed_document_counts_as_it_is_on_disk() -> None:
    marked = parse("go to $0\n//- b.txt\ngo to paris\n")
    sources = _sources(marked)
    other = marked.others[0].uri
    for _ in sources.overlay(other, ["go to rome"]):
        pass
    covered = guess(sources, _question(marked))
    sources.forget(other)
    uncovered = guess(sources, _question(marked))
    assert covered is not None
    assert uncovered is not None
    assert (covered.text, uncovered.text) == ("rome", "paris")


def test_a_long_open_document_is_searched_in_all_its_parts() -> None:
    sources = Sources()
    sources.finish()
    lines = [f"set item{number} to value{number}" for number in range(2_000)]
    steps = sum(1 for _ in sources.overlay("a.py", lines))
    assert steps > 8
    question = Question("b.py", ("set item1234 ",), 0, 1, 0.0, 1)
    found = guess(sources, question)
    assert found is not None
    assert (found.text, found.source) == ("to value1234", "a.py:1235")


@pytest.mark.parametrize(
    ("threshold", "fewest"),
    [
        pytest.param(1.0, 1, id="unsure"),
        pytest.param(0.0, 30, id="short"),
    ],
)
def test_what_is_unsure_or_short_is_not_guessed(threshold: float, fewest: int) -> None:
    marked = parse("x = $0\n//- b.py\nx = open(name)\n")
    assert guess(_sources(marked), _question(marked, threshold, fewest)) is None


@pytest.mark.parametrize(
    ("marked", "ends"),
    [
        pytest.param(
            "x = $0\n//- b.py\nx = open(name, mode)\n",
            ["open(name, mode)", "open(name, mode", "open(name", "open"],
            id="not after an opener or a comma",
        ),
        pytest.param(
            "assert it.$0\n//- b.py\nassert it.one == 1\nassert it.one == 2\n",
            ["one"],
            id="not after an operator",
        ),
        pytest.param(
            "if a$0\n//- b.py\nif a.one:\n    pass\n",
            [".one:", ".one"],
            id="after a colon at the end of a line",
        ),
    ],
)
def test_a_guess_tells_where_the_code_can_end(marked: str, ends: list[str]) -> None:
    parsed = parse(marked)
    found = guess(_sources(parsed), _question(parsed, fewest=3))
    assert found is not None
    assert [found.text[:end] for end in found.ends] == ends


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param("remaining = 1\nnone = rem$0", ("aining", 1), id="only one"),
        pytest.param("remaining = remains\nnone = rem$0", None, id="two"),
        pytest.param("values = 1\nnone = value$0", None, id="too little is left"),
        pytest.param(
            "remaining = 1\nx = rem$0\n//- b.py\n1\nx = remember(1)\n",
            None,
            id="another word follows elsewhere",
        ),
    ],
)
def test_where_nothing_is_sure_the_only_identifier_nearby_is_guessed(
    marked: str, expected: tuple[str, int] | None
) -> None:
    parsed = parse(marked)
    question = _question(parsed, CAREFUL, FEWEST_CHARACTERS)
    found = guess(_sources(parsed), question)
    if expected is None:
        assert found is None
        return
    text, line = expected
    assert found is not None
    assert (found.text, found.source) == (text, f"{parsed.document.uri}:{line}")


def test_what_is_typed_next_in_a_long_document_is_not_read_anew() -> None:
    """Parts of an open document that did not change stay searchable as they are."""
    sources = Sources()
    sources.finish()
    lines = [f"set item{number} to value{number}" for number in range(2_000)]
    first = sum(1 for _ in sources.overlay("a.py", lines))
    again = sum(1 for _ in sources.overlay("a.py", [*lines[:-1], "set item to one"]))
    assert again * 8 == first
    question = Question("b.py", ("set item1234 ",), 0, 1, 0.0, 1)
    found = guess(sources, question)
    assert found is not None and found.text == "to value1234"


@given(st.lists(st.text("ab(=\"' ", min_size=1, max_size=16), max_size=16))
@settings(max_examples=60, deadline=None)
def test_a_guess_stands_literally_in_some_line(lines: list[str]) -> None:
    sources = Sources()
    sources.add("a.txt", lines)
    sources.finish()
    question = Question("b.txt", ("a b", 'a = "'), 1, 2, 0.0, 1)
    for judged in judgements(sources, question):
        assert any(judged.text in line for line in lines)
        assert "\n" not in judged.text
