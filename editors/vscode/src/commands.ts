// The handlers of the commands in `actions.ts`.
import * as vscode from "vscode";
import {
  CHAT_ACTIONS,
  OWN_COMMANDS,
  type OwnCommand,
  SERVER_COMMANDS,
} from "./pure/actions";
import { holdsCode } from "./client";
import { askInstruction } from "./instruction";
import type { Keys } from "./keys";
import { selectModel } from "./models";
import type { Server } from "./server";
import { ownActions } from "./pure/settings";
import { snooze } from "./snooze";
import { toast } from "./toast";
import type { ReportView } from "./view";

export function registerCommands(
  server: Server,
  keys: Keys,
  reports: ReportView,
  output: vscode.LogOutputChannel,
): vscode.Disposable[] {
  const own: Record<OwnCommand, () => unknown> = {
    act: () => pickAction(server),
    snooze: () => snooze(server),
    nextEdit: () => server.nextEdits.go(server),
    applyAllNextEdits: () => server.nextEdits.applyAll(server),
    dismissNextEdit: () => server.nextEdits.dismiss(server),
    selectModel: () => selectModel(server),
    setKey: async () => (await keys.ask()) && server.restart(),
    removeKey: async () => (await keys.forget()) && server.restart(),
    restart: () => server.restart(),
    showOutput: () => {
      output.show();
    },
  };
  const register = (id: string, run: () => unknown): vscode.Disposable =>
    vscode.commands.registerCommand(`fimLsp.${id}`, () => tellFailure(run));
  return [
    ...CHAT_ACTIONS.map(({ id }) => register(id, () => act(server, id))),
    ...SERVER_COMMANDS.map(({ id }) => register(id, () => handOn(server, reports, id))),
    ...OWN_COMMANDS.map(({ id }) => register(id, own[id])),
  ];
}

/** Commands about the file that is being edited when they are run. */
const ABOUT_FILE: ReadonlySet<string> = new Set(["why", "allowFile"]);

/** A command of the server, with its answer shown; “why” follows the edited file. */
async function handOn(server: Server, reports: ReportView, id: string): Promise<void> {
  let uri: string | undefined;
  const ask = (): Promise<unknown> => {
    // While the page itself is in front, it goes on to be about the file before.
    uri = editedFile() ?? uri;
    const about = ABOUT_FILE.has(id) && uri !== undefined ? [{ uri }] : [];
    return server.execute(id, ...about);
  };
  if (id === "toggle") {
    // The status bar shows the new state at once.
    await ask();
    return;
  }
  await reports.show(id, ask, id === "why");
}

/** The file in front; output panels and the like are editors too, but hold no code. */
function editedFile(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri !== undefined && holdsCode(uri) ? uri.toString() : undefined;
}

async function act(server: Server, action: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    throw new Error("Open a file first; actions work on its text.");
  }
  const { document, selection } = editor;
  const instruction = action === "edit" ? await askInstruction() : undefined;
  if (action === "edit" && instruction === undefined) return;
  await server.execute("act", {
    action,
    uri: document.uri.toString(),
    ...(await server.place(document.uri, selection)),
    ...(instruction !== undefined && { instruction }),
  });
}

async function pickAction(server: Server): Promise<void> {
  const own = ownActions(vscode.workspace.getConfiguration().get("fim-lsp"));
  const items = [...own, ...CHAT_ACTIONS].map(({ id, title }) => ({
    label: title,
    description: id,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: "Run an action" });
  if (picked !== undefined) await act(server, picked.description);
}

async function tellFailure(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    void toast("warning", error instanceof Error ? error.message : String(error));
  }
}
