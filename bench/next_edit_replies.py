"""What recorded replies of next-edit models come to: right, wrong or quiet.

    python -m bench.next_edit_replies FOLDER

The folder holds situations (`NAME.txtar`) and beside each a folder with recorded
requests and responses (`NAME/MODEL.ndjson`), as those of the project cursortab.nvim.
"""

from __future__ import annotations

import argparse
import base64
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fim_lsp.next.formats import FORMATS
from fim_lsp.next.guards import reduced
from fim_lsp.next.region import EditRegion, HistoryEdit
from fim_lsp.text import Edit, apply
from fim_lsp.text import document as text_document
from tests.harness.marked_region import marked_region

# The recordings that are read, and the format of each.
MODELS = {
    "mercuryapi": "mercury",
    "zeta-2": "zeta2",
    "sweep-next-edit-0.5B": "sweep",
    "sweep-next-edit-1.5B": "sweep",
    "sweep-next-edit-7B": "sweep",
}
CURSORS = {
    "mercury": "<|cursor|>",
    "zeta2": "<|user_cursor|>",
    "sweep": "<|cursor|>",
}
# Where the prompt of each format holds the text before, in and after the region.
LAYOUTS = {
    "mercury": re.compile(
        r"current_file_path: [^\n]*\n(?P<before>.*?)<\|code_to_edit\|>\n(?P<region>.*?)"
        r"<\|/code_to_edit\|>\n(?P<after>.*?)<\|/current_file_content\|>",
        re.DOTALL,
    ),
    "zeta2": re.compile(
        r"<\[fim-suffix\]>(?P<after>.*?)\n<\[fim-prefix\]>.*<filename>[^\n]*\n"
        r"(?P<before>.*?)<<<<<<< CURRENT\n(?P<region>.*?)=======\n<\[fim-middle\]>",
        re.DOTALL,
    ),
    "sweep": re.compile(
        r"(?P<before>)(?P<after>)<\|file_sep\|>current/[^\n]*\n(?P<region>.*?)"
        r"<\|file_sep\|>updated/[^\n]*\n",
        re.DOTALL,
    ),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What was edited, and what the text should become; None where nothing should."""

    history: tuple[HistoryEdit, ...]
    expected: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request and its reply."""

    prompt: str
    reply: str
    finish: str | None


def situation(path: Path) -> Situation:
    """A `.txtar` file: sections begin with `-- name --`."""
    head, *parts = re.split(r"^-- (.+?) --\n", path.read_text(), flags=re.MULTILINE)
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    name = re.search(r"^file: (.*)$", head, re.MULTILINE)
    history = re.findall(
        r"<\|old\|>\n(.*?)<\|new\|>\n(.*?)(?=<\|file\|>|<\|old\|>|\Z)",
        sections.get("history", ""),
        re.DOTALL,
    )
    file = name[1] if name else ""
    edits = tuple(HistoryEdit(file, 0, old, new) for old, new in history)
    return Situation(edits, sections.get("expected"))


def recordings(path: Path) -> Iterator[Recorded]:
    prompt = ""
    for line in path.read_text().splitlines():
        record = json.loads(line)
        if record["kind"] == "meta":
            continue
        body: dict[str, Any] = json.loads(base64.b64decode(record["body_b64"]))
        if record["kind"] == "request":
            prompt = body.get("prompt") or body["messages"][0]["content"]
            continue
        choice = body["choices"][0]
        reply = choice.get("text") or choice.get("message", {}).get("content") or ""
        yield Recorded(prompt, reply, choice.get("finish_reason"))


def region_of(prompt: str, dialect: str, path: str) -> EditRegion:
    """The region that a recorded prompt asked about."""
    layout = LAYOUTS[dialect].search(prompt)
    assert layout, "the prompt has another layout"
    return marked_region(
        layout["region"],
        CURSORS[dialect],
        before=layout["before"],
        after=layout["after"],
        path=path,
    )


def outcome(recorded: Recorded, dialect: str, told: Situation) -> tuple[str, str]:
    """Whether it is right, wrong or quiet, and the reason for silence."""
    path = told.history[0].path if told.history else ""
    region = region_of(recorded.prompt, dialect, path)
    edit, reason = None, "cut-off"
    if recorded.finish != "length":
        reply = FORMATS[dialect].read(recorded.reply, region)
        edit, reason = (None, reply.reason)
        if reply.text is not None:
            edit, reason = reduced(region, reply.text, told.history)
    if edit is None:
        return "quiet", reason
    document = text_document("", "", 0, region.before + region.text + region.after)
    after = apply(document, (Edit(edit.span, edit.new_text),), 1).text
    if told.expected is None:
        return "wrong", ""
    return ("right" if _holds(told.expected, after) else "wrong"), ""


def _holds(expected: str, text: str) -> bool:
    """Whether `text`, which may begin later and end earlier, is as expected."""
    return text.strip("\n") in expected


def count(folder: Path, model: str) -> tuple[Counter[str], Counter[str]]:
    """How often each outcome came, where something was expected and where not."""
    wanted: Counter[str] = Counter()
    unwanted: Counter[str] = Counter()
    for path in sorted(folder.glob("*.txtar")):
        told = situation(path)
        recording = folder / path.stem / f"{model}.ndjson"
        if not recording.is_file():
            continue
        for recorded in recordings(recording):
            name, reason = outcome(recorded, MODELS[model], told)
            into = unwanted if told.expected is None else wanted
            into[f"{name} {reason}".strip()] += 1
    return wanted, unwanted


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    print("| model | where an edit is expected | where none is |")
    print("| --- | --- | --- |")
    for model in MODELS:
        cells = (_words(counts) for counts in count(folder, model))
        print(f"| {model} | {' | '.join(cells)} |")


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))


if __name__ == "__main__":
    main()
