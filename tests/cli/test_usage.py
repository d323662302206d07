from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from fim_lsp.money.counts import CountKey, Counts
from fim_lsp.money.report import BAR, Report, chart, lines, notes
from tests.harness.socket_api import SocketApi

from .conftest import Run

CODE = "def add(a, b):\n    return \n\nprint(add(1, 2))\n"


@pytest.fixture
def place(tmp_path: Path) -> str:
    path = tmp_path / "sums.py"
    path.write_text(CODE)
    return f"{path}:2:12"


def test_nothing_yet_is_said(fim_lsp: Run) -> None:
    result = fim_lsp("usage")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Nothing was asked for in the last 30 days.\n"
    data = json.loads(fim_lsp("usage", "--json").stdout)
    assert data["days"] == []
    assert data["total"]["requests"] == 0


@pytest.mark.usefixtures("key")
def test_what_commands_have_cost_is_shown(
    api: SocketApi, fim_lsp: Run, place: str
) -> None:
    for _ in range(3):
        fim_lsp("complete", place)
    data = json.loads(fim_lsp("usage", "--json", "--days", "2").stdout)
    total = data["total"]
    assert (total["requests"], total["shown"], total["accepted"]) == (3, 3, 0)
    assert total["promptTokens"] == sum(each["prompt_tokens"] for each in api.usages)
    assert Decimal(total["cost"]) > 0
    assert total["milliseconds"]["firstToken"].keys() == {"p50", "p90", "p99"}
    assert [row["cost"] for row in data["days"]] == [total["cost"]]
    result = fim_lsp("usage", "--by", "model")
    first = result.stdout.splitlines()[1].split("\t")
    assert first[:2] == ["deepseek-flash", "3"]
    assert "█" in result.stdout
    data = json.loads(fim_lsp("usage", "--by", "language", "--json").stdout)
    assert [row["language"] for row in data["languages"]] == ["python"]


@pytest.mark.usefixtures("api", "key")
def test_an_unknown_price_is_said(api: SocketApi, fim_lsp: Run, place: str) -> None:
    api.models = ["home-made"]
    fim_lsp("complete", place)
    result = fim_lsp("usage")
    assert "without a known price" in result.stderr


@pytest.mark.usefixtures("key")
def test_the_budget_holds_between_commands(
    api: SocketApi, fim_lsp: Run, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIM_LSP_BUDGET_DAILY", "0.000001")
    assert fim_lsp("complete", place).stdout == "a + b\n"
    result = fim_lsp("complete", place)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "today's budget is used up" in result.stderr
    assert "fim-lsp.continueToday" in result.stderr
    data = json.loads(fim_lsp("complete", place, "--json").stdout)
    assert (data["candidates"], data["reason"]) == ([], "over-budget")
    assert len(api.calls) == 1


def test_wrong_usage_is_exit_2(fim_lsp: Run) -> None:
    assert fim_lsp("usage", "--days", "0").exit_code == 2
    assert fim_lsp("usage", "--by", "file").exit_code == 2


def key(day: str, model: str = "fast", currency: str = "USD") -> CountKey:
    return CountKey(day, "deepseek", model, "python", "completion", currency)


def test_figures_are_sums_and_shares() -> None:
    table = {
        key("2026-11-20"): Counts(requests=4, cost=Decimal("0.0010")),
        key("2026-11-21"): Counts(requests=8, cost=Decimal("0.0030"), failed=1),
        key("2026-11-21", currency=""): Counts(shown=10, accepted=4, characters=90),
        key("2026-11-21", "slow", "EUR"): Counts(
            requests=1, estimated=1, prompt=100, cache_hit=50, cost=Decimal(2)
        ),
    }
    report = Report(table, "USD")
    data = report.data()
    assert [row["date"] for row in data["days"]] == ["2026-11-21", "2026-11-20"]
    total = data["total"]
    assert (total["cost"], total["otherCosts"]) == ("0.004", {"EUR": "2"})
    assert (total["acceptanceRate"], total["costPerAccepted"]) == (0.4, "0.001")
    assert total["cacheHitShare"] == 0.5
    words = dict(lines(total))
    assert words["accepted"] == "4 (40%), 90 characters"
    assert words["requests"] == "13 (1 failed)"
    said = " ".join(notes(total))
    assert "estimated" in said
    assert "The budget counts USD alone" in said
    assert list(report.rows("model")) == ["fast", "slow"]


def test_bars_are_as_long_as_their_days_were_dear() -> None:
    table = {
        key("2026-11-20"): Counts(requests=4, cost=Decimal("0.001")),
        key("2026-11-21"): Counts(requests=1, cost=Decimal("0.002")),
    }
    bars = chart(Report(table, "USD").data()["days"])
    assert [bar.count("█") for bar in bars] == [BAR // 2, BAR]
    assert bars[0].startswith("2026-11-20")
    assert bars[1].endswith("0.002 USD")
    free = {key("2026-11-20", currency=""): Counts(requests=4)}
    assert chart(Report(free, "USD").data()["days"])[0].endswith("4 requests")
    assert chart([]) == []
