// Finds, starts, watches, restarts and ends the process of the server.
import { type ChildProcess, spawn } from "node:child_process";
import * as vscode from "vscode";
import { ExecuteCommandRequest } from "vscode-languageclient/node";
import { type Client, createClient, currentSettings } from "./client";
import { serverEnvironment } from "./pure/environment";
import { type Found, findServer, type Missing } from "./pure/find";
import type { Keys } from "./keys";
import type { NextEditView } from "./nextEdit";
import { thisMachine } from "./machine";
import { afterExit, MOST_EXITS, WITHIN_MS } from "./pure/restarts";
import type { Status } from "./pure/present";
import type { StatusView } from "./status";
import { toast } from "./toast";

const PAUSE_MS = 1000; // before a server that ended is started again
const PATIENCE_MS = 60_000; // for the first answer
const DOWNLOAD_MS = 300_000; // for the first answer when uvx may have to download
const FAREWELL_MS = 2000; // from shutdown until the process is killed

export class Server implements vscode.Disposable {
  private client: Client | undefined;
  private child: ChildProcess | undefined;
  private exits: readonly number[] = [];
  private pause: NodeJS.Timeout | undefined;
  /** Starts and stops happen one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly keys: Keys,
    private readonly output: vscode.LogOutputChannel,
    private readonly view: StatusView,
    readonly nextEdits: NextEditView,
  ) {}

  start(): Promise<void> {
    return this.next(() => this.startNow());
  }

  stop(): Promise<void> {
    return this.next(() => this.stopNow());
  }

  /** Restarts for the user, or after changed settings; earlier exits no longer count. */
  restart(): Promise<void> {
    this.exits = [];
    this.view.show({ kind: "busy", message: "Starting" });
    return this.next(async () => {
      await this.stopNow();
      await this.startNow();
    });
  }

  get status(): Status | undefined {
    return this.view.latest();
  }

  get isRunning(): boolean {
    return this.client?.isRunning() ?? false;
  }

  /** The answer to a server command; throws what the server answered as an error. */
  async execute(command: string, ...args: unknown[]): Promise<unknown> {
    await this.turn;
    if (this.client === undefined || !this.isRunning) {
      throw new Error(
        "The fim-lsp server is not running; “fim-lsp: Restart Server” starts it.",
      );
    }
    return await this.client.sendRequest(ExecuteCommandRequest.type, {
      command: `fim-lsp.${command}`,
      arguments: args,
    });
  }

  /** A range, and the diagnostics on its lines, as the server reads them. */
  async place(uri: vscode.Uri, range: vscode.Range): Promise<Record<string, unknown>> {
    const converter = this.client?.code2ProtocolConverter;
    const here = vscode.languages
      .getDiagnostics(uri)
      .filter(
        ({ range: { start, end } }) =>
          start.line <= range.end.line && end.line >= range.start.line,
      );
    return {
      range: converter?.asRange(range),
      diagnostics: await converter?.asDiagnostics(here),
    };
  }

  sendSettings(): void {
    if (!this.isRunning) return;
    const settings = { "fim-lsp": currentSettings() };
    void this.client?.sendNotification("workspace/didChangeConfiguration", {
      settings,
    });
  }

