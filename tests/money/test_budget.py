"""What is spent is counted to the token, and stops where the budget says."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fim_lsp.api.requests import Usage
from fim_lsp.api.token_counts import believable
from fim_lsp.completion.decision import Offer, Outcome, Trigger
from fim_lsp.money import ledger
from fim_lsp.money.budget import binds, standing
from fim_lsp.money.counts import CountKey, Counts, summed
from fim_lsp.session.session import Session
from fim_lsp.settings import BudgetSettings, Layer, parse

from ..harness.clock import settle
from ..harness.fake_api import FakeApi
from ..harness.model_script import Script, Seen
from ..harness.user import NOON, PAD, QuickApi, User, counted

Meet = Callable[..., User]


async def test_a_day_of_three_servers_is_counted_to_the_token(meet: Meet) -> None:
    api = QuickApi(answer="sum(values)")
    users = [meet(api, budget={"daily": None}) for _ in range(3)]

    async def work(user: User) -> None:
        for number in range(250):
            offer = await user.complete()
            assert offer.decision.outcome is Outcome.NETWORK
            if number % 5 == 0:
                user.accept(offer)

    await asyncio.gather(*map(work, users))
    for user in users:
        await user.table()
    for user in users:
        total = summed((await user.table()).values())
        assert total.requests == len(api.usages) == 750
        assert total.prompt == counted(api, "prompt_tokens")
        assert total.cache_hit == counted(api, "prompt_cache_hit_tokens")
        assert total.completion == counted(api, "completion_tokens")
        assert (total.estimated, total.unpriced) == (0, 0)
        assert (total.shown, total.accepted) == (750, 150)
        assert total.characters == 150 * len("sum(values)")
        assert sum(total.first.values()) == 750
    key = next(key for key, counts in (await users[0].table()).items() if counts.cost)
    assert (key.model, key.language, key.kind) == (
        "deepseek-flash",
        "python",
        "completion",
    )


async def test_streams_that_are_closed_early_are_estimated_within_a_tenth(
    meet: Meet,
) -> None:
    sent: list[int] = []

    def answer(seen: Seen) -> list[str]:
        sent.append(Script().usage("", seen)["prompt_tokens"])
        return [f"step_{n}(values)\n" for n in range(400)]

    api = FakeApi(answer=answer)
    user = meet(api, budget={"daily": None}, completion={"maxLines": 3})
    for _ in range(60):
        await user.complete()
    await settle()  # the answer is there before its stream is closed
    assert api.aborted == 60
    total = summed((await user.table()).values())
    assert (total.requests, total.estimated) == (60, 60)
    assert total.prompt == pytest.approx(sum(sent), rel=0.1)
    assert total.charged >= total.cost > 0


async def test_the_budget_stops_within_one_request_of_each_server(
    meet: Meet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "PATIENCE", 60.0)  # however busy this machine is
    daily = Decimal("0.0015")
    api = QuickApi(answer="sum(values)")
    users = [meet(api, budget={"daily": str(daily)}) for _ in range(3)]

    async def work(user: User) -> list[Offer]:
        return [await user.complete() for _ in range(40)]

    offers = [each for some in await asyncio.gather(*map(work, users)) for each in some]
    total = summed((await users[0].table()).values())
    dearest = max(each.decision.cost.amount for each in offers if each.decision.cost)
    assert total.charged - daily + dearest > 0
    assert total.charged <= daily + 3 * dearest
    silent = [each for each in offers if not each.suggestions]
    assert {each.decision.reason for each in silent} == {"over-budget"}
    for user in users:
        assert user.session.status().reason == "over-budget"
        assert user.session.status().command == "fim-lsp.continueToday"
    assert any(("warning", "budget-low") in user.statuses for user in users)
    asked = len(api.calls)
    assert (await users[0].complete()).suggestions == ()
    await users[1].session.money.continue_today()
    await users[0].complete()
    await users[0].table()
    assert (await users[0].complete()).suggestions
    assert (await users[1].complete()).suggestions
    assert len(api.calls) == asked + 2
    assert users[1].session.status().kind == "normal"


async def test_streams_beside_each_other_do_not_run_over_it_together(
    meet: Meet,
) -> None:
    api = FakeApi(answer="sum(values)", hold=asyncio.Event())
    assert api.hold
    user = meet(api, budget={"daily": "0.0006"})
    tasks = [asyncio.create_task(user.complete()) for _ in range(12)]
    # Each may cost 0.00019: the fifth would begin over the budget, so eight end.
    for ended in itertools.islice(asyncio.as_completed(tasks), 8):
        assert (await ended).decision.reason == "over-budget"
    assert len(api.calls) <= 4
    api.hold.set()
    await asyncio.gather(*tasks)
    total = summed((await user.table()).values())
    assert total.charged < Decimal("0.0012")


async def test_midnight_resets_it_and_a_clock_set_back_does_no_harm(meet: Meet) -> None:
    now = [NOON]
    api = FakeApi(answer="sum(values)")
    user = meet(api, now=lambda: now[0], budget={"daily": "0.00002"})
    assert (await user.complete()).suggestions
    assert not (await user.complete()).suggestions
    now[0] += 86_400
    assert (await user.complete()).suggestions
    now[0] -= 86_400
    assert not (await user.complete()).suggestions
    assert user.session.status().today.requests == 1


async def test_a_day_may_end_during_a_request(meet: Meet) -> None:
    now = [NOON]
    api = FakeApi(answer="sum(values)", hold=asyncio.Event())
    assert api.hold
    user = meet(api, now=lambda: now[0])
    task = asyncio.create_task(user.complete())
    await api.arrived.wait()
    now[0] += 86_400
    api.hold.set()
    assert (await task).suggestions
    report = await user.session.money.usage(7, "USD")
    rows = report.data()["days"]
    assert [row["requests"] for row in rows] == [1]
    assert user.session.status().today.requests == 1


@pytest.mark.parametrize("trigger", Trigger)
async def test_nothing_at_all_may_be_spent(meet: Meet, trigger: Trigger) -> None:
    api = FakeApi(answer="sum(values)")
    user = meet(api, budget={"daily": 0})
    offer = await user.complete(trigger)
    assert offer.decision.reason == "over-budget"
    assert api.calls == []


@pytest.mark.parametrize("daily", [-1, "much", [1], "NaN", True])
async def test_a_budget_that_is_none_is_said_and_the_default_counts(
    meet: Meet, daily: object
) -> None:
    user = meet(FakeApi(), budget={"daily": daily})
    assert ["budget.daily" in each.sentence for each in user.problems] == [True]
    assert user.session.settings.current.budget == parse([]).settings.budget


async def test_prices_with_a_typo_are_said_and_leave_the_table(meet: Meet) -> None:
    prices = {"deepseek-flash": {"input": "cheap", "output": 1}}
    api = FakeApi(answer="sum(values)")
    user = meet(api, providers={"deepseek": {"prices": prices}})
    assert "prices" in user.problems[0].sentence
    offer = await user.complete()
    assert offer.decision.cost is not None


ABSURD: list[Any] = [
    None,
    {},
    "many",
    {"prompt_tokens": -5, "completion_tokens": -1},
    {"prompt_tokens": 10**8, "completion_tokens": 3},
    {"prompt_tokens": 10**30, "completion_tokens": 10**30},
    {"prompt_tokens": "12", "completion_tokens": "3"},
    {"prompt_tokens": 800, "completion_tokens": 10**8},
    {"prompt_tokens": float("nan"), "completion_tokens": None},
]


@pytest.mark.parametrize("usage", ABSURD)
async def test_a_count_that_cannot_be_is_replaced_by_an_estimate(
    meet: Meet, monkeypatch: pytest.MonkeyPatch, usage: Any
) -> None:
    api = FakeApi(answer="sum(values)")
    monkeypatch.setattr(api, "usage", lambda *_: usage, raising=False)
    user = meet(api, budget={"daily": "0.01"})
    offer = await user.complete()
    assert offer.decision.tokens is not None
    assert offer.suggestions
    total = summed((await user.table()).values())
    assert total.estimated == 1
    assert len(PAD) / 8 < total.prompt < len(PAD)
    assert user.session.status().kind == "normal"


@pytest.mark.parametrize("budget", [None, 5])
async def test_what_costs_money_is_written_at_once(
    meet: Meet, monkeypatch: pytest.MonkeyPatch, budget: int | None
) -> None:
    monkeypatch.setattr(ledger, "A_WHILE", 3600.0)
    user = meet(FakeApi(answer="sum(values)"), budget={"daily": budget})
    assert (await user.complete()).suggestions
    await user.session.engine.all_counted()
    other = ledger.Ledger(now=lambda: NOON)
    for _ in range(100):
        await other.fresh()
        if other.today():
            break
    assert summed(other.today().values()).requests == 1
    await other.aclose()


async def test_a_model_without_a_price_counts_tokens_and_says_so(meet: Meet) -> None:
    api = FakeApi(answer="sum(values)", models=["home-made"])
    user = meet(api, budget={"daily": "0.000001"})
    for _ in range(3):
        assert (await user.complete()).decision.cost is None
    row = (await user.session.money.usage(30, "USD")).data()["total"]
    assert (row["requests"], row["unpriced"], row["cost"]) == (3, 3, None)
    assert row["promptTokens"] > 0


async def test_the_default_spares_this_machine_and_a_set_one_does_not(
    meet: Meet,
) -> None:
    local = {"deepseek": {"baseUrl": "http://127.0.0.1:9/"}}
    dear = {"deepseek-flash": {"input": 10**6, "output": 10**6}}
    local["deepseek"]["prices"] = dear  # type: ignore[assignment]  # JSON, as users write it
    api = FakeApi(answer="sum(values)")
    spared = meet(api, providers=local)
    for _ in range(3):
        assert (await spared.complete()).suggestions
    await spared.session.money.usage(
        30, "USD"
    )  # what a local endpoint costs is not written at once
    bound = meet(api, providers=local, budget={"daily": 1})
    assert not (await bound.complete()).suggestions


async def test_amounts_of_another_currency_are_told_but_bind_nothing(
    meet: Meet,
) -> None:
    prices = {"deepseek-flash": {"input": 9, "output": 9, "currency": "EUR"}}
    user = meet(
        FakeApi(answer="sum(values)"),
        providers={"deepseek": {"prices": prices}},
        budget={"daily": "0.001"},
    )
    for _ in range(3):
        assert (await user.complete()).suggestions
    row = (await user.session.money.usage(30, "USD")).data()["total"]
    assert row["cost"] == "0"
    assert Decimal(row["otherCosts"]["EUR"]) > 0


def test_the_default_budget_and_a_set_one() -> None:
    default = parse([]).settings.budget
    assert binds(default, local=False)
    assert not binds(default, local=True)
    one = parse([Layer("user", {"budget": {"daily": "1"}})]).settings.budget
    assert binds(one, local=True)
    none = parse([Layer("user", {"budget": {"daily": None}})]).settings.budget
    assert not binds(none, local=False)


@pytest.mark.parametrize(
    ("spent", "low", "over"),
    [
        ("0", False, False),
        ("0.79", False, False),
        ("0.8", True, False),
        ("1", True, True),
    ],
)
def test_it_warns_at_four_fifths(spent: str, *, low: bool, over: bool) -> None:
    key = CountKey("2026-11-22", "deepseek", "fast", "python", "completion", "USD")
    table = {key: Counts(charged=Decimal(spent))}
    found = standing(table, BudgetSettings(Decimal(1), "USD", is_set=True))
    assert (found.is_low, found.is_over) == (low, over)
    assert "budget of 1 USD" in found.sentence


def test_what_an_endpoint_may_say() -> None:
    assert believable(Usage(500, 20), 2000, 80, 256)
    assert believable(Usage(500, 0), 2000, 0, 256)
    assert not believable(Usage(0, 20), 2000, 80, 256)
    assert not believable(Usage(500, 0), 2000, 80, 256)
    assert not believable(Usage(20_000, 20), 2000, 80, 256)
    assert not believable(Usage(500, 9000), 2000, 80, 256)
    assert believable(Usage(500, 9000), 2000, 80, None)


def test_a_folder_for_the_ledger_is_not_needed(home: Path) -> None:
    assert not home.exists()
    Session(environ={})
    assert not home.exists()
