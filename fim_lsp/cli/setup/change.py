"""One change of one file: read, shown as a diff, written with a backup."""

from __future__ import annotations

import difflib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InputError


@dataclass(frozen=True, slots=True)
class Target:
    """Whose configuration is changed, and what it is to start."""

    command: tuple[str, ...]
    home: Path
    platform: str = "linux"
    environ: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_this_machine(cls, command: tuple[str, ...]) -> Target:
        return cls(command, Path.home(), sys.platform, os.environ)

    def configuration(self) -> Path:
        """Where programs that follow the platform's habit keep their settings."""
        if self.platform == "darwin":
            return self.home / "Library/Application Support"
        if self.platform == "win32":
            return self._folder("APPDATA", "AppData/Roaming")
        return self.xdg()

    def xdg(self) -> Path:
        """Where programs of the XDG habit keep their settings, on every platform."""
        return self._folder("XDG_CONFIG_HOME", ".config")

    def data(self) -> Path:
        """Where files of fim-lsp stay through an upgrade of Python."""
        if self.platform == "win32":
            return self._folder("LOCALAPPDATA", "AppData/Local") / "fim-lsp"
        return self._folder("XDG_DATA_HOME", ".local/share") / "fim-lsp"

    def _folder(self, variable: str, otherwise: str) -> Path:
        named = self.environ.get(variable, "")
        return Path(named) if named else self.home / otherwise


@dataclass(frozen=True, slots=True)
class Plan:
    """One change of one file.

    before, after: the texts; None where there is no file.
    notes: what else the user has to know or to do.
    copies: folders that are copied to where an upgrade of Python leaves them, each as
        source and destination.
    """

    path: Path
    before: str | None
    after: str | None
    notes: tuple[str, ...] = ()
    copies: tuple[tuple[Path, Path], ...] = ()

    @property
    def copies_missing(self) -> bool:
        """Whether a folder that is to be copied is not there as it should be."""
        return any(_files(source) != _files(copy) for source, copy in self.copies)


def _files(folder: Path) -> dict[str, bytes]:
    """The contents of all files in a folder, by their path inside it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def read(path: Path) -> str | None:
    """The file's text with its line ends as they are; None where there is no file.

    Raises InputError for what is not a text file that can be changed.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise InputError(f"{path} is not a file; nothing was changed.")
        if not mode & stat.S_IWUSR:
            raise InputError(
                f"{path} is read-only, so something else may write it; "
                "nothing was changed."
            )
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        if path.is_symlink():
            raise InputError(
                f"{path} points to a file that is not there; nothing was changed."
            ) from None
        return None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8; nothing was changed.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def with_line_ends(addition: str, text: str) -> str:
    """`addition` with the line ends that `text` has."""
    return addition.replace("\n", "\r\n") if "\r\n" in text else addition


def with_block(path: Path, text: str | None, block: str, comment: str) -> str:
    """`text` with `block` between marks at its end, in place of an earlier one.

    Raises InputError where only one of the two marks is there.
    """
    text = text or ""
    begin, end = f"{comment} >>> fim-lsp setup >>>", f"{comment} <<< fim-lsp setup <<<"
    marked = with_line_ends(f"{begin}\n{block.rstrip()}\n{end}\n", text)
    if text.count(begin) != text.count(end) or text.count(begin) > 1:
        raise InputError(
            f"{path} has only one of the two marks “{begin}” and “{end}”; "
            "mend or remove what is left of that block, then run this again."
        )
    if begin not in text:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return text + with_line_ends(gap, text) + marked
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return head + marked + tail.removeprefix("\r").removeprefix("\n")


def without_block(text: str, comment: str) -> str:
    """`text` without the block that `with_block` wrote."""
    head, tail = around_block(text, comment)
    if head == text:
        return text
    tail = tail.removeprefix("\r").removeprefix("\n")
    # `with_block` put an empty line before the block, and ended an unfinished one.
    for end in ("\r\n", "\n"):
        if head.endswith(end * 2):
            return head.removesuffix(end) + tail
    return head + tail


def around_block(text: str, comment: str) -> tuple[str, str]:
    """What stands before and after the block that `with_block` wrote."""
    head, _, rest = text.partition(f"{comment} >>> fim-lsp setup >>>")
    return head, rest.partition(f"{comment} <<< fim-lsp setup <<<")[2]


def diff(plan: Plan) -> str:
    """The change as a unified diff."""
    name = str(plan.path)
    source = name if plan.before is not None else f"{name} (a new file)"
    target = name if plan.after is not None else f"{name} (deleted)"
    before, after = ((text or "").splitlines() for text in (plan.before, plan.after))
    lines = difflib.unified_diff(before, after, source, target, lineterm="", n=2)
    return "\n".join(lines)


def save(plan: Plan) -> Path | None:
    """Write the file in one step, or delete it; the backup's path, None for a new file.

    A symbolic link stays one: its target is written.
    """
    path = plan.path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        backup = None
        if plan.before is not None:
            backup = _free_name(path)
            backup.write_bytes(plan.before.encode())
            backup.chmod(stat.S_IMODE(path.stat().st_mode))
        for source, copy in plan.copies:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(source, copy)
        if plan.after is None:
            path.unlink()
        else:
            _replace(path, plan.after)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    return backup


def _free_name(path: Path) -> Path:
    names = (path.with_name(f"{path.name}.before-fim-lsp-{n}") for n in range(1, 1000))
    return next(name for name in names if not name.exists())


def _replace(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    Path(temporary).chmod(mode)
    Path(temporary).replace(path)
