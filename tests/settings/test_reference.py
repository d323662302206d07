from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from fim_lsp.settings import (
    Layer,
    in_force,
    json_schema,
    parse,
    vscode_configuration,
    without_user_info,
)
from fim_lsp.settings.reference import default_as_written
from fim_lsp.settings.table import ROWS


def test_every_default_as_written_reads_as_the_default() -> None:
    written = {row.key: default_as_written(row) for row in ROWS if "*" not in row.path}
    parsed = parse([Layer("user", json.loads(json.dumps(written)))])
    defaults = parse([]).settings
    assert parsed.problems == ()
    completion = replace(
        defaults.completion, suffix_is_chosen=True, trigger_is_chosen=True
    )
    assert parsed.settings.completion == completion
    assert parsed.settings.chat == defaults.chat
    assert parsed.settings.budget.daily == defaults.budget.daily


def test_the_schema_has_a_place_for_every_setting() -> None:
    schema = json_schema()
    for row in ROWS:
        node: Any = schema
        for part in row.path:
            is_name = part == "*"
            node = node["additionalProperties" if is_name else "properties"]
            node = node if is_name else node[part]
        assert node["description"] == row.help
    assert json.loads(json.dumps(schema)) == schema


def test_vs_code_gets_no_defaults_and_no_workspace_sets_hosts_or_keys() -> None:
    properties = vscode_configuration()
    assert all("default" not in shape for shape in properties.values())
    assert properties["fim-lsp.providers"]["scope"] == "machine"
    assert properties["fim-lsp.trustedHosts"]["scope"] == "machine"
    assert properties["fim-lsp.completion.enabled"]["scope"] == "resource"


def test_what_vs_code_sends_for_unset_settings_is_not_set() -> None:
    """VS Code sends the zero value of the first type."""
    zero = {"null": None, "string": ""}
    unset = {
        key: zero[shape["type"][0]] for key, shape in vscode_configuration().items()
    }
    assert parse([Layer("editor", unset)]) == parse([])


def test_secrets_are_masked_where_settings_are_shown() -> None:
    secret = "hunter2hunter2"
    parsed = parse(
        [
            Layer(
                "user",
                {
                    "providers.x": {
                        "baseUrl": f"https://me:{secret}@h/v1",
                        "proxy": f"http://{secret}@proxy:8080",
                        "headers": {"Authorization": secret},
                        "apiKeyCommand": ["echo", secret],
                        "prices": {"m": {"input": 1, "output": 2}},
                    }
                },
            )
        ]
    )
    shown = {entry.key: entry.value for entry in in_force(parsed)}
    assert secret not in json.dumps(shown)
    assert shown["providers.x.baseUrl"] == "https://***@h/v1"
    assert shown["providers.x.headers"] == {"Authorization": "***"}
    assert shown["providers.x.apiKeyCommand"] == ["echo", "***"]
    assert shown["providers.x.prices"] == {
        "m": {"input": "1", "output": "2", "currency": "USD"}
    }
    assert shown["completion.debounceMs"] == "adaptive"


def test_user_info_is_hidden_even_where_the_scheme_is_missing() -> None:
    assert without_user_info("me:pw@host/path@x") == "***@host/path@x"
    assert without_user_info("https://host/a@b") == "https://host/a@b"
    azure = "https://host/v1?api-version=2024-10-21&code=secret"
    assert without_user_info(azure) == "https://host/v1?api-version=2024-10-21&code=***"
