"""How layers that others can write may restrict a setting.

A project's own file is such a layer.  The editor's settings are another, as several
editors read them from the project; they may only restrict privacy and the budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

# By trigger or language rule: a higher number completes more freely.
_FREEDOM: Final[Mapping[Any, int]] = {True: 2, "automatic": 2, "manual": 1, False: 0}


class Restriction(Enum):
    """In which direction a setting may change; the value follows "may" in sentences."""

    OFF = "switch it off"
    ON = "switch it on"
    LOWER = "lower it"
    RAISE = "raise it"
    ADD = "add to it"
    FEWER = "take entries away"
    STRICTER = "make it stricter"


def restricted(rule: Restriction, before: Any, wanted: Any) -> tuple[Any, bool]:
    """The restricted value of a setting, and whether `wanted` was allowed as it is.

    before: the value of the weaker layers.
    wanted: the value that the restricting layer gives.  The parts of it that would
        loosen the setting do not count.
    """
    value: Any = before
    match rule:
        case Restriction.OFF | Restriction.ON:
            value = wanted if wanted == (rule is Restriction.ON) else before
        case Restriction.LOWER if wanted is not None:
            value = wanted if before is None else min(before, wanted)
        case Restriction.RAISE if wanted is not None:
            value = wanted if before is None else max(before, wanted)
        case Restriction.ADD if isinstance(wanted, Mapping):
            present = before or {}
            value = {
                name: entry for name, entry in wanted.items() if name not in present
            }
            return value, all(
                present.get(name, wanted[name]) == wanted[name] for name in wanted
            )
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
    """For each language the stricter of two rules; `*` is the rule of all others."""
    ruled = {
        name: min(
            before.get(name, before.get("*", True)),
            wanted.get(name, wanted.get("*", True)),
            key=lambda rule: _FREEDOM[rule],
        )
        for name in {*before, *wanted}
    }
    return MappingProxyType(ruled)
