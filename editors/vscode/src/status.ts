// The language status item and the status-bar toggle, fed by `fim-lsp/status`.
import * as vscode from "vscode";
import { isNews, present, remedy, type Status } from "./pure/present";
import { toast } from "./toast";

const SEVERITIES = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
};

export interface StatusView extends vscode.Disposable {
  show: (status: Status) => void;
  /** What was shown last. */
  readonly latest: () => Status | undefined;
  /** Shows a status, and also in a message if it is news. */
  tell: (status: Status) => void;
}

export function createStatusView(): StatusView {
  const bar = vscode.window.createStatusBarItem(
    "fim-lsp",
    vscode.StatusBarAlignment.Right,
    100,
  );
  bar.name = "fim-lsp";
  const item = vscode.languages.createLanguageStatusItem("fim-lsp", "*");
  item.name = "fim-lsp";
  let latest: Status | undefined;
  const show = (status: Status): void => {
    latest = status;
    const shown = present(status);
    bar.text = shown.bar;
    bar.tooltip = shown.tooltip;
    bar.command = shown.command;
    bar.show();
    item.text = shown.text;
    item.detail = shown.detail;
    item.severity = SEVERITIES[shown.severity];
    item.busy = shown.busy;
    item.command = remedy(status) ?? { title: "Why?", command: "fimLsp.why" };
  };
  const said = new Map<Status["kind"], number>();
  const tell = (status: Status): void => {
    show(status);
    const now = Date.now();
    if (!isNews(status, said, now)) return;
    said.set(status.kind, now);
    void say(status);
  };
  show({ kind: "busy", message: "Starting" });
  return {
    show,
    latest: () => latest,
    tell,
    dispose: () => {
      [bar, item].forEach((part) => {
        part.dispose();
      });
    },
  };
}

async function say(status: Status): Promise<void> {
  const way = remedy(status);
  const severity = status.kind === "error" ? "error" : "warning";
  await toast(
    severity,
    `fim-lsp: ${status.message}`,
    way && { [way.title]: () => vscode.commands.executeCommand(way.command) },
  );
}
