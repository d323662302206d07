"""Which changes that arrive together are one."""

from __future__ import annotations

import pytest

from fim_lsp.completion.edits import Change, EditKind, changed, joined, opened
from fim_lsp.text import Place, document


def at(column: int, old: str, new: str) -> Change:
    return Change(Place(0, column), old, new)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([at(0, "", "m"), at(1, "", "q")], [at(0, "", "mq")]),
        ([at(0, "", "m"), at(1, "", "q"), at(1, "q", "")], [at(0, "", "m")]),
        ([at(0, "", "m"), at(0, "m", "")], []),
        ([at(3, "d", ""), at(2, "c", "")], [at(2, "cd", "")]),
        ([at(3, "x", ""), at(3, "", "m")], [at(3, "x", "m")]),
        ([at(0, "", "a"), at(0, "a", ""), at(0, "", "b")], [at(0, "", "b")]),
        ([at(0, "", "a"), at(5, "", "a")], [at(0, "", "a"), at(5, "", "a")]),
        ([at(2, "c", ""), at(2, "d", "")], [at(2, "c", ""), at(2, "d", "")]),
    ],
)
def test_keys_that_follow_each_other_are_one_change(
    changes: list[Change], expected: list[Change]
) -> None:
    assert list(joined(changes)) == expected


def test_a_letter_typed_twice_is_no_edit_at_several_places() -> None:
    changes = joined([at(0, "", "e"), at(1, "", "e")])
    assert (
        changed(opened(document("file:///a.py", "python", 0, "")), changes, 0.0).kind
        is EditKind.TYPED
    )
