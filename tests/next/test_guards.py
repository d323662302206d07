"""Which answers of models are dropped, and which become the smallest edit."""

from __future__ import annotations

import pytest

from fim_lsp.next.guards import reduced
from fim_lsp.next.region import HistoryEdit
from fim_lsp.text import Place

from ..harness.unseen import unseen_in
from .regions import TEXT, region


def dropped(new_text: str, *history: HistoryEdit, around: int = 5) -> str:
    edit, reason = reduced(region(around=around), new_text, history)
    assert edit is None, edit
    return reason


def test_an_unchanged_region_is_no_edit() -> None:
    assert dropped(region().text) == "no-edit"


def test_white_space_alone_is_no_edit() -> None:
    assert dropped(region().text.replace("line_50 = 50", "line_50  =  50")) == "no-edit"


def test_another_file_is_dropped() -> None:
    other = "".join(f"def other_{n}():\n    pass\n" for n in range(8))
    assert dropped(other) == "unrelated"


def test_prose_is_dropped() -> None:
    prose = "I would suggest\nto rename the variable\nin all of the lines\n" * 4
    assert dropped(prose) == "unrelated"


def test_a_region_that_is_taken_away_is_dropped() -> None:
    assert dropped("line_45 = 45\nline_46 = 46\nline_47 = 47\nline_48 = 48\n") == (
        "wholesale-deletion"
    )
    assert dropped("") == "wholesale-deletion"


def test_a_deletion_like_the_users_own_is_kept() -> None:
    own = HistoryEdit("main.py", 3, "a\nb\nc\nd\ne\nf\ng\n", "a\n")
    lines = region().text.splitlines(keepends=True)
    edit, reason = reduced(region(), "".join(lines[:5]), (own,))
    assert edit is not None, reason


def test_the_whole_file_is_cut_down_to_the_region() -> None:
    whole = TEXT.replace("line_50", "fifty")
    edit, _ = reduced(region(), whole, ())
    assert edit is not None
    assert (edit.span.start, edit.new_text) == (Place(50, 0), "fifty")


def test_the_text_around_the_region_is_not_written_into_it_once_more() -> None:
    asked = region()
    behind = "".join(f"line_{n} = {n}\n" for n in range(56, 62))
    assert dropped(asked.text + behind) == "outside-region"
    assert dropped(asked.text + behind.replace("line", "row") * 20) == "outside-region"


def test_a_change_that_takes_back_the_users_own_is_dropped() -> None:
    own = HistoryEdit("main.py", 50, "old_50 = 50\n", "line_50 = 50\n")
    assert dropped(region().text.replace("line_50", "old_50"), own) == "reversal"


def test_a_line_that_the_user_has_just_begun_may_be_completed() -> None:
    text = TEXT.replace("line_50 = 50", "line_50 = fi")
    asked = region(text)
    own = HistoryEdit("main.py", 50, "line_50 = \n", "line_50 = fi\n")
    edit, reason = reduced(asked, asked.text.replace("= fi", "= fifty()"), (own,))
    assert edit is not None, reason


def test_of_changes_far_apart_the_nearest_below_the_cursor_is_taken() -> None:
    asked = region(around=15)
    new = asked.text.replace("line_38", "x").replace("line_60", "y")
    edit, _ = reduced(asked, new, ())
    assert edit is not None
    assert edit.span.start == Place(60, 0)


def test_line_ends_of_the_document_are_kept() -> None:
    asked = region(TEXT.replace("\n", "\r\n"))
    edit, _ = reduced(
        asked, asked.text.replace("line_50 = 50\n", "line_50 = 50\nmore = 1\n"), ()
    )
    assert edit is not None
    assert edit.new_text in ("more = 1\r\n", "\r\nmore = 1")


def test_what_a_model_hides_in_its_answer_is_not_written() -> None:
    place = region()
    edit, reason = reduced(
        place, place.text.replace("50 = 50", "fifty\x1b[31m\u200b = 50\u202e"), ()
    )
    assert reason == ""
    assert edit is not None
    assert unseen_in(edit.new_text) == set()
    assert "fifty" in edit.new_text


def test_an_answer_that_stops_before_the_regions_end_is_cut_off() -> None:
    asked = region()
    assert dropped(asked.text.removesuffix("line_55 = 55\n")) == "cut-off"
    assert dropped(asked.text[:-4]) == "cut-off"


def test_lines_that_the_user_does_not_delete_himself_stay() -> None:
    asked = region()
    less = asked.text.replace("line_50 = 50\nline_51 = 51\n", "")
    assert dropped(less) == "wholesale-deletion"
    most = "".join(f"line_{n} = {n}\n" for n in range(47, 54))
    assert dropped(asked.text.replace(most, "pass\n")) == "wholesale-deletion"


@pytest.mark.parametrize(
    "added",
    [
        "<|fim_middle|>",
        "<|code_to_edit|>",
        "<|im_end|>",
        "<\uff5cfim\u2581end\uff5c>",
        "<[fim-suffix]>",
        "<editable_region>",
        "\ufffd",
    ],
)
def test_marks_of_models_are_not_written_into_code(added: str) -> None:
    asked = region()
    assert dropped(asked.text.replace("= 50", f"= 50 {added}")) == "unparsable"


def test_a_mark_that_the_text_has_already_may_be_written() -> None:
    asked = region(TEXT.replace("line_52 = 52", 'line_52 = "<|end|>"'))
    edit, reason = reduced(asked, asked.text.replace("= 50", '= "<|end|>"'), ())
    assert edit is not None, reason


def test_a_line_again_and_again_is_dropped() -> None:
    asked = region()
    again = asked.text.replace("line_50 = 50\n", "line_50 = 5\n" * 20)
    assert dropped(again) == "unparsable"


def test_a_line_of_endless_length_is_dropped() -> None:
    asked = region()
    assert dropped(asked.text.replace("= 50", "= 50" + "0" * 5000)) == "outside-region"
