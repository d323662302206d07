"""A home without any editor's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from fim_lsp.cli.setup.change import Target

from .files import COMMAND


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(COMMAND, tmp_path)
