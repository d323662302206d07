"""An extension that reports one character of each misspelt word, as a checker would."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from tests.e2e.checker import MESSAGE, MISSPELT

MANIFEST = {
    "name": "checker",
    "publisher": "tests",
    "version": "1.0.0",
    "engines": {"vscode": "^1.91.0"},
    "activationEvents": ["onStartupFinished"],
    "main": "./main.js",
}
MAIN = f"""
const vscode = require("vscode");
exports.activate = () => {{
  const found = vscode.languages.createDiagnosticCollection("checker");
  const check = (document) => {{
    const at = document.getText().indexOf({json.dumps(MISSPELT)});
    const start = document.positionAt(at);
    const range = new vscode.Range(start, start.translate(0, 1));
    const diagnostic = new vscode.Diagnostic(range, {json.dumps(MESSAGE)});
    found.set(document.uri, at === -1 ? [] : [diagnostic]);
  }};
  vscode.workspace.textDocuments.forEach(check);
  vscode.workspace.onDidOpenTextDocument(check);
  vscode.workspace.onDidChangeTextDocument(({{ document }}) => check(document));
}};
"""


def build_checker(folder: Path) -> Path:
    """The installable file, in `folder`."""
    path = folder / "checker.vsix"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("extension/package.json", json.dumps(MANIFEST))
        archive.writestr("extension/main.js", MAIN)
    return path
