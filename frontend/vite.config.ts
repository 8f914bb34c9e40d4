import { defineConfig } from "vite";

// One entry a page family; the templates look the built names up in the manifest.
export default defineConfig({
  base: "/static/",
  build: {
    outDir: "../src/etalase/web/static",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    rolldownOptions: { input: { site: "src/site.ts" } },
  },
});
