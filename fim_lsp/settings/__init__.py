"""Settings: a table of settings turns layers of raw values into frozen values."""

from __future__ import annotations

from .display import DisplayedSetting, in_force, without_user_info
from .files import PROJECT_FILE, environment_layer, read_toml, user_file
from .parse import Layer, LayerName, Parsed, Problem, parse
from .project import restrict
from .reference import json_schema, markdown, vscode_configuration
from .values import (
    ActionSettings,
    BudgetSettings,
    ChatSettings,
    CompletionSettings,
    LanguageRule,
    LogSettings,
    NextEditSettings,
    PriceSettings,
    PrivacySettings,
    ProviderSettings,
    Settings,
    TimeoutSettings,
)

__all__ = [
    "PROJECT_FILE",
    "ActionSettings",
    "BudgetSettings",
    "ChatSettings",
    "CompletionSettings",
    "DisplayedSetting",
    "LanguageRule",
    "Layer",
    "LayerName",
    "LogSettings",
    "NextEditSettings",
    "Parsed",
    "PriceSettings",
    "PrivacySettings",
    "Problem",
    "ProviderSettings",
    "Settings",
    "TimeoutSettings",
    "environment_layer",
    "in_force",
    "json_schema",
    "markdown",
    "parse",
    "read_toml",
    "restrict",
    "user_file",
    "vscode_configuration",
    "without_user_info",
]
