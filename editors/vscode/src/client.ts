// The language client: with fim-lsp's settings and status, and without messages of its own.
import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  MessageType,
  type ServerOptions,
  ShowMessageNotification,
  State,
  type StaticFeature,
  WorkDoneProgressCancelNotification,
} from "vscode-languageclient/node";
import { applyInEditor, showCreated } from "./applyEdit";
import { withInstruction } from "./instruction";
import { createLateAnswers } from "./late";
import { createProgressView } from "./progress";
import { serverSettings } from "./pure/settings";
import { type Severity, toast } from "./toast";

const SECTION = "fim-lsp";
/** The schemes of documents that hold code; the last one is that of notebook cells. */
const SCHEMES = ["file", "untitled", "vscode-notebook-cell"];
const SEVERITIES: Partial<Record<MessageType, Severity>> = {
  [MessageType.Error]: "error",
  [MessageType.Warning]: "warning",
};

/** Whether a document is a file, an untitled file or the cell of a notebook. */
export function holdsCode(uri: vscode.Uri): boolean {
  return SCHEMES.includes(uri.scheme);
}

export function currentSettings(): Record<string, unknown> {
  return serverSettings(vscode.workspace.getConfiguration().get(SECTION));
}

/** Errors of the connection go to the log alone; `server.ts` has one sentence for them. */
export class Client extends LanguageClient {
  override error(message: string, data?: unknown, _show?: boolean | "force"): void {
    super.error(message, data, false);
  }
}

export function createClient(
  server: ServerOptions,
  output: vscode.LogOutputChannel,
): Client {
  const progress = createProgressView((token) => {
    void client.sendNotification(WorkDoneProgressCancelNotification.type, { token });
  });
  const options: LanguageClientOptions = {
    documentSelector: SCHEMES.map((scheme) => ({ scheme })),
    outputChannel: output,
    initializationOptions: () => ({ [SECTION]: currentSettings() }),
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
    },
    middleware: {
      provideInlineCompletionItems: createLateAnswers(),
      handleWorkDoneProgress: (token, value, next) => {
        progress.handle(token, value, () => {
          next(token, value);
        });
      },
      executeCommand: async (command, args, next) => {
        if (command !== "fim-lsp.act") return next(command, args);
        const complete = await withInstruction(args);
        return complete && next(command, [...complete]);
      },
      workspace: {
        configuration: async (params, token, next) => {
          const values = await next(params, token);
          if (!Array.isArray(values)) return values;
          return values.map((value, index) =>
            params.items[index]?.section === SECTION ? serverSettings(value) : value,
          );
        },
        handleApplyEdit: async (params, next) => {
          const converter = client.protocol2CodeConverter;
          const done = await applyInEditor(params, converter);
          if (done !== undefined) return done;
          const never = new vscode.CancellationTokenSource().token;
          const answer = await next(params, never);
          if ("applied" in answer && answer.applied)
            void showCreated(params, converter);
          return answer;
        },
        // `server.ts` sends every change itself, with the values in it.
        didChangeConfiguration: async () => {},
      },
      window: {
        showDocument: async (params, token, next) => {
          const uri = vscode.Uri.parse(params.uri);
          if (!isReport(uri) || params.external) {
            return next(params, token);
          }
          await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
          return { success: true };
        },
      },
    },
  };
  const client = new Client(SECTION, "fim-lsp", server, options);
  client.registerFeature(announceStatus);
  client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
    void toast(SEVERITIES[type] ?? "information", message);
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) progress.clear();
  });
  return client;
}

/** Whether a file is a report of the server: Markdown outside the workspace. */
function isReport(uri: vscode.Uri): boolean {
  return (
    uri.path.endsWith(".md") && vscode.workspace.getWorkspaceFolder(uri) === undefined
  );
}

const announceStatus: StaticFeature = {
  fillClientCapabilities: (capabilities) => {
    const others = capabilities.experimental as object | undefined;
    capabilities.experimental = { ...others, fimLspStatus: true, fimLspNextEdit: true };
  },
  initialize: () => {},
  getState: () => ({ kind: "static" }),
  clear: () => {},
};
