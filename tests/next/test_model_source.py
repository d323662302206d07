"""A model as a source of next edits: what it is sent, and what its answer becomes."""

from __future__ import annotations

import pytest

from fim_lsp.next.models import EditAnswer, EditPrompt, ModelSource
from fim_lsp.next.next_edit import EditProposal
from fim_lsp.next.region import region_around
from fim_lsp.next.sources import EditQuestion
from fim_lsp.text import Document, Edit, Place, apply, document

from .regions import chat, settled


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
