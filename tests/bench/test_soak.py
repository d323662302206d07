"""The soak and the fuzz, made short: they find no problem, and would report one."""

from __future__ import annotations

import pytest

from bench import fuzz_frames, hostile_endpoint, soak
from bench.soak_outcome import Outcome

PARTS = {
    "keys": (soak.keys, 300),
    "flights": (soak.flights, 60),
    "turns": (soak.turns, 30),
}


@pytest.mark.parametrize("name", PARTS)
def test_a_short_soak_leaves_nothing(name: str) -> None:
    part, count = PARTS[name]
    outcome = part(count, seed=3)
    assert outcome.problems() == []
    assert outcome.done >= count
    assert outcome.requests >= count


def test_a_short_fuzz_is_answered() -> None:
    assert fuzz_frames.fuzz(1000, seed=2) == 0


def test_a_soak_reports_each_kind_of_problem() -> None:
    outcome = Outcome(
        *("keys", 10, 10, 0),
        wrong=1,
        faults=2,
        exit_code=3,
        memory_level=100,
        memory_end=111,
        descriptors_level=10,
        descriptors_end=30,
    )
    assert len(outcome.problems()) == 6


def test_every_hostile_stream_is_bytes() -> None:
    for status, headers, chunks in hostile_endpoint.STREAMS.values():
        assert status == 0 or 200 <= status <= 503
        assert headers == "" or headers.endswith("\r\n")
        assert all(chunk is None or isinstance(chunk, bytes) for chunk in chunks)
