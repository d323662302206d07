// The language status item and the status-bar toggle, fed by `fim-lsp/status`.
import * as vscode from "vscode";
import { present, type Status } from "./present";

const SEVERITIES = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
};

export interface StatusView extends vscode.Disposable {
  show(status: Status): void;
}

export function createStatusView(): StatusView {
  const bar = vscode.window.createStatusBarItem(
    "fim-lsp",
    vscode.StatusBarAlignment.Right,
    100,
  );
  bar.name = "fim-lsp";
  bar.command = "fimLsp.toggle";
  const item = vscode.languages.createLanguageStatusItem("fim-lsp", "*");
  item.name = "fim-lsp";
  const show = (status: Status): void => {
    const shown = present(status);
    bar.text = shown.bar;
    bar.tooltip = shown.tooltip;
    bar.show();
    item.text = shown.text;
    item.detail = shown.detail;
    item.severity = SEVERITIES[shown.severity];
    item.busy = shown.busy;
    item.command = commandOf(status);
  };
  show({ kind: "busy", message: "Starting" });
  return { show, dispose: () => [bar, item].forEach((part) => void part.dispose()) };
}

/** What the status names as the remedy, else the account of the last decisions. */
function commandOf(status: Status): vscode.Command {
  const { command } = status;
  if (!command) return { title: "Why?", command: "fimLsp.why" };
  const [title, id] =
    typeof command === "string" ? ["", command] : [command.title, command.command];
  return { title: title || "What to do", command: id.replace(/^fim-lsp\./, "fimLsp.") };
}
