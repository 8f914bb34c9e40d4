/** Prices, counts and times as the pages write them: Rp 89.000, 1.234, 9:59, 1:02:03, Minggu 29 November 19.30 WIB. */

import { say } from "./words";

const grouped = new Intl.NumberFormat("id-ID");

export function money(rupiah: number): string {
  return `Rp\u00a0${grouped.format(rupiah)}`;
}

export function count(value: number): string {
  return grouped.format(value);
}

/** A length of time as a clock shows it; never below zero. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = `${hours ? String(minutes).padStart(2, "0") : String(minutes)}:${String(rest).padStart(2, "0")}`;
  return hours ? `${String(hours)}:${tail}` : tail;
}

/** The time until a show: a clock within a day, days and hours before that. */
export function countdown(milliseconds: number): string {
  const hours = Math.floor(milliseconds / 3_600_000);
  return hours < 24 ? clock(milliseconds) : say("days_hours", { days: Math.floor(hours / 24), hours: hours % 24 });
}

/** A moment on the viewer's own clock, with its zone as Indonesians call it: WIB, WITA or WIT. */
export function moment(at: number): string {
  const language = document.documentElement.lang.startsWith("id") ? "id" : "en-GB";
  const day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(at);
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  const zone = new Intl.DateTimeFormat("id", { hour: "2-digit", timeZoneName: "short" })
    .formatToParts(at)
    .find(({ type }) => type === "timeZoneName");
  return `${day}, ${time} ${zone?.value ?? ""}`.trim();
}
