"""Make an answer fit at the cursor: pure rules in a fixed order, each with a name.

`head` runs once on the reply and `tail` whenever a part of it is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ..code.brackets import Before, scan_before
from ..code.lines import line_before, lines_below, rest_of_line
from ..window import Window
from .bracket_effect import balance_at
from .closers import surplus_closers
from .draft import Around, Cleaned, Draft
from .endings import (
    leading_line_break,
    nothing_visible,
    redaction_mark,
    too_short,
    trailing_space,
    unfinished_line,
)
from .head import head
from .repeats import (
    repeats_line_above,
    repeats_next_closer,
    repeats_next_line,
    repetition,
)
from .suffix import covers_closers, doubled_separator, repeats_suffix
from .unbalanced import broken_brackets

__all__ = ["RULE_SENTENCES", "Cleaned", "head", "tail"]

# Rules that run only once: what such a rule leaves may rightly end like the rest of the
# line.
ONCE = frozenset({"repeats-suffix"})


@dataclass(frozen=True, slots=True)
class TailRule:
    """One rule about what is shown.

    sentence: says what was wrong with the answer if the rule has changed it.
    apply: returns the draft unchanged, a shorter draft, or None to reject it.
    """

    name: str
    sentence: str
    apply: Callable[[Draft, Around], Draft | None]


# The rules in the order in which they are applied.
TAIL_RULES: tuple[TailRule, ...] = (
    TailRule(
        "repeats-suffix",
        "the answer ended with the text after the cursor",
        repeats_suffix,
    ),
    TailRule(
        "covers-closers",
        "the answer had closed the bracket after the cursor itself",
        covers_closers,
    ),
    TailRule(
        "doubled-separator",
        "the answer ended with the separator that follows",
        doubled_separator,
    ),
    TailRule(
        "repeats-next-line",
        "the answer only repeated the next line",
        repeats_next_line,
    ),
    TailRule(
        "repeats-next-closer",
        "the answer ended with the closing line that follows",
        repeats_next_closer,
    ),
    TailRule(
        "repeats-line-above",
        "the answer began with the line above",
        repeats_line_above,
    ),
    TailRule(
        "leading-line-break",
        "the answer began a new line where the block goes on below",
        leading_line_break,
    ),
    TailRule(
        "repetition",
        "the answer repeated itself",
        repetition,
    ),
    TailRule(
        "unfinished-line",
        "the answer was cut by the limit on its length",
        unfinished_line,
    ),
    TailRule(
        "trailing-space",
        "the answer ended with white space",
        trailing_space,
    ),
    TailRule(
        "nothing-visible",
        "nothing visible was left of the answer",
        nothing_visible,
    ),
    TailRule(
        "too-short",
        "the answer was too short to be of use",
        too_short,
    ),
    TailRule(
        "surplus-closer",
        "the answer closed more than was open",
        surplus_closers,
    ),
    TailRule(
        "brackets",
        "the answer would have unbalanced brackets or quotes",
        broken_brackets,
    ),
    TailRule(
        "redaction-mark",
        "the answer contained a mark that stands for a secret",
        redaction_mark,
    ),
)

# By rule, what was wrong with the answer; the first ones are those of `head`.
RULE_SENTENCES = {
    "invisible-characters": "the answer contained characters that nobody sees",
    "special-token": "the answer contained a special token of the model",
    "chat-prose": "the answer spoke to the user where code belongs",
    "markdown-fence": "the answer came in a Markdown code fence",
    "repeated-prefix": "the answer began with the text before the cursor",
    "indentation": "the answer was indented otherwise than the document",
    "repeated-indentation": "the answer began with white space that was there already",
    **{rule.name: rule.sentence for rule in TAIL_RULES},
}


def tail(
    text: str,
    window: Window,
    *,
    automatic: bool,
    many: bool = True,
    finish_length: bool = False,
    continues: bool = False,
    redacted: bool = False,
    before: Before | None = None,
) -> Cleaned:
    """`text`, which is to be shown at the window's cursor, as it fits there.

    `automatic`: the editor asked by itself; `many`: many lines may be shown there;
    `finish_length`: the cap on tokens ended the reply; `continues`: the reply goes on
    after `text`; `redacted`: marks stood for secrets in its prompt; `before`: the
    scans of what stands before the cursor, where they have been made already.
    """
    before = before or scan_before(window)
    above = window.prefix.split("\n")[:-1]
    around = Around(
        window=window,
        answer=text,
        line=line_before(window.prefix),
        rest=rest_of_line(window.suffix),
        above=next((line for line in reversed(above) if line.strip()), ""),
        inside=before.cursor.inside,
        below=lines_below(window),
        balance=balance_at(window, before),
        automatic=automatic,
        many=many,
        cut_off=finish_length,
        continues=continues,
        redacted=redacted,
    )
    draft = Draft(text)
    acted: dict[str, None] = {}
    while True:
        start = draft
        for rule in TAIL_RULES:
            if rule.name in ONCE and rule.name in acted:
                continue
            changed = rule.apply(draft, around)
            if changed is None:
                names = tuple({**acted, rule.name: None})
                return Cleaned("", names, rejected_by=rule.name)
            if changed != draft:
                acted[rule.name] = None
            draft = changed
        if draft == start:
            return Cleaned(draft.text, tuple(acted), replace=draft.replace)
        # What one rule left may be a case for another, so the rules run until none
        # changes anything.
        around = replace(around, cut_off=False)
