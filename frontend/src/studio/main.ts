/** The live studio: the camera, going on air, the tray, the chat with moderation, and the numbers. */

import "../room/room.css";
import "./studio.css";
import { html } from "lit";
import { ScreenLock } from "../room/awake";
import { keepPage } from "../room/beside";
import { RoomChat } from "../room/chat";
import { mount } from "../room/element";
import { openRoom } from "../room/page";
import { followShow } from "../room/phases";
import type { ChatLine, ClaimList, SalesFigures, SilencedList } from "../room/protocol";
import { shareButtons } from "../room/share";
import { StudioAir } from "./air";
import { Camera } from "./camera";
import { StudioClaims } from "./claims";
import { StudioEntry } from "./entry";
import { HealthWatch } from "./health";
import { moderationMenu } from "./moderation";
import { StudioNumbers } from "./numbers";
import { readStudioPage } from "./page";
import { StudioPreview } from "./preview";
import { StudioSilenced } from "./silenced";
import { StudioTray } from "./tray";
import { say } from "./words";
import { CLAIMING, CLAIMS_PACE, HostWatch, SELLING, SILENCING } from "./watch";

function start(): void {
  const { store, connection, page: room } = openRoom();
  const page = readStudioPage();
  const camera = new Camera(page.ingest);
  const actions = (line: ChatLine) => html`${moderationMenu(connection, line)}`;
  mount("studio-preview", StudioPreview, { store, camera });
  const health = new HealthWatch(page.stream, store);
  mount("studio-air", StudioAir, { store, camera, page, health });
  health.start();
  mount("studio-tray", StudioTray, { store, connection, products: page.products, page });
  const sales = page.sales === null ? null : new HostWatch<SalesFigures>(page.sales, store, SELLING);
  mount("studio-numbers", StudioNumbers, { store, sales });
  sales?.start();
  if (page.claims !== null) {
    const claims = new HostWatch<ClaimList>(page.claims, store, CLAIMING, CLAIMS_PACE);
    mount("studio-claims", StudioClaims, { store, claims, holds: page.holds });
    claims.start();
    const whenEntered = (): void => {
      claims.refresh();
    };
    if (page.buying) mount("studio-entry", StudioEntry, { store, address: page.claims, whenEntered });
  }
  const silenced = new HostWatch<SilencedList>(page.silenced, store, SILENCING);
  mount("studio-silenced", StudioSilenced, { store, connection, silenced });
  silenced.start();
  mount("room-chat", RoomChat, { store, connection, limits: room.limits, actions });
  followShow(store, (state) => {
    if (state === "ended") camera.close();
  });
  camera.subscribe(new ScreenLock(() => camera.isWanted).follow);
  const isLeaving = keepPage({ wanted: () => camera.isWanted, ask: () => say("leave_live") });
  window.addEventListener("beforeunload", (event) => {
    if (camera.isWanted && !isLeaving()) event.preventDefault(); // leaving the page would stop the picture
  });
  shareButtons();
}

start();
