/** What the server hands to the scripts with the page: one JSON block, no globals, no inline code. */

import { RoomConnection } from "./connection";
import type { RoomPage } from "./protocol";
import { RoomStore } from "./store";

export interface Room {
  page: RoomPage;
  store: RoomStore;
  connection: RoomConnection;
}

let opened: Room | null = null;

/** The room of this page, opened once, whichever script asks first. */
export function openRoom(): Room {
  if (opened) return opened;
  const page = readPage("room-page") as RoomPage;
  const store = new RoomStore(page.state, page.seq);
  const connection = new RoomConnection(store, page.addresses, { csrfToken });
  opened = { page, store, connection };
  connection.start();
  return opened;
}

/** The JSON block with this id. */
export function readPage(id: string): unknown {
  const block = document.getElementById(id);
  if (!block) throw new Error(`the page lacks its block ${id}`);
  return JSON.parse(block.textContent);
}

/** The value that proves to the server that a request came from one of its own pages. */
export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}
