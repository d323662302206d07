"""Long documents, many places and odd edits: what `repeat` does not search for ever."""

from __future__ import annotations

from fim_lsp.next.repeat import MOST_SITES
from fim_lsp.text import Edit, Place, Span

from .writer import Writer


def test_a_pattern_with_ten_thousand_places_is_bounded() -> None:
    writer = Writer("".join(f"v{n} = get({n})\n" for n in range(10_000)))
    writer.change("get(5000)", "fetch(5000)")
    writer.change("get(5001)", "fetch(5001)")
    found, _ = writer.proposed()
    assert found is not None
    assert len(found.sites) == MOST_SITES
    assert found.site.span.start.line == 5002


def test_the_third_is_found_far_away_in_a_very_long_document() -> None:
    filler = "x = 1\n" * 100_000
    writer = Writer(f"get(1)\n{filler}get(2)\n{filler}get(3)\n")
    writer.change("get(1)", "fetch(1)")
    writer.change("get(2)", "fetch(2)")
    found, _ = writer.proposed()
    assert found is not None
    assert found.site.span.start == Place(200_002, 0)


def test_a_line_of_data_is_not_searched() -> None:
    data = "get(0), " * 1000
    writer = Writer(f"get(1)\nget(2)\nx = [{data}]\n")
    writer.change("get(1)", "fetch(1)")
    writer.change("get(2)", "fetch(2)")
    assert writer.proposed() == (None, "nothing-left")


def test_edits_in_any_order_are_survived() -> None:
    writer = Writer("a\nb\n\U0001f600 get(1)\nget(2)\nget(3)\n")
    writer.change("get(2)", "fetch(2)")
    writer.put(Edit(Span(Place(0, 0), Place(1, 0)), ""))
    writer.put(Edit(Span(Place(0, 0), Place(0, 0)), "x\ny\n"))
    writer.pause()
    writer.change("get(1)", "fetch(1)")
    assert writer.after_next() == "x\ny\nb\n\U0001f600 fetch(1)\nfetch(2)\nfetch(3)\n"


def test_a_pattern_of_several_holes_does_not_search_for_ever() -> None:
    many = ", ".join("f(a, b)" for _ in range(100))
    writer = Writer(
        "x(a, b, c)\nx(d.e, f(g), h)\n" + f"x[{many}; {many}]\n" * 300 + "x(i, j, k)\n"
    )
    writer.change("x(a, b, c)", "y(c, b, a)")
    writer.change("x(d.e, f(g), h)", "y(h, f(g), d.e)")
    result = writer.after_next()
    assert result is None or "y(k, j, i)" in result
