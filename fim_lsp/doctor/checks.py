"""What the doctor checks: each check says how it is and what to do about it.

Nothing here prints: the command line and the server show the same checks.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from urllib.parse import urlsplit

from ..api import network
from ..api.keys import find_key
from ..api.keystore import KeyStore
from ..api.presets import Provider, resolve
from ..errors import FimError
from ..session.session import Session
from ..settings import PrivacySettings, Problem, Settings, without_user_info
from . import calls
from .calls import Check

EDITORS = ("code", "nvim", "hx", "emacs", "subl", "kate")


def no_one(_name: str) -> None:
    """Ignore the name of a check that begins; the default for `begin`."""


async def examine(
    session: Session, begin: Callable[[str], None] = no_one
) -> AsyncIterator[Check]:
    """All checks in order; where one fails, those that build on it are left out.

    begin: hears the name of each check that waits for an endpoint, when it begins.
    """
    settings = session.settings.current
    yield settings_check(session.problems.current)
    yield privacy_check(settings.privacy)
    yield editors_check()
    if not session.has_model:
        detail = "no model is set up; completions repeat your own files (echo)"
        fix = "Run `fim-lsp login`, or `fim-lsp connect URL`."
        yield Check("provider", "warning", detail, fix)
        return
    checks = [check async for check in _provider_checks(session, session.provider)]
    for check in checks:
        yield check
    if any(check.status == "failed" for check in checks):
        return
    client = await session.client()
    reached = True
    async for check in calls.call_checks(client, settings.completion.model, begin):
        reached = reached and not (check.status == "failed" and "models" in check.name)
        yield check
    if settings.chat.provider not in ("auto", session.provider):
        async for check in _chat_elsewhere(session, settings, begin):
            yield check
    elif reached:
        async for check in calls.chat_checks(client, settings.chat.model, begin):
            yield check


async def _provider_checks(session: Session, name: str) -> AsyncIterator[Check]:
    """What can be said of a provider before it is asked anything."""
    try:
        provider = resolve(name, session.settings.current)
    except FimError as error:
        yield Check("provider", "failed", error.sentence, "Correct the settings.")
        return
    yield Check("provider", "ok", f"{provider.name}, dialect {provider.dialect}")
    yield await asyncio.to_thread(key_check, provider, session.environ, session.store)
    yield host_check(provider)
    yield proxy_check(provider, session.environ)


async def _chat_elsewhere(
    session: Session, settings: Settings, begin: Callable[[str], None]
) -> AsyncIterator[Check]:
    """Chat at the provider that answers chat actions alone."""
    name = settings.chat.provider
    try:
        client = await session.client(name)
    except FimError as error:
        fix = f"Correct chat.provider, which is {name}."
        yield Check("chat", "failed", error.sentence, fix)
        return
    async for check in calls.chat_checks(client, settings.chat.model, begin):
        yield replace(check, detail=f"{name}: {check.detail}")


def settings_check(problems: tuple[Problem, ...]) -> Check:
    if not problems:
        return Check("settings", "ok", "all of them can be used")
    detail = " ".join(problem.sentence for problem in problems)
    return Check("settings", "warning", detail, "Correct them; see `fim-lsp settings`.")


def key_check(provider: Provider, environ: Mapping[str, str], store: KeyStore) -> Check:
    """Which key wins, and which others exist; never their text."""
    try:
        key = find_key(provider, environ, store)
    except FimError as error:
        return Check("key", "failed", error.sentence, _login(provider))
    if key is None:
        if provider.key_needed:
            detail = f"none was found for {provider.name}"
            return Check("key", "failed", detail, _login(provider))
        return Check("key", "ok", f"{provider.name} needs none")
    places = _places(provider, environ, store)
    rest = [place for place in places if place != key.source]
    also = f"; unused: {', '.join(rest)}" if rest else ""
    return Check("key", "ok", f"from {key.source}{also}")


def host_check(provider: Provider) -> Check:
    address = without_user_info(provider.base_url)
    if not provider.trusted:
        fix = f'Add "{provider.host}" to trustedHosts in the user file.'
        return Check(
            "host", "failed", f"{address} is named by no setting of yours", fix
        )
    if twice := _said_twice(address):
        fix = f"Take one of them out of providers.{provider.name}.baseUrl."
        return Check("host", "failed", f"{address} says {twice} twice", fix)
    if address.startswith("http:") and not provider.loopback:
        fix = "Use https if the endpoint has it."
        return Check("host", "warning", f"{address} is not encrypted", fix)
    return Check("host", "ok", address)


def _said_twice(address: str) -> str | None:
    """What a path repeats, as `/beta` does where it was added to one that had it."""
    parts = [part for part in urlsplit(address).path.split("/") if part]
    return next((f"/{one}" for one, other in pairwise(parts) if one == other), None)


def proxy_check(provider: Provider, environ: Mapping[str, str]) -> Check:
    try:
        proxy = network.proxy_for(provider, environ)
    except FimError as error:
        return Check("proxy", "failed", error.sentence, "Correct the proxy's address.")
    return Check("proxy", "ok", without_user_info(proxy) if proxy else "none")


def privacy_check(privacy: PrivacySettings) -> Check:
    """What keeps files here."""
    if not privacy.respect_gitignore:
        detail = "files that git ignores are sent: privacy.respectGitignore is off"
        return Check("privacy", "warning", detail, "Switch it on if that is not meant.")
    if privacy.include:
        detail = f"privacy.include admits {', '.join(privacy.include)}"
        return Check("privacy", "warning", detail, "Take out what is not meant.")
    more = f", nor what {len(privacy.exclude)} own patterns name"
    detail = "files that hold secrets and files that git ignores are not sent"
    return Check("privacy", "ok", detail + (more if privacy.exclude else ""))


def editors_check() -> Check:
    editors = [name for name in EDITORS if shutil.which(name)]
    if editors:
        return Check("editors", "ok", ", ".join(editors))
    return Check("editors", "ok", "none found by name on the PATH")


def _places(
    provider: Provider, environ: Mapping[str, str], store: KeyStore
) -> Iterator[str]:
    """Where keys of this provider are, in words."""
    variable = provider.api_key_env
    if variable and environ.get(variable, "").strip():
        yield variable
    if kept := store.get(provider.name):
        yield kept[1]
    if provider.api_key_command:
        yield f"providers.{provider.name}.apiKeyCommand"


def _login(provider: Provider) -> str:
    return f"Run `fim-lsp login {provider.name}`."
