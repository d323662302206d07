// Builds fim-lsp-VERSION.vsix: the extension, and the server with what it imports.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

const ROOT = path.resolve("../..");
const BUNDLED = "bundled";
/** Compiled, and only needed to read the Linux keyring; VS Code keeps the key here. */
const LEFT_OUT =
  /^(secretstorage|cryptography|cffi|_cffi_backend|pycparser|jeepney|bin)\b/i;
const COMPILED = /\.(so|pyd|dylib|dll|exe)$/;
const START = `"""Starts the server with the packages beside this file."""

import sys

if __name__ == "__main__":
    from fim_lsp.cli import main

    sys.exit(main())
`;

function run(program, args) {
  execFileSync(program, args, { stdio: ["ignore", "inherit", "inherit"] });
}

/** The Python that `make` set up, else the one on the PATH. */
function python() {
  const own = path.join(ROOT, ".venv", "bin", "python");
  return process.env.PYTHON ?? (existsSync(own) ? own : "python3");
}

function bundlePackages() {
  rmSync(BUNDLED, { recursive: true, force: true });
  const quiet = ["--quiet", "--disable-pip-version-check", "--no-compile"];
  // The Windows keyring needs pywin32-ctypes, which pip leaves out elsewhere.
  const wanted = [ROOT, "pywin32-ctypes"];
  run(python(), ["-m", "pip", "install", ...quiet, "--target", BUNDLED, ...wanted]);
  for (const name of readdirSync(BUNDLED)) {
    if (LEFT_OUT.test(name)) {
      rmSync(path.join(BUNDLED, name), { recursive: true });
    }
  }
  const files = readdirSync(BUNDLED, { recursive: true });
  const compiled = files.filter((name) => COMPILED.test(name));
  if (compiled.length > 0) {
    throw new Error(`only pure Python runs everywhere, not ${compiled.join(", ")}`);
  }
  writeFileSync(path.join(BUNDLED, "start.py"), START);
}

/** The README for inside the extension: its pictures lie beside it there. */
function copyDocuments() {
  mkdirSync("dist/images", { recursive: true });
  const picture = /\.\.\/\.\.\/docs\/editors\/images\/([\w-]+\.png)/g;
  const text = readFileSync("README.md", "utf8");
  for (const [from, name] of text.matchAll(picture)) {
    copyFileSync(from, path.join("dist/images", name));
  }
  writeFileSync("dist/README.md", text.replace(picture, "dist/images/$1"));
  copyFileSync(path.join(ROOT, "LICENSE"), "LICENSE");
}

rmSync("dist", { recursive: true, force: true });
run(process.execPath, ["scripts/build.mjs"]);
copyDocuments();
bundlePackages();
const flags = ["--no-dependencies", "--allow-missing-repository", "--skip-license"];
const readme = ["--readme-path", "dist/README.md", "--no-rewrite-relative-links"];
run(process.execPath, [
  "node_modules/@vscode/vsce/vsce",
  "package",
  ...flags,
  ...readme,
]);
