// The quick pick of “Snooze Completion…”.
import * as vscode from "vscode";
import type { Server } from "./server";

const MINUTES = [15, 30, 60, 120] as const;

/** Asks how long nothing is to be completed by itself; 0 ends an earlier snooze. */
export async function snooze(server: Server): Promise<void> {
  const items = [
    ...MINUTES.map((minutes) => ({ label: `${minutes} minutes`, minutes })),
    { label: "Complete again now", minutes: 0 },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: "Snooze completion",
    placeHolder: `Alt+\\ still asks for a completion`,
  });
  // The status bar shows at once what this did.
  if (picked !== undefined) await server.execute("snooze", { minutes: picked.minutes });
}
