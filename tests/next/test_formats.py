"""How models are asked for the next edit, and answers that are hard to read."""

from __future__ import annotations

import pytest

from fim_lsp.next.formats import FORMATS
from fim_lsp.next.guards import reduced
from fim_lsp.next.region import HistoryEdit
from fim_lsp.text import Place

from .regions import TEXT, chat, region

HISTORY = (HistoryEdit("main.py", 4, "four = 4\n", "line_4 = 4\n"),)


def test_mercury_is_shown_the_file_the_region_and_the_last_edits() -> None:
    prompt = FORMATS["mercury"].prompt(region(around=1), HISTORY)
    assert (
        "line_48 = 48\n<|code_to_edit|>\nline_49 = 49\nline<|cursor|>_50 = 50\n"
        "line_51 = 51\n<|/code_to_edit|>\nline_52 = 52\n"
    ) in prompt
    assert "current_file_path: main.py\nline_0 = 0\n" in prompt
    assert "@@ -5,1 +5,1 @@\n-four = 4\n+line_4 = 4\n" in prompt
    assert prompt.endswith("<|/edit_diff_history|>\n")


def test_zeta_2_is_shown_the_suffix_first_and_a_conflict_to_complete() -> None:
    prompt = FORMATS["zeta2"].prompt(region(around=1), HISTORY)
    assert prompt.startswith("<[fim-suffix]>line_52 = 52\n")
    assert "<filename>edit_history\n--- a/main.py\n+++ b/main.py\n" in prompt
    assert prompt.endswith(
        "line_48 = 48\n<<<<<<< CURRENT\nline_49 = 49\nline<|user_cursor|>_50 = 50\n"
        "line_51 = 51\n=======\n<[fim-middle]>"
    )


def test_sweep_goes_on_from_the_lines_before_the_cursor() -> None:
    prompt = FORMATS["sweep"].prompt(region(around=1), HISTORY)
    assert prompt.startswith("<|file_sep|>main.py\nline_0 = 0\n")
    assert (
        "<|file_sep|>main.py.diff\noriginal:\nfour = 4\nupdated:\nline_4 = 4\n"
    ) in prompt
    assert prompt.endswith(
        "<|file_sep|>current/main.py:50:52\nline_49 = 49\nline<|cursor|>_50 = 50\n"
        "line_51 = 51\n<|file_sep|>updated/main.py:50:52\nline_49 = 49\n"
    )


def test_a_chat_model_is_shown_the_region_between_marks() -> None:
    prompt = FORMATS["chat"].prompt(region(around=1), HISTORY)
    assert 'User edited "main.py":\n-four = 4\n+line_4 = 4\n' in prompt
    assert (
        "<editable_region>\nline_49 = 49\nline<cursor_position/>_50 = 50\n"
        "line_51 = 51\n</editable_region>\n"
    ) in prompt


# What is read, in each format, as the region with `line_50` made `fifty`.
CHANGED = region(around=2).text.replace("line_50", "fifty")
GOOD = [
    pytest.param("chat", chat(CHANGED), id="chat"),
    pytest.param("chat", f"```\n{chat(CHANGED)}\n```", id="chat in a fence"),
    pytest.param(
        "chat", chat(CHANGED.replace("fifty", "<cursor_position/>fifty")), id="cursor"
    ),
    pytest.param("mercury", f"```\n{CHANGED}```", id="mercury"),
    pytest.param("mercury", f"```python\n{CHANGED}```\n", id="mercury with language"),
    pytest.param(
        "mercury", f"```\n{CHANGED.replace('fifty', '<|cursor|>fifty')}```", id="mark"
    ),
    pytest.param("zeta2", f"{CHANGED}>>>>>>> UPDATED\n", id="zeta2"),
    pytest.param("zeta2", CHANGED.rstrip("\n"), id="zeta2 without a line end"),
    pytest.param("chat", chat(f"```python\n{CHANGED}```\n"), id="chat around a fence"),
    pytest.param("chat", f"<think>Hm.</think>\n{chat(CHANGED)}", id="chat, thinking"),
    pytest.param("mercury", f"~~~\n{CHANGED}~~~", id="mercury in tildes"),
    pytest.param("mercury", f"````\n{CHANGED}````", id="mercury, four backticks"),
    pytest.param("zeta2", f"```python\n{CHANGED}```", id="zeta2 in a fence"),
    pytest.param("zeta2", f"{CHANGED}<|endoftext|>", id="zeta2 with its end"),
    *(
        pytest.param(dialect, reply.replace("\n", "\r\n"), id=f"{dialect} with CRLF")
        for dialect, reply in (
            ("chat", chat(CHANGED)),
            ("mercury", f"```\n{CHANGED}```"),
            ("zeta2", CHANGED),
        )
    ),
    *(
        pytest.param(dialect, reply.replace("fifty", f"{mark}fifty"), id=dialect + mark)
        for dialect, reply in (
            ("chat", chat(CHANGED)),
            ("mercury", f"```\n{CHANGED}```"),
            ("zeta2", CHANGED),
        )
        for mark in ("<|cursor|>", "<|user_cursor|>", "<cursor_position/>")
    ),
    pytest.param("sweep", CHANGED, id="sweep with the lines above once more"),
    pytest.param("sweep", TEXT.replace("line_50", "fifty"), id="sweep, the whole file"),
]


