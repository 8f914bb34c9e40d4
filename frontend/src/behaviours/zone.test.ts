// @vitest-environment jsdom
import { expect, test } from "vitest";
import { tellZone } from "./zone";

test("the browser's zone is told once, in a cookie of the whole site", () => {
  tellZone(document);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(document.cookie).toContain(`etalase_zone=${zone}`);
  const before = document.cookie;
  tellZone(document);
  expect(document.cookie).toBe(before);
});
