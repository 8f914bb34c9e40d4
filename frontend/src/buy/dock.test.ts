// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RoomStore } from "../room/store";
import { makeRoom } from "../room/testing";
import { HoldDock } from "./dock";
import { HoldStore } from "./holds";

customElements.define("hold-dock", HoldDock);

describe("the dock", () => {
  let holdStore: HoldStore;
  const checkOut = vi.fn();
  const ask = vi.fn();

  beforeEach(() => {
    vi.stubGlobal("fetch", ask);
    checkOut.mockReset();
    localStorage.clear();
    document.body.innerHTML = '<div role="status" data-toasts></div>';
    holdStore = new HoldStore();
    const dock = Object.assign(new HoldDock(), { store: new RoomStore(makeRoom(), 1), holdStore, checkOut });
    document.body.append(dock);
  });

  afterEach(() => {
    document.body.replaceChildren();
    vi.unstubAllGlobals();
  });

  const said = () => [...document.querySelectorAll(".toast")].map((one) => one.querySelector(".toast__text")?.textContent);

  async function hear(awaited: number): Promise<void> {
    const expires_at = new Date(Date.now() + 600_000).toISOString();
    const held = { id: "h", variant_id: "v", title: "Gaun anak, 4 tahun", quantity: 1, expires_at, awaited };
    ask.mockResolvedValue(Response.json({ holds: [held], awaited: [], ask_again_seconds: 0, taken_back: [] }));
    await holdStore.refresh();
    await document.querySelector<HoldDock>("hold-dock")?.updateComplete;
  }

  it("says for all to see that a turn came, also where this page knew of no place in line", async () => {
    await hear(1);
    expect(said()).toEqual([expect.stringMatching(/^It is your turn: Gaun anak, 4 tahun is yours for (10:00|9:59)\.$/)]);
    document.querySelector<HTMLButtonElement>(".toast__action")?.click();
    expect(checkOut).toHaveBeenCalledOnce();
  });

  it("says it once, and not of what was free", async () => {
    await hear(1);
    await hear(1);
    expect(said()).toHaveLength(1);
    await hear(0);
    expect(said()).toHaveLength(1);
  });
});
