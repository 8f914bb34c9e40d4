// @vitest-environment jsdom
import { render } from "lit";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../room/protocol";
import type { RoomConnection } from "../room/connection";
import type { Command } from "../room/protocol";
import { makeLine } from "../room/testing";
import { moderationMenu } from "./moderation";

describe("moderation", () => {
  let sent: Command[];
  let answer: Outcome;

  beforeEach(() => {
    sent = [];
    answer = { ok: true };
    document.body.innerHTML = "<main></main><div data-toasts></div>";
    const connection = {
      send: (command: Command) => {
        sent.push(command);
        return Promise.resolve(answer);
      },
    } as unknown as RoomConnection;
    render(moderationMenu(connection, makeLine()), document.querySelector("main") as HTMLElement);
  });

  const toasts = () => [...document.querySelectorAll(".toast__text")].map((one) => one.textContent);

  async function tap(words: string): Promise<void> {
    const before = toasts().length;
    const button = [...document.querySelectorAll("button")].find((one) => one.textContent.includes(words));
    button?.click();
    await vi.waitFor(() => {
      expect(toasts().length + sent.length).toBeGreaterThan(before);
    });
    await Promise.resolve();
  }

  it("says how far a block reaches, and takes it back on a tap", async () => {
    await tap("Block");
    expect(toasts()[0]).toContain("any show of your shop");
    await tap("Undo");
    expect(sent).toEqual([
      { do: "block", viewer: "v1" },
      { do: "unblock", viewer: "v1" },
    ]);
    expect(toasts()).toEqual(["Sari may write again."]);
  });

  it("says what could not be done, and why", async () => {
    answer = { ok: false, problem: { code: "not_a_host", detail: "Only hosts may do this." } };
    await tap("Mute");
    expect(toasts()).toEqual(["Only hosts may do this."]);
    answer = { ok: false, problem: { code: "offline", detail: "" } };
    await tap("Delete");
    expect(toasts()[1]).toBe("The server cannot be reached. Try again in a moment.");
  });
});
