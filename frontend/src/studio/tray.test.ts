// @vitest-environment jsdom
import { afterEach, describe, expect, it } from "vitest";
import type { OfferCard, StudioPage } from "../room/protocol";
import { RoomStore } from "../room/store";
import { makeOffer, makeRoom } from "../room/testing";
import { StudioTray } from "./tray";

customElements.define("studio-tray", StudioTray);

async function show(tray: OfferCard[], invitation = ""): Promise<HTMLElement> {
  document.body.innerHTML = `<section>${invitation}</section>`;
  const section = document.body.firstElementChild as HTMLElement;
  const made = Object.assign(new StudioTray(), { store: new RoomStore(makeRoom({ tray }), 1), page: { buying: true } as StudioPage });
  section.prepend(made);
  await made.updateComplete;
  return section;
}

describe("the tray of a show without offers", () => {
  afterEach(() => {
    document.body.replaceChildren();
  });
  const invitation = `<div class="empty-state">No offers in this show yet</div>`;
  const hidden = (section: HTMLElement) => section.querySelector<HTMLElement>(".empty-state")?.hidden;

  it("is told once: by the page where the page says it, else by itself", async () => {
    const shown = await show([], invitation);
    expect(shown.textContent.trim()).toBe("No offers in this show yet");
    expect(hidden(shown)).toBe(false);
    expect((await show([])).textContent).toContain("No offers");
  });

  it("is not told any more once there are some", async () => {
    const filled = await show([makeOffer()], invitation);
    expect(hidden(filled)).toBe(true);
    expect(filled.querySelectorAll(".thumb")).toHaveLength(1);
  });
});

describe("the offer on show", () => {
  it("has its deal right below it, before what is set once", async () => {
    const tray = [makeOffer()];
    const store = new RoomStore(makeRoom({ tray, pinned: { product_id: makeOffer().product_id, at: 0 } }), 1);
    const page = { buying: true, deals: "/desk/melati/deals" } as StudioPage;
    const made = Object.assign(new StudioTray(), { store, page, products: "/desk/melati/products" });
    document.body.append(made);
    await made.updateComplete;
    expect(made.querySelector(".thumb")?.nextElementSibling?.className).toBe("deal-steps");
    document.body.replaceChildren();
  });
});
