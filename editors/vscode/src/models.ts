// The quick pick of “Select Model…”.
import * as vscode from "vscode";
import type { Server } from "./server";

const AUTO = "auto";
const PURPOSES = [
  { setting: "completion.model", title: "Completion", answer: "completion" },
  { setting: "chat.model", title: "Chat actions", answer: "chat" },
] as const;

interface Offered {
  readonly models?: readonly string[];
  readonly completion?: unknown;
  readonly chat?: unknown;
}

export async function selectModel(server: Server): Promise<void> {
  const offered = ((await server.execute("models")) ?? {}) as Offered;
  const names = offered.models ?? [];
  const settings = vscode.workspace.getConfiguration("fim-lsp");
  const items = PURPOSES.flatMap(({ setting, title, answer }) => [
    { label: title, kind: vscode.QuickPickItemKind.Separator, setting },
    ...[AUTO, ...names].map((label) => ({
      label,
      description: label === offered[answer] ? `${title} · in use` : title,
      setting,
    })),
  ]);
  const picked = await vscode.window.showQuickPick(items, {
    title: names.length > 0 ? "Select model" : "The endpoint names no models",
  });
  if (picked === undefined) return;
  // `auto` removes the setting, so that the model in the user file counts.
  const value = picked.label === AUTO ? undefined : picked.label;
  await settings.update(picked.setting, value, vscode.ConfigurationTarget.Global);
}
