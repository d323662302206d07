"""How many lines of ordinary code redaction would change.

`python -m bench.false_alarms FOLDER…` reads every text file of the folders and prints,
for each, lines, lines that would be changed, and how many of 1,000 that is; with
`--show`, the changed lines too.  Without a folder it reads the standard library.
"""

from __future__ import annotations

import argparse
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

from fim_lsp.privacy import redact
from fim_lsp.privacy.redaction import secret_spans

ENDINGS = {
    *(".py", ".pyi", ".c", ".h", ".js", ".ts", ".json", ".toml", ".cfg", ".ini"),
    *(".md", ".rst", ".txt", ".yml", ".yaml", ".html", ".css", ".sh", ".rs", ".go"),
}
LARGEST = 3_000_000  # bytes of a file


def files_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        is_text = path.suffix in ENDINGS and path.is_file()
        if is_text and path.stat().st_size <= LARGEST:
            yield path


def changed_lines(text: str) -> list[str]:
    """The lines of `text` that hold a secret, or a part of one."""
    lines: dict[int, str] = {}
    for start, end in secret_spans(text):
        first = text.rfind("\n", 0, start) + 1
        while first < end:
            last = text.find("\n", first)
            last = len(text) if last < 0 else last
            lines[first] = text[first:last]
            first = last + 1
    return list(lines.values())


def measure(folder: Path, *, show: bool) -> tuple[int, int]:
    lines = changed = 0
    for path in files_in(folder):
        text = path.read_text(encoding="utf-8", errors="replace")
        lines += text.count("\n") + 1
        found = changed_lines(text)
        assert (redact(text) != text) == bool(found)
        changed += len(found)
        if show:
            for line in found:
                print(f"    {path.relative_to(folder)}: {line.strip()[:160]}")
    return lines, changed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--show", action="store_true")
    arguments = parser.parse_args()
    folders = arguments.folders or [Path(sysconfig.get_path("stdlib"))]
    total = wrong = 0
    for folder in folders:
        began = time.perf_counter()
        lines, changed = measure(folder, show=arguments.show)
        total, wrong = total + lines, wrong + changed
        seconds = time.perf_counter() - began
        print(row(folder.name, lines, changed), f"{seconds:6.1f} s")
    print(row("all", total, wrong))


def row(name: str, lines: int, changed: int) -> str:
    rate = 1000 * changed / max(lines, 1)
    return f"{name:24} {lines:9,} lines {changed:6} changed {rate:7.3f} ‰"


if __name__ == "__main__":
    main()
