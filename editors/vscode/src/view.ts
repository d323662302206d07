// Shows reports: Markdown previews of documents that exist only in memory.
import * as vscode from "vscode";
import { reportOf } from "./pure/reports";
import { toast } from "./toast";

const SCHEME = "fim-lsp-report";
const FOLLOWING_MS = 300; // after the last change until the page about it is written anew

/** Asks for the answer of `fim-lsp.<id>`, once more where it may have changed. */
export type Ask = () => Promise<unknown>;

export interface ReportView extends vscode.Disposable {
  /** Shows what `ask` answers; with `follows` the page is kept up to date while it is read. */
  show(id: string, ask: Ask, follows?: boolean): Promise<void>;
}

export function createReportView(): ReportView {
  const texts = new Map<string, string>();
  const following = new Map<string, Ask>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? "",
  });
  const put = async (id: string, markdown: string): Promise<vscode.Uri> => {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/fim-lsp ${id}.md` });
    const before = texts.get(uri.path);
    if (before === markdown) return uri;
    texts.set(uri.path, markdown);
    changed.fire(uri);
    // The document behind a preview is closed after a while, and then tells nothing.
    if (before !== undefined && isRead(id)) {
      await vscode.commands.executeCommand("markdown.preview.refresh");
    }
    return uri;
  };
  const show = async (id: string, ask: Ask, follows = false): Promise<void> => {
    const report = reportOf(id, await ask());
    if (report === undefined) return;
    if ("sentence" in report) {
      void toast("information", report.sentence);
      return;
    }
    if (follows) following.set(id, ask);
    const uri = await put(id, report.markdown);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  };
  const refresh = async (): Promise<void> => {
    for (const [id, ask] of following) {
      if (!isRead(id)) continue; // it may be opened once more
      const report = reportOf(id, await ask().catch(() => undefined));
      if (report !== undefined && "markdown" in report) await put(id, report.markdown);
    }
  };
  const later = debounced(() => void refresh(), FOLLOWING_MS);
  const parts = [
    provider,
    changed,
    later,
    vscode.window.onDidChangeActiveTextEditor(later.call),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.scheme !== SCHEME) later.call();
    }),
  ];
  return {
    show,
    dispose: () => {
      for (const part of parts) part.dispose();
    },
  };
}

/** Whether a preview of the page is open in any group of tabs. */
function isRead(id: string): boolean {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.some(({ label }) => label.includes(`fim-lsp ${id}`));
}

function debounced(
  run: () => void,
  milliseconds: number,
): { call: () => void } & vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  return {
    call: () => {
      clearTimeout(timer);
      timer = setTimeout(run, milliseconds);
    },
    dispose: () => {
      clearTimeout(timer);
    },
  };
}
