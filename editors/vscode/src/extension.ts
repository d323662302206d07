// Activation: the parts are made, joined and handed to VS Code.
import * as vscode from "vscode";
import { offerToBeAlone } from "./alone";
import { registerCommands } from "./commands";
import { Keys } from "./keys";
import { Server } from "./server";
import { createStatusView } from "./status";
import { createReportView } from "./view";

/** Settings that the server's process gets at its start. */
const NEED_RESTART = ["fim-lsp.server", "http.proxy", "http.noProxy"];

let stop: (() => Promise<void>) | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("fim-lsp", { log: true });
  const status = createStatusView();
  const reports = createReportView();
  const keys = new Keys(context.secrets);
  const server = new Server(context, keys, output, status);
  stop = () => server.stop();
  context.subscriptions.push(
    output,
    status,
    reports,
    ...registerCommands(server, keys, reports, output),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (NEED_RESTART.some((section) => event.affectsConfiguration(section))) {
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
