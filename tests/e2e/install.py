"""The real programs, fetched as Debian packages into .cache/e2e and run from there.

Nothing of the system is touched: apt works on a state of its own, the packages are
unpacked into a folder, and the programs run with that folder's loader and libraries.
What they start (the server) runs with the system's own.
"""

from __future__ import annotations

import platform
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

CACHE = Path(__file__).parents[2] / ".cache" / "e2e"
DOWNLOAD_SECONDS = 300
LOADERS = {"x86_64": "ld-linux-x86-64.so.2", "aarch64": "ld-linux-aarch64.so.1"}
TRIPLETS = {"x86_64": "x86_64-linux-gnu", "aarch64": "aarch64-linux-gnu"}


@dataclass(frozen=True, slots=True)
class Program:
    """A program that can be started by its `path` alone, and what it says it is."""

    name: str
    path: str
    version: str = ""


@cache
def neovim(suite: str, wanted: str) -> Program:
    """Neovim from `suite`; skips unless its version begins with `wanted`: "0.12"."""
    root = unpacked(f"Neovim {wanted}", suite, "neovim")
    env = {"VIMRUNTIME": str(root / "usr/share/nvim/runtime")}
    program = launcher(f"Neovim {wanted}", root, "usr/bin/nvim", env)
    return of_version(program, rf"v({re.escape(wanted)}\.\S+)")


@cache
def helix() -> Program:
    root = unpacked("Helix", "sid", "hx")
    binary = first_of(root, "usr/bin/hx", "usr/lib/helix/hx")
    runtime = first_of(root, "usr/lib/helix/runtime", "usr/share/helix/runtime")
    program = launcher("Helix", root, binary, {"HELIX_RUNTIME": str(root / runtime)})
    return of_version(program, r"helix (\S+)")


@cache
def emacs() -> Program:
    """Emacs without a window system, with lsp-mode beside its own eglot."""
    root = unpacked("Emacs", "sid", "emacs-nox", "elpa-lsp-mode")
    share = next((root / "usr/share/emacs").glob("[0-9]*"), None)
    if share is None:
        pytest.skip("Emacs: its package holds no lisp folder")
    lisp = [share / "lisp", *(p for p in (share / "lisp").rglob("*") if p.is_dir())]
    elpa = [p.parent for p in root.glob("usr/share/emacs/site-lisp/elpa*/*/*-pkg.el")]
    sources = [p.parent for p in root.glob("usr/share/emacs/site-lisp/elpa*/*/*.el")]
    env = {
        "EMACSLOADPATH": ":".join(map(str, [*lisp, *dict.fromkeys(elpa + sources)])),
        "EMACSDATA": str(share / "etc"),
        "EMACSDOC": str(share / "etc"),
    }
    dump = next(root.glob("usr/lib*/emacs/*/*/emacs*.pdmp"), None)
    options = () if dump is None else (f"--dump-file={dump}",)
    program = launcher("Emacs", root, "usr/bin/emacs-nox", env, options)
    return of_version(program, r"GNU Emacs (\S+)")


@cache
def tmux() -> Program:
    """The machine's own tmux, or the one of its own suite."""
    if found := shutil.which("tmux"):
        return of_version(Program("tmux", found), r"tmux (\S+)", "-V")
    _, own = own_archive()
    root = unpacked("tmux", own, "tmux")
    return of_version(launcher("tmux", root, "usr/bin/tmux", {}), r"tmux (\S+)", "-V")


def of_version(program: Program, pattern: str, option: str = "--version") -> Program:
    """`program` with its version read from itself; skips when it says another one."""
    said = run([program.path, option], program.name)
    found = re.search(pattern, said)
    if found is None:
        first = said.strip().partition("\n")[0]
        pytest.skip(f"{program.name}: the archive now has {first!r}")
    return replace(program, version=found[1])


def launcher(
    name: str,
    root: Path,
    binary: str,
    env: dict[str, str],
    options: tuple[str, ...] = (),
) -> Program:
    """A script that starts `binary` with `env`, and loader and libraries of `root`."""
    machine = platform.machine()
    libraries = root / "usr/lib" / TRIPLETS[machine]
    target = (root / binary).resolve()
    command = [
        "env",
        *(f"{key}={value}" for key, value in env.items()),
        str(libraries / LOADERS[machine]),
        "--library-path",
        f"{libraries}:{root / 'usr/lib'}",
        str(target),
        *options,
    ]
    script = root / f"{Path(binary).name}.sh"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    script.chmod(0o755)
    return Program(name, str(script))


