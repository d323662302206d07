// Where reports are read: a Markdown preview of a document that exists in memory only.
import * as vscode from "vscode";
import { reportOf } from "./reports";

const SCHEME = "fim-lsp-report";

export interface ReportView extends vscode.Disposable {
  /** Shows what `fim-lsp.<id>` answered. */
  show(id: string, answer: unknown): Promise<void>;
}

export function createReportView(): ReportView {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path) ?? "",
  });
  const show = async (id: string, answer: unknown): Promise<void> => {
    const report = reportOf(id, answer);
    if (report === undefined) return;
    if ("sentence" in report) {
      void vscode.window.showInformationMessage(report.sentence);
      return;
    }
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/fim-lsp ${id}.md` });
    texts.set(uri.path, report.markdown);
    changed.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
  };
  return { show, dispose: () => void [provider, changed].map((one) => one.dispose()) };
}
