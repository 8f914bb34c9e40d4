// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepPage } from "./beside";

describe("a page that must go on", () => {
  let wanted = false;
  let opened: (string | null)[];
  const follow = (event: Event): void => {
    event.preventDefault(); // jsdom goes nowhere; what the browser would do is noted instead
    opened.push((event.target as Element).closest("a")?.getAttribute("target") ?? null);
  };
  const isLeaving = keepPage({ wanted: () => wanted, ask: () => "This stops your camera. Go on?" });

  beforeEach(() => {
    wanted = true;
    opened = [];
    document.body.innerHTML = `<a id="away" href="/elsewhere"><b>x</b></a><a id="here" href="#part">y</a>
      <form method="post" action="/key"><button>z</button></form>`;
    document.addEventListener("click", follow);
  });

  afterEach(() => {
    document.removeEventListener("click", follow);
    vi.restoreAllMocks();
  });

  const tap = (selector: string): void => document.querySelector<HTMLElement>(selector)?.click();

  it("opens what leads away beside it, while it is wanted", () => {
    tap("#away b");
    expect(opened).toEqual(["_blank"]);
    expect(document.querySelector("a")?.rel).toBe("noopener");
    wanted = false;
    tap("#here");
    expect(opened).toEqual(["_blank", null]);
  });

  it("forgets it after the tap", async () => {
    tap("#away");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(document.querySelector("a")?.getAttribute("target")).toBeNull();
    wanted = false;
    tap("#away");
    expect(opened).toEqual(["_blank", null]);
  });

  it("lets links to its own parts be", () => {
    tap("#here");
    expect(opened).toEqual([null]);
  });

  it("asks in words before a form loads it again, once", () => {
    const asked = vi.spyOn(window, "confirm").mockReturnValue(false);
    const send = (): boolean =>
      document.querySelector("form")?.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true })) ?? true;
    expect(send()).toBe(false);
    expect(asked.mock.calls[0]?.[0]).toContain("stops your camera");
    expect(isLeaving()).toBe(false);
    asked.mockReturnValue(true);
    expect(send()).toBe(true);
    expect(isLeaving()).toBe(true);
    wanted = false;
    expect(send()).toBe(true);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
