import { expect, it } from "vitest";

const sources = import.meta.glob<string>(["../**/*.ts", "!../**/*.test.ts"], { eager: true, query: "?raw", import: "default" });

/** Properties whose values are plain: Lit sets those only when they change. */
const PLAIN = new Set(["checked", "value"]);

it("sets an object as a property of an element only when it is another one", () => {
  // Lit sets an object again at every render, even the same one: a video then starts its picture anew.
  const bindings = Object.entries(sources).flatMap(([file, text]) =>
    [...text.matchAll(/\s\.(\w+)=\$\{(\w+\(?)/g)].map(([, property, value]) => ({ file, property, value })),
  );
  expect(bindings.length).toBeGreaterThan(2);
  expect(bindings.filter(({ property, value }) => !PLAIN.has(property ?? "") && value !== "guard(")).toEqual([]);
});
