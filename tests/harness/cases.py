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
prompt held a redaction mark).  What is expected comes last: `offered`,
`replaces: N` (characters right of the cursor), `rules` and, where nothing is
offered, `reason`.  A text has a line break at its end, an answer has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fim_lsp.completion.clean import head, tail
from fim_lsp.completion.decision import Trigger
from fim_lsp.completion.shape import in_comment_or_string, shape_of, shown
from fim_lsp.completion.stop import stop_at
from fim_lsp.completion.window import Window, cut_window
from fim_lsp.text import Document, split_lines

from .marked import parse

FOLDER = Path(__file__).parent.parent / "cases"
_SECTION = re.compile(
    r"^--- (?P<name>language|text|model|trigger|finish|redacted"
    r"|offered|replaces|rules|reason)(?:: (?P<value>.*))?$"
)


@dataclass(frozen=True, slots=True)
class Offered:
    """What came of a case; `rules` in the order in which they acted."""

    text: str
    replaces: int = 0
    rules: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case file: `marked` holds `$0`."""

    name: str
    about: str
    language: str
    marked: str
    model: str
    options: dict[str, str] = field(default_factory=dict)
    offered: Offered = field(default_factory=lambda: Offered(""))

    @property
    def trigger(self) -> Trigger:
        return Trigger(self.options.get("trigger", "automatic"))

    @property
    def window(self) -> Window:
        marked = parse(self.marked)
        document = Document(
            marked.document.uri, self.language, 1, split_lines(marked.document.text)
        )
        return cut_window(document, marked.place, prefix_chars=8000, suffix_chars=512)


# Completes a case: offline through the pure stages, or through a whole engine.
Complete = Callable[[Case], Offered]


def case_files() -> list[Path]:
    return sorted(FOLDER.glob("*.case"))


def read_case(path: Path) -> Case:
    about: list[str] = []
    values: dict[str, str] = {}
    blocks: dict[str, list[str]] = {}
    lines = about
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        section = _SECTION.match(line)
        if not section:
            lines.append(line)
        elif section["value"] is None:
            lines = blocks.setdefault(section["name"], [])
        else:
            values[section["name"]] = section["value"]
    block = {name: "\n".join(content) for name, content in blocks.items()}
    options = {"trigger", "finish", "redacted"} & values.keys()
    return Case(
        name=path.stem,
        about="\n".join(about),
        language=values["language"],
        marked=block["text"] + "\n",
        model=block["model"],
        options={name: values[name] for name in sorted(options)},
        offered=Offered(
            text=block.get("offered", ""),
            replaces=int(values.get("replaces", "0")),
            rules=tuple(filter(None, values.get("rules", "").split(", "))),
            reason=values.get("reason"),
        ),
    )


def render_case(case: Case, offered: Offered) -> str:
    """The case file that expects `offered`."""
    parts = [case.about, f"--- language: {case.language}"]
    parts += [f"--- {name}: {value}" for name, value in case.options.items()]
    parts += ["--- text", case.marked.removesuffix("\n"), "--- model", case.model]
    if offered.text:
        parts += ["--- offered", offered.text]
    if offered.replaces:
        parts.append(f"--- replaces: {offered.replaces}")
    if offered.rules:
        parts.append("--- rules: " + ", ".join(offered.rules))
    if offered.reason:
        parts.append(f"--- reason: {offered.reason}")
    return "\n".join(parts) + "\n"


def offline(case: Case) -> Offered:
    """Complete by the pure stages alone: head, stop, shape, tail."""
    window = case.window
    began = head(case.model, window)
    shape = shape_of(window, case.trigger, in_comment_or_string(window))
    point = stop_at(began.text, window, shape)
    text = began.text[: point.index] if point else began.text
    visible = shown(text, shape, ended=True)
    cleaned = tail(
        visible,
        window,
        automatic=case.trigger is Trigger.AUTOMATIC,
        finish_length=case.options.get("finish") == "length" and point is None,
        continues=len(visible) < len(text),
        redacted=case.options.get("redacted") == "yes",
    )
    return Offered(
        text=cleaned.text,
        replaces=cleaned.replace,
        rules=began.rules + ((point.rule,) if point else ()) + cleaned.rules,
        reason=cleaned.rejected_by,
    )


def result(case: Case, offered: Offered) -> str:
    """The text after accepting `offered`."""
    window = case.window
    return window.prefix + offered.text + window.suffix[offered.replaces :]
