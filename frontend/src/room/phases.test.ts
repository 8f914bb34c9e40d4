// @vitest-environment jsdom
import { expect, it } from "vitest";
import { followShow } from "./phases";
import { RoomStore } from "./store";
import { makeRoom } from "./testing";

it("shows each part of the page in its states of the show only", () => {
  document.body.innerHTML = `<p data-when="planned"></p><p data-when="planned live"></p><p data-when="ended" hidden></p>`;
  const { show } = makeRoom();
  const store = new RoomStore(makeRoom({ show: { ...show, state: "planned" } }), 1);
  const states: string[] = [];
  followShow(store, (state) => states.push(state));
  const seen = () => [...document.querySelectorAll<HTMLElement>("p")].map((part) => !part.hidden);
  expect(seen()).toEqual([true, true, false]);
  store.take({ t: "events", events: [{ seq: 2, at: 2, type: "show.started", started_at: 2 }] });
  expect(seen()).toEqual([false, true, false]);
  store.take({ t: "events", events: [{ seq: 3, at: 3, type: "show.ended", ended_at: 3 }] });
  expect(seen()).toEqual([false, false, true]);
  store.take({ t: "events", events: [{ seq: 4, at: 4, type: "viewers.counted", count: 4 }] });
  expect(states).toEqual(["planned", "live", "ended"]);
});
