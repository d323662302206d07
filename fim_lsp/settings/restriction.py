"""How a layer that is not the user's own may restrict a setting, and no more.

A project's own file is such a layer, and for what would loosen privacy or the budget
the editor's settings are one too: several editors read them from the project.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

# How freely a trigger or a language's rule completes.
_FREEDOM: Final[Mapping[Any, int]] = {True: 2, "automatic": 2, "manual": 1, False: 0}


class Restriction(Enum):
    """The one direction in which a setting may change: words that follow "may"."""

    OFF = "switch it off"
    ON = "switch it on"
    LOWER = "lower it"
    RAISE = "raise it"
    ADD = "add to it"
    FEWER = "take entries away"
    STRICTER = "make it stricter"


def restricted(rule: Restriction, before: Any, wanted: Any) -> tuple[Any, bool]:
    """The value of a setting after a restriction, and whether all of it was allowed.

    before: the value so far; wanted: the value that the layer gives.  What would
    loosen the setting is left out.
    """
    value: Any = before
    match rule:
        case Restriction.OFF | Restriction.ON:
            value = wanted if wanted == (rule is Restriction.ON) else before
        case Restriction.LOWER if wanted is not None:
            value = wanted if before is None else min(before, wanted)
        case Restriction.RAISE if wanted is not None:
            value = wanted if before is None else max(before, wanted)
        case Restriction.ADD if isinstance(before, str):
            value = "\n".join(part for part in (before, wanted) if part)
            return value, True
        case Restriction.ADD:
            value = (*before, *(entry for entry in wanted if entry not in before))
            return value, True
        case Restriction.FEWER:
            value = tuple(entry for entry in before if entry in wanted)
            return value, set(wanted) <= set(before)
        case Restriction.STRICTER if isinstance(before, Mapping):
            return _stricter_languages(before, wanted), True
        case Restriction.STRICTER:
            value = min(before, wanted, key=lambda choice: _FREEDOM[choice])
    return value, value == wanted


def _stricter_languages(
    before: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Each language at the stricter of both rules; `*` bears on every other one."""
    ruled = {
        name: min(
            before.get(name, before.get("*", True)),
            wanted.get(name, wanted.get("*", True)),
            key=lambda rule: _FREEDOM[rule],
        )
        for name in {*before, *wanted}
    }
    return MappingProxyType(ruled)
