// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { setUpCopy } from "./copy";
import { formatRemaining, setUpCountdown } from "./countdown";
import { keepFocus } from "./fragments";
import { fresh } from "./fresh";
import { clearMended, guardDoubleSends, setUpForms } from "./forms";
import { setUpMenus } from "./menus";
import { heard } from "./heard";
import { setUpOffline } from "./offline";
import { setUpToasts, toast } from "./toast";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

function show(html: string): HTMLElement {
  document.body.innerHTML = html;
  return document.body.firstElementChild as HTMLElement;
}

describe("a part that an answer replaces", () => {
  const swap = (place: HTMLElement, html: string): void => {
    document.dispatchEvent(new Event("htmx:before:swap"));
    place.innerHTML = html;
    document.dispatchEvent(new Event("htmx:after:swap"));
  };
  const choice = (value: string): string => `<label><input type="radio" name="service" value="${value}"></label>`;

  beforeEach(() => {
    keepFocus(document);
  });

  it("leaves the focus on the same choice, or else on the first thing to do there, or on the part itself", () => {
    const place = show(`<div>${choice("fast")}${choice("slow")}</div>`);
    place.querySelector<HTMLElement>("[value=slow]")?.focus();
    swap(place, choice("fast") + choice("slow"));
    expect((document.activeElement as HTMLInputElement).value).toBe("slow");
    swap(place, choice("fast"));
    expect((document.activeElement as HTMLInputElement).value).toBe("fast");
    swap(place, "<p>No service goes there.</p>");
    expect(document.activeElement).toBe(place);
  });

  it("leaves the focus alone that is elsewhere", () => {
    show(`<main><input id="street"><div></div></main>`);
    document.getElementById("street")?.focus();
    swap(document.querySelector("main div") as HTMLElement, choice("fast"));
    expect(document.activeElement?.id).toBe("street");
    (document.activeElement as HTMLElement).blur();
    swap(document.querySelector("main div") as HTMLElement, choice("slow"));
    expect(document.activeElement).toBe(document.body);
  });
});

describe("countdown", () => {
  it.each([
    [545_000, false, "9:05"],
    [544_001, false, "9:05"],
    [3_729_000, false, "1:02:09"],
    [-5, false, "0:00"],
    [2 * 86_400_000 + 3_600_000, true, "2 · 1:00:00"],
    [2 * 86_400_000, false, "48:00:00"],
  ])("writes %d ms", (left, withDays, text) => {
    expect(formatRemaining(left, withDays)).toBe(text);
  });

  it("counts by the server's clock, whatever the phone's says", () => {
    const timer = show(
      `<span data-countdown="2026-11-24T12:10:00Z" data-now="2026-11-24T12:00:00Z"><time data-countdown-text></time></span>`,
    );
    let phone = Date.parse("2026-11-24T15:00:00Z"); // three hours ahead
    setUpCountdown(document, () => phone);
    expect(timer.textContent).toBe("10:00");
    phone += 9 * 60_000 + 30_000;
    vi.advanceTimersByTime(1000);
    expect(timer.textContent).toBe("0:30");
    expect(timer.classList).toContain("countdown--soon");
  });

  it("says when the time is over, once", () => {
    const timer = show(
      `<span data-countdown="2026-11-24T12:00:01Z" data-now="2026-11-24T12:00:00Z" data-over="Over"><time data-countdown-text></time></span>`,
    );
    const notified = vi.fn();
    document.body.addEventListener("countdown:over", notified);
    let phone = 0;
    setUpCountdown(document, () => phone);
    phone += 1000;
    vi.advanceTimersByTime(5000);
    expect(timer.textContent).toBe("Over");
    expect(notified).toHaveBeenCalledOnce();
  });
});

describe("a field that follows from another", () => {
  function follow(value: string): void {
    document.querySelector("data")?.remove();
    document.body.insertAdjacentHTML("beforeend", `<data hidden data-fills="f-postcode" value="${value}"></data>`);
    setUpForms(document);
  }

  it("is filled and renewed, but never over what somebody typed", () => {
    const field = show(`<input id="f-postcode">`) as HTMLInputElement;
    follow("41116");
    expect(field.value).toBe("41116");
    follow("");
    expect(field.value).toBe("");
    field.value = "40151";
    follow("41250");
    expect(field.value).toBe("40151");
  });
});

