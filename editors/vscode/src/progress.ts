// Running actions as messages with a Cancel button; the client's own way hides them.
import * as vscode from "vscode";
import type { ProgressToken } from "vscode-languageclient/node";

interface Running {
  readonly title: string;
  report(message: string): void;
  end(): void;
}

export interface ProgressView {
  handle(token: ProgressToken, value: WorkDoneProgress, next: () => void): void;
  /** Ends what is shown, since the server is gone. */
  clear(): void;
}

type WorkDoneProgress =
  | { kind: "begin"; title: string; message?: string; cancellable?: boolean }
  | { kind: "report"; message?: string }
  | { kind: "end" };

export function createProgressView(
  cancel: (token: ProgressToken) => void,
): ProgressView {
  const running = new Map<ProgressToken, Running>();
  const handle = (
    token: ProgressToken,
    value: WorkDoneProgress,
    next: () => void,
  ): void => {
    if (value.kind === "begin" && value.cancellable) {
      const shown = show(value.title, () => {
        cancel(token);
      });
      running.set(token, shown);
      return;
    }
    const shown = running.get(token);
    if (value.kind === "report" && shown !== undefined) {
      if (value.message && value.message !== shown.title) shown.report(value.message);
      return;
    }
    if (value.kind === "end") {
      shown?.end();
      running.delete(token);
    }
    next();
  };
  const clear = (): void => {
    for (const shown of running.values()) shown.end();
    running.clear();
  };
  return { handle, clear };
}

function show(title: string, cancel: () => void): Running {
  let end: () => void = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let report: (message: string) => void = () => {};
  void vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: `fim-lsp: ${title}`,
      cancellable: true,
    },
    (progress, token) => {
      report = (message) => {
        progress.report({ message });
      };
      token.onCancellationRequested(cancel);
      return ended;
    },
  );
  return {
    title,
    report: (message) => {
      report(message);
    },
    end: () => {
      end();
    },
  };
}
