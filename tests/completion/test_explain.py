"""A decision in words: every reason and every rule has some."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import fim_lsp
from fim_lsp.api.prices import Money
from fim_lsp.api.requests import Usage
from fim_lsp.api.token_counts import Tokens
from fim_lsp.completion import explain as words
from fim_lsp.completion import gate
from fim_lsp.completion.clean import RULE_SENTENCES, TAIL_RULES
from fim_lsp.completion.decision import (
    Decision,
    Outcome,
    Timings,
    Trigger,
)
from fim_lsp.completion.stop import STOP_SENTENCES
from fim_lsp.reasons import REASONS, Reason
from fim_lsp.server.features.execute_command import COMMANDS
from fim_lsp.text import Place

ROOT = Path(fim_lsp.__file__).parent
# Whose argument of that number is the name of a reason.
TAKES_A_REASON = {"refused": 0, "end": 0, "Ended": 0, "Refusal": 0, "silent": 1}
PRIVACY = {"secret", "ignored-by-git", "excluded", "scheme"}

OFFERED = Decision(
    id="s1",
    time=0.0,
    uri="file:///project/main.py",
    language="python",
    place=Place(3, 8),
    trigger=Trigger.AUTOMATIC,
    outcome=Outcome.NETWORK,
    source="deepseek",
    model="deepseek-flash",
    timings=Timings(first_token=120.4, total=301.7),
    tokens=Tokens(Usage(500, 12, 448)),
    cost=Money(Decimal("0.0000164"), "USD"),
    shown="return a + b",
)
SILENT = replace(
    OFFERED, outcome=Outcome.SILENT, tokens=None, cost=None, source=None, shown=""
)


def reasons_used() -> set[str]:
    """Every name of a reason that stands in the source as such."""
    found = set(gate.SILENT_KINDS.values()) | PRIVACY
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                found.update(_reason(node))
    gated = ast.parse(Path(gate.__file__).read_text(encoding="utf-8"))
    for node in ast.walk(gated):
        if isinstance(node, ast.Return) and node.value is not None:
            found.update(_texts(node.value))
    return found


def _reason(call: ast.Call) -> Iterator[str]:
    name = ast.unparse(call.func).rpartition(".")[2]
    place = TAKES_A_REASON.get(name)
    if place is not None and len(call.args) > place:
        yield from _texts(call.args[place])
    for keyword in call.keywords:
        if keyword.arg == "reason" and name == "draft":
            yield from _texts(keyword.value)


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_every_reason_that_is_given_has_its_words() -> None:
    used = reasons_used()
    assert used >= {"mid-word", "undo", "over-budget", "superseded", "echo-quiet"}
    assert used - REASONS.keys() == set()


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: reason.name)
def test_every_reason_makes_a_sentence(reason: Reason) -> None:
    silent = replace(SILENT, reason=reason.name)
    for sentence in (words.sentence(silent), words.silence(silent)):
        assert sentence.startswith("Nothing ")
        assert f" because {reason.because}." in sentence
        assert sentence.endswith(".")


def test_every_rule_has_its_words() -> None:
    names = {rule.name for rule in TAIL_RULES} | rules_of_the_head()
    assert names == RULE_SENTENCES.keys()
    assert not RULE_SENTENCES.keys() & STOP_SENTENCES.keys()
    for name in (*RULE_SENTENCES, *STOP_SENTENCES):
        decision = replace(SILENT, reason="rejected", rules=(name,))
        assert words.rule(name) in words.sentence(decision)
        assert f"rule: {name}: {words.rule(name)}" in words.details(decision)


def rules_of_the_head() -> set[str]:
    path = ROOT / "completion" / "clean" / "head.py"
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    return {name for name in RULE_SENTENCES if name in texts}


def test_the_way_out_of_a_reason_is_a_command_that_exists() -> None:
    named = {reason.command for reason in REASONS.values() if reason.command}
    assert named <= COMMANDS.keys()


def test_every_outcome_has_its_words() -> None:
    assert words.OUTCOMES.keys() == set(Outcome)


def test_an_offer_says_where_it_came_from_and_what_it_cost() -> None:
    assert words.sentence(OFFERED) == (
        "Offered at `main.py:4:9`: asked of the model, by deepseek, 302 ms, "
        "0.0000164 USD."
    )
    assert words.sentence(replace(OFFERED, accepted=12)).endswith("It was accepted.")
    part = words.sentence(replace(OFFERED, accepted=6))
    assert part.endswith("6 characters of it were accepted.")


def test_a_fallback_says_who_answered_and_why_not_the_provider() -> None:
    decision = replace(
        OFFERED,
        outcome=Outcome.ECHO,
        source="echo",
        origin="sums.py:12",
        reason="back-off",
        cost=None,
    )
    assert words.sentence(decision) == (
        "Offered at `main.py:4:9`: repeated from the workspace, by echo from "
        "`sums.py:12`, 302 ms, because the provider failed and is given time to "
        "recover."
    )


def test_a_model_without_a_price_says_so() -> None:
    lines = words.details(replace(OFFERED, cost=None))
    assert "cost: unknown, because the model has no known price" in lines
    assert ", cost unknown" in words.sentence(replace(OFFERED, cost=None))
    assert "tokens: prompt 500 (cached 448), answer 12" in lines


def test_only_the_name_of_a_file_is_told() -> None:
    decision = replace(OFFERED, uri="file:///home/me/secret-project/a.py")
    assert "secret-project" not in words.sentence(decision)
    untitled = replace(OFFERED, uri="untitled:Untitled-1")
    assert "`untitled:Untitled-1:4:9`" in words.sentence(untitled)
