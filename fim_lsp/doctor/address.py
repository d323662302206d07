"""The address that a user gives to `connect`, as the address of a service."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ..api.presets import is_loopback
from ..errors import InputError

# Ends of a path that belong to one call, with the dialect that such a call points to.
# The longest that fits is cut off.
_CALLS = {
    "/v1/chat/completions": None,
    "/chat/completions": None,
    "/v1/fim/completions": "mistral-fim",
    "/fim/completions": "mistral-fim",
    "/v1/completions": None,
    "/completions": None,
    "/infill": "infill",
    "/api/generate": "ollama",
    "/api/chat": "ollama",
    "/api/tags": "ollama",
    "/v1/models": None,
    "/models": None,
}
# Those of them that services without a version in their paths have, too.
_UNVERSIONED = {"/chat/completions", "/fim/completions", "/completions", "/models"}


@dataclass(frozen=True, slots=True)
class Address:
    """A service's address.

    url: the base URL, without the path of one call, credentials or fragment.
    host: lower case, without the port.
    port: None where the scheme's own port is meant.
    hint: the dialect that the path pointed to, if it did.
    notes: sentences on what was read differently from how it was written.
    unversioned: whether it was that of one call whose path has no version.
    """

    url: str
    host: str
    port: int | None
    hint: str | None = None
    notes: tuple[str, ...] = ()
    unversioned: bool = False

    @property
    def loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def plain(self) -> bool:
        """Whether others on the way could read what is sent."""
        return self.url.startswith("http:") and not self.loopback

    @property
    def label(self) -> str:
        """A short name for the service, which can be a provider's name."""
        if self.loopback:
            return "localhost"
        if _is_ip(self.host):
            return re.sub(r"[.:]+", "-", self.host).strip("-")
        labels = self.host.split(".")
        telling = [label for label in labels if label not in {"api", "www"}]
        return re.sub(r"[^a-z0-9-]", "-", (telling or labels)[0])


def read_address(text: str) -> Address:
    """What the user typed as an Address.

    Raises InputError for what cannot be the address of a service, and for one with
    credentials in it; the sentence never repeats them.
    """
    typed, notes = text.strip(), []
    if not re.match(r"[a-z][a-z0-9+.-]*://", typed, re.IGNORECASE):
        typed = f"{_usual_scheme(typed)}://{typed}"
        parts = _parts(typed)
        shown = f"{parts.scheme}://{_place(parts)}"
        notes.append(f"The address has no scheme, so {shown} is asked.")
    parts = _parts(typed)
    host = (parts.hostname or "").lower()
    path, hint = _service_path(parts.path)
    query = f"?{parts.query}" if parts.query else ""
    url = f"{parts.scheme.lower()}://{_place(parts)}{path}{query}"
    if path != parts.path.rstrip("/"):
        shown = f"{parts.scheme.lower()}://{_place(parts)}{path}"
        notes.append(f"That is the address of one call; the service is at {shown}.")
    call = parts.path.rstrip("/")[len(path) :]
    unversioned = call in _UNVERSIONED
    address = Address(url, host, parts.port, hint, tuple(notes), unversioned)
    if address.plain and not _is_nearby(host):
        raise InputError(
            f"{url.partition('?')[0]} is plain http, so anybody on the way could read "
            f"your code; use https://{_place(parts)}."
        )
    return address


def _parts(url: str) -> SplitResult:
    """The parts of a URL that could be the address of a service."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = None
    if parts is None or not parts.hostname or re.search(r"[\s\\]", parts.netloc):
        raise InputError("That is not an address, such as http://127.0.0.1:8000.")
    if parts.username is not None or parts.password is not None:
        raise InputError(
            "The address holds a user name or a password, which would end up in the "
            "settings; give it without, and the key with --key-env VARIABLE."
        )
    if parts.scheme.lower() not in ("http", "https"):
        raise InputError(
            f"Addresses that begin with {parts.scheme}:// cannot be asked; use http:// "
            "or https://."
        )
    return parts


def _place(parts: SplitResult) -> str:
    """Host and port, as they stand in a URL."""
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    return host if parts.port is None else f"{host}:{parts.port}"


def _service_path(path: str) -> tuple[str, str | None]:
    """`path` without the end that belongs to one call, and the dialect it points to."""
    path = path.rstrip("/")
    for call in sorted(_CALLS, key=len, reverse=True):
        if path.endswith(call):
            return path.removesuffix(call), _CALLS[call]
    return path, None


def _usual_scheme(typed: str) -> str:
    """The scheme that is meant where none is given."""
    try:
        host = (urlsplit(f"//{typed}").hostname or "").lower()
    except ValueError:
        return "https"
    return "http" if _is_nearby(host) else "https"


def _is_nearby(host: str) -> bool:
    """Whether a host is this machine or one of a private network."""
    if is_loopback(host):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        local_ends = (".local", ".lan", ".internal", ".home.arpa")
        return "." not in host or host.endswith(local_ends)
    return address.is_private or address.is_link_local


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
