import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vite";
import { paperFonts } from "./paper-fonts.js";

// One entry a page family: src/site.ts for every page, src/<family>/main.ts beside it. The templates call
// for them by name: {{ assets("room") }} is src/room/main.ts.
const families = readdirSync("src").filter((name) => existsSync(`src/${name}/main.ts`));

// To make a window takes longer than all tests, so files share one, except those of what listens to all of a page.
const itsOwnWindow = ["beside", "drafts", "sheets"].map((name) => `src/**/${name}.test.ts`);
const setupFiles = ["src/fresh.setup.ts"];

export default defineConfig({
  base: "/static/",
  plugins: [paperFonts()],
  test: {
    projects: [
      { extends: true, test: { name: "one window", isolate: false, setupFiles, exclude: [...itsOwnWindow, "node_modules/**"] } },
      { extends: true, test: { name: "a window each", include: itsOwnWindow } },
    ],
  },
  build: {
    outDir: "../src/etalase/web/static",
    emptyOutDir: true,
    manifest: true,
    modulePreload: { polyfill: false },
    target: "es2022",
    // Older phones know no light-dark(): the build writes it out for them.
    cssTarget: ["chrome105", "safari16", "firefox110"],
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { site: "src/site.ts", ...Object.fromEntries(families.map((name) => [name, `src/${name}/main.ts`])) },
    },
  },
});
