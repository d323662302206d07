"""Which change of a name explains two changes."""

from __future__ import annotations

import pytest

from fim_lsp.next.spelling import Spelling, spelling_between


@pytest.mark.parametrize(
    ("one", "other", "third"),
    [
        (("userName", "user_name"), ("orderCount", "order_count"), ("aB", "a_b")),
        (("name", "_name"), ("size", "_size"), ("kind", "_kind")),
        (("getA", "fetchA"), ("getBee", "fetchBee"), ("getMe", "fetchMe")),
        (("set_size", "get_size"), ("set_kind", "get_kind"), ("set_x", "get_x")),
        (("name", "getName"), ("size", "getSize"), ("kind", "getKind")),
        (("getName", "name"), ("getSize", "size"), ("getKind", "kind")),
        (("Load", "LoadAsync"), ("Save", "SaveAsync"), ("Send", "SendAsync")),
        (("one_v1", "one_v2"), ("two_v1", "two_v2"), ("six_v1", "six_v2")),
    ],
)
def test_a_third_name_is_respelled_as_the_first_two_were(
    one: tuple[str, str], other: tuple[str, str], third: tuple[str, str]
) -> None:
    spelling = spelling_between(one, other)
    assert spelling is not None
    assert spelling.of(third[0]) == third[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("alpha", "beta"), ("gamma", "delta")),
        (("name", "name"), ("size", "_size")),
        (("getA", "fetchA"), ("getB", "loadB")),
        (("x", "_"), ("y", "_")),
    ],
)
def test_unrelated_changes_have_no_spelling_in_common(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert spelling_between(one, other) is None


def test_a_name_without_the_removed_part_is_not_respelled() -> None:
    spelling = Spelling(removed=("get", ""), added=("fetch", ""))
    assert spelling.of("target") is None
    assert spelling.of("get") is None