  dispose(): void {
    void this.stop();
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step).catch((error: unknown) => {
      this.output.error(String(error));
    });
    return this.turn;
  }

  private async startNow(): Promise<void> {
    if (this.child !== undefined) return;
    clearTimeout(this.pause);
    this.view.show({ kind: "busy", message: "Starting" });
    const found = await this.find();
    if (found.kind === "missing") {
      this.report(found);
      return;
    }
    this.output.info(
      `Server (${found.source}): ${found.program} ${found.args.join(" ")}`,
    );
    const child = await this.spawn(found);
    if (child === undefined) {
      const sentence = `${found.program} could not be started; the log says why.`;
      this.report({ kind: "missing", sentence, remedy: "settings" });
      return;
    }
    this.child = child;
    child.once("exit", (code, signal) => {
      this.exited(child, signal ?? code);
    });
    const client = createClient(async () => child, this.output);
    client.onNotification("fim-lsp/status", this.view.tell);
    this.nextEdits.show(null); // what an earlier server has shown
    client.onNotification("fim-lsp/nextEdit", this.nextEdits.show);
    this.client = client;
    await this.firstAnswer(client, child, found);
  }

  private find(): Promise<Found | Missing> {
    const settings = vscode.workspace.getConfiguration("fim-lsp");
    const bundled = this.context.asAbsolutePath("bundled/start.py");
    const { version } = this.context.extension.packageJSON as { version: string };
    return findServer(settings.get("server.command"), bundled, version, thisMachine());
  }

  private async spawn(found: Found): Promise<ChildProcess | undefined> {
    const http = vscode.workspace.getConfiguration("http");
    const isOff = http.get("proxySupport") === "off";
    const environment = serverEnvironment(process.env, await this.keys.all(), {
      url: isOff ? undefined : http.get<string>("proxy"),
      except: http.get<string[]>("noProxy") ?? [],
    });
    const folder = vscode.workspace.workspaceFolders?.find(
      ({ uri }) => uri.scheme === "file",
    );
    const child = spawn(found.program, found.args, {
      env: environment,
      ...(folder && { cwd: folder.uri.fsPath }),
    });
    return await new Promise((resolve) => {
      child.once("spawn", () => {
        resolve(child);
      });
      child.once("error", (error) => {
        this.output.error(String(error));
        resolve(undefined);
      });
    });
  }

  /** Waits until the server has answered; one that ends meanwhile is `exited`'s case. */
  private async firstAnswer(
    client: Client,
    child: ChildProcess,
    found: Found,
  ): Promise<void> {
    const patience = found.source === "uvx" ? DOWNLOAD_MS : PATIENCE_MS;
    const { promise: late, cancel } = after(patience);
    const ended = new Promise<"ended">((resolve) => {
      child.once("exit", () => {
        resolve("ended");
      });
    });
    const started = client.start().then(
      () => "started" as const,
      () => "refused" as const,
    );
    const outcome = await Promise.race([started, ended, late]);
    cancel();
    if (outcome === "started" || outcome === "ended") return;
    if (child.exitCode !== null || child.signalCode !== null) return;
    // A closed pipe is often noticed before the exit that caused it.
    const { promise: grace, cancel: noGrace } = after(PAUSE_MS);
    const isGone = outcome === "refused" && (await Promise.race([ended, grace]));
    noGrace();
    if (isGone === "ended") return;
    await this.stopNow();
    const sentence = `${found.program} does not answer as the fim-lsp server; the log says more.`;
    this.report({ kind: "missing", sentence, remedy: "settings" });
  }

  private exited(child: ChildProcess, how: string | number | null): void {
    if (this.child !== child) return; // it was asked to
    this.child = undefined;
    this.client = undefined;
    this.output.warn(`The server ended (${how}).`);
    const { exits, again } = afterExit(this.exits, Date.now());
    this.exits = exits;
    if (again) {
      this.pause = setTimeout(() => void this.start(), PAUSE_MS);
      return;
    }
    const sentence = `The fim-lsp server ended ${MOST_EXITS} times within ${WITHIN_MS / 60_000} minutes and is not started again.`;
    this.view.show({ kind: "error", message: sentence });
    void toast("error", sentence, {
      "Show Log": () => {
        this.output.show();
      },
      "Start Again": () => void this.restart(),
    });
  }

  private async stopNow(): Promise<void> {
    clearTimeout(this.pause);
    const { client, child } = this;
    this.client = undefined;
    this.child = undefined;
    if (client !== undefined) {
      await client.dispose(FAREWELL_MS).catch(() => undefined);
    }
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((resolve) =>
        child.once("exit", () => {
          resolve();
        }),
      );
      const { promise: late, cancel } = after(FAREWELL_MS);
      const killing = setTimeout(() => child.kill("SIGKILL"), FAREWELL_MS / 2);
      await Promise.race([gone, late]);
      clearTimeout(killing);
      cancel();
    }
  }

  private report(missing: Missing): void {
    this.view.show({ kind: "error", message: missing.sentence });
    const remedies: Record<Missing["remedy"], Record<string, () => unknown>> = {
      settings: {
        "Open Settings": () =>
          vscode.commands.executeCommand(
            "workbench.action.openSettings",
            "fim-lsp.server.command",
          ),
      },
      python: {
        "Get Python": () =>
          vscode.env.openExternal(
            vscode.Uri.parse("https://www.python.org/downloads/"),
          ),
      },
    };
    void toast("error", missing.sentence, remedies[missing.remedy]);
  }
}

function after(milliseconds: number): { promise: Promise<"late">; cancel: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<"late">((resolve) => {
    timer = setTimeout(() => {
      resolve("late");
    }, milliseconds);
  });
  return {
    promise,
    cancel: () => {
      clearTimeout(timer);
    },
  };
}
