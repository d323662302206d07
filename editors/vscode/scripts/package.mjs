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
const COMPILED_PACKAGES =
  /^(secretstorage|cryptography|cffi|_cffi_backend|pycparser|jeepney)\b/i;
/** What only fim-lsp's command line needs, which is not in here. */
const COMMAND_LINE = /^(bin|click|rich|pygments)\b/i;
const OWN_COMMAND_LINE = ["cli", "editors", "__main__.py"];
/** What importlib reads of a package that is installed, and its licence. */
const KEPT_OF_METADATA =
  /^(METADATA|entry_points\.txt|licen[cs]es?.*|copying.*|notice.*)$/i;
/** Parts of packages that a server never loads: type stubs, tests, other programs. */
const NEVER_LOADED = [
  /\.pyi$/,
  /^anyio[\\/](_backends[\\/]_trio|pytest_plugin)\.py$/,
  /^idna[\\/](uts46data|cli)\.py$/,
  /^httpx[\\/]_main\.py$/,
  /^platformdirs[\\/](testing|pytest_plugin)\.py$/,
  /^(certifi|win32ctypes)[\\/]tests$/,
  /^keyring[\\/](testing|cli\.py|completion\.py|devpi_client\.py)$/,
  /^markdown_it[\\/](cli|port\.yaml)$/,
  /[\\/]__main__\.py$/,
  /^pygls[\\/](cli|client|lsp[\\/](_base_)?client)\.py$/,
];
const COMPILED = /\.(so|pyd|dylib|dll|exe)$/;
/** Modules of which much is documentation, which nobody reads in here. */
const LONG_DOCS = [
  "anyio/_backends/_asyncio.py",
  "anyio/_core/_fileio.py",
  "anyio/_core/_sockets.py",
  "backports/tarfile/__init__.py",
  "h11/_connection.py",
  "httpx/_client.py",
  "importlib_metadata/__init__.py",
  "lsprotocol/types.py",
  "more_itertools/more.py",
  "more_itertools/recipes.py",
  "typing_extensions.py",
];
/** Takes the documentation out of modules; their heads and their code stay. */
const WITHOUT_DOCS = `
import ast, itertools, pathlib, sys
WITH_BODIES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
for path in map(pathlib.Path, sys.argv[1:]):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, WITH_BODIES):
            code = [
                part
                for part in node.body
                if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            ]
            node.body = code or [ast.Pass()]
    head = itertools.takewhile(lambda line: line[:1] == "#", text.splitlines(True))
    path.write_text("".join(head) + ast.unparse(tree) + "\\n", encoding="utf-8")
`;
/** Imports every module of the server with nothing but the bundle and Python itself. */
const SELF_CHECK = `
import importlib, pkgutil, sys
sys.path.insert(0, sys.argv[1])
sys.modules["httpx._main"] = None
import fim_lsp
for module in pkgutil.walk_packages(fim_lsp.__path__, "fim_lsp."):
    importlib.import_module(module.name)
import keyring, truststore
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
    if (COMPILED_PACKAGES.test(name) || COMMAND_LINE.test(name)) remove(name);
    else if (name.endsWith(".dist-info")) stripMetadata(name);
  }
  for (const name of OWN_COMMAND_LINE) remove(path.join("fim_lsp", name));
  for (const name of readdirSync(BUNDLED, { recursive: true })) {
    if (NEVER_LOADED.some((pattern) => pattern.test(name))) remove(name);
  }
  // Two of them are installed only for a Python before 3.12.
  const modules = LONG_DOCS.map((name) => path.join(BUNDLED, name)).filter(existsSync);
  run(python(), ["-I", "-B", "-c", WITHOUT_DOCS, ...modules]);
  const files = readdirSync(BUNDLED, { recursive: true });
  const compiled = files.filter((name) => COMPILED.test(name));
  if (compiled.length > 0) {
    throw new Error(`only pure Python runs everywhere, not ${compiled.join(", ")}`);
  }
  copyFileSync("scripts/start.py", path.join(BUNDLED, "start.py"));
  run(python(), ["-I", "-S", "-B", "-c", SELF_CHECK, BUNDLED]);
}

function remove(name) {
  rmSync(path.join(BUNDLED, name), { recursive: true, force: true });
}

function stripMetadata(folder) {
  for (const name of readdirSync(path.join(BUNDLED, folder))) {
    if (!KEPT_OF_METADATA.test(name)) remove(path.join(folder, name));
  }
  // The README of a package follows its headers.
  const metadata = path.join(BUNDLED, folder, "METADATA");
  const [headers] = readFileSync(metadata, "utf8").split("\n\n", 1);
  writeFileSync(metadata, `${headers}\n`);
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
const flags = ["--no-dependencies", "--skip-license"];
const readme = ["--readme-path", "dist/README.md", "--no-rewrite-relative-links"];
run(process.execPath, [
  "node_modules/@vscode/vsce/vsce",
  "package",
  ...flags,
  ...readme,
]);
