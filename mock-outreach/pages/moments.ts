/**
 * Times and lengths of time as people read them.
 * @module
 */
import { html } from "hono/html";
import type { Html } from "./layout.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `2026-11-23 10:00:01`, in UTC. @param at epoch milliseconds */
export function moment(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** `10:00:01`, in UTC; its day is in the tooltip. @param at epoch milliseconds */
export function timeOfDay(at: number): Html {
  const iso = new Date(at).toISOString();
  const time = iso.slice(11, 19);
  return html`<time datetime="${iso}" title="${iso.slice(0, 10)} ${time} UTC">${time}</time>`;
}

/** `2026-11-23`. @param at epoch milliseconds */
export function day(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)}</time>`;
}

/** `3 min ago`; both in epoch milliseconds. */
export function ago(at: number, now: number): string {
  const pastMs = now - at;
  if (pastMs < SECOND_MS) return "just now";
  if (pastMs < MINUTE_MS) return `${Math.floor(pastMs / SECOND_MS)} s ago`;
  if (pastMs < HOUR_MS) return `${Math.floor(pastMs / MINUTE_MS)} min ago`;
  if (pastMs < DAY_MS) return `${Math.floor(pastMs / HOUR_MS)} h ago`;
  const days = Math.floor(pastMs / DAY_MS);
  return days === 1 ? "yesterday" : `${days} days ago`;
}

/** `59 min 3 s`: the two largest units, rounded up to whole seconds, so that it is never zero too early. */
export function lengthOf(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms / SECOND_MS)) * SECOND_MS;
  const parts = [
    [Math.floor(whole / DAY_MS), "d"],
    [Math.floor((whole % DAY_MS) / HOUR_MS), "h"],
    [Math.floor((whole % HOUR_MS) / MINUTE_MS), "min"],
    [(whole % MINUTE_MS) / SECOND_MS, "s"],
  ] as const;
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first === -1) return "0 s";
  const shown = parts.slice(first, first + 2).filter(([amount]) => amount > 0);
  return shown.map(([amount, unit]) => `${amount} ${unit}`).join(" ");
}

/** How long a call took: `12 ms`, `1.25 s`. */
export function took(ms: number): string {
  if (ms < SECOND_MS) return ms < 1 ? "<1 ms" : `${Math.round(ms)} ms`;
  return `${(ms / SECOND_MS).toFixed(2)} s`;
}
