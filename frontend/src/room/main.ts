/** The room page: opens the room, brings the elements that the server drew to life, and starts the picture once
 * the first paint is done. Buying is in a script of its own. */

import "./room.css";
import { ScreenLock } from "./awake";
import { RoomChat } from "./chat";
import { BuyerWord } from "./claims";
import { mount } from "./element";
import { Hearts } from "./hearts";
import { RoomPin, RoomTray } from "./offers";
import { openRoom } from "./page";
import { followShow } from "./phases";
import type { Room } from "./page";
import { LivePlayer } from "./player";
import { ReplayMoments, ReplayPin } from "./replay";
import { shareButtons } from "./share";
import { RoomScreen, RoomStatus } from "./stage";
import { TapGatherer } from "./taps";

function find<Kind extends Element>(kind: new () => Kind, selector: string): Kind {
  const element = document.querySelector(selector);
  if (element instanceof kind) return element;
  throw new Error(`the page lacks ${selector}`);
}

function startHearts({ store, connection, page }: Room): void {
  const button = document.querySelector<HTMLButtonElement>("[data-heart]");
  if (!button) return;
  const hearts = new Hearts(find(HTMLCanvasElement, "canvas.room-hearts"));
  let mine = 0;
  const gatherer = new TapGatherer(page.limits.hearts, (taps) => void connection.send({ do: "heart", count: taps }));
  const follow = (): void => {
    button.hidden = store.state.show.state !== "live";
  };
  store.subscribe(follow);
  follow();
  button.addEventListener("click", () => {
    hearts.add(1);
    mine += 1;
    gatherer.tap();
  });
  store.onEvent((event) => {
    if (event.type !== "hearts.added") return;
    const others = Math.max(0, event.count - mine); // our own have risen already
    mine = Math.max(0, mine - event.count);
    hearts.add(others);
  });
}

function startLive(room: Room, video: HTMLVideoElement): void {
  const { store } = room;
  const player = new LivePlayer(video);
  player.subscribe(() => {
    document.body.dataset["video"] = player.state;
  });
  const { code } = store.state.show;
  mount("room-screen", RoomScreen, { store, player, video, replay: `/live/${code}/replay` });
  const screen = new ScreenLock(() => store.state.video.playlist !== null);
  const follow = (): void => {
    const { show, video: facts } = store.state;
    screen.follow();
    void player.show(show.state === "live" ? facts.playlist : null);
  };
  store.subscribe(follow);
  requestAnimationFrame(() => setTimeout(follow)); // after the first paint: the library is the heaviest thing here
}

function startReplay({ store, page }: Room, video: HTMLVideoElement): void {
  const pins = page.replay?.pins ?? [];
  mount("replay-pin", ReplayPin, { store, video, pins, ways: page });
  mount("replay-moments", ReplayMoments, { store, video, pins });
}

function start(): void {
  const room = openRoom();
  const { store, connection, page } = room;
  mount("room-status", RoomStatus, { store });
  const buyer = page.buying ? new BuyerWord() : undefined;
  mount("room-chat", RoomChat, { store, connection, limits: page.limits, buyer });
  mount("room-pin", RoomPin, { store, ways: page });
  mount("room-tray", RoomTray, { store, ways: page });
  const video = find(HTMLVideoElement, "video.room-video");
  if (page.replay) startReplay(room, video);
  else startLive(room, video);
  followShow(store);
  startHearts(room);
  shareButtons();
}

start();
