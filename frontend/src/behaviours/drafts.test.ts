// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keepDrafts, setUpDrafts } from "./drafts";

const CHECKOUT = `<form data-draft="checkout" method="post"><input name="street"><input name="key" type="hidden" value="k">
  <input type="password" name="secret"><input type="checkbox" name="remember" value="yes">
  <input type="radio" name="way" value="a" checked><input type="radio" name="way" value="b"></form>`;
const TWO = `<form method="post" action="/one"><input name="note" value="old"></form>
  <form method="post" action="/two"><input name="role" data-autosubmit><input type="file" name="photo"><button>go</button></form>`;

function field(name: string, place = 0): HTMLInputElement {
  const found = document.querySelectorAll<HTMLInputElement>(`[name=${name}]`)[place];
  if (!found) throw new Error(`no field ${name}`);
  return found;
}

/** Come to the page, as the browser does after a load. */
function load(html: string): void {
  document.body.innerHTML = html;
  keepDrafts(document);
  setUpDrafts(document);
}

function type(name: string, value: string): void {
  field(name).value = value;
  field(name).dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(name: string, place = 0): void {
  field(name, place).checked = true;
  field(name, place).dispatchEvent(new Event("change", { bubbles: true }));
}

function send(form: number): boolean {
  return document.forms[form]?.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true })) ?? false;
}

beforeEach(() => {
  sessionStorage.clear();
  delete document.body.dataset.unsentFile;
});

describe("the draft of a form", () => {
  it("is written back whenever the form comes again, and tells whoever follows the field", () => {
    load(CHECKOUT);
    type("street", "Jalan Melati 5");
    type("secret", "hush");
    mark("remember");
    mark("way", 1);
    const changed = vi.fn();
    document.addEventListener("change", changed, { once: true });
    load(CHECKOUT);
    expect(field("street").value).toBe("Jalan Melati 5");
    expect(field("remember").checked).toBe(true);
    expect(field("way", 1).checked).toBe(true);
    expect(field("secret").value).toBe("");
    expect(changed).toHaveBeenCalled();
    expect(String(sessionStorage.getItem("etalase.draft.checkout"))).not.toContain("hush");
  });

  it("is what was typed last, also where that is what stood there before", () => {
    load(CHECKOUT);
    type("street", "Jalan Melati 5");
    type("street", "");
    mark("way", 1);
    mark("way", 0);
    load(CHECKOUT);
    expect(field("street").value).toBe("");
    expect(field("way", 0).checked).toBe(true);
  });

  it("forgets the fields that a button names, and keeps the others", () => {
    load(CHECKOUT.replace("</form>", `<input name="code"><button data-draft-drop="code">go</button></form>`));
    type("street", "Jalan Melati 5");
    type("code", "HEMAT20");
    const form = document.forms[0];
    const submitter = form?.querySelector("button") ?? null;
    form?.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter }));
    load(CHECKOUT.replace("</form>", `<input name="code"></form>`));
    expect(field("street").value).toBe("Jalan Melati 5");
    expect(field("code").value).toBe("");
  });

  it("ends where a page says that it is done", () => {
    load(CHECKOUT);
    type("street", "Jalan Melati 5");
    load(`<p data-draft-done="checkout"></p>`);
    load(CHECKOUT);
    expect(field("street").value).toBe("");
  });
});

describe("a page of several forms", () => {
  it("keeps what was typed into the others when one is sent, once", () => {
    load(TWO);
    type("note", "new");
    expect(send(1)).toBe(true);
    load(TWO);
    expect(field("note").value).toBe("new");
    load(TWO);
    expect(field("note").value).toBe("old");
  });

  it("does not carry what was sent itself, nor what sends itself", () => {
    load(TWO);
    type("note", "new");
    type("role", "owner");
    send(0);
    load(TWO);
    expect([field("note").value, field("role").value]).toEqual(["old", ""]);
  });

  it("asks before a chosen file is left behind", () => {
    load(TWO);
    document.body.dataset.unsentFile = "Go on without the picture?";
    Object.defineProperty(field("photo"), "files", { value: [new File(["x"], "x.jpg")] });
    const asked = vi.spyOn(window, "confirm").mockReturnValue(false);
    expect(send(0)).toBe(false);
    expect(asked).toHaveBeenCalledWith("Go on without the picture?");
    asked.mockReturnValue(true);
    expect(send(0)).toBe(true);
    expect(send(1)).toBe(true);
    vi.restoreAllMocks();
  });
});
