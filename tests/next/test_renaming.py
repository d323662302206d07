"""What is offered after a name was changed once."""

from __future__ import annotations

import pytest

from .writer import Writer, after


def test_a_name_changed_once_is_offered_where_it_still_stands() -> None:
    text = "total_price = 1\nshow(total_price)\nlog(total_price)\n"
    writer = Writer(text)
    writer.change("total_price", "grand_total")
    assert writer.after_all() == text.replace("total_price", "grand_total")


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("price = 1\nshow(price)\n", "price", "total"),
        ("abc = 1\nshow(abc)\nlog(abc)\n", "abc", "total"),
        ("price = 1\nshow(price)\nlog(price)\ntotal = 2\n", "price", "total"),
        ("f(1000)\ng(1000)\nh(1000)\n", "1000", "2000"),
        ('a = "name"\nb = "name"\nc = "name"\n', '"name"', '"title"'),
    ],
    ids=[
        "it stands in one other place only",
        "a short name",
        "the new name is in use",
        "a number",
        "a string",
    ],
)
def test_one_change_is_not_enough(text: str, old: str, new: str) -> None:
    writer = Writer(text)
    writer.change(old, new)
    assert writer.proposed() == (None, "no-pattern")


def test_a_variable_that_was_renamed_is_no_method_of_that_name() -> None:
    text = "count = 1\nshow(count)\nitems.count(3)\nlog(count)\n"
    writer = Writer(text)
    writer.change("count", "total")
    assert writer.after_all() == (
        "total = 1\nshow(total)\nitems.count(3)\nlog(total)\n"
    )


def test_a_method_that_was_renamed_is_renamed_where_it_is_called() -> None:
    text = "def load_all(self):\n    pass\na.load_all()\nb.load_all()\n"
    writer = Writer(text)
    writer.change("load_all", "read_all")
    assert writer.after_all() == text.replace("load_all", "read_all")


def test_a_name_that_is_in_very_many_places_is_not_renamed_after_one_change() -> None:
    text = "".join(f"assert_that.equal({n})\n" for n in range(60))
    changes = [("assert_that.equal(7)", "require_that.equal(7)")]
    assert after(text, changes).proposed() == (None, "no-pattern")
