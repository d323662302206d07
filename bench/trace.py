"""The typing trace: what a user sees, and what it costs, in simulated time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from fim_lsp.text import Place

from .keys import LONGEST, Trace, traces
from .model import Model
from .policies import Naive, Policy, Product, Prototype
from .prompt_cache import by_blocks, by_units
from .screen import Answer, Seen, seen
from .tables import Goal, NoAnswersError, Part, Table, at_least, at_most
from .virtual import clock
from .virtual import run as in_no_time

SALTS = (1, 2, 3)
ACCURACIES = (0.95, 0.80)
MOVES, BETWEEN_MOVES = 200, 0.030
POLICIES: dict[str, Callable[[Model], Policy]] = {
    "fim-lsp": Product,
    "joining alone": Prototype,
    "a request a key": Naive,
}
# Goals.
REQUESTS_95, REQUESTS_OF_PROTOTYPE = 5, 1.3
SOON_95, SOON_OF_PROTOTYPE, WRONG_POINTS = 80, 0.9, 5
FLASHED, UNSHOWN, MISSES = 5, 15, 400


@dataclass(frozen=True, slots=True)
class Run:
    """Counts of one or several traces; tokens hit and missed by both rules."""

    seen: Seen = field(default_factory=Seen)
    requests: int = 0
    unshown: int = 0
    blocks: tuple[int, int] = (0, 0)
    units: tuple[int, int] = (0, 0)

    def __add__(self, other: Run) -> Run:
        return Run(
            self.seen + other.seen,
            self.requests + other.requests,
            self.unshown + other.unshown,
            _sum(self.blocks, other.blocks),
            _sum(self.units, other.units),
        )

    def per_100_keys(self) -> float:
        return 100 * self.requests / self.seen.keys

    def soon(self) -> float:
        return 100 * self.seen.soon / self.seen.keys

    def late(self) -> float:
        return 100 * self.seen.late / self.seen.keys

    def wrong(self) -> float:
        return 100 * self.seen.wrong / max(1, self.seen.shown)

    def flashed(self) -> float:
        return 100 * self.seen.flashed / max(1, self.seen.texts)

    def unseen(self) -> float:
        return 100 * self.unshown / max(1, self.requests)

    def misses(self, rule: tuple[int, int]) -> float:
        return rule[1] / max(1, self.requests)


def run(salts: tuple[int, ...] = SALTS, longest: int = LONGEST) -> Part:
    tables, goals = [], []
    for accuracy in ACCURACIES:
        found = {
            name: sum(
                (
                    in_no_time(played(trace, Model(trace, accuracy, salt), policy))
                    for salt in (salts[:1] if policy is Naive else salts)
                    for trace in traces(salt, longest)
                ),
                Run(),
            )
            for name, policy in POLICIES.items()
        }
        if not found["fim-lsp"].seen.shown:
            raise NoAnswersError
        tables.append(_table(accuracy, found))
        goals += _goals(accuracy, found["fim-lsp"], found["joining alone"])
    moves = in_no_time(_moved(traces(salts[0], longest)[0]))
    goals.append(at_most(f"requests of {MOVES} cursor moves", 0, moves))
    return Part(tuple(tables), tuple(goals))


async def played(trace: Trace, model: Model, make: Callable[[Model], Policy]) -> Run:
    """Type the trace; each key cancels the request of the one before."""
    policy = make(model)
    answers: list[Answer] = []

    async def ask(number: int, start: float) -> None:
        text = await policy.suggest()
        answers.append(Answer(number, clock() - start, text))

    began = clock()
    task: asyncio.Task[None] | None = None
    for number, key in enumerate(trace.keys):
        await asyncio.sleep(began + key.at - clock())
        policy.type(key.text)
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        task = asyncio.create_task(ask(number, clock()))
    await asyncio.sleep(2)
    if task:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await policy.aclose()
    prompts = ["".join(prompt) for prompt in model.prompts]
    return Run(
        seen(trace, answers),
        requests=len(prompts),
        unshown=len(prompts) - len(policy.shown),
        blocks=by_blocks(prompts),
        units=by_units(prompts),
    )


async def _moved(trace: Trace) -> int:
    """The requests of a cursor that only moves, over lines where it would ask."""
    model = Model(trace, 1, 1)
    product = Product(model)
    rng = random.Random(1)
    lines = product.document.lines
    for _ in range(MOVES):
        line = rng.randrange(len(lines))
        product.move(Place(line, len(lines[line].rstrip("\n"))))
        task = asyncio.create_task(product.suggest())
        await asyncio.sleep(BETWEEN_MOVES)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await product.aclose()
    return len(model.prompts)


def _table(accuracy: float, found: dict[str, Run]) -> Table:
    head = (
        *("policy", "requests / 100 keys", "of joining alone"),
        *("right within 50 ms", "500 ms", "wrong of shown", "replaced", "flashed"),
        *("never shown", "tokens missed / request", "by units", "hit"),
    )
    rows = tuple(
        _row(name, each, found["joining alone"]) for name, each in found.items()
    )
    return Table(f"Typing, {accuracy:g} a token", head, rows)


def _row(name: str, each: Run, prototype: Run) -> tuple[str, ...]:
    return (
        name,
        f"{each.per_100_keys():.1f}",
        f"{each.per_100_keys() / prototype.per_100_keys():.2f} ×",
        f"{each.soon():.0f} %",
        f"{each.late():.0f} %",
        f"{each.wrong():.1f} %",
        f"{each.seen.replaced}",
        f"{each.flashed():.1f} % of {each.seen.texts}",
        f"{each.unseen():.1f} %",
        f"{each.misses(each.blocks):.0f}",
        f"{each.misses(each.units):.0f}",
        f"{each.blocks[0] / max(1, each.requests):.0f}",
    )


def _goals(accuracy: float, ours: Run, prototype: Run) -> list[Goal]:
    at = f"at {accuracy:g}"
    soon = f"keys with a right suggestion within 50 ms, {at}"
    if accuracy == ACCURACIES[0]:
        policy = [
            at_most(f"requests per 100 keys, {at}", REQUESTS_95, ours.per_100_keys()),
            at_least(soon, SOON_95, ours.soon(), " %"),
        ]
    else:
        requests = REQUESTS_OF_PROTOTYPE * prototype.per_100_keys()
        policy = [
            at_most(f"requests per 100 keys, {at}", requests, ours.per_100_keys()),
            at_least(soon, SOON_OF_PROTOTYPE * prototype.soon(), ours.soon(), " %"),
            at_most(
                f"wrong, {at}", prototype.wrong() + WRONG_POINTS, ours.wrong(), " %"
            ),
        ]
    return [
        *policy,
        at_most(f"shown text replaced, {at}", 0, ours.seen.replaced),
        at_most(f"flashed, {at}", FLASHED, ours.flashed(), " %"),
        at_most(f"paid and never shown, {at}", UNSHOWN, ours.unseen(), " %"),
        at_most(f"tokens missed a request, {at}", MISSES, ours.misses(ours.blocks)),
    ]


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
