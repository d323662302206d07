"""How one spelling of a name becomes another: a style, or other parts at its ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..text import common_ends
from .variants import VARIANTS

# A part of a name: a word in upper or lower case, digits, underscores, or another sign.
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|_+|.", re.DOTALL)
# A name before and after a change.
Respelled = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Spelling:
    """The way from one spelling of a name to another.

    style: the key of `VARIANTS` for the whole name; empty if the ends change.
    removed: the text that is removed from the beginning and from the end of the name.
    added: the text that is put there instead.
    first: "upper" or "lower" if the first letter of what is kept changes its case.
    """

    style: str = ""
    removed: tuple[str, str] = ("", "")
    added: tuple[str, str] = ("", "")
    first: str = ""

    def of(self, name: str) -> str | None:
        """The other spelling of `name`; None if the change does not fit the name."""
        if self.style:
            return VARIANTS[self.style](name)
        before, after = self.removed
        kept = name[len(before) : len(name) - len(after)]
        if not kept or name != before + kept + after or self._is_done(name):
            return None
        if self.first:
            cased = kept[0].upper() if self.first == "upper" else kept[0].lower()
            if cased == kept[0]:
                return None
            kept = cased + kept[1:]
        return self.added[0] + kept + self.added[1]

    def _is_done(self, name: str) -> bool:
        """Whether the name has the added ends already."""
        before, after = self.added
        return (not self.removed[0] and before != "" and name.startswith(before)) or (
            not self.removed[1] and after != "" and name.endswith(after)
        )


def spelling_between(one: Respelled, other: Respelled) -> Spelling | None:
    """The one spelling that explains two changes of names; None if there is none."""
    for name, respelled in (one, other):
        if name == respelled or not name or not respelled:
            return None
    for style, spell in VARIANTS.items():
        if all(spell(name) == respelled for name, respelled in (one, other)):
            return Spelling(style)
    if not all(map(_is_name, (*one, *other))):
        return None
    for changed in (_ends_changed(one), _ends_changed(one, at_end=True)):
        if changed and changed.of(other[0]) == other[1]:
            return changed
    return None


def _ends_changed(change: Respelled, *, at_end: bool = False) -> Spelling | None:
    """The change of one name as a change of its first parts, or of its last parts.

    None if no part of the name is kept.
    """
    old, new = _PART.findall(change[0]), _PART.findall(change[1])
    folded = [part.lower() for part in old], [part.lower() for part in new]
    same_before, same_after = common_ends(*folded)
    same = same_before if at_end else same_after
    if at_end:
        kept, respelled = old[:same], new[:same]
        removed, added = ("", "".join(old[same:])), ("", "".join(new[same:]))
    else:
        kept, respelled = old[len(old) - same :], new[len(new) - same :]
        removed = "".join(old[: len(old) - same]), ""
        added = "".join(new[: len(new) - same]), ""
    if not same or kept[1:] != respelled[1:] or not "".join(kept).strip("_"):
        return None
    if kept[0] == respelled[0]:
        return Spelling(removed=removed, added=added)
    first = "upper" if respelled[0][0].isupper() else "lower"
    changed = Spelling(removed=removed, added=added, first=first)
    return changed if changed.of(change[0]) == change[1] else None


def _is_name(text: str) -> bool:
    return text.isidentifier()
