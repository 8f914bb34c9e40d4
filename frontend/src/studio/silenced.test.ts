// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RoomConnection } from "../room/connection";
import type { Command } from "../room/protocol";
import { RoomStore } from "../room/store";
import { makeRoom } from "../room/testing";
import { StudioSilenced } from "./silenced";
import { HostWatch, SILENCING } from "./watch";
import type { Silenced } from "../room/protocol";

customElements.define("studio-silenced", StudioSilenced);

describe("the list of who may not write", () => {
  let list: StudioSilenced;
  let sent: Command[];

  beforeEach(async () => {
    const until = Date.now() + 90_000;
    const viewers = [
      { viewer: "v1", name: "Sari", until },
      { viewer: "v2", name: "Ani", until: Date.now() - 1 },
      { viewer: "abcdef", name: null, until: null },
    ];
    vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ viewers })));
    sent = [];
    const connection = {
      send: (command: Command) => {
        sent.push(command);
        return Promise.resolve({ ok: true });
      },
    } as unknown as RoomConnection;
    const store = new RoomStore(makeRoom(), 1);
    const silenced = new HostWatch<{ viewers: Silenced[] }>("/studio/ABC/silenced", store, SILENCING);
    list = Object.assign(new StudioSilenced(), { store, connection, silenced });
    document.body.append(list);
    silenced.start();
    await vi.waitFor(() => {
      expect(list.querySelector("li")).not.toBeNull();
    });
  });

  afterEach(() => {
    list.remove();
    vi.unstubAllGlobals();
  });

  it("names them, for how long, and leaves out whose time is over", () => {
    const rows = [...list.querySelectorAll(".silenced__who")].map((row) => row.textContent);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatch(/^Sari\s+muted, 1:\d\d left$/);
    expect(rows[1]).toMatch(/^Viewer abcd…\s+blocked in all shows/);
  });

  it("lets each write again", () => {
    for (const button of list.querySelectorAll("button")) button.click();
    expect(sent).toEqual([
      { do: "unmute", viewer: "v1" },
      { do: "unblock", viewer: "abcdef" },
    ]);
  });
});
