import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// The fonts of what is printed (labels, packing slips): copied from their packages beside the Python code that
// embeds them, with an index of the code points of each file. The first file that has a letter is used.
const target = "../src/etalase/web/_documents/fonts";
const letters = ["latin", "latin-ext", "vietnamese", "cyrillic", "cyrillic-ext", "greek", "greek-ext"];
const scripts = [
  "thai", "arabic", "javanese", "balinese", "sundanese", "hebrew", "devanagari", "bengali", "tamil", "telugu",
  "gurmukhi", "sinhala", "lao", "khmer", "myanmar", "armenian", "georgian", "ethiopic",
];
const families = [
  ...letters.map((subset) => ({ name: "@fontsource/noto-sans", subset, weights: [400, 700] })),
  ...scripts.map((subset) => ({ name: `@fontsource/noto-sans-${subset}`, subset, weights: [400, 700] })),
  { name: "@fontsource/noto-sans-buginese", subset: "buginese", weights: [400] },
  { name: "@fontsource-variable/noto-sans-sc" },
  { name: "@fontsource-variable/noto-sans-kr" },
  { name: "@fontsource/noto-emoji", subset: "emoji", weights: [400] },
  { name: "@fontsource/noto-sans-symbols", subset: "symbols", weights: [400] },
  { name: "@fontsource/noto-sans-math", subset: "latin", weights: [400] },
  { name: "@fontsource/unifontex", subset: "latin", weights: [400] },
];

/** Every font file that is wanted: its path, its weight (null: variable), its code points (null: see the file). */
function* files() {
  for (const { name, subset, weights } of families) {
    const folder = join("node_modules", name);
    const short = name.split("/")[1];
    const ranges = JSON.parse(readFileSync(join(folder, "unicode.json"), "utf8"));
    if (!weights) {
      for (const [key, range] of Object.entries(ranges).filter(([key]) => key.startsWith("["))) {
        yield { path: join(folder, "files", `${short}-${key.slice(1, -1)}-wght-normal.woff2`), weight: null, range };
      }
    }
    for (const weight of weights ?? []) {
      const path = join(folder, "files", `${short}-${subset}-${weight}-normal.woff`);
      const whole = !(subset in ranges) || name.endsWith("math");
      yield { path, weight, range: whole ? null : ranges[subset] };
    }
  }
}

/** The plugin that copies them at each build. */
export function paperFonts() {
  return {
    name: "paper-fonts",
    apply: "build",
    closeBundle() {
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target, { recursive: true });
      const index = [];
      for (const { path, weight, range } of files()) {
        if (!existsSync(path)) throw new Error(`No such font: ${path}`);
        const file = path.split("/").at(-1);
        cpSync(path, join(target, file));
        index.push({ file, weight, ranges: range });
      }
      writeFileSync(join(target, "index.json"), JSON.stringify(index));
    },
  };
}
