// @vitest-environment jsdom
import { expect, test } from "vitest";
import { rememberZone } from "./zone";

test("the browser's zone is told once, in a cookie of the whole site", () => {
  rememberZone(document);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  expect(document.cookie).toContain(`etalase_zone=${zone}`);
  const before = document.cookie;
  rememberZone(document);
  expect(document.cookie).toBe(before);
});
