"""Where an endpoint gives log-probabilities, an unsure answer can be hidden."""

from __future__ import annotations

import math

import pytest

from fim_lsp.api.requests import Delta, TokenProb
from fim_lsp.completion.confidence import Confidence, confidence
from fim_lsp.completion.decision import Offer, Trigger
from fim_lsp.completion.explain import details, sentence
from tests.harness.clock import settle
from tests.harness.typist import Typist

FUNCTION = "def add(a, b):\n    $0\n"
TOKENS = (
    TokenProb("return", math.log(0.9)),
    TokenProb(" a +", math.log(0.4)),
    TokenProb(" b", math.log(0.9)),
)


async def complete(least: float | None) -> tuple[Typist, Offer]:
    typist = Typist(FUNCTION, min_confidence=least)
    task = typist.start(Trigger.INVOKED)
    await settle()
    for token in TOKENS:
        delta = Delta(text=token.token, logprobs=(token,))
        typist.model.last.pieces.put_nowait(delta)
    await typist.model.last.end()
    return typist, await task


async def test_the_decision_keeps_the_mean_and_the_lowest_log_probability() -> None:
    typist, offer = await complete(None)
    assert not typist.model.last.request.logprobs
    assert offer.suggestions[0].text == "return a + b"
    sure = offer.decision.confidence
    assert sure
    assert sure.lowest == pytest.approx(math.log(0.4))
    assert sure.mean == pytest.approx(math.log(0.9 * 0.4 * 0.9) / 3)
    line = "confidence: mean token probability 69%, lowest 40%"
    assert line in details(offer.decision)
    assert "mean token probability 69%" in sentence(offer.decision)


@pytest.mark.parametrize(("least", "shown"), [(0.6, True), (0.8, False)])
async def test_what_is_below_the_least_confidence_is_hidden(
    least: float, *, shown: bool
) -> None:
    typist, offer = await complete(least)
    assert typist.model.last.request.logprobs
    assert bool(offer.suggestions) is shown
    assert offer.decision.reason == (None if shown else "unsure")
    assert offer.decision.confidence
    again = await typist.ask()
    assert bool(again.suggestions) is shown
    assert len(typist.model.streams) == 1


async def test_without_log_probabilities_nothing_is_hidden() -> None:
    typist = Typist(FUNCTION, min_confidence=0.99)
    task = typist.start(Trigger.INVOKED)
    await settle()
    await typist.model.last.say("return a + b")
    await typist.model.last.end()
    assert (await task).suggestions[0].text == "return a + b"


def test_only_the_tokens_of_what_is_offered_count() -> None:
    assert confidence(TOKENS, 6) == Confidence(math.log(0.9), math.log(0.9))
    assert confidence(TOKENS, 7) == confidence(TOKENS, 10)
    assert confidence((), 7) is None
