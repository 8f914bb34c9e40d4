/** Timers that count down to a moment by the server's clock, whatever the phone's clock says. */

import { fresh } from "./fresh";

const SOON_MS = 60_000;
const RELOAD_AFTER_MS = 1_500;

/** Write a duration as 9:05, 1:02:09, or with days as `2 · 03:04:05`; never below zero. */
export function formatRemaining(milliseconds: number, withDays = false): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const days = withDays ? Math.floor(seconds / 86_400) : 0;
  const rest = seconds - days * 86_400;
  const hours = Math.floor(rest / 3600);
  const minutes = Math.floor((rest % 3600) / 60);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const short = `${hours > 0 ? `${String(hours)}:${pad(minutes)}` : String(minutes)}:${pad(rest % 60)}`;
  return days > 0 ? `${String(days)} · ${short}` : short;
}

export function setUpCountdown(root: ParentNode, clock: () => number = Date.now): void {
  for (const timer of fresh<HTMLElement>(root, "[data-countdown]")) run(timer, clock);
}

function run(timer: HTMLElement, clock: () => number): void {
  const text = timer.querySelector("[data-countdown-text]");
  const until = Date.parse(timer.dataset.countdown ?? "");
  const served = Date.parse(timer.dataset.now ?? "");
  if (!text || Number.isNaN(until)) return;
  const ahead = Number.isNaN(served) ? 0 : clock() - served; // how far this clock is ahead of the server's
  const remaining = (): number => until - (clock() - ahead);
  const ends = remaining() > 0; // one that was over when the page came has nothing new to load
  const tick = (): void => {
    const left = remaining();
    text.textContent = formatRemaining(left, "days" in timer.dataset);
    timer.classList.toggle("countdown--soon", left < SOON_MS);
    if (left <= 0) {
      clearInterval(interval);
      finish(timer, text);
      if (ends && "reload" in timer.dataset) setTimeout(() => { location.reload(); }, RELOAD_AFTER_MS);
    }
  };
  const interval = setInterval(tick, 1000);
  tick();
}

function finish(timer: HTMLElement, text: Element): void {
  if (timer.dataset.over) text.textContent = timer.dataset.over;
  timer.dispatchEvent(new CustomEvent("countdown:over", { bubbles: true }));
}
