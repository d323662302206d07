"""How models are asked for the next edit, and answers that are hard to read."""

from __future__ import annotations

import pytest

from fim_lsp.next.formats import FORMATS
from fim_lsp.next.guards import reduced
from fim_lsp.next.models import EditAnswer, EditPrompt, ModelSource
from fim_lsp.next.next_edit import EditProposal
from fim_lsp.next.region import EditRegion, HistoryEdit, region_around
from fim_lsp.next.settled import SettledEdit
from fim_lsp.next.sources import EditQuestion
from fim_lsp.text import Document, Edit, Place, apply, document

from ..harness.unseen import unseen_in

TEXT = "".join(f"line_{n} = {n}\n" for n in range(100))
HISTORY = (HistoryEdit("main.py", 4, "four = 4\n", "line_4 = 4\n"),)


def region(text: str = TEXT, line: int = 50, *, around: int = 5) -> EditRegion:
    made = document("file:///w/main.py", "python", 1, text)
    return region_around(made, Place(line, 4), "main.py", above=around, below=around)


def settled(old: str, new: str, line: int = 0) -> SettledEdit:
    return SettledEdit(
        uri="file:///w/main.py",
        language="python",
        folder=None,
        line=line,
        old=tuple(old.splitlines(keepends=True)),
        new=tuple(new.splitlines(keepends=True)),
        above=(),
        below=(),
        at=0.0,
    )


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


def chat(text: str) -> str:
    return f"<editable_region>\n{text}</editable_region>"


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
        ("mercury", "None", "no-edit"),
        ("mercury", "```\nNone\n```", "no-edit"),
        ("mercury", "Sorry, I cannot help.", "unparsable"),
        ("mercury", f"```\n{CHANGED}", "unparsable"),
        ("zeta2", "NO_EDITS\n", "no-edit"),
        ("zeta2", "", "no-edit"),
        ("sweep", "", "unparsable"),
    ],
)
def test_answers_without_an_edit_have_a_reason(
    dialect: str, reply: str, reason: str
) -> None:
    read = FORMATS[dialect].read(reply, region(around=2))
    assert (read.text, read.reason) == (None, reason)


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


class Model:
    """Answers every prompt alike."""

    def __init__(self, text: str, finish: str = "stop", reason: str = "") -> None:
        self.answer = EditAnswer(text, finish, reason)
        self.prompts: list[EditPrompt] = []

    async def ask(self, prompt: EditPrompt, language: str) -> EditAnswer:
        del language
        self.prompts.append(prompt)
        return self.answer


def question(text: str, place: Place) -> tuple[Document, EditQuestion]:
    made = document("file:///w/main.py", "python", 1, text)
    return made, EditQuestion(made, place, (settled("a = get(1)\n", "a = put(1)\n"),))


async def proposed(
    model: Model, text: str, dialect: str = "chat"
) -> tuple[EditProposal | None, str]:
    source = ModelSource("someone", dialect, model, lambda _uri: "main.py")
    return await source.propose(question(text, Place(1, 3))[1])


async def test_a_models_answer_is_proposed_with_its_name() -> None:
    text = "a = put(1)\nb = get(2)\n"
    model = Model(chat("a = put(1)\nb = put(2)\n"))
    proposal, reason = await proposed(model, text)
    assert proposal is not None, reason
    assert proposal.source == "someone"
    made = apply(
        document("", "", 1, text), (Edit(proposal.span, proposal.new_text),), 2
    )
    assert made.text == "a = put(1)\nb = put(2)\n"
    assert "-a = get(1)\n+a = put(1)" in model.prompts[0].text
    assert model.prompts[0].system


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (Model(chat("a = put(1)\nb = p"), finish="length"), "cut-off"),
        (Model("", reason="over-budget"), "over-budget"),
        (Model("nonsense"), "unparsable"),
    ],
)
async def test_an_answer_that_cannot_be_used_has_a_reason(
    model: Model, reason: str
) -> None:
    assert await proposed(model, "a = put(1)\nb = get(2)\n") == (None, reason)


async def test_text_with_the_formats_own_marks_is_not_sent() -> None:
    model = Model("")
    text = 'a = put(1)\nb = "<editable_region>"\n'
    assert await proposed(model, text) == (None, "marks-in-text")
    assert model.prompts == []


async def test_secrets_leave_as_stars_and_come_back() -> None:
    key = "sk-" + "abcdefghij0123456789abcd"
    text = f'key = "{key}"\nb = get(2)\n'
    model = Model(chat('key = "***"\nb = put(2)\n'))
    proposal, reason = await proposed(model, text)
    assert proposal is not None, reason
    assert key not in model.prompts[0].text
    made = apply(
        document("", "", 1, text), (Edit(proposal.span, proposal.new_text),), 2
    )
    assert made.text == f'key = "{key}"\nb = put(2)\n'


async def test_a_changed_line_with_a_secret_is_dropped() -> None:
    key = "sk-" + "abcdefghij0123456789abcd"
    model = Model(chat('token = "***"\nb = get(2)\n'))
    text = f'key = "{key}"\nb = get(2)\n'
    assert await proposed(model, text) == (None, "rejected")


@pytest.mark.parametrize("line", [3, 20, 40, 60, 80])
def test_no_part_of_a_key_is_in_the_region_or_around_it(line: int) -> None:
    body = "MIIEpAIBAAKCAQEA1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL"
    key = ["-----BEGIN PRIVATE KEY-----", *([body] * 80), "-----END PRIVATE KEY-----"]
    made = document("file:///a.py", "python", 1, "\n".join(["x = 1", *key, "y = 2"]))
    found = region_around(made, Place(line, 4), "a.py", above=5, below=5)
    assert body[:12] not in found.before + found.text + found.after


def test_what_a_model_hides_in_its_answer_is_not_written() -> None:
    place = region()
    edit, reason = reduced(
        place, place.text.replace("50 = 50", "fifty\x1b[31m\u200b = 50\u202e"), ()
    )
    assert reason == ""
    assert edit is not None
    assert unseen_in(edit.new_text) == set()
    assert "fifty" in edit.new_text
