r"""A completion as a case file: the text, the model's answer, and what was offered.

Whoever reports a wrong completion sends one; it replays without model and editor.
Well-known secrets are blotted out, and no path is in it.

    Seen with a small model.
    --- language: python
    --- trigger: invoked
    --- text
    print($0)
    --- model
    1)
    --- offered
    1
    --- rules: repeats-suffix

`$0` is the cursor, `\$0` the characters, `\\$0` a backslash and the cursor.  A line
of the text or of the answer that looks like a section begins with one more backslash.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..privacy import redact
from ..text import Document, Place, bare_line, document, split_lines
from .clean import head, tail
from .decision import Trigger
from .shape import in_comment_or_string, shape_of, shown
from .stop import stop_at
from .window import Window, cut_window

PREFIX, SUFFIX = 8000, 512  # characters, as by default
SECTIONS = (
    *("language", "text", "model", "trigger", "finish", "redacted", "end"),
    *("offered", "replaces", "rules", "reason"),
)
SECTION = re.compile(rf"--- (?P<name>{'|'.join(SECTIONS)})(?:: (?P<value>.*))?")
# Lines around the cursor that a case holds, if they come to the same.
REACHES = (40, 400)
# What may be the half of a token that the cursor stands in.
_TOKEN_BEFORE = re.compile(r"[\w+/=.-]+\Z")
_TOKEN_AFTER = re.compile(r"\A[\w+/=.-]+")


@dataclass(frozen=True, slots=True)
class CaseOffer:
    """What came of a case; `rules` in the order in which they acted."""

    text: str
    replaces: int = 0
    rules: tuple[str, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """`before` and `after` the cursor stands LF text; `options` are sections by name.

    trigger: invoked; finish: length; redacted: yes (marks stood for secrets in the
    prompt); end: open (the text has no line break at its end).
    """

    about: str
    language: str
    before: str
    after: str
    answer: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def trigger(self) -> Trigger:
        return Trigger(self.options.get("trigger", "automatic"))

    @property
    def window(self) -> Window:
        text = self.before + self.after
        above = split_lines(self.before)
        whole = document("file:///workspace/case", self.language, 1, text)
        place = Place(len(above) - 1, len(above[-1]))
        return cut_window(whole, place, prefix_chars=PREFIX, suffix_chars=SUFFIX)


def replay(case: Case) -> CaseOffer:
    """What is offered, by the pure stages alone: head, stop, shape, tail."""
    window = case.window
    began = head(case.answer, window)
    shape = shape_of(window, case.trigger, in_comment_or_string(window))
    point = stop_at(began.text, window, shape, over=began.over)
    text = began.text[: point.index] if point else began.text
    visible = shown(text, shape, window, ended=True).text
    cleaned = tail(
        visible,
        window,
        automatic=case.trigger is Trigger.AUTOMATIC,
        many=shape.multi,
        finish_length=case.options.get("finish") == "length" and point is None,
        continues=len(visible) < len(text),
        redacted=case.options.get("redacted") == "yes",
    )
    return CaseOffer(
        text=cleaned.text,
        replaces=cleaned.replace,
        rules=began.rules + ((point.rule,) if point else ()) + cleaned.rules,
        reason=cleaned.rejected_by,
    )


def render(case: Case, offered: CaseOffer) -> str:
    """The case file that expects `offered`."""
    marked = mark_cursor(case.before, case.after).removesuffix("\n")
    parts = [case.about, f"--- language: {case.language}"]
    parts += [f"--- {name}: {value}" for name, value in sorted(case.options.items())]
    parts += ["--- text", _lined(marked), "--- model", _lined(case.answer)]
    if offered.text:
        parts += ["--- offered", _lined(offered.text)]
    if offered.replaces:
        parts.append(f"--- replaces: {offered.replaces}")
    if offered.rules:
        parts.append("--- rules: " + ", ".join(offered.rules))
    if offered.reason:
        parts.append(f"--- reason: {offered.reason}")
    return "\n".join(parts) + "\n"


def case_of(
    document: Document,
    place: Place,
    trigger: Trigger,
    answer: str,
    *,
    finish: str | None = None,
    about: str = "",
) -> Case:
    """The case of one answer, without secrets: as little text as comes to the same."""
    whole = _around(document, place, len(document.lines))
    options = {"trigger": "invoked"} if trigger is Trigger.INVOKED else {}
    if finish == "length":
        options["finish"] = "length"
    before, after = whole
    case = Case(about, document.language, before, after, answer, options)
    expected = replay(case)
    for reach in REACHES:
        part = _around(document, place, reach)
        smaller = Case(about, document.language, *part, answer, options)
        if replay(smaller) == expected:
            case = smaller
            break
    return _redacted(case)


def _around(document: Document, place: Place, reach: int) -> tuple[str, str]:
    """Up to `reach` lines before the cursor and after it, with LF line ends."""
    line, end = place.line, len(document.lines)
    texts = [
        bare_line(text) + ("\n" if number < end - 1 else "")
        for number, text in enumerate(document.lines)
        if abs(number - line) <= reach
    ]
    here = min(line, reach)
    before = "".join(texts[:here]) + texts[here][: place.column]
    return before, texts[here][place.column :] + "".join(texts[here + 1 :])


def _redacted(case: Case) -> Case:
    before, answer, after = map(redact, (case.before, case.answer, case.after))
    if _is_cut(case.before, case.after):
        before, after = _TOKEN_BEFORE.sub("", before), _TOKEN_AFTER.sub("", after)
    if _is_cut(case.before, case.answer):
        before, answer = _TOKEN_BEFORE.sub("", before), _TOKEN_AFTER.sub("", answer)
    if _is_cut(case.answer, case.after):
        answer, after = _TOKEN_BEFORE.sub("", answer), _TOKEN_AFTER.sub("", after)
    options = dict(case.options)
    if (before, after) != (case.before, case.after):
        options["redacted"] = "yes"
    if not (before + after).endswith("\n"):
        options["end"] = "open"
    return Case(case.about, case.language, before, after, answer, options)


def _is_cut(one: str, other: str) -> bool:
    """Whether a secret lies across the border of two texts."""
    return redact(one + other) != redact(one) + redact(other)


def mark_cursor(before: str, after: str) -> str:
    """The text around a cursor as marked text, from which both can be read again."""
    backslashes = before[len(before.rstrip("\\")) :]
    return f"{_escaped(before)}{backslashes}$0{_escaped(after)}"


def _escaped(text: str) -> str:
    """`text` with the characters `$0` marked as no cursor."""
    return re.sub(r"(\\*)\$0", r"\1\1\\$0", text)


def _lined(text: str) -> str:
    """`text` with the lines that look like a section marked as none."""
    return "\n".join(
        f"\\{line}" if SECTION.fullmatch(line.lstrip("\\")) else line
        for line in text.split("\n")
    )
