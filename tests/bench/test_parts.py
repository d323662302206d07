"""Every part of the benchmark runs on a tiny size, and says so if it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import (
    cpu,
    endpoint,
    endurance,
    handshakes,
    latency,
    peers,
    profile,
    startup,
    team,
    trace,
)
from bench.keys import traces
from bench.lsp import NAIVE, Server, both
from bench.marked import STEPS
from bench.model import Model
from bench.policies import Product
from bench.prompt_cache import by_blocks, by_units
from bench.screen import Answer, is_right, seen
from bench.tables import Goal, NoAnswersError, Part, Table, at_most, median, write
from bench.virtual import run as in_no_time

LINUX = pytest.mark.skipif(
    not Path("/proc/self/schedstat").exists(), reason="only Linux tells of others"
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with endpoint.running() as running:
        yield running


@pytest.fixture(scope="module")
def servers(url: str) -> Iterator[dict[str, Server]]:
    with both(url) as running:
        yield running


def rows(part: Part) -> int:
    assert all(len(row) == len(each.head) for each in part.tables for row in each.rows)
    return sum(len(each.rows) for each in part.tables)


@LINUX
def test_start_and_memory(servers: dict[str, Server]) -> None:
    found = startup.memory(servers)
    assert rows(startup.measured({"fim-lsp": [0.1], "naive": [0.2]}, *found)) == 2


def test_latency(servers: dict[str, Server], url: str) -> None:
    part = latency.measured(servers, url, sizes=(600,), rounds=1, requests=2, streams=1)
    assert rows(part) == 8


@LINUX
def test_processor_time(servers: dict[str, Server]) -> None:
    assert rows(cpu.measured(servers, sizes=(300,), rounds=1, keys=5)) == 2


@LINUX
def test_processor_time_of_large_and_refused_documents(
    servers: dict[str, Server],
) -> None:
    ours = servers["fim-lsp"]
    assert rows(cpu.large(ours, size=3000, rounds=1, keys=5)) == 3
    assert rows(cpu.refused(ours, rounds=1, keys=5)) == 2


@LINUX
def test_descriptors_and_memory(url: str, servers: dict[str, Server]) -> None:
    ours = servers["fim-lsp"]
    part = endurance.measured(
        ours, url, completions=30, closed=9, warm_up=10, settled=0
    )
    assert rows(part) == 8


@LINUX
def test_a_server_of_the_command_line_is_measured(tmp_path: Path) -> None:
    options = tmp_path / "options.json"
    options.write_text('{"address": "{url}"}', "utf-8")
    words = ["--name", "peer", "--options", str(options), "--", *NAIVE, "{url}"]
    (peer,), is_written = peers.arguments(words)
    assert peer.options == {"address": "{url}"} and not is_written
    row = peers.measured(peer, starts=1, requests=10, keys=6)
    name, start, _, _, _, answered, closed, requests, _, _ = row
    assert name == "peer" and int(start) > 0
    # The naive server ends a cancelled request at once, and asks at each key.
    assert int(answered) < 1000 and closed != "never"
    assert requests == "100.0"


@pytest.mark.parametrize(
    "result",
    [
        {"items": [{"insertText": "x"}]},
        [{"label": "y", "textEdit": {"newText": "x"}}],
        {"items": [{"label": "x"}]},
        {"request_id": "1", "completions": [{"generated_text": "x"}]},
    ],
)
def test_the_text_of_an_answer_is_found_in_any_shape(result: object) -> None:
    assert peers.text_of(result) == "x"


def test_every_step_of_a_request_is_measured() -> None:
    (table,) = profile.run(rounds=1, requests=3).tables
    steps = table.rows[: len(STEPS)]
    assert [name for name, *_ in steps] == [step.name for step in STEPS]
    # No step is missing, and none comes before the one above it.
    assert all(float(sent) > 0 for _, sent, _ in steps)
    assert 0 < sum(bool(kept) for *_, kept in steps) < len(STEPS)


def test_handshakes() -> None:
    assert rows(handshakes.run(requests=1)) == 2


def test_typing() -> None:
    part = trace.run(salts=(1,), longest=60)
    assert rows(part) == 6
    assert part.goals[-1].reached


def test_simulated_time_gives_the_same_again() -> None:
    (one, *_), (again, *_) = traces(3, 80), traces(3, 80)
    runs = [
        in_no_time(trace.played(each, Model(each, 0.8, 3), Product))
        for each in (one, again)
    ]
    assert runs[0] == runs[1]


def test_a_run_without_answers_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: Product) -> str:
        return ""

    monkeypatch.setattr(Product, "suggest", nothing)
    with pytest.raises(NoAnswersError):
        trace.run(salts=(1,), longest=30)
    with pytest.raises(NoAnswersError):
        median([])


def test_what_a_typist_saw() -> None:
    (found, *_) = traces(1, 6)
    texts = ["x y", found.text[2:5], found.text[3:6], "other", "", ""]
    answers = [Answer(at, 0.01, text) for at, text in enumerate(texts)]
    result = seen(found, answers)
    assert (result.keys, result.answers, result.shown) == (6, 6, 4)
    assert (result.soon, result.wrong, result.replaced) == (2, 2, 1)


def test_a_suggestion_is_right_as_far_as_its_first_word() -> None:
    assert is_right("value + 1", "value - 2")
    assert is_right("\n    value", "\n    value = 1")
    assert not is_right("values", "value = 1")
    assert is_right("value", "val")


def test_the_provider_s_cache() -> None:
    start = "a" * 1000
    prompts = [start + each * 40 for each in "bcd"]
    # 250 tokens are 3 whole blocks; only the third prompt hits a unit.
    assert by_blocks(prompts) == (2 * 3 * 64, 3 * 260 - 2 * 3 * 64)
    assert by_units(prompts) == (250, 3 * 260 - 250)


def test_a_section_is_written_between_its_marks(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("# Text\n", "utf-8")
    goal: Goal = at_most("a figure", 1, 2, " ms")
    for cell in ("old", "new"):
        write("part", Part((Table("T", ("a",), ((cell,),)),), (goal,)), readme)
    text = readme.read_text("utf-8")
    assert text.startswith("# Text\n\n## part\n")
    assert "| new |" in text
    assert "old" not in text
    assert "| a figure | ≤ 1 ms | 2 ms | **no** |" in text


def test_a_team_is_measured_with_a_gateway_that_works_and_one_that_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, seconds in (("FAULT_AT", 6.0), ("DOWN_FOR", 5.0), ("SETTLED", 3.0)):
        monkeypatch.setattr(team, name, seconds)
    part = team.run(developers=2, longest=100)
    (table,) = part.tables
    assert table.rows[0][0] == "works" and rows(part) == 4
    requests, lists = (int(cell) for cell in table.rows[0][1:3])
    assert requests > 2 and lists == 2
