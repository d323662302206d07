"""Makes a complete `Provider` of a service's preset and the user's settings."""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ..errors import SettingsError
from ..settings import PriceSettings, ProviderSettings, Settings, TimeoutSettings
from . import dialects, templates
from .dialects import DIALECTS, Paths
from .services import PRESETS, Preset


@dataclass(frozen=True, slots=True)
class Provider:
    """All that is needed to call one provider.

    Values that may hold a secret stay out of `repr`.  Fields that are not described
    here are those of `Preset` and `ProviderSettings`.

    paths: the paths of the calls; `dialects.join` joins them to `base_url`.
    trusted: whether text may be sent to the host: the user's own settings name it.
    key_needed: whether the service is known to refuse calls without a key.
    api_key_header: the header that holds the key; None for `Authorization: Bearer`.
    template: a key of `TEMPLATES`; None means that the model's name decides.
    """

    name: str
    dialect: str
    base_url: str = field(repr=False)
    host: str
    paths: Paths
    trusted: bool = True
    api_key_env: str | None = None
    api_key_command: tuple[str, ...] | None = field(default=None, repr=False)
    api_key_header: str | None = None
    key_needed: bool = False
    model: str | None = None
    chat_model: str | None = None
    preferred: tuple[str, ...] = ()
    default_model: str = ""
    template: str | None = None
    thinking: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeouts: TimeoutSettings = field(default_factory=TimeoutSettings)
    allow_insecure: bool = False
    proxy: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    prices: Mapping[str, PriceSettings] = field(default_factory=dict)
    completion_body: Mapping[str, Any] = field(default_factory=dict)
    chat_body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def body_key(self) -> str:
        """The user's own fields of completions as text, by which replies are kept."""
        if not self.completion_body:
            return ""
        return json.dumps(self.completion_body, default=dict, sort_keys=True)


def resolve(name: str, settings: Settings) -> Provider:
    """The provider called `name`: the user's settings for it, else those of its preset.

    Raises SettingsError if there is no such provider, and if its base URL, dialect,
    template or headers cannot be used.
    """
    preset = PRESETS.get(name)
    own = settings.providers.get(name) or ProviderSettings(name)
    if preset is None:
        preset = _own_preset(name, own, settings)
    base_url = own.base_url or preset.base_url
    if not base_url:
        raise SettingsError(
            f"Each customer of {name} has an address of their own; set it as "
            f"providers.{name}.baseUrl."
        )
    url = _checked_url(name, base_url, insecure=bool(own.allow_insecure))
    host = url.hostname or ""
    dialect = own.dialect or preset.dialect
    if dialect not in DIALECTS:
        raise SettingsError(
            f'providers.{name}.dialect is "{dialect}", which does not exist; '
            f"there are {', '.join(DIALECTS)}."
        )
    key_env = own.api_key_env or preset.api_key_env
    return Provider(
        name=name,
        dialect=dialect,
        base_url=base_url,
        host=host,
        paths=_paths(preset, dialect, base_url, unversioned=bool(own.unversioned)),
        trusted=_is_trusted(own, host, preset, settings),
        api_key_env=key_env,
        api_key_command=own.api_key_command,
        api_key_header=_checked_key_header(name, own.api_key_header),
        key_needed=key_env is not None and not is_loopback(host),
        model=own.model or preset.model,
        chat_model=own.chat_model or preset.chat_model or own.model,
        preferred=preset.preferred,
        default_model=preset.default_model,
        template=_template(name, dialect, own),
        thinking=preset.thinking,
        headers=_checked_headers(name, own.headers or {}),
        timeouts=own.timeouts or TimeoutSettings(),
        allow_insecure=bool(own.allow_insecure),
        proxy=own.proxy,
        ca_file=own.ca_file,
        prices=own.prices or {},
        completion_body=own.completion_body or {},
        chat_body=own.chat_body or {},
    )


@cache
def is_loopback(host: str) -> bool:
    """Whether a host is this machine.

    A name that ends in `.localhost` is looked up, as resolvers may give it the address
    of another machine.
    """
    if host == "localhost":
        return True
    try:
        addresses = [host] if not host.endswith(".localhost") else _addresses(host)
        return bool(addresses) and all(
            ipaddress.ip_address(address).is_loopback for address in addresses
        )
    except ValueError:
        return False


def _addresses(host: str) -> list[str]:
    try:
        entries = socket.getaddrinfo(host, None)
    except OSError:
        return []
    return [str(entry[4][0]) for entry in entries]


