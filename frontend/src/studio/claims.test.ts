// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClaimList, ClaimRow } from "../room/protocol";
import { RoomStore } from "../room/store";
import { makeOffer, makeRoom } from "../room/testing";
import { StudioClaims } from "./claims";
import { CLAIMING, CLAIMS_PACE, HostWatch } from "./watch";

customElements.define("studio-claims", StudioClaims);

function makeClaim(changes: Partial<ClaimRow> = {}): ClaimRow {
  return {
    number: 1,
    asked_at: new Date(0).toISOString(),
    name: "Rina",
    text: "keep A1 4",
    product_id: "dress",
    variant_id: "dress-4",
    title: "A1 4 tahun",
    quantity: 2,
    door: "comment",
    verdict: "held",
    words: "Won",
    standing: "held",
    stands: "held",
    hold_id: "h1",
    until: new Date(600_000).toISOString(),
    link: "",
    ...changes,
  };
}

describe("the list of claims", () => {
  let list: StudioClaims;
  let asked: string[];
  let answer: ClaimList;
  let store: RoomStore;

  beforeEach(async () => {
    answer = {
      claims: [
        makeClaim({ number: 2, name: "Dewi", product_id: "shirt", verdict: "sold_out", words: "Too late", standing: "waiting", stands: "in line", hold_id: null, until: null }),
        makeClaim(),
      ],
      lines: [{ product_id: "shirt", variant_id: "s", title: "B2", waiting: 3, first: [{ name: "Dewi", number: 2, quantity: 1 }] }],
    };
    asked = [];
    vi.stubGlobal("fetch", (address: string) => {
      asked.push(address);
      return Promise.resolve(address.endsWith("/release") ? new Response(null, { status: 204 }) : Response.json(answer));
    });
    store = new RoomStore(makeRoom({ tray: [makeOffer(), makeOffer({ product_id: "shirt", code: "B2" })] }), 1);
    const claims = new HostWatch<ClaimList>("/studio/ABC/claims", store, CLAIMING, CLAIMS_PACE);
    list = Object.assign(new StudioClaims(), { store, claims, holds: "/desk/melati/products" });
    document.body.append(list);
    claims.start();
    await vi.waitFor(() => {
      expect(list.querySelectorAll(".studio-claim")).toHaveLength(2);
    });
  });

  afterEach(() => {
    list.remove();
    vi.unstubAllGlobals();
  });

  const rows = (): string[] => [...list.querySelectorAll(".studio-claim")].map((row) => row.textContent.replace(/\s+/g, " "));

  it("shows the newest first, each with who, what and its verdict, and who is next", () => {
    expect(rows()[0]).toContain("#2 Dewi");
    expect(rows()[0]).toContain("Too late: in line");
    expect(rows()[1]).toContain("2 × A1 4 tahun Won: held");
    expect(list.querySelector(".studio-claims__next")?.textContent).toContain("Dewi #2 × 1");
  });

  it("shows those of one offer", async () => {
    const choice = list.querySelector("select");
    if (!choice) throw new Error("no filter");
    choice.value = "dress";
    choice.dispatchEvent(new Event("change"));
    await list.updateComplete;
    expect(rows()).toHaveLength(1);
    expect(list.querySelector(".studio-claims__next")).toBeNull();
  });

  it("lets go only after it was asked, and looks again", async () => {
    const button = (words: string): HTMLButtonElement | undefined =>
      [...list.querySelectorAll("button")].find((one) => one.textContent.trim() === words);
    button("Let go")?.click();
    await list.updateComplete;
    expect(asked.some((address) => address.endsWith("/release"))).toBe(false);
    answer = { claims: [makeClaim({ standing: "released", stands: "let go", hold_id: null, until: null })], lines: [] };
    button("Yes, let go")?.click();
    await vi.waitFor(() => {
      expect(rows()).toHaveLength(1);
    });
    expect(asked).toContain("/desk/melati/products/dress/holds/h1/release");
    expect(rows()[0]).toContain("Won: let go");
  });

  it("asks again when the room says that claims came", async () => {
    const before = asked.length;
    store.take({ t: "events", events: [{ seq: 2, at: 2, type: "claims.counted", number: 3, head: "ff" }] });
    await vi.waitFor(() => {
      expect(asked.length).toBeGreaterThan(before);
    });
  });
});