describe("a countdown that loads the page anew", () => {
  const reload = vi.fn();

  beforeEach(() => {
    reload.mockReset();
    vi.stubGlobal("location", { reload });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  function run(now: string): void {
    show(
      `<span data-countdown="2026-11-24T12:00:01Z" data-now="${now}" data-reload><time data-countdown-text></time></span>`,
    );
    let phone = 0;
    setUpCountdown(document, () => phone);
    phone += 1000;
    vi.advanceTimersByTime(60_000);
  }

  it("does so once, when it ends", () => {
    run("2026-11-24T12:00:00Z");
    expect(reload).toHaveBeenCalledOnce();
  });

  it("does not when it was over already, so that the page is not loaded for ever", () => {
    run("2026-11-24T12:00:01Z");
    expect(reload).not.toHaveBeenCalled();
  });
});

describe("forms", () => {
  it("sends a filter as soon as it is chosen", () => {
    show(`<form><select data-autosubmit><option>a<option>b</select></form>`);
    const form = document.querySelector("form") as HTMLFormElement;
    const sent = vi.spyOn(form, "requestSubmit").mockImplementation(() => undefined);
    setUpForms(document);
    document.querySelector("select")?.dispatchEvent(new Event("change"));
    expect(sent).toHaveBeenCalledOnce();
  });

  it("steps within the bounds of the number", () => {
    show(`<div data-quantity><button data-step="-1"></button><input type="number" value="1" min="1" max="2"><button data-step="1"></button></div>`);
    setUpForms(document);
    const [less, more] = document.querySelectorAll("button");
    const input = document.querySelector("input") as HTMLInputElement;
    more?.click();
    more?.click();
    expect(input.value).toBe("2");
    less?.click();
    less?.click();
    expect(input.value).toBe("1");
  });

  it("lets a form go out once a tap, and again after coming back, as another request", () => {
    show(`<form method="post"><input type="hidden" name="idempotency_key" value="served"><button>Pay</button></form>`);
    const key = document.querySelector("input") as HTMLInputElement;
    guardDoubleSends(document);
    const submit = (): boolean =>
      (document.querySelector("form") as HTMLFormElement).dispatchEvent(
        new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: document.querySelector("button") }),
      );
    expect(submit()).toBe(true);
    expect(submit()).toBe(false);
    expect(key.value).toBe("served");
    window.dispatchEvent(new Event("pageshow"));
    expect(submit()).toBe(true);
    expect(key.value).not.toBe("served");
  });
});

describe("copy", () => {
  it("copies the value and says so for a moment", async () => {
    show(`<div><input id="key" value="secret"><button data-copy="key" data-copied="Copied"><span data-copy-label>Copy</span></button></div>`);
    const written = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { clipboard: { writeText: written } });
    setUpCopy(document);
    document.querySelector("button")?.click();
    await vi.advanceTimersByTimeAsync(10);
    expect(written).toHaveBeenCalledWith("secret");
    expect(document.querySelector("[data-copy-label]")?.textContent).toBe("Copied");
    await vi.advanceTimersByTimeAsync(3000);
    expect(document.querySelector("[data-copy-label]")?.textContent).toBe("Copy");
    vi.unstubAllGlobals();
  });
});

describe("toasts", () => {
  it("leave by themselves, but not while somebody reads them", () => {
    show(`<div data-toasts><div data-toast>Saved</div></div>`);
    setUpToasts(document);
    const message = document.querySelector("[data-toast]") as HTMLElement;
    message.dispatchEvent(new Event("pointerenter"));
    vi.advanceTimersByTime(30_000);
    expect(message.isConnected).toBe(true);
    message.dispatchEvent(new Event("pointerleave"));
    vi.advanceTimersByTime(7000);
    expect(message.isConnected).toBe(false);
  });

  it("show a script's words as words, and run the undo", () => {
    show(`<div data-toasts></div>`);
    const undo = vi.fn();
    toast("<b>Removed</b>", { label: "Undo", run: undo });
    expect(document.querySelector("b")).toBeNull();
    document.querySelector("button")?.click();
    expect(undo).toHaveBeenCalledOnce();
    expect(document.querySelector(".toast")).toBeNull();
  });
});

