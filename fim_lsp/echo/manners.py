"""Echo's confidence threshold for one workspace, adjusted by what the user accepts
and rejects.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

# The least confidence that is offered.  Of what is shown in lines that stand nowhere
# else, 0.8 is right more than four times in five and 0.75 more than three in four.
INVOKED = 0.3
CAREFUL = 0.8
TRUSTED = 0.75
# Acceptances in one workspace after which echo is trusted there.
_TRUST_AFTER = 20
# Shown in a row and typed against, after which echo is off until tomorrow.
_OFF_AFTER = 5
# Lines below which a workspace has nothing to repeat.
FEWEST_LINES = 500


@dataclass(frozen=True, slots=True)
class Manners:
    """What users have made of echo's guesses in one workspace.

    accepted: acceptances so far.
    against_in_a_row: guesses in a row that something else was typed instead of.
    off_on: the day on which echo is off, as an ISO date; empty where it is not.
    """

    accepted: int = 0
    against_in_a_row: int = 0
    off_on: str = ""

    def threshold(self, *, invoked: bool) -> float:
        """The least confidence that is offered."""
        if invoked:
            return INVOKED
        return TRUSTED if self.accepted >= _TRUST_AFTER else CAREFUL

    def after_accepted(self) -> Manners:
        return replace(self, accepted=self.accepted + 1, against_in_a_row=0)

    def after_typed_against(self, today: str) -> Manners:
        """Echo is off for `today` once too many guesses in a row were wrong."""
        against = self.against_in_a_row + 1
        if against >= _OFF_AFTER:
            return replace(self, against_in_a_row=0, off_on=today)
        return replace(self, against_in_a_row=against)


@dataclass(frozen=True, slots=True)
class Memory:
    """Reads and writes the `Manners` of one workspace."""

    load: Callable[[], Manners]
    save: Callable[[Manners], None]


def in_file(state: Path, folder: Path) -> Memory:
    """Keeps them in a small JSON file in `state`, whose name is a hash of `folder`.

    A file that cannot be read counts as empty, and nothing is kept where none can be
    written.
    """
    name = hashlib.sha256(str(folder).encode("utf-8", "surrogatepass")).hexdigest()
    path = state / f"{name[:24]}.json"

    def load() -> Manners:
        try:
            return Manners(**json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return Manners()

    def save(manners: Manners) -> None:
        with suppress(OSError):
            state.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(asdict(manners)), "utf-8")

    return Memory(load, save)


def nowhere() -> Memory:
    """Keeps nothing."""
    return Memory(Manners, lambda _: None)
