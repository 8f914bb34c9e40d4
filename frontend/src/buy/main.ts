/** The buying script: turns the "Buy" links of the room into the buying sheet. The server sends it only where the
 * rulebook in force lets viewers buy in the room. */

import "./buy.css";
import { HoldDock } from "./dock";
import { BuySheet } from "./sheet";
import { keepPage } from "../room/beside";
import { mount } from "../room/element";
import { HoldStore } from "./holds";
import { HOLDS_CHANGED } from "../room/claims";
import { openRoom } from "../room/page";

const { store, page } = openRoom();
const holdStore = new HoldStore();
mount("buy-sheet", BuySheet, { store, holdStore, maxUnits: page.limits.units, referral: page.referral });
const sheet = document.querySelector<BuySheet>("buy-sheet");
/** Whether the browser came with a cart of its own, or signed in. */
const mayHold = document.querySelector("hold-dock[data-cart]") !== null;
mount("hold-dock", HoldDock, { store, holdStore, checkOut: () => void sheet?.openCheckout() });

window.addEventListener("pageshow", () => {
  // The buyer may come from the cart, or have joined the line on a page of the shop.
  if (mayHold || holdStore.current().length || holdStore.awaited.length) void holdStore.refresh();
});

window.addEventListener(HOLDS_CHANGED, () => void holdStore.refresh()); // a line of the chat was a claim

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-buy]") : null;
  const product = link?.dataset["buy"];
  if (!product || !sheet || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  link.closest("dialog")?.close(); // the tray gives way to the offer
  void sheet.open(product);
});

// Whoever holds something in a live show sees it again beside what they open.
keepPage({ wanted: () => store.state.show.state === "live" && holdStore.current().length > 0 });