@pytest.mark.parametrize(("dialect", "reply"), GOOD)
def test_an_answer_becomes_the_smallest_edit(dialect: str, reply: str) -> None:
    asked = region(around=2)
    read = FORMATS[dialect].read(reply, asked)
    assert read.text is not None
    edit, _ = reduced(asked, read.text, ())
    assert edit is not None
    assert (edit.span.start, edit.new_text) == (Place(50, 0), "fifty")


def test_sweep_answers_from_the_cursors_line_on() -> None:
    asked = region(around=2)
    rest = CHANGED[len(asked.prefill) :]
    read = FORMATS["sweep"].read(rest, asked)
    assert read.text == CHANGED


@pytest.mark.parametrize(
    ("dialect", "reply", "reason"),
    [
        ("chat", "NO_EDITS", "no-edit"),
        ("chat", "", "no-edit"),
        ("chat", "I would rename the variable.", "unparsable"),
        ("chat", f"Here you are:\n{chat(CHANGED)}", "unparsable"),
        ("chat", chat(CHANGED) + chat(CHANGED), "unparsable"),
        ("chat", "<editable_region>\nline_48", "unparsable"),
        ("mercury", "```\nNone\n```", "no-edit"),
        ("mercury", "Sorry, I cannot help.", "unparsable"),
        ("mercury", f"```\n{CHANGED}", "unparsable"),
        ("mercury", f"```\n{CHANGED}```\nor\n```\n{CHANGED}```", "unparsable"),
        ("zeta2", "NO_EDITS\n", "no-edit"),
        ("zeta2", f"Here you are:\n```\n{CHANGED}```", "unparsable"),
        ("sweep", f"Here you are:\n```\n{CHANGED}```", "unparsable"),
        *(
            (dialect, reply, "no-edit")
            for dialect in ("chat", "mercury", "zeta2", "sweep")
            for reply in ("None", "`NO_EDITS`.", "no edits")
        ),
        ("zeta2", "", "no-edit"),
        ("sweep", "", "unparsable"),
    ],
)
def test_answers_without_an_edit_have_a_reason(
    dialect: str, reply: str, reason: str
) -> None:
    read = FORMATS[dialect].read(reply, region(around=2))
    assert (read.text, read.reason) == (None, reason)


@pytest.mark.parametrize(
    "reply",
    [
        "I think that the name should be another.\n",
        "class Other:\n    pass\n" * 6,
        "line_50 = 50\n",
    ],
    ids=["prose", "another file", "cut off"],
)
def test_what_sweep_answers_is_judged_without_the_lines_it_was_given(
    reply: str,
) -> None:
    asked = region(around=10)
    read = FORMATS["sweep"].read(reply, asked)
    assert read.text is not None
    edit, reason = reduced(asked, read.text, HISTORY)
    assert edit is None
    assert reason in ("unrelated", "wholesale-deletion", "cut-off")
