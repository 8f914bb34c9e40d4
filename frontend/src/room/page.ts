/** What the server hands to the scripts with the page: one JSON block, no globals, no inline code. */

import { RoomConnection } from "./connection";
import type { RoomState } from "./protocol";
import { RoomStore } from "./store";
import type { RoomAddresses } from "./transports";

export interface Pin {
  product_id: string;
  /** Seconds from the start of the recording. */
  offset: number;
  /** The second from which it is shown no more; null until the end. */
  until: number | null;
}

export interface RoomPage {
  state: RoomState;
  seq: number;
  addresses: RoomAddresses;
  replay: { video: string; pins: Pin[] } | null;
  /** Whether a viewer may hold and buy here; where not, offers are plain links. */
  buying: boolean;
  /** How many units of one variant a buyer may hold. */
  most_units: number;
}

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
