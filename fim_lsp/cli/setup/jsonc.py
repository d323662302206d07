"""JSON with comments: set one key and leave every other character as it is."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

from .change import with_line_ends

_TOKENS = re.compile(
    r'(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<skip>//[^\n]*|/\*.*?\*/|\s+)'
    r"|(?P<sign>[{}\[\]:,])|(?P<word>[^\s{}\[\]:,\"/]+)",
    re.DOTALL,
)


class NotUnderstood(Exception):
    """The text is not JSON with comments, or not of the expected shape."""


Token = tuple[str, int, int]  # characters, where they start, where they end


def parse(text: str) -> Any:
    """The value of JSON with comments and trailing commas; NotUnderstood otherwise."""
    kept = [sign for sign, _, _ in _tokens(text)]
    plain = [
        sign
        for sign, following in itertools.pairwise([*kept, ""])
        if not (sign == "," and following in ("}", "]"))
    ]
    try:
        return json.loads(" ".join(plain) or "{}")
    except json.JSONDecodeError as error:
        raise NotUnderstood from error


def with_value(text: str, path: tuple[str, ...], value: Any) -> str:
    """`text` with `value` at `path`, objects on the way made where they are missing.

    Raises NotUnderstood rather than write anything else than that.
    """
    document = parse(text)
    edited = _edited(text, path, value)
    if parse(edited) != _expected(document, path, value):
        raise NotUnderstood
    return edited


def without_value(text: str, path: tuple[str, ...]) -> str:
    """`text` without the member at `path`; as it is where there is none.

    Raises NotUnderstood rather than take out anything else than that.
    """
    tokens, opening = _tokens(text), 0
    for depth, key in enumerate(path):
        members = _members(tokens, opening) if tokens else {}
        if key not in members:
            return text
        first, last = members[key]
        if depth == len(path) - 1:
            edited = _cut(text, tokens, first - 2, last)
            if parse(edited) != _without(parse(text), path):
                raise NotUnderstood
            return edited
        opening = first
    return text


def _cut(text: str, tokens: list[Token], first: int, last: int) -> str:
    """`text` without the tokens `first` to `last`, one comma, and the line that they
    alone stood on.
    """
    start, end = tokens[first][1], tokens[last][2]
    if tokens[last + 1][0] == ",":
        end = tokens[last + 1][2]
    elif tokens[first - 1][0] == ",":
        start = tokens[first - 1][1]
    line_start = text.rfind("\n", 0, start) + 1
    rest = re.match(r"[ \t]*\r?\n", text[end:])
    if rest and not text[line_start:start].strip():
        return text[:line_start] + text[end + rest.end() :]
    return text[:start] + text[end:].lstrip(" \t")


def _without(document: Any, path: tuple[str, ...]) -> Any:
    head, *rest = path
    if not rest:
        return {key: value for key, value in document.items() if key != head}
    return {**document, head: _without(document[head], tuple(rest))}


def _expected(document: Any, path: tuple[str, ...], value: Any) -> Any:
    if not isinstance(document, dict):
        raise NotUnderstood
    head, *rest = path
    inner = _expected(document.get(head, {}), tuple(rest), value) if rest else value
    return {**document, head: inner}


def _edited(text: str, path: tuple[str, ...], value: Any) -> str:
    tokens = _tokens(text)
    if not tokens:
        text = text + "{\n}\n"
        tokens = _tokens(text)
    opening = 0
    for depth, key in enumerate(path):
        members = _members(tokens, opening)
        if key not in members:
            rest: Any = value
            for name in reversed(path[depth + 1 :]):
                rest = {name: rest}
            comma = "," if members else ""
            member = f"{json.dumps(key)}: {_shown(text, rest, depth)}{comma}"
            return _inserted(text, tokens[opening][2], depth, member)
        first, last = members[key]
        if depth == len(path) - 1:
            start, end = tokens[first][1], tokens[last][2]
            return text[:start] + _shown(text, value, depth) + text[end:]
        opening = first
    raise NotUnderstood


def _inserted(text: str, at: int, depth: int, member: str) -> str:
    """The new member goes first, so that no comma has to be found after a comment."""
    unit = _indent(text)
    rest = text[at:]
    if rest[:1] in ("\n", "\r") or rest.lstrip(" \t")[:2] in ("//", "/*", "\n", "\r\n"):
        after = ""
    else:
        after = "\n" + unit * (depth + member.endswith(","))
        rest = rest.lstrip(" \t")
    line = with_line_ends(f"\n{unit * (depth + 1)}{member}{after}", text)
    return text[:at] + line + rest


def _shown(text: str, value: Any, depth: int) -> str:
    unit = _indent(text)
    shown = json.dumps(value, indent=unit, ensure_ascii=False)
    return with_line_ends(shown.replace("\n", "\n" + unit * (depth + 1)), text)


def _indent(text: str) -> str:
    """One level: of the first line that begins with a string, by its depth."""
    depth = 0
    for sign, start, _ in _tokens(text):
        before = text[text.rfind("\n", 0, start) + 1 : start]
        if sign.startswith('"') and before.isspace() and depth:
            return before[: max(1, len(before) // depth)]
        depth += (sign in "{[") - (sign in "}]")
    return "    "


def _tokens(text: str) -> list[Token]:
    """(characters, start, end) of everything but blanks and comments."""
    tokens, at = [], 0
    while at < len(text):
        token = _TOKENS.match(text, at)
        if token is None:
            raise NotUnderstood
        at = token.end()
        if token.lastgroup != "skip":
            tokens.append((token[0], token.start(), token.end()))
    return tokens


def _members(tokens: list[Token], opening: int) -> dict[str, tuple[int, int]]:
    """Key -> first and last token of its value, for the object at token `opening`."""
    if tokens[opening][0] != "{":
        raise NotUnderstood
    members: dict[str, tuple[int, int]] = {}
    at = opening + 1
    while tokens[at][0] != "}":
        key, first = json.loads(tokens[at][0]), at + 2
        last = _last_of_value(tokens, first)
        members[key] = (first, last)
        at = last + 1
        if tokens[at][0] == ",":
            at += 1
    return members


def _last_of_value(tokens: list[Token], first: int) -> int:
    depth = 0
    for at in range(first, len(tokens)):
        depth += (tokens[at][0] in "{[") - (tokens[at][0] in "}]")
        if depth == 0:
            return at
    raise NotUnderstood
