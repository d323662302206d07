"""Secrets inside text that may be sent: hidden as `***`, and put back in an answer.

Only shapes that are hardly anything else count; they stand in `rules.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .keys import MARKER, PUTTY, key_spans, lines_above, lines_below
from .marks import marks
from .rules import looks_random, token_rules

HIDDEN = "***"
# Characters of a line on each side of the cursor that are searched for a token.
_REACH = 8_000

# Start and end of a secret, in characters.
SecretSpan = tuple[int, int]


def secret_spans(text: str) -> tuple[SecretSpan, ...]:
    """Where the secrets of `text` are, in order; none touches another."""
    spans = sorted([*key_spans(text), *_token_spans(text)])
    merged: list[SecretSpan] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def redact(text: str, *, above: str = "") -> str:
    """`text` with private keys and well-known tokens as `***`.

    above: what stands directly before `text` in its document, and is not sent.
    """
    return redact_around(text, "", above=above)[0]


def redact_in_lines(text: str) -> str:
    """As `redact`, with as many line feeds as before, so that line numbers hold."""
    spans, at = secret_spans(text), 0
    parts: list[str] = []
    for start, end in spans:
        parts += [text[at:start], HIDDEN, "\n" * text.count("\n", start, end)]
        at = end
    return "".join([*parts, text[at:]])


def redact_around(
    before: str, after: str, *, above: str = "", beyond: str = ""
) -> tuple[str, str]:
    """The text before and after a cursor, redacted as the one text that they are.

    A secret in which the cursor stands leaves neither side.
    above, beyond: what stands around both in the document, and is not sent.
    """
    if not (before or after):
        return before, after
    first, cursor = len(above), len(above) + len(before)
    last = cursor + len(after)
    text = f"{above}{before}{after}{beyond}"
    spans = secret_spans(text)
    if not spans:
        return before, after
    return (
        _hidden(text, spans, first, cursor),
        _hidden(
            text,
            [span for span in spans if span[0] >= cursor],
            _past(spans, cursor),
            last,
        ),
    )


def restored(lines: Sequence[str], original: str) -> tuple[str, ...] | None:
    """Lines of an answer with the secrets of the `original` text put back.

    A line that the model kept gets its secrets back.  None where a line that the model
    changed holds `***` for a secret: to write that line would destroy the secret.
    """
    if redact(original) == original:
        return tuple(lines)
    secrets = {redact(line).strip(): line.strip() for line in original.splitlines()}
    result: list[str] = []
    for line in lines:
        text = line.strip()
        if HIDDEN in line and text not in secrets:
            return None
        result.append(line.replace(text, secrets[text]) if HIDDEN in line else line)
    return tuple(result)


def in_secret(lines: Sequence[str], line: int, column: int) -> bool:
    """Whether a place stands inside a token or a private key."""
    start = max(0, column - _REACH)
    text = lines[line][start : column + _REACH]
    at = column - start
    key = lines_above(lines, line)
    below = lines_below(lines, line)
    if not (key or below) and (MARKER in text or PUTTY in text):
        below = "".join(lines[line + 1 : line + 3])
    text = key + text + below
    return any(first < at + len(key) < last for first, last in secret_spans(text))


def _past(spans: Sequence[SecretSpan], cursor: int) -> int:
    """The cursor, or the end of the secret that it stands in."""
    return max([cursor, *(end for start, end in spans if start < cursor < end)])


def _hidden(text: str, spans: Sequence[SecretSpan], first: int, last: int) -> str:
    """`text` from `first` to `last`, its secrets hidden."""
    parts: list[str] = []
    at = first
    for start, end in spans:
        if end <= first or start >= last:
            continue
        parts += [text[at : max(start, at)], HIDDEN]
        at = end
    return "".join([*parts, text[at:last]])


def _token_spans(text: str) -> Iterator[SecretSpan]:
    # By rule and marker: up to where the text has been looked at.
    reached: dict[tuple[int, str], int] = {}
    for number, marker, at in marks(text):
        if at < reached.get((number, marker), 0):
            continue
        rule = token_rules()[number]
        group = "secret" if "secret" in rule.regex.groupindex else 0
        if rule.anywhere:
            yield from (match.span(group) for match in rule.regex.finditer(text))
            reached[number, marker] = len(text)
            continue
        match = rule.regex.match(text, at)
        if match and (not rule.random or looks_random(match[group])):
            yield match.span(group)
            reached[number, marker] = match.end(group)
