"""The formats in which models are asked for the next edit, and in which they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..region import EditRegion, HistoryEdit
from . import duet, mercury, sweep, zeta2
from .reply import EditReply


@dataclass(frozen=True, slots=True)
class EditFormat:
    """One format.

    above, below: the numbers of lines of the region above and below the cursor's line.
    prompt: makes the prompt; for chat models it is the user's message.
    read: reads the new text of the region in an answer.
    marks: texts with a meaning in the format; a document that contains one is not sent.
    stop: texts at which the answer ends.
    system: the instructions of a chat model.
    """

    above: int
    below: int
    prompt: Callable[[EditRegion, Sequence[HistoryEdit]], str]
    read: Callable[[str, EditRegion], EditReply]
    marks: tuple[str, ...]
    stop: tuple[str, ...] = ()
    system: str = ""


FORMATS: Mapping[str, EditFormat] = {
    "chat": EditFormat(
        above=20,
        below=20,
        prompt=duet.prompt,
        read=duet.read,
        marks=duet.MARKS,
        system=duet.SYSTEM,
    ),
    "mercury": EditFormat(
        above=15,
        below=15,
        prompt=mercury.prompt,
        read=mercury.read,
        marks=mercury.MARKS,
    ),
    "zeta2": EditFormat(
        above=15,
        below=15,
        prompt=zeta2.prompt,
        read=zeta2.read,
        marks=zeta2.MARKS,
        stop=zeta2.STOP,
    ),
    "sweep": EditFormat(
        above=10,
        below=10,
        prompt=sweep.prompt,
        read=sweep.read,
        marks=sweep.MARKS,
        stop=sweep.STOP,
    ),
}
