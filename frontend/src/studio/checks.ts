/** The check before going live: five facts, each good, poor or not yet known, with a word on what to do. Pure,
 * apart from the measure of the uplink. Only the camera can keep a host from going live, and only by camera. */

import { csrfToken } from "../room/page";
import type { OfferCard } from "../room/protocol";
import { unitsLeft } from "../room/state";
import { say } from "./words";
import type { Word } from "./words";

export type Mark = "good" | "poor" | "wait";

export interface Check {
  name: Word;
  mark: Mark;
  words: string;
}

export interface Facts {
  camera: boolean;
  /** The loudest that the microphone was so far, from 0 to 1; null while that is not known. */
  loudest: number | null;
  /** Bits a second up; null while unknown, 0 if the server was not reached. */
  uplink: number | null;
  tray: OfferCard[];
  buying: boolean;
}

const AUDIBLE = 0.15;
const WANTED_UPLINK = 2_000_000;
const SAMPLE_BYTES = 256 * 1024;

export function checks(facts: Facts): Check[] {
  return [checkCamera(facts), checkSound(facts), checkNetwork(facts), checkStock(facts), checkRules(facts)];
}

function checkCamera({ camera }: Facts): Check {
  return { name: "check_camera", mark: camera ? "good" : "poor", words: say(camera ? "check_ok" : "check_camera_off") };
}

function checkSound({ camera, loudest }: Facts): Check {
  if (!camera) return { name: "check_sound", mark: "poor", words: say("check_camera_off") };
  if (loudest === null) return { name: "check_sound", mark: "wait", words: say("check_sound_unknown") };
  const audible = loudest >= AUDIBLE;
  return {
    name: "check_sound",
    mark: audible ? "good" : "poor",
    words: say(audible ? "check_ok" : "check_sound_silent"),
  };
}

function checkNetwork({ uplink }: Facts): Check {
  if (uplink === null) return { name: "check_network", mark: "wait", words: say("check_wait") };
  if (uplink === 0) return { name: "check_network", mark: "poor", words: say("check_network_lost") };
  const enough = uplink >= WANTED_UPLINK;
  const speed = (uplink / 1_000_000).toFixed(1);
  return {
    name: "check_network",
    mark: enough ? "good" : "poor",
    words: say(enough ? "check_network_ok" : "check_network_slow", { speed }),
  };
}

function checkStock({ tray }: Facts): Check {
  const count = tray.filter((offer) => unitsLeft(offer) > 0).length;
  return {
    name: "check_stock",
    mark: count ? "good" : "poor",
    words: count ? say("check_stock_some", { count, all: tray.length }) : say("check_stock_none"),
  };
}

function checkRules({ buying }: Facts): Check {
  return { name: "check_rules", mark: "good", words: say(buying ? "check_rules_open" : "check_rules_closed") };
}

/** Bits a second that this browser can send to the server, measured with one small upload; 0 if it failed. */
export async function measureUplink(address: string): Promise<number> {
  const began = performance.now();
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", "x-csrftoken": csrfToken() },
      body: new Uint8Array(SAMPLE_BYTES),
    });
    const seconds = (performance.now() - began) / 1000;
    return answer.ok ? (SAMPLE_BYTES * 8) / seconds : 0;
  } catch {
    return 0;
  }
}
