"""What a file defines, without the bodies: signatures, fields, members, prototypes.

Found line by line, by the words that begin a definition and by indentation, so that
one reader serves every language; a file that is laid out otherwise gives less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# The most lines of a signature, and of the outline of one definition.
SIGNATURE_LINES, DEFINITION_LINES = 40, 30
# Names of functions that construct a value of a type; a function with the type's own
# name constructs one as well.
CONSTRUCTORS = ("__init__", "constructor", "new", "init", "initialize", "__construct")

# Words that may stand before the word that begins a definition.
_BEFORE = (
    r"(?:(?:export|default|pub(?:\([^)]*\))?|public|protected|private|internal|static|"
    r"async|abstract|final|sealed|open|override|inline|virtual|extern|const|unsafe|data|"
    r"readonly|declare|partial|suspend|synchronized)\s+)*"
)
_CONTAINER = re.compile(
    rf"\s*{_BEFORE}(?:class|struct|enum(?:\s+class)?|interface|trait|record|object|union|"
    r"protocol|namespace|module|type(?=[^=]*=\s*\{\s*$))\s+(\w+)"
)
# In Go the name comes before the kind: `type Cart struct {`.
_GO_TYPE = re.compile(r"type\s+(\w+)(?:\[[^\]]*\])?\s+(?:struct|interface)\b")
_IMPL = re.compile(
    r"\s*(?:unsafe\s+)?impl\b(?:<[^>]*>)?\s+(?:[\w:<>, ]+\s+for\s+)?(\w+)"
)
_FUNCTION = re.compile(
    rf"\s*{_BEFORE}(?:def|function\*?|fn|fun|func)\s+"
    r"(?:\(\s*\w*\s*\*?\s*(?P<receiver>\w+)[^)]*\)\s*)?(?:[\w.<>]+\.)?(?P<name>\w+)"
)
_VALUE = re.compile(
    rf"\s*{_BEFORE}(?:const|let|var|val|static|type|typealias|#define)\s+(?:mut\s+)?(\w+)"
)
# A function whose type stands before its name: `int area(struct shape *s);`.
_TYPED = re.compile(
    rf"{_BEFORE}(?!(?:return|else|new|throw|await|case|if|for|while)\b)"
    r"[A-Za-z_][\w:<>,\[\]&* ?]*[\s*&](\w+)\s*\("
)
# A value that is a function: `const area = (width: number) =>`.
_ARROW = re.compile(r"=\s*(?:async\s+)?(?:\(|<|function\b|lambda\b)|=>\s*$")
# A rule of a stylesheet, by its selectors.
_SELECTORS = re.compile(r"\s*([.#\w][^{}@;]*)\{")
_PYTHON_VALUE = re.compile(r"(\w+)\s*(?::[^=]+)?=(?!=)")
# The beginning of a docstring.
_DOCSTRING = re.compile(r"\s*[rRuU]?(\"\"\"|''')")
# The name of a member: before its parameters, its type, its value or its end.
_MEMBER_CALLED = re.compile(r"^[^=:]*?(\w+)(?:<[^>]*>)?\(")
_MEMBER_TYPED = re.compile(rf"\s*{_BEFORE}(?:val|var|let)?\s*(\w+)[?!]?\s*:")
_MEMBER_LAST = re.compile(r"(\w+)(?:\[\w*\])*\s*(?:=[^=].*)?;")
_MEMBER_FIRST = re.compile(rf"\s*{_BEFORE}(\w+)")
# Lines of a body that are not members: comments, decorators, statements, closers.
_NO_MEMBER = re.compile(
    r"\s*(?:#|//|/\*|\*|@|\"\"\"|'''|[)\]}>]|pass\b|\.\.\.|return\b|if\b|for\b|while\b|"
    r"try\b|with\b|raise\b|throw\b|import\b|from\b|case\b|switch\b)"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A field, or the signature of a function, inside of a definition."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition without bodies: its name, its first lines, and its members."""

    name: str
    head: tuple[str, ...]
    members: tuple[Member, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The head and the first members, as many as an outline holds."""
        return self.with_members(lambda _: True)

    def constructed(self) -> tuple[str, ...]:
        """The head, and how a value of the type is made."""
        constructors = {*CONSTRUCTORS, self.name}
        return self.with_members(lambda member: member.name in constructors)

    def with_members(self, is_wanted: Callable[[Member], bool]) -> tuple[str, ...]:
        """The head and the members that are wanted, as many as an outline holds."""
        lines = [*self.head]
        for member in self.members:
            if len(lines) >= DEFINITION_LINES:
                break
            if is_wanted(member):
                lines += member.lines
        return tuple(lines)


def outline(lines: Sequence[str], is_wanted: Callable[[str], bool]) -> str:
    """The definitions whose names are wanted, in the order of the file."""
    wanted = (item for item in definitions(lines) if is_wanted(item.name))
    return "\n".join(line for item in wanted for line in item.lines)


def selectors(lines: Sequence[str]) -> str:
    """The selectors of a stylesheet's rules."""
    rules = (_SELECTORS.match(line) for line in lines)
    return ", ".join(dict.fromkeys(rule[1].strip() for rule in rules if rule))


def definitions(lines: Sequence[str]) -> Iterator[Definition]:
    """The outermost definitions of a file; those in a namespace count as such."""
    bare = [line.rstrip() for line in lines]
    number = 0
    while number < len(bare):
        line = bare[number]
        container = _CONTAINER.match(line) or _GO_TYPE.match(line) or _IMPL.match(line)
        if container and not line.endswith(";"):
            end = _end_of_block(bare, number)
            head = _signature(bare, number)
            members = _members(bare, number + len(head), end)
            yield Definition(container[1], tuple(head), tuple(members))
            number = end
            continue
        if name := _name_of(line):
            # Only the first line of a value is part of its outline.
            is_value = not (_FUNCTION.match(line) or _TYPED.match(line))
            is_value = is_value and not _ARROW.search(line)
            signature = [line] if is_value else _signature(bare, number)
            yield Definition(name, tuple(signature))
            indent = _indent(line)
            number += len(signature)
            while number < len(bare) and (
                not bare[number] or _indent(bare[number]) > indent
            ):
                number += 1
            continue
        number += 1


def _name_of(line: str) -> str | None:
    """The name of the function, value or prototype that a line defines, or None."""
    if function := _FUNCTION.match(line):
        return function["receiver"] or function["name"]
    if _indent(line):
        return None
    match = _VALUE.match(line) or _TYPED.match(line) or _PYTHON_VALUE.match(line)
    return match[1] if match else None


def _members(lines: Sequence[str], start: int, end: int) -> Iterator[Member]:
    """The fields of a container, whose inside begins at `start`, and its functions."""
    number = start
    inner = next(
        (_indent(line) for line in lines[number:end] if line and not _closes(line)), 0
    )
    while number < end:
        line = lines[number]
        if quotes := _DOCSTRING.match(line):
            number = _after_text(lines, number, quotes)
            continue
        if _indent(line) != inner or not line or _NO_MEMBER.match(line):
            number += 1
            continue
        member = _signature(lines, number)
        yield Member(_name_of_member(line), tuple(member))
        number += len(member)


def _after_text(lines: Sequence[str], start: int, quotes: re.Match[str]) -> int:
    """The line after the docstring that begins at line `start`."""
    number = start
    rest = lines[start][quotes.end() :]
    while quotes[1] not in rest and number + 1 < len(lines):
        number += 1
        rest = lines[number]
    return number + 1


def _name_of_member(line: str) -> str:
    """The name of a function or a field, as well as one line tells."""
    if function := _FUNCTION.match(line):
        return function["name"]
    match = _MEMBER_CALLED.search(line) or _MEMBER_TYPED.match(line)
    match = match or _MEMBER_LAST.search(line) or _MEMBER_FIRST.match(line)
    return match[1] if match else ""


def _signature(lines: Sequence[str], start: int) -> list[str]:
    """The lines from `start` up to where its brackets are closed."""
    signature: list[str] = []
    depth = 0
    for line in lines[start : start + SIGNATURE_LINES]:
        signature.append(line)
        code = re.sub(r"\"[^\"]*\"|'[^']*'", "", line)
        depth += sum(code.count(opener) for opener in "([")
        depth -= sum(code.count(closer) for closer in ")]")
        if depth <= 0:
            break
    return signature


def _end_of_block(lines: Sequence[str], start: int) -> int:
    """The line after what is indented below `start`."""
    indent, end = _indent(lines[start]), start + 1
    while end < len(lines) and (
        not lines[end] or _indent(lines[end]) > indent or _opens_late(lines[end])
    ):
        end += 1
    return end


def _opens_late(line: str) -> bool:
    """Whether a line continues the head above it: a brace, or closed brackets."""
    return line.strip() in {"{", "):", ") {", "]:"}


def _closes(line: str) -> bool:
    return line.strip()[:1] in {"}", ")", "]", "{"}


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
