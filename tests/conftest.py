"""Every test in a home of its own: nothing of the machine's settings or keys."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from .harness.fake_api import FakeApi
from .harness.user import User

# In CI the same examples each time: a new counterexample is found where somebody looks.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

_FOLDERS = {
    "HOME": "",
    "USERPROFILE": "",
    "APPDATA": "AppData/Roaming",
    "LOCALAPPDATA": "AppData/Local",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_CACHE_HOME": ".cache",
    "XDG_RUNTIME_DIR": "run",
}
_PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
_CERTIFICATES = {"SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"}


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    base = tmp_path_factory.mktemp("homes")
    return (base / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(_homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's home folder.  It is not there until somebody makes it."""
    folder = next(_homes)
    for name, inside in _FOLDERS.items():
        monkeypatch.setenv(name, str(folder / inside))
    for name in os.environ:
        if is_of_the_machine(name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return folder


@pytest.fixture
async def meet() -> AsyncIterator[Callable[..., User]]:
    """Makes users; their servers end with the test."""
    users: list[User] = []

    def meet_(api: FakeApi, **about: Any) -> User:
        users.append(User(api, **about))
        return users[-1]

    yield meet_
    for user in users:
        await user.session.aclose()


def is_of_the_machine(name: str) -> bool:
    """Whether an environment variable could change what a test does."""
    upper = name.upper()
    return (
        upper.startswith("FIM_LSP_")
        or upper.endswith("_API_KEY")
        or upper in _PROXIES
        or upper in _CERTIFICATES
    )
