// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "./protocol";
import { RoomChat } from "./chat";
import { HOLDS_CHANGED } from "./claims";
import type { BuyerWord } from "./claims";
import type { RoomConnection } from "./connection";
import type { Command } from "./protocol";
import { RoomStore } from "./store";
import { makeRoom } from "./testing";

customElements.define("room-chat", RoomChat);

describe("the chat's forms", () => {
  let chat: RoomChat;
  let store: RoomStore;
  let sent: Command[];
  let answers: ((outcome: Outcome) => void)[];

  beforeEach(async () => {
    sent = [];
    answers = [];
    store = new RoomStore(makeRoom(), 10);
    const connection = {
      send: (command: Command) => {
        sent.push(command);
        return new Promise<Outcome>((resolve) => answers.push(resolve));
      },
    } as unknown as RoomConnection;
    chat = Object.assign(new RoomChat(), { limits: { line: 200, name: 30, hearts: 20, units: 3 }, store, connection });
    HTMLElement.prototype.scrollTo = () => undefined;
    document.body.append(chat);
    await chat.updateComplete;
  });

  afterEach(() => {
    chat.remove();
  });

  const field = (name: string) => chat.querySelector<HTMLInputElement>(`input[name=${name}]`);

  async function submit(name: string, value: string): Promise<void> {
    const input = field(name);
    if (!input?.form) throw new Error(`no field ${name}`);
    input.value = value;
    input.form.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
    await settled();
  }

  async function settled(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await chat.updateComplete;
  }

  function greet(name: string | null): void {
    store.take({ t: "hello", you: { viewer: "v1", name, moderator: false }, seq: 10, now: 0 });
  }

  function hear(seq: number, viewer: string, text: string): void {
    const said = { type: "chat.said" as const, id: String(seq), viewer, name: "N", text, host: false };
    store.take({ t: "events", events: [{ seq, at: seq, ...said }] });
  }

  it("ask for a name with the first line, and close when it is said", async () => {
    greet(null);
    await submit("text", "Halo");
    await submit("name", "Sari");
    expect(sent[0]).toMatchObject({ do: "say", text: "Halo", name: "Sari" });
    answers[0]?.({ ok: true });
    await settled();
    expect(field("name")).toBeNull();
    expect(field("text")?.value).toBe("");
  });

  it("close the question for a name when the room knows it already, and clear the line once it is said", async () => {
    greet(null);
    await submit("text", "Halo");
    await submit("name", "Sari");
    greet("Sari"); // the line was said, its reply was lost, and the next line begins
    await settled();
    expect(field("name")).toBeNull();
    expect(field("text")?.value).toBe("Halo");
    answers[0]?.({ ok: true });
    await settled();
    expect(field("text")?.value).toBe("");
  });

  it("lead back from the question for a name to the line as it was typed", async () => {
    greet(null);
    await submit("text", "Halo");
    chat.querySelector<HTMLButtonElement>(".room-composer-name")?.click();
    await settled();
    expect(field("name")).toBeNull();
    expect(field("text")?.value).toBe("Halo");
    expect(sent).toEqual([]);
  });

  it("let a viewer be called otherwise, and keep what was being typed", async () => {
    greet("Sari");
    await settled();
    const line = field("text");
    if (line) line.value = "Ada ukuran 2?";
    chat.querySelector<HTMLButtonElement>(".room-composer-name")?.click();
    await settled();
    expect(field("name")?.value).toBe("Sari");
    await submit("name", "Dewi");
    expect(sent).toEqual([{ do: "name", name: "Dewi" }]);
    answers[0]?.({ ok: true });
    await settled();
    expect(store.you.name).toBe("Dewi");
    expect(field("text")?.value).toBe("Ada ukuran 2?");
  });

  it("let viewers take back their own lines and no others, to be mended", async () => {
    greet("Sari");
    hear(11, "v1", "Halo smua");
    hear(12, "v2", "Hai");
    await settled();
    const buttons = chat.querySelectorAll<HTMLButtonElement>(".room-line-back");
    expect(buttons).toHaveLength(1);
    buttons[0]?.click();
    expect(sent).toEqual([{ do: "delete", line: "11" }]);
    answers[0]?.({ ok: true });
    await settled();
    expect(field("text")?.value).toBe("Halo smua");
  });

  it("keep the focus in the log when the line that has it goes", async () => {
    greet("Sari");
    hear(11, "v1", "Halo");
    await settled();
    chat.querySelector<HTMLButtonElement>(".room-line-back")?.focus();
    store.take({ t: "events", events: [{ seq: 12, at: 12, type: "chat.deleted", line: "11" }] });
    await settled();
    expect(document.activeElement).toBe(chat.querySelector("[role=log]"));
  });

  it("bring the till's word with a line, and show its writer alone what became of it", async () => {
    let words = 0;
    const forget = vi.fn();
    chat.buyer = { get: () => Promise.resolve(`word ${String((words += 1))}`), forget } as unknown as BuyerWord;
    greet("Sari");
    await submit("text", "keep A1");
    expect(sent[0]).toMatchObject({ do: "say", text: "keep A1", buyer: "word 1" });
    answers[0]?.({ ok: true, result: { claim: { code: "buyer_needed", detail: "" } } });
    await settled();
    expect(forget).toHaveBeenCalledOnce();
    expect(sent[1]).toMatchObject({ ...sent[0], buyer: "word 2" });
    const changed = vi.fn();
    window.addEventListener(HOLDS_CHANGED, changed, { once: true });
    answers[1]?.({ ok: true, result: { claim: { code: "held", detail: "Held: A1", cart_url: "/cart" } } });
    await settled();
    const note = chat.querySelector(".room-claim");
    expect(note?.textContent).toContain("Held: A1");
    expect(note?.querySelector("a")?.getAttribute("href")).toBe("/cart");
    expect(changed).toHaveBeenCalledOnce();
    note?.querySelector("button")?.click();
    await settled();
    expect(note?.textContent.trim()).toBe("");
  });

  it("keep the key of a line that failed while its text stays the same", async () => {
    greet("Sari");
    await submit("text", "Halo");
    answers[0]?.({ ok: false, problem: { code: "offline", detail: "" } });
    await settled();
    expect(chat.querySelector("[role=alert]")?.textContent).not.toBe("");
    await submit("text", "Halo");
    answers[1]?.({ ok: true });
    await settled();
    await submit("text", "Halo");
    const keys = sent.map((command) => (command.do === "say" ? command.key : ""));
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });
});
