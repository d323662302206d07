"""How often `repeat` offers the next change, how often it is right, and how fast.

    python -m bench.next_edit REPOSITORY...

Each repository is a git repository with its history.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import islice
from pathlib import Path

from fim_lsp.next.lexemes import lexemes, texts
from fim_lsp.next.repeat import Repeated, repetition
from fim_lsp.next.ring import EditRing
from fim_lsp.text import Document, Edit, Place, Span, apply
from fim_lsp.text import document as text_document

from .next_edit_traces import LineEdit, Trace, from_history, generated, is_quiet

# Seconds between two edits of a trace: each of them settles.
PAUSE = 20.0
# So many traces of a repository are looked at.
MOST_TRACES = 6000
HEADER = """
| history | repetitive traces | chances | offered | of these right \
| quiet traces | offered anything | all of it wrong | p99 ms of processor time |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


@dataclass(slots=True)
class Counts:
    """What happened at the places where something could have been offered."""

    traces: int = 0
    chances: int = 0
    offered: int = 0
    right: int = 0
    traces_with_offers: int = 0
    traces_with_wrong_offers_only: int = 0
    milliseconds: list[float] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Step:
    """What `repeat` said after an edit: an offer that is right or not, or a reason."""

    index: int
    offered: Repeated | None
    is_right: bool
    reason: str
    milliseconds: float


class Clock:
    """Seconds that pass only where the replay says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def replay(trace: Trace) -> Iterator[Step]:
    """Make the edits of `trace` one by one, and ask `repeat` after each."""
    clock = Clock()
    ring = EditRing(clock)
    text = "".join(trace.lines)
    document = text_document("file:///trace", trace.language, 0, text)
    grown = 0
    for index, edit in enumerate(trace.edits):
        first = edit.start + grown
        span = Span(Place(first, 0), Place(first + len(edit.old), 0))
        change = Edit(span, "".join(edit.new))
        after = apply(document, (change,), document.version + 1)
        ring.changed(document, after, (change,))
        clock.now += PAUSE
        ring.settle()
        document = after
        grown += len(edit.new) - len(edit.old)
        place = Place(first + max(len(edit.new) - 1, 0), 10_000)
        started = time.process_time()
        offered, reason = repetition(document, ring.edits(), place)
        took = (time.process_time() - started) * 1000
        rest = [
            LineEdit(e.start + grown, e.old, e.new) for e in trace.edits[index + 1 :]
        ]
        is_right = offered is not None and _is_right(document, offered, rest)
        yield Step(index, offered, is_right, reason, took)


def _is_right(document: Document, offered: Repeated, rest: Iterable[LineEdit]) -> bool:
    """Whether the offer is one of the edits to come, or one of the changes in it."""
    site = offered.site
    after = apply(document, (Edit(site.span, site.new_text),), 0)
    grown = len(after.lines) - len(document.lines)
    for edit in rest:
        result = after.lines[edit.start : edit.start + len(edit.old) + grown]
        inside = edit.start <= site.span.start.line <= edit.start + len(edit.old)
        if inside and (result == edit.new or _is_part(edit, result, document.language)):
            return True
    return False


def _is_part(edit: LineEdit, result: tuple[str, ...], language: str) -> bool:
    """Whether `result` is reached by some of the changes that the edit makes."""
    old, new, part = (
        texts(lexemes(lines, language)) for lines in (edit.old, edit.new, result)
    )
    wanted, made = _changes(old, new), _changes(old, part)
    return bool(made) and made <= wanted


def _changes(old: tuple[str, ...], new: tuple[str, ...]) -> set[object]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return {(i, k, new[j:m]) for tag, i, k, j, m in codes if tag != "equal"}


def measure_repetitive(traces: Iterable[Trace]) -> Counts:
    """After the second and each later edit of the pattern but the last one."""
    counts = Counts()
    for trace in traces:
        counts.traces += 1
        done = 0
        for step in replay(trace):
            counts.milliseconds.append(step.milliseconds)
            done += step.index in trace.repeated
            if step.index not in trace.repeated[:-1] or done < 2:  # noqa: PLR2004
                continue
            _count(counts, trace, step)
    return counts


def measure_quiet(traces: Iterable[Trace]) -> Counts:
    """After each edit of traces in which nothing is repeated."""
    counts = Counts()
    for trace in traces:
        counts.traces += 1
        before, right = counts.offered, counts.right
        for step in replay(trace):
            counts.milliseconds.append(step.milliseconds)
            _count(counts, trace, step)
        offered = counts.offered > before
        counts.traces_with_offers += offered
        counts.traces_with_wrong_offers_only += offered and counts.right == right
    return counts


def _count(counts: Counts, trace: Trace, step: Step) -> None:
    counts.chances += 1
    counts.offered += step.offered is not None
    counts.right += step.is_right
    edit = trace.edits[step.index]
    if step.offered is None:
        note = f"{step.reason} after {edit.old} -> {edit.new}"
    else:
        word = "right" if step.is_right else "wrong"
        note = f"{word}: {step.offered.site} by {step.offered.template.key}"
    counts.notes.append(f"{trace.name}: {note}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repositories", type=Path, nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repetitive", type=int, default=100)
    parser.add_argument("--quiet", type=int, default=200)
    parser.add_argument("--show", action="store_true", help="print every decision")
    arguments = parser.parse_args()
    wanted = arguments.repetitive, arguments.quiet
    print(HEADER)
    for repository in arguments.repositories:
        traces = from_history(repository, seed=arguments.seed)
        name = (
            repository.resolve().parent.name
            if repository.name == "repo"
            else (repository.resolve().name)
        )
        report(name, *chosen(traces, *wanted), show=arguments.show)
    traces = generated(arguments.seed)
    report("generated", *chosen(traces, *wanted), show=arguments.show)


def chosen(
    traces: Iterable[Trace], repetitive: int, quiet: int
) -> tuple[list[Trace], list[Trace]]:
    """The first traces with a repeated pattern, and the first without any."""
    repeating: list[Trace] = []
    still: list[Trace] = []
    for trace in islice(traces, MOST_TRACES):
        if trace.repeated:
            repeating += [trace] if len(repeating) < repetitive else []
        elif len(trace.edits) > 1 and is_quiet(trace):
            still += [trace] if len(still) < quiet else []
        if len(repeating) >= repetitive and len(still) >= quiet:
            break
    return repeating, still


def report(
    name: str, repeating: Sequence[Trace], still: Sequence[Trace], *, show: bool
) -> None:
    one, other = measure_repetitive(repeating), measure_quiet(still)
    times = sorted([*one.milliseconds, *other.milliseconds]) or [0.0]
    print(
        f"| {name} | {one.traces} | {one.chances} | {_share(one.offered, one.chances)}"
        f" | {_share(one.right, one.offered)} | {other.traces}"
        f" | {_share(other.traces_with_offers, other.traces)}"
        f" | {_share(other.traces_with_wrong_offers_only, other.traces)}"
        f" | {times[int(len(times) * 0.99)]:.1f} |",
        flush=True,
    )
    if show:
        print("\n".join(f"  repetitive {note}" for note in one.notes))
        print("\n".join(f"  quiet {note}" for note in other.notes))


def _share(part: int, whole: int) -> str:
    return f"{part} = {100 * part / whole:.0f} %" if whole else "0"


if __name__ == "__main__":
    main()
