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

# The least confidence of a guess that is shown where the user asks for it.
INVOKED = 0.3
# The least confidence of a guess that is shown unasked: of what is shown in lines that
# stand nowhere else, more than four in five are right.
CAREFUL = 0.77
# The same, where the user has accepted many guesses: more than three in four are right.
TRUSTED = 0.72
# The acceptances in one workspace after which TRUSTED is its threshold.
_TRUST_AFTER = 20
# The guesses in a row that something else is typed instead of, after which echo is
# silent until tomorrow.
_OFF_AFTER = 5
# The least number of lines of a workspace in which echo answers.
FEWEST_LINES = 500


@dataclass(frozen=True, slots=True)
class Manners:
    """How the user has received echo's guesses in one workspace.

    accepted: the number of guesses that were accepted.
    against_in_a_row: the number of guesses, since the last accepted one, that something
        else was typed instead of.
    off_on: the ISO date of the day on which echo is silent; empty on other days.
    """

    accepted: int = 0
    against_in_a_row: int = 0
    off_on: str = ""

    def threshold(self, *, invoked: bool) -> float:
        """The least confidence of a guess that is shown."""
        if invoked:
            return INVOKED
        return TRUSTED if self.accepted >= _TRUST_AFTER else CAREFUL

    def after_accepted(self) -> Manners:
        """The manners after one more guess was accepted."""
        return replace(self, accepted=self.accepted + 1, against_in_a_row=0)

    def after_typed_against(self, today: str) -> Manners:
        """The manners after one more guess was wrong on the day `today`."""
        against = self.against_in_a_row + 1
        if against >= _OFF_AFTER:
            return replace(self, against_in_a_row=0, off_on=today)
        return replace(self, against_in_a_row=against)


@dataclass(frozen=True, slots=True)
class Memory:
    """Two functions that read and write the `Manners` of one workspace."""

    load: Callable[[], Manners]
    save: Callable[[Manners], None]


def in_file(state: Path, folder: Path) -> Memory:
    """A memory in a small JSON file in the folder `state`; a hash of `folder` is its
    name, so that it does not tell the workspace.

    Where the file cannot be read, the manners are those of the beginning; where it
    cannot be written, they last until the server ends.
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
    """A memory that keeps nothing."""
    return Memory(Manners, lambda _: None)
