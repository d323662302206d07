"""An offer is sent only while the text around its place is what it was made for."""

from __future__ import annotations

import pytest

from fim_lsp.completion.decision import Outcome, Trigger
from fim_lsp.completion.flights import GRACE
from fim_lsp.completion.request import AnswerBy
from fim_lsp.text import Place, Span
from tests.harness.clock import settle
from tests.harness.typist import Model, Typist

FUNCTION = "def add(a, b):\n    $0\n"


async def test_an_edit_ends_a_request_that_waits_for_a_rest() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    typist.insert("r")
    task = typist.start()
    await typist.clock.advance(0.01)
    typist.insert("e")
    await settle()
    assert task.done()
    assert (await task).decision.reason == "contradicted"
    await typist.clock.advance(5)
    assert typist.model.streams == []


@pytest.mark.parametrize("text", ["r", "x", "return", "\n    "])
async def test_an_edit_at_the_cursor_ends_a_request_that_waits_for_a_stream(
    text: str,
) -> None:
    typist = Typist(FUNCTION)
    task = typist.start(Trigger.INVOKED)
    await settle()
    typist.insert(text)
    await settle()
    offer = await task
    assert (offer.suggestions, offer.decision.reason) == ((), "contradicted")


async def test_a_stream_that_agrees_with_the_edit_serves_the_next_request() -> None:
    typist = Typist(FUNCTION)
    typist.start(Trigger.INVOKED)
    await settle()
    typist.insert("ret")
    await typist.clock.advance(GRACE * 4)
    assert not typist.model.last.closed
    task = typist.start()
    await typist.model.last.say("return a + b\n")
    offer = await task
    assert offer.suggestions[0].text == "urn a + b"
    assert offer.decision.outcome is Outcome.JOINED
    assert len(typist.model.streams) == 1


async def test_an_edit_above_that_moves_the_place_ends_the_request() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(Trigger.INVOKED)
    await settle()
    typist.edit(Span(Place(0, 0), Place(0, 0)), "import os\n", Place(2, 4))
    await settle()
    assert (await task).decision.reason == "contradicted"


async def test_an_edit_far_below_changes_nothing() -> None:
    below = "".join(f"value_{n} = {n}\n" for n in range(200))
    typist = Typist(FUNCTION + below)
    task = typist.start(Trigger.INVOKED)
    await settle()
    typist.edit(Span(Place(190, 0), Place(190, 0)), "# far away\n", typist.place)
    await settle()
    assert not task.done()
    await typist.model.last.say("return a + b")
    await typist.model.last.end()
    assert (await task).suggestions[0].text == "return a + b"


async def test_the_end_of_the_document_may_go_while_a_request_waits() -> None:
    typist = Typist(f"{'x = 1' * 20}\n$0")
    task = typist.start(Trigger.INVOKED)
    await settle()
    typist.edit(Span(Place(0, 3), Place(1, 0)), "", Place(0, 3))
    await settle()
    assert (await task).suggestions == ()


async def test_what_comes_too_late_for_a_menu_was_never_shown() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(manner=AnswerBy.MENU_NOW)
    await typist.clock.advance(0.7)
    assert (await task).decision.reason == "not-yet"
    await typist.model.last.say("return a + b")
    await typist.model.last.end()
    assert typist.decisions == ["not-yet"]
    typist.insert("x")
    typist.insert("y")
    typist.edit(Span(Place(1, 4), Place(1, 6)), "")
    offer = await typist.ask(Trigger.INVOKED)
    assert offer.suggestions[0].text == "return a + b"
    assert offer.newly_shown
