import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // The console is served from the admin port's root, or from below a proxy's path.
  base: "./",
  plugins: [svelte(), svelteTesting()],
  build: {
    target: "es2022",
    // The content security policy allows no data: fonts or scripts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What most views use is one file, not thirty small ones. Charts stay by themselves.
        codeSplitting: {
          groups: [{ name: "common", test: /src\/lib\/(?!ui\/uplot)|node_modules\/(svelte|esm-env|clsx|openapi-fetch)\// }],
        },
      },
    },
    // The licences of what is bundled ask to be handed on.
    license: { fileName: "assets/licenses.txt" },
  },
  server: {
    port: 5173,
    proxy: { "/api": process.env.RAPPORT_ADMIN ?? "http://127.0.0.1:8081" },
  },
  test: { include: ["src/**/*.test.ts"] },
});
