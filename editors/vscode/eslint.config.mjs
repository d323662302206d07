import js from "@eslint/js";
import typescript from "typescript-eslint";

export default typescript.config(
  { ignores: ["dist/", "out/", "bundled/"] },
  js.configs.recommended,
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    extends: [...typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Numbers read well in sentences.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true },
      ],
      // A name that only stands for its place begins with an underscore.
      "@typescript-eslint/no-unused-vars": [
        "error",
        { varsIgnorePattern: "^_", argsIgnorePattern: "^_" },
      ],
      // The language client hands on JSON as `any`.
      "@typescript-eslint/no-unsafe-return": "off",
      // `async` also says that a function keeps to a signature with a promise.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    // What is tested without VS Code and without a computer of its own.
    files: ["src/pure/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", "vscode", "vscode-languageclient/node"],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      // Node's `test` returns a promise that its runner waits for.
      "@typescript-eslint/no-floating-promises": "off",
    },
  },
  {
    files: ["scripts/**"],
    languageOptions: { globals: { Buffer: "readonly", process: "readonly" } },
  },
);
