"""Case files: a text with the cursor in it, a model's answer, and what is offered.

    Seen with small models: the answer repeats the bracket that was auto-closed.
    --- language: python
    --- text
    print($0)
    --- model
    1)
    --- offered
    1
    --- rules: repeats-suffix

The first lines say what the case is about.  Optional: `trigger: invoked`,
`finish: length` (the cap on tokens ended the answer), `redacted: yes` (the
prompt held a redaction mark), `end: open` (the text has no line break at its
end).  What is expected comes last: `offered`, `replaces: N` (characters right of
the cursor), `rules` and, where nothing is offered, `reason`.  A text has a line
break at its end, an answer has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fim_lsp.completion.casefile import (
    SECTION,
    Case,
    CaseOffer,
    render,
    replay,
)

from .marked import parse

FOLDER = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case file, and what it expects."""

    name: str
    case: Case
    offered: CaseOffer


def case_files() -> list[Path]:
    return sorted(FOLDER.glob("*.case"))


def read_case(path: Path) -> CaseFile:
    return parse_case(path.stem, path.read_bytes().decode())


def parse_case(name: str, content: str) -> CaseFile:
    """The case file that `render` wrote, or that somebody wrote by hand."""
    about: list[str] = []
    values: dict[str, str] = {}
    blocks: dict[str, list[str]] = {}
    lines = about
    for line in content.split("\n")[:-1]:
        section = SECTION.fullmatch(line)
        if not section:
            is_escaped = line.startswith("\\") and SECTION.fullmatch(line.lstrip("\\"))
            lines.append(line[1:] if is_escaped else line)
        elif section["value"] is None:
            lines = blocks.setdefault(section["name"], [])
        else:
            values[section["name"]] = section["value"]
    block = {each: "\n".join(texts) for each, texts in blocks.items()}
    options = sorted({"trigger", "finish", "redacted", "end"} & values.keys())
    before, after = _halves(block["text"] + ("" if "end" in values else "\n"))
    return CaseFile(
        name,
        Case(
            about="\n".join(about),
            language=values["language"],
            before=before,
            after=after,
            answer=block["model"],
            options={each: values[each] for each in options},
        ),
        CaseOffer(
            text=block.get("offered", ""),
            replaces=int(values.get("replaces", "0")),
            rules=tuple(filter(None, values.get("rules", "").split(", "))),
            reason=values.get("reason"),
        ),
    )


def _halves(text: str) -> tuple[str, str]:
    """What stands before and after the cursor."""
    found = parse(text)
    document, place = found.document, found.place
    lines = document.lines
    before = "".join(lines[: place.line]) + lines[place.line][: place.column]
    return before, document.text[len(before) :]


def render_case(file: CaseFile, offered: CaseOffer) -> str:
    """The case file that expects `offered`."""
    return render(file.case, offered)


def offline(file: CaseFile) -> CaseOffer:
    """Complete by the pure stages alone."""
    return replay(file.case)
