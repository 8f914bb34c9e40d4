// @vitest-environment jsdom
import { describe, expect, it } from "vitest";
import { RoomStore } from "../room/store";
import { makeRoom } from "../room/testing";
import { StudioNumbers } from "./numbers";
import type { HostWatch } from "./watch";
import type { SalesFigures } from "../room/protocol";

customElements.define("studio-numbers", StudioNumbers);

const SALES: SalesFigures = { orders: 2, goods_minor: 178_000, held_units: 1, sold_units: 3 };

async function numbers(sales: SalesFigures | null): Promise<Record<string, string>> {
  const watch = sales && { current: sales, subscribe: () => () => undefined };
  const store = new RoomStore(makeRoom({ sold: { units: 7 } }), 1);
  const element = Object.assign(new StudioNumbers(), { store, sales: watch as unknown as HostWatch<SalesFigures> | null });
  document.body.append(element);
  await element.updateComplete;
  return Object.fromEntries(
    [...element.querySelectorAll(".figures > div")].map((row) => [
      row.querySelector("dt")?.textContent ?? "",
      row.querySelector("dd")?.textContent ?? "",
    ]),
  );
}

describe("the numbers beside the tray", () => {
  it("count units and money of the same orders", async () => {
    const found = await numbers(SALES);
    expect(found).toMatchObject({ "Units sold": "3", Orders: "2", Held: "1" });
  });

  it("count what the room saw sold where orders stay with the till", async () => {
    expect(await numbers(null)).toMatchObject({ "Units sold": "7" });
  });
});
