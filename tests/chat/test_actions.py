from __future__ import annotations

import timeit

import pytest

from fim_lsp.chat.actions import (
    ACTIONS,
    Action,
    Apply,
    Needs,
    actions_for,
    find_action,
    own_actions,
    problems_of_own_actions,
)
from fim_lsp.chat.selection import Diagnostic, Selection
from fim_lsp.errors import InputError
from fim_lsp.settings import ActionSettings
from fim_lsp.text import Place, Span

from ..harness.marked import parse

MENU = ("fix", "edit", "explain", "document", "tests")
OWN = Action(
    "log", "Log", "refactor", Apply.INSERT, Needs.SELECTION, "Log.", ("python",)
)


def _selection(marked: str, *reported: Diagnostic) -> Selection:
    found = parse(marked)
    span = found.selection or Span(found.place, found.place)
    return Selection(found.document, span, reported)


def _at(line: int, message: str = "wrong") -> Diagnostic:
    return Diagnostic(Span(Place(line, 2), Place(line, 3)), message)


def _offered(
    selection: Selection,
    *,
    menu: tuple[str, ...] = MENU,
    own: tuple[Action, ...] = (),
    only: tuple[str, ...] | None = None,
    automatic: bool = False,
) -> list[str]:
    offered = actions_for(
        selection, menu=menu, own_actions=own, only=only, automatic=automatic
    )
    return [one.action.id for one in offered]


def test_a_selection_offers_what_the_menu_names() -> None:
    selection = _selection("$0a = 1$0\n")
    assert _offered(selection) == ["edit", "explain", "document", "tests"]
    assert _offered(selection, menu=("types",)) == ["types"]


def test_a_cursor_offers_what_can_be_done_with_the_code_around_it() -> None:
    assert _offered(_selection("a = $01\n")) == ["explain", "document", "tests"]
    assert _offered(_selection("a = $01\n"), automatic=True) == []
    assert _offered(_selection("\n$0\n")) == []


def test_a_place_with_diagnostics_offers_one_fix() -> None:
    selection = _selection("abcd\nef$0gh\n", _at(0), _at(1), _at(1, "also"))
    (offered,) = actions_for(selection, menu=("fix",))
    assert (offered.action.id, offered.title) == ("fix", "Fix 2 problems")
    assert len(offered.diagnostics) == 2


def test_the_title_of_a_fix_is_one_short_line() -> None:
    selection = _selection("ab$0cd\n", _at(0, "very\n" * 60))
    (offered,) = actions_for(selection, menu=("fix",))
    assert "\n" not in offered.title
    assert len(offered.title) < 70


def test_a_diagnostic_without_a_range_is_at_every_place() -> None:
    offered = _offered(_selection("a\n$0b\n", Diagnostic(None, "no header")))
    assert offered[0] == "fix"


def test_a_comment_is_offered_whatever_the_menu_says() -> None:
    assert _offered(_selection("# fim: so$0rt it\n"), menu=()) == ["comment"]


def test_an_automatic_trigger_offers_nothing_at_a_cursor() -> None:
    selection = _selection("# fim: so$0rt it\n", _at(0))
    assert _offered(selection, automatic=True) == []
    assert "edit" in _offered(_selection("$0a$0\n"), automatic=True)


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (("quickfix",), ["fix"]),
        (("refactor",), ["comment", "edit", "explain", "document", "tests", "log"]),
        (("refactor.rewrite",), ["comment", "edit", "document"]),
        (("refactor.rewrite", "quickfix"), ["fix", "comment", "edit", "document"]),
        (("refactor.rew",), []),
        (("source",), []),
        (("source.fixAll",), []),
    ],
)
def test_only_the_kinds_that_were_asked_for(
    only: tuple[str, ...], expected: list[str]
) -> None:
    selection = _selection("$0# fim: sort it\nb$0\n", _at(0))
    assert _offered(selection, own=(OWN,), only=only) == expected


def test_own_actions_are_offered_for_their_languages() -> None:
    assert "log" in _offered(_selection("$0a$0\n"), menu=(), own=(OWN,))
    assert _offered(_selection("//- a.go\n$0a$0\n"), menu=(), own=(OWN,)) == []


def test_no_action_is_of_a_source_kind() -> None:
    assert not [one.id for one in ACTIONS if one.kind.startswith("source")]


def test_a_menu_takes_microseconds() -> None:
    many = tuple(_at(line) for line in range(50))
    selection = _selection("$0" + "a = 1\n" * 5000 + "$0", *many)
    run = lambda: actions_for(selection, menu=MENU, own_actions=(OWN,))  # noqa: E731  timeit takes a callable
    assert min(timeit.repeat(run, number=10, repeat=5)) / 10 < 0.0005


def test_the_names_of_own_actions_are_not_counted() -> None:
    assert OWN.counted_as == "own"
    assert find_action("fix").counted_as == "fix"


USERS = {
    "log": ActionSettings("Log", "Add a log line.", "insert"),
    "fix": ActionSettings("Mine", "Fix it."),
    "silent": ActionSettings("Silent", "  "),
    "save": ActionSettings("Save", "Tidy up.", kind="source.organizeImports"),
}


def test_own_actions_come_from_the_settings() -> None:
    actions = own_actions(USERS)
    assert [(one.id, one.apply, one.is_own) for one in actions] == [
        ("log", Apply.INSERT, True)
    ]


def test_each_own_action_that_cannot_be_used_is_told_about() -> None:
    assert [one.partition(" ")[0] for one in problems_of_own_actions(USERS)] == [
        "chat.actions.fix:",
        "chat.actions.silent.prompt",
        "chat.actions.save.kind",
    ]


def test_an_unknown_action_is_answered_with_a_near_one() -> None:
    with pytest.raises(InputError, match="did you mean “optimise”"):
        find_action("optimize")
    with pytest.raises(InputError, match="log"):
        find_action("zzz", USERS)


def test_an_own_action_that_cannot_be_used_says_why() -> None:
    with pytest.raises(InputError, match="prompt is empty"):
        find_action("silent", USERS)
    assert not find_action("fix", USERS).is_own