describe("menus", () => {
  it("close on Escape and on a tap elsewhere", () => {
    show(`<div><details data-menu open><summary>m</summary></details><p>elsewhere</p></div>`);
    setUpMenus(document);
    const menu = document.querySelector("details") as HTMLDetailsElement;
    document.querySelector("p")?.click();
    expect(menu.open).toBe(false);
    menu.open = true;
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect(menu.open).toBe(false);
  });
});

describe("what is to be mended in a form", () => {
  it("is named by its fields and listed as one meets them", () => {
    show(`<form><div class="error-summary"><ul><li><a href="#f-price">Too low</a></li><li><a href="#f-name">Missing</a></li><li><a href="#f-variants">One at least</a></li></ul></div>
      <label for="f-name">Name</label><input id="f-name"><label for="f-price">Price</label><input id="f-price"></form>`);
    setUpForms(document);
    const lines = [...document.querySelectorAll("li")].map((line) => line.textContent);
    expect(lines).toEqual(["One at least", "Name: Missing", "Price: Too low"]);
  });
});

describe("what was said against a field", () => {
  it("is taken back when it is written in again, beside it and in the summary", () => {
    show(`<form><div class="error-summary"><strong data-one="One thing">3 things</strong><ul><li><a href="#f-name">x</a></li>
      <li><a href="#f-city">x</a></li><li><a href="#f-way">x</a></li></ul></div>
      <div class="field field--wrong"><input id="f-name" aria-invalid="true"><p class="field__error">x</p></div>
      <div class="field field--wrong"><input id="f-city" aria-invalid="true"><p class="field__error">x</p></div>
      <fieldset><legend id="f-way">Pay</legend><p class="field__error">x</p><input type="radio" name="way"></fieldset></form>`);
    clearMended(document);
    const said = () => document.querySelectorAll(".field__error").length;
    document.querySelector("#f-name")?.dispatchEvent(new Event("input", { bubbles: true }));
    expect([said(), document.querySelector("strong")?.textContent]).toEqual([2, "2 things"]);
    expect(document.querySelector("#f-name")?.matches("[aria-invalid], .field--wrong *")).toBe(false);
    document.querySelector("[type=radio]")?.dispatchEvent(new Event("change", { bubbles: true }));
    expect([said(), document.querySelector("strong")?.textContent]).toEqual([1, "One thing"]);
    document.querySelector("#f-city")?.dispatchEvent(new Event("input", { bubbles: true }));
    expect(document.querySelector(".error-summary")).toBeNull();
  });
});

describe("the network", () => {
  it("is told of while it is away, and no longer", () => {
    const line = show(`<p data-offline hidden></p>`);
    setUpOffline(document);
    expect(line.hidden).toBe(true);
    const online = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    window.dispatchEvent(new Event("offline"));
    expect(line.hidden).toBe(false);
    online.mockReturnValue(true);
    window.dispatchEvent(new Event("online"));
    expect(line.hidden).toBe(true);
  });

  it("is back as soon as the server has answered anything, whatever the browser says", () => {
    const line = show(`<p data-offline hidden></p>`);
    setUpOffline(document);
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    const before = performance.now() - 1;
    window.dispatchEvent(new Event("offline"));
    heard(before);
    expect(line.hidden).toBe(false);
    heard(performance.now() + 1);
    expect(line.hidden).toBe(true);
  });
});

describe("fresh", () => {
  it("gives each element to a behaviour once", () => {
    const list = show(`<ul><li></li></ul>`);
    expect(fresh(list, "li")).toHaveLength(1);
    list.append(document.createElement("li"));
    expect(fresh(list, "li")).toHaveLength(1);
    expect(fresh(list, "li")).toHaveLength(0);
    expect(fresh(document, "ul > li")).toHaveLength(2);
  });
});
