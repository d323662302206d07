"""Other spellings of a name: another case, singular and plural, quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def _parts(name: str) -> list[str]:
    return [part.lower() for part in _PART.findall(name)]


def _snake(name: str) -> str:
    return "_".join(_parts(name))


def _camel(name: str) -> str:
    first, *others = _parts(name) or [""]
    return first + "".join(part.capitalize() for part in others)


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in _parts(name))


def _constant(name: str) -> str:
    return _snake(name).upper()


def _kebab(name: str) -> str:
    return "-".join(_parts(name))


def _plural(name: str) -> str:
    if name.endswith("y") and name[-2:-1] not in ("a", "e", "o", "u"):
        return f"{name[:-1]}ies"
    if name.endswith(("s", "x", "ch", "sh")):
        return f"{name}es"
    return f"{name}s"


def _singular(name: str) -> str:
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    if name.endswith(("ses", "xes", "ches", "shes")):
        return name[:-2]
    return name.removesuffix("s")


def _quoted(name: str) -> str:
    return f'"{name}"'


def _quoted_once(name: str) -> str:
    return f"'{name}'"


def _unquoted(name: str) -> str:
    return name[1:-1] if name[:1] in "\"'`" and len(name) > 1 else name


def _double_quoted(name: str) -> str:
    """`'name'` as `"name"`."""
    return f'"{name[1:-1]}"' if name[:1] == "'" and '"' not in name else name


def _single_quoted(name: str) -> str:
    """`"name"` as `'name'`."""
    return f"'{name[1:-1]}'" if name[:1] == '"' and "'" not in name else name


VARIANTS: Mapping[str, Callable[[str], str]] = {
    "snake": _snake,
    "camel": _camel,
    "pascal": _pascal,
    "constant": _constant,
    "kebab": _kebab,
    "plural": _plural,
    "singular": _singular,
    "quoted": _quoted,
    "quoted-once": _quoted_once,
    "unquoted": _unquoted,
    "double-quoted": _double_quoted,
    "single-quoted": _single_quoted,
}

# The variants that change the quotes of a string, with the quotes that they replace.
QUOTE_VARIANTS: Mapping[str, str] = {"double-quoted": "'", "single-quoted": '"'}
