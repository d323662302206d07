"""Repositories on disk."""

from __future__ import annotations

from pathlib import Path

OLD = 1_500_000_000


def write(path: Path, text: str) -> Path:
    """Write a file whose times, and those of its folders, lie long ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def repository(root: Path, **files: str) -> Path:
    write(root / ".git" / "HEAD", "ref: refs/heads/main\n")
    for name, text in files.items():
        write(root / name, text)
    return root
