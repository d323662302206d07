"""What `fim-lsp connect` says while it asks."""

from __future__ import annotations

from urllib.parse import urlsplit

from ..api.keys import Key
from ..doctor.address import Address
from ..doctor.plan import MOST_CALLS, Attempt, Way
from .output import (
    say,
    say_meanwhile,
    say_result,
)


class ProbeProgress:
    """A line on stderr for each call; in a terminal it stands there from the start."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._number = 0

    def begin(self, address: Address, key: Key | None) -> None:
        if not self._quiet:
            place = urlsplit(address.url).netloc
            sent = f", with the key from {key.source}" if key else ""
            say(f"Asking {place} at most {MOST_CALLS} times{sent}; no code is sent.")

    def asking(self, way: Way) -> None:
        self._number += 1
        if not self._quiet:
            say_meanwhile(f"  {self._counted(way)} …")

    def answered(self, attempt: Attempt) -> None:
        if not self._quiet:
            verdict = attempt.verdict or ("no list" if attempt.detail else "ok")
            took = f"{attempt.milliseconds:6.0f} ms"
            say_result(f"  {self._counted(attempt.way):38} {took}  {verdict}")

    def _counted(self, way: Way) -> str:
        return f"{self._number}/{MOST_CALLS}  {way_in_words(way)}"


def way_in_words(way: Way) -> str:
    return f"{way.dialect}, template {way.template}" if way.template else way.dialect
