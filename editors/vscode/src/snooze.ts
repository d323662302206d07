// The quick pick of “Snooze Completion…”.
import * as vscode from "vscode";
import { isSnoozed } from "./pure/present";
import type { Server } from "./server";

const MINUTES: readonly number[] = [15, 30, 60, 120];

/** Asks how long nothing is to be completed by itself; 0 ends an earlier snooze. */
export async function snooze(server: Server): Promise<void> {
  const items = MINUTES.map((minutes) => ({ label: `${minutes} minutes`, minutes }));
  const end = { label: "Complete again now", minutes: 0 };
  const isRunning = isSnoozed(server.status);
  const picked = await vscode.window.showQuickPick(
    isRunning ? [end, ...items] : items,
    {
      title: "Snooze completion",
      placeHolder: `Alt+\\ still asks for a completion`,
    },
  );
  // The status bar shows at once what this did.
  if (picked !== undefined) await server.execute("snooze", { minutes: picked.minutes });
}