def first_of(root: Path, *places: str) -> str:
    return next((p for p in places if (root / p).exists()), places[0])


@cache
def unpacked(name: str, suite: str, *packages: str) -> Path:
    """The folder with `packages` and all they need; fetched when it is not there."""
    if platform.machine() not in LOADERS or not shutil.which("apt-get"):
        pytest.skip(f"{name}: the tests fetch it with apt on x86-64 or arm64")
    root = CACHE / f"{packages[0]}-{suite}"
    done = root / ".unpacked"
    if done.exists():
        return root
    shutil.rmtree(root, ignore_errors=True)
    debs = download(name, suite, packages)
    for merged in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / merged).mkdir(parents=True, exist_ok=True)
        (root / merged).symlink_to(f"usr/{merged}")
    for deb in debs:
        unpack(deb, root, name)
    retarget_links(root)
    done.write_text("\n".join(deb.name for deb in debs))
    for deb in debs:
        deb.unlink()
    return root


def unpack(deb: Path, root: Path, name: str) -> None:
    pipe = 'dpkg-deb --fsys-tarfile "$1" | tar -x --keep-directory-symlink -C "$2"'
    run(["sh", "-c", pipe, "sh", str(deb), str(root)], name)


def retarget_links(root: Path) -> None:
    """Absolute links of the packages point into `root` instead of into the system."""
    for link in root.rglob("*"):
        if link.is_symlink() and (target := link.readlink()).is_absolute():
            link.unlink()
            link.symlink_to(root / target.relative_to("/"))


def download(name: str, suite: str, packages: tuple[str, ...]) -> list[Path]:
    """The package files of the whole closure, checked against the archive's keys."""
    home = CACHE / "apt" / suite
    fresh = not (home / "updated").exists()
    options = apt_options(name, home, suite)
    if fresh:
        run(["apt-get", "-qq", *options, "update"], name)
        (home / "updated").touch()
    install = ["install", "--download-only", "--no-install-recommends", "-y"]
    run(["apt-get", "-qq", *options, *install, *packages], name)
    return sorted((home / "cache/archives").glob("*.deb"))


def apt_options(name: str, home: Path, suite: str) -> list[str]:
    """apt on a state of its own that believes nothing to be installed.

    Mirror, proxy and keys stay those of the machine.
    """
    for folder in ("lists/partial", "cache/archives/partial", "state", "none"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / "state/status").touch()
    archive, _ = own_archive()
    if not archive:
        pytest.skip(f"{name}: apt has no Debian archive configured")
    keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
    signed = f"[signed-by={keyring}] " if keyring.exists() else ""
    (home / "sources.list").write_text(f"deb {signed}{archive} {suite} main\n")
    settings = {
        "Dir::State": home / "state",
        "Dir::State::Lists": home / "lists",
        "Dir::State::status": home / "state/status",
        "Dir::Cache": home / "cache",
        "Dir::Etc::sourcelist": home / "sources.list",
        "Dir::Etc::sourceparts": home / "none",
        "Dir::Etc::preferences": home / "none/preferences",
        "Dir::Etc::preferencesparts": home / "none",
        "Acquire::Check-Valid-Until": "false",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "root",
    }
    return [
        word for key, value in settings.items() for word in ("-o", f"{key}={value}")
    ]


@cache
def own_archive() -> tuple[str, str]:
    """The archive that apt takes the machine's own release from, and that release."""
    release = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return next((p[0] for p in pairs if p[1:] == [release]), ""), release


def run(command: list[str], name: str) -> str:
    """What `command` printed; skips with its last line when it fails."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=DOWNLOAD_SECONDS,
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"{name}: {command[0]} took longer than {DOWNLOAD_SECONDS} s")
    if done.returncode:
        last = (done.stderr.strip() or "no word").splitlines()[-1]
        pytest.skip(f"{name}: {Path(command[0]).name} failed: {last}")
    return done.stdout
