// Bundles the extension into dist/, and the tests into out/ with `--tests`.
import { readdirSync } from "node:fs";
import { build } from "esbuild";

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  external: ["vscode"],
  logLevel: "warning",
};

if (process.argv.includes("--tests")) {
  const tests = readdirSync("test").filter((name) => name.endsWith(".test.ts"));
  const entryPoints = tests.map((name) => `test/${name}`);
  await build({ ...common, entryPoints, outdir: "out", format: "cjs" });
} else {
  const entryPoints = ["src/extension.ts"];
  const minify = !process.argv.includes("--debug");
  await build({ ...common, entryPoints, outdir: "dist", format: "cjs", minify });
}