def _own_preset(name: str, own: ProviderSettings, settings: Settings) -> Preset:
    """The preset of a provider that the user has defined."""
    if own.base_url is None:
        names = sorted({*PRESETS, *settings.providers} - {name})
        close = difflib.get_close_matches(name, names, n=1)
        hint = f'did you mean "{close[0]}"?' if close else f"known: {', '.join(names)}."
        raise SettingsError(
            f'There is no provider "{name}", and providers.{name}.baseUrl is not '
            f"set; {hint}"
        )
    return Preset(base_url=own.base_url, dialect=own.dialect or "openai-suffix")


def _checked_url(name: str, base_url: str, *, insecure: bool) -> SplitResult:
    """The parts of a base URL.  Raises SettingsError, without any user info in it."""
    setting = f"providers.{name}.baseUrl"
    try:
        url = urlsplit(base_url.strip())
        port = url.port
    except ValueError:
        raise SettingsError(f"{setting} is not a URL.") from None
    if url.scheme not in ("http", "https") or not url.hostname:
        raise SettingsError(
            f"{setting} needs a scheme and a host, as in https://api.example.com."
        )
    shown = url.hostname if port is None else f"{url.hostname}:{port}"
    if url.username is not None or url.password is not None:
        raise SettingsError(
            f"{setting} must not hold a user name or a password; an Authorization "
            f"header can be set under providers.{name}.headers."
        )
    if url.fragment:
        raise SettingsError(f"{setting} must not have a # in it.")
    path = url.path.rstrip("/")
    if path.endswith(("/completions", "/infill", "/models")):
        raise SettingsError(
            f"{setting} is the address of one call; it must be that of the service: "
            f"{url.scheme}://{shown}{_service_path(path)}."
        )
    if url.scheme == "http" and not (insecure or is_loopback(url.hostname)):
        raise SettingsError(
            f"{setting} is plain http to {shown}, so that the key could be read on "
            f"the way; use https, or set providers.{name}.allowInsecure."
        )
    return url


def _checked_headers(name: str, headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers, if HTTP allows them.  Raises SettingsError that holds no value."""
    for header, value in headers.items():
        if not (re.fullmatch(r"[A-Za-z0-9_-]+", header) and _is_plain(value)):
            raise SettingsError(
                f"providers.{name}.headers.{header} holds something that HTTP does "
                "not allow."
            )
    return headers


def _checked_key_header(name: str, header: str | None) -> str | None:
    if header is not None and not re.fullmatch(r"[A-Za-z0-9_-]+", header):
        raise SettingsError(
            f"providers.{name}.apiKeyHeader is not the name of an HTTP header, such as "
            "api-key."
        )
    return header


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _service_path(path: str) -> str:
    for call in (
        *("/chat/completions", "/fim/completions", "/beta/completions"),
        *("/completions", "/infill", "/models"),
    ):
        path = path.removesuffix(call)
    return path


def _paths(preset: Preset, dialect: str, base_url: str, *, unversioned: bool) -> Paths:
    """The paths of the calls: those of the service, else those of the dialect."""
    is_beta = base_url.partition("?")[0].rstrip("/").endswith("/beta")
    layout = preset.paths or (dialects.BETA if is_beta else None)
    if layout and dialect == "openai-suffix":
        return layout
    if layout and dialect == "chat":
        return replace(layout, fim=layout.chat)
    usual = DIALECTS[dialect].paths
    return dialects.without_version(usual) if unversioned else usual


def _is_trusted(
    own: ProviderSettings, host: str, preset: Preset, settings: Settings
) -> bool:
    """Whether text may be sent to a host.

    A project can bring the editor's settings along, so that a host which they name must
    be one that the user trusts.
    """
    if own.base_url is None or own.base_url_origin != "editor":
        return True
    trusted_hosts = {trusted.lower() for trusted in settings.trusted_hosts}
    if own.name in PRESETS:
        trusted_hosts.add(urlsplit(preset.base_url).hostname or "")
    return is_loopback(host) or host in trusted_hosts


def _template(name: str, dialect: str, own: ProviderSettings) -> str | None:
    """The template's name; None if the name of the model in use decides."""
    rule = DIALECTS[dialect].template
    if rule == "none":
        return None
    names = ", ".join(templates.TEMPLATES)
    if own.template and own.template not in templates.TEMPLATES:
        raise SettingsError(
            f'providers.{name}.template is "{own.template}", which does not exist; '
            f"there are {names}."
        )
    if own.template or rule == "optional":
        return own.template
    family = templates.family_of(own.model or "")
    if family is None and own.model:
        raise SettingsError(
            f'The name of the model "{own.model}" does not tell its family; set '
            f"providers.{name}.template to one of {names}."
        )
    return family
