import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

// What eslint looks for that the compilers do not. The shape of the code is prettier's.
export default ts.config(
  { ignores: ["dist/", "node_modules/", "src/lib/api/schema.ts"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  ...svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      // TypeScript knows every name, also those of generics and of types.
      "no-undef": "off",
      eqeqeq: ["error", "always"],
      "no-console": "error",
      // Svelte's own rule takes its place: it knows runes, which need a let.
      "prefer-const": "off",
      "svelte/prefer-const": ["error", { destructuring: "all" }],
      "svelte/no-at-html-tags": "error",
      // The content security policy forbids style="…"; style:name={value} is set through the DOM, which it allows.
      "no-restricted-syntax": ["error", { selector: "SvelteAttribute[key.name='style']", message: "Use style:name={value}." }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  // The query parameters that it changes are copies of its own, which nobody watches.
  { files: ["src/lib/router.svelte.ts"], rules: { "svelte/prefer-svelte-reactivity": "off" } },
  { files: ["scripts/**"], rules: { "no-console": "off" } },
);
