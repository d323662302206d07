"""The file that `act` works on, and the answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import Result

ANSWER = "```python\ndef total(x):\n    return x * 2\n```\n"
SOURCE = "import os\r\n\r\ndef total(x):\r\n    return x\r\n"
Command = Callable[..., Result]


def source_text() -> str:
    return Path("cart.py").read_bytes().decode()
