"""`python -m bench [PART…]`: measure, and write the tables of `bench/README.md`."""

from __future__ import annotations

import argparse
import time
from importlib import import_module
from pathlib import Path

from .tables import NoAnswersError, Part, Table, at_least, at_most, markdown, write

PARTS = (
    *(
        "startup",
        "latency",
        "cpu",
        "profile",
        "endurance",
        "handshakes",
        "trace",
        "live",
    ),
    *("team", "brackets", "echo"),
)
# Goals, in per cent.
BROKEN, LOST = 1, 2


# What needs sources of other projects, which no part brings along.
WITH_CORPORA = ("holes", "prompts", "echo-corpora")
# What has a quick form, which is printed and not written.
WITH_QUICK_FORM = "endurance"


def measure(name: str, corpora: Path | None = None, *, is_quick: bool = False) -> Part:
    """One part; those that hand back rows of their own are put into a table here."""
    if is_quick and name == WITH_QUICK_FORM:
        from .endurance import quick  # noqa: PLC0415 - each part loads what it needs

        return quick()
    if name == "brackets":
        return _brackets()
    module = import_module(f".{name.replace('-', '_')}", __package__)
    if name in WITH_CORPORA and corpora is None:
        raise NoAnswersError
    part: Part = module.run(corpora) if name in WITH_CORPORA else module.run()
    return part


def _brackets() -> Part:
    from .brackets import run  # noqa: PLC0415 - each part loads what it needs

    measured = run()
    head = (
        *("language", "holes", "right ones lost", "by brackets"),
        *("newly broken", "without rules", "p50 / p99 ms"),
    )
    rows = tuple(
        (row.language, str(row.holes), row.reason, *[""] * 4)
        if row.reason
        else (
            *(row.language, f"{row.holes:,}", f"{row.lost:.2f} %"),
            *(f"{row.lost_by_brackets:.2f} %", f"{row.broken:.2f} %"),
            *(f"{row.broken_raw:.1f} %", f"{row.median:.2f} / {row.p99:.2f}"),
        )
        for row in measured
    )
    whole = [row for row in measured if not row.reason]
    if not whole:
        raise NoAnswersError
    return Part(
        (Table("Held-out holes", head, rows),),
        (
            at_least("languages", 5, len(whole)),
            at_most("newly broken", BROKEN, max(row.broken for row in whole), " %"),
            at_most("right ones lost", LOST, max(row.lost for row in whole), " %"),
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=", ".join((*PARTS, *WITH_CORPORA))
    )
    parser.add_argument(
        "--corpora",
        type=Path,
        help="the folder of other projects' sources, by language",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help=f"a tenth of the part {WITH_QUICK_FORM}, printed but not written",
    )
    arguments = parser.parse_args()
    asked, corpora = arguments.parts, arguments.corpora
    parts = (*PARTS, *WITH_CORPORA) if corpora else PARTS
    if (needing := set(asked) & set(WITH_CORPORA)) and not corpora:
        parser.error(f"The part {min(needing)} needs --corpora PATH.")
    if unknown := set(asked) - set(parts):
        parser.error(f"There is no part {', '.join(sorted(unknown))}.")
    for name in asked or parts:
        start = time.monotonic()
        part = measure(name, corpora, is_quick=arguments.quick)
        if not arguments.quick:
            write(name, part)
        print(f"# {name}: {time.monotonic() - start:.0f} s\n\n{markdown(part)}\n")


if __name__ == "__main__":
    main()
