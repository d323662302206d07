"""Further candidates for one place, and the menu that shows them."""

from __future__ import annotations

from fim_lsp.completion.decision import Trigger
from fim_lsp.completion.request import AnswerBy, Selected
from fim_lsp.text import Place, Span
from tests.harness.clock import settle
from tests.harness.typist import Model, Typist

FUNCTION = "def add(a, b):\n    $0\n"


async def test_invoking_again_asks_for_other_candidates_once() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.ask()
    task = typist.start(Trigger.INVOKED)
    await settle()
    assert len((await task).suggestions) == 1
    temperatures = [stream.request.temperature for stream in typist.model.streams]
    assert temperatures == [0, 0.7, 0.7]
    await typist.ask(Trigger.INVOKED)
    assert len(typist.model.streams) == 3


async def test_distinct_candidates_are_all_offered() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.ask()
    typist.model.answer = None
    task = typist.start(Trigger.INVOKED)
    await settle()
    for stream, text in zip(typist.model.open, ("return b + a", "pass"), strict=True):
        await stream.say(text)
        await stream.end()
    texts = [item.text for item in (await task).suggestions]
    assert texts == ["return a + b", "return b + a", "pass"]


async def test_the_selected_item_of_the_menu_is_completed_as_if_inserted() -> None:
    typist = Typist("import os\nos.pa$0\n", model=Model(answer=".join(a, b)"))
    span = Span(Place(1, 3), Place(1, 5))
    task = typist.start(Trigger.INVOKED, selected=Selected(span, "path"))
    await settle()
    item = (await task).suggestions[0]
    assert (item.text, item.span) == ("path.join(a, b)", span)
    assert typist.model.last.request.prefix.endswith("os.path")


async def test_a_menu_that_waits_for_all_is_answered_at_once() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(manner=AnswerBy.MENU_NOW)
    await typist.clock.advance(0)
    assert (await task).decision.reason == "not-yet"
    await typist.clock.advance(0.7)
    await typist.model.last.say("return a + b\n")
    task = typist.start(manner=AnswerBy.MENU_NOW)
    await typist.clock.advance(0)
    assert (await task).suggestions[0].text == "return a + b"


async def test_a_menu_that_merges_late_answers_waits_a_second_and_a_half() -> None:
    typist = Typist(FUNCTION)
    task = typist.start(manner=AnswerBy.MENU_WAIT)
    await typist.clock.advance(0.7)
    await typist.model.last.say("return a + b\n    ")
    await typist.clock.advance(0.5)
    assert (await task).suggestions[0].text == "return a + b"
    typist = Typist(FUNCTION)
    task = typist.start(manner=AnswerBy.MENU_WAIT)
    await typist.clock.advance(1.6)
    assert (await task).decision.reason == "not-yet"
    await typist.engine.aclose()


async def test_other_candidates_stay_known_once_known() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.ask()
    typist.model.answer = None
    task = typist.start(Trigger.INVOKED)
    await settle()
    for stream, text in zip(typist.model.open, ("return b + a", "pass"), strict=True):
        await stream.say(text)
        await stream.end()
    known = ["return a + b", "return b + a", "pass"]
    assert [item.text for item in (await task).suggestions] == known
    for trigger in (Trigger.INVOKED, Trigger.AUTOMATIC, Trigger.INVOKED):
        offer = await typist.ask(trigger)
        assert [item.text for item in offer.suggestions] == known
    typist.insert("return ")
    offer = await typist.ask()
    assert [item.text for item in offer.suggestions] == ["a + b", "b + a"]
    assert len(typist.model.streams) == 3


async def test_candidates_that_come_late_serve_the_next_request() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.ask()
    typist.model.answer = None
    task = typist.start(Trigger.INVOKED)
    await typist.clock.advance(3.1)
    assert [item.text for item in (await task).suggestions] == ["return a + b"]
    for stream, text in zip(typist.model.open, ("return b + a", "pass"), strict=True):
        await stream.say(text)
        await stream.end()
    offer = await typist.ask(Trigger.INVOKED)
    assert len(offer.suggestions) == 3
    assert len(typist.model.streams) == 3
