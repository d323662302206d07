// Activation: the parts are made, joined and handed to VS Code.
import * as vscode from "vscode";
import { offerToBeAlone } from "./alone";
import { registerCommands } from "./commands";
import { Keys } from "./keys";
import { NextEditView } from "./nextEdit";
import { Server } from "./server";
import { createStatusView } from "./status";
import { createReportView } from "./view";

/** Settings that the server's process gets at its start, as one text to compare. */
function startSettings(): string {
  const settings = vscode.workspace.getConfiguration();
  const names = [
    "fim-lsp.server.command",
    "http.proxy",
    "http.proxySupport",
    "http.noProxy",
  ];
  return JSON.stringify(names.map((name) => settings.get(name)));
}

let stop: (() => Promise<void>) | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("fim-lsp", { log: true });
  const status = createStatusView();
  const reports = createReportView();
  const keys = new Keys(context.secrets);
  const nextEdits = new NextEditView();
  const server = new Server(context, keys, output, status, nextEdits);
  stop = () => server.stop();
  let started = startSettings();
  context.subscriptions.push(
    output,
    status,
    reports,
    nextEdits,
    ...registerCommands(server, keys, reports, output),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const now = startSettings();
      if (now !== started) {
        started = now;
        void server.restart();
      } else if (event.affectsConfiguration("fim-lsp")) {
        server.sendSettings();
      }
    }),
  );
  void offerToBeAlone(context.globalState);
  await server.start();
}

export function deactivate(): Promise<void> | undefined {
  return stop?.();
}
