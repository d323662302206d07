"""Keys against a suggestion, and what was typed along with it and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fim_lsp.completion.decision import Outcome, Trigger
from fim_lsp.text import Place, Span
from tests.harness.clock import settle
from tests.harness.typist import Model, Typist

FUNCTION = "def add(a, b):\n    $0\n"


async def test_a_typo_and_its_backspace_bring_the_suggestion_back_at_once() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    typist.insert("r")
    await typist.offered()
    for _ in range(3):
        typist.model.answer = None  # the endpoint is slow
        typist.insert("x")
        typist.start()
        await typist.clock.advance(0.1)
        typist.backspace()
        task = typist.start()
        await settle()
        offer = await task
        assert offer.suggestions[0].text == "eturn a + b"
        assert offer.decision.outcome is Outcome.TYPED_THROUGH


@pytest.mark.parametrize("insert", [Typist.insert, Typist.insert_key_by_key])
async def test_a_typo_that_comes_together_with_the_keys_before_it_is_a_typo(
    insert: Callable[[Typist, str], None],
) -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    typist.model.answer = None  # the endpoint is slow
    insert(typist, "rex")
    typist.start()
    await typist.clock.advance(0.1)
    typist.backspace()
    task = typist.start()
    await settle()
    offer = await task
    assert offer.suggestions[0].text == "turn a + b"
    assert offer.decision.outcome is Outcome.TYPED_THROUGH


async def test_what_was_typed_along_and_taken_back_is_offered_again() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    for char in "ret":
        typist.insert(char)
        await typist.offered()
    typist.backspace()
    assert await typist.offered() == "turn a + b"
    typist.edit(Span(Place(1, 4), Place(1, 6)), "")
    assert await typist.offered() == "return a + b"
    assert len(typist.model.streams) == 1


async def test_a_typo_that_is_replaced_by_the_right_key_rejects_nothing() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    typist.insert("x")
    typist.edit(Span(Place(1, 4), Place(1, 5)), "r")
    assert await typist.offered() == "eturn a + b"
    assert len(typist.model.streams) == 1


async def test_a_typo_is_taken_back_together_with_what_was_typed_before_it() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    typist.insert("r")
    await typist.offered()
    typist.insert("x")
    typist.edit(Span(Place(1, 4), Place(1, 6)), "")
    assert await typist.offered() == "return a + b"


async def test_two_keys_against_a_suggestion_reject_it() -> None:
    typist = Typist(FUNCTION, model=Model(answer="return a + b"))
    await typist.offered()
    typist.insert("x")
    typist.insert("y")
    typist.backspace()
    typist.backspace()
    assert (await typist.ask(Trigger.INVOKED)).decision.reason == "dismissed"
