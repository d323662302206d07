"""The table of settings as a JSON schema, a page of Markdown, and VS Code settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .files import variable_of
from .table import ROWS, Row

_INTRODUCTION = """\
# Settings

This page is generated from the table in `fim_lsp/settings/table.py`.

From weakest to strongest: the defaults; the user file `config.toml` in the platform's
configuration folder (`fim-lsp settings` prints where); the editor's settings, under
`fim-lsp`; environment variables.
Nested and dotted keys are both read, and `null` means "not set" in every layer, except
for `budget.daily`.
Unknown keys and wrong values are reported once, with a suggestion; the rest still
counts.

Settings marked *user only* count only in the user file and the environment, and some
others may only be restricted by the editor, because a project can bring settings of the
editor along (such as `.vscode/settings.json`).
A project's `.fim-lsp.toml`, at the root of its workspace folder, may only restrict: the
last column says how.

| setting | values | default | environment | project |
| --- | --- | --- | --- | --- |
"""

_EXAMPLES = """\

## Examples

A user file:

```toml
[completion]
provider = "deepseek"
maxLines = 10

[completion.languages]
markdown = false

[budget]
daily = 0.50
```

The same in an editor's settings:

```json
{
  "fim-lsp": {
    "completion": {"provider": "deepseek", "maxLines": 10},
    "completion.languages": {"markdown": false},
    "budget": {"daily": 0.5}
  }
}
```

A project's `.fim-lsp.toml`:

```toml
[completion]
trigger = "manual"

[privacy]
exclude = ["fixtures/customers/"]

[chat]
instructions = "Use the standard library only."
```
"""


def json_schema() -> dict[str, Any]:
    """A JSON schema of the nested form, in which `providers` is a table by name."""
    root = _table()
    for row in ROWS:
        node = root
        for part in row.path[:-1]:
            if part == "*":
                node = node.setdefault("additionalProperties", None) or _named(node)
            else:
                node = node["properties"].setdefault(part, _table(part))
        node["properties"][row.path[-1]] = _schema(row)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "fim-lsp",
        **root,
    }


def markdown() -> str:
    """The text of `docs/settings.md`."""
    rows = "".join(_markdown_row(row) for row in ROWS)
    return _INTRODUCTION + rows + _EXAMPLES


def vscode_configuration() -> dict[str, Any]:
    """`contributes.configuration.properties` for VS Code.

    The properties have no defaults, as VS Code would send them and so override the
    user file.  Without a default VS Code sends the empty value of the first type, which
    is `null` for that reason.  Settings that name hosts, keys or commands have the
    scope of the machine, so that no workspace can set them.
    """
    single = {
        f"fim-lsp.{row.key}": _vscode_property(row)
        for row in ROWS
        if "*" not in row.path
    }
    providers = json_schema()["properties"]["providers"]
    single["fim-lsp.providers"] = {
        "type": ["null", "object"],
        "additionalProperties": providers["additionalProperties"],
        "markdownDescription": "Endpoints by name: where, how, and which model.",
        "scope": "machine",
    }
    return single


def default_as_written(row: Row) -> Any:
    """The default as a user would write it, made of JSON types."""
    return row.kind.none_word if row.default is None else _as_json(row.default)


def _table(name: str = "") -> dict[str, Any]:
    if name == "providers":
        return {"type": "object"}
    return {"type": "object", "properties": {}, "additionalProperties": False}


def _named(node: dict[str, Any]) -> dict[str, Any]:
    node["additionalProperties"] = named = _table()
    return named


def _schema(row: Row) -> dict[str, Any]:
    schema: dict[str, Any] = {"anyOf": [row.kind.schema, {"type": "null"}]}
    schema["description"] = row.help
    if "*" not in row.path:
        schema["default"] = default_as_written(row)
    return schema


def _markdown_row(row: Row) -> str:
    default = default_as_written(row)
    variable = variable_of(row)
    cells = (
        f"`{row.key.replace('*', 'NAME')}`<br>{row.help}"
        + (" *User only.*" if row.user_only else "")
        + (f" *The editor may only {row.editor.value}.*" if row.editor else ""),
        row.kind.words,
        f"`{_brief(default)}`" if default is not None else "",
        f"`{variable.replace('*', 'NAME')}`" if variable else "",
        f"may {row.project.value}" if row.project else "",
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _brief(value: Any) -> str:
    """A value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def _vscode_property(row: Row) -> dict[str, Any]:
    schema = dict(row.kind.schema)
    if "enum" in schema or schema.get("type") == "boolean":
        # VS Code has a list for words, but no box to tick for what may also be unset.
        values = schema.get("enum", [True, False])
        default = default_as_written(row)
        words = default if isinstance(default, str) else _brief(default)
        schema = {
            "type": ["null", schema.get("type", "string")],
            "enum": [None, *values],
            # Without labels the list in VS Code would begin with the word "null".
            "enumItemLabels": [
                f"not set (config.toml, else {words})",
                *(
                    value if isinstance(value, str) else _brief(value)
                    for value in values
                ),
            ],
        }
    elif "anyOf" in schema:
        schema = {"type": _types(row, schema)}
    else:
        schema["type"] = _types(row, schema)
    schema["markdownDescription"] = row.help + (
        " Counts only in `config.toml` and the environment." if row.user_only else ""
    )
    if row.editor:
        schema["markdownDescription"] += (
            f" From here you may only {row.editor.value}; `config.toml` may do more."
        )
    schema["scope"] = "machine" if row.user_only else "resource"
    return schema


def _types(row: Row, schema: Mapping[str, Any]) -> list[str]:
    kinds = [part.get("type", "string") for part in schema.get("anyOf", [schema])]
    # If null is a value of the setting, the empty text means "not set".
    first = "null" if None in row.kind.unset else "string"
    return list(dict.fromkeys([first, *kinds]))


def _as_json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _as_json(inner) for name, inner in value.items()}
    if isinstance(value, tuple):
        return [_as_json(inner) for inner in value]
    if isinstance(value, Decimal):
        return float(value)
    return value
