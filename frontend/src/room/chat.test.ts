// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "./asked";
import { RoomChat } from "./chat";
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
    chat = Object.assign(new RoomChat(), { store, connection });
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
    store.take({ t: "hello", you: { viewer: "v1", name, moderator: false }, seq: 10 });
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
