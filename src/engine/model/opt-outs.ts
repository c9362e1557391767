/**
 * Which value of an attribute that says that a person is not to be contacted may take the place of which.
 *
 * Promises: an opt-out only tightens. It is lifted by a later explicit opt-in, or by the destination that set it saying
 * plainly that it is none; never by a removed value, an unknown one or an older one, and a sticky one by nothing.
 * @module
 */
import { isOptOut } from "./opt-out-attributes.ts";
import { overrules } from "./prospect.ts";
import type { Consent, Order, PendingField } from "./prospect.ts";
import type { FieldValue } from "./prospect-update.ts";

/** A value that is there already, and the destination that it came from where that is known. */
export interface Rival extends Order {
  readonly consent?: Consent;
  readonly from?: string;
}

/**
 * A new value of such an attribute beside those that are there: as it is kept, or null where it does not take their place.
 * Of several opt-outs the one that is kept has the latest time, and is as hard to lift as the hardest of them.
 */
export function settleConsent(
  name: string,
  said: PendingField,
  from: string,
  rivals: readonly Rival[],
): PendingField | null {
  const consent = consentOf(name, said);
  const next = consent ? { ...said, consent } : said;
  if (!rivals.every((rival) => takesPlace(next, from, rival))) return null;
  if (consent?.says !== "out") return next;
  const outs = rivals.filter((rival) => rival.consent?.says === "out");
  const isSticky = consent.sticky || outs.some((rival) => rival.consent?.sticky);
  const isShared = outs.some((rival) => rival.consent?.shared || rival.from !== from);
  return {
    ...next,
    at: Math.max(next.at, ...outs.map(({ at }) => at)),
    consent: { says: "out", ...(isSticky && { sticky: true }), ...(isShared && { shared: true }) },
  };
}

/** An opt-out is one whatever mapping writes it. */
export function consentOf(
  name: string,
  { value, consent }: { readonly value: FieldValue; readonly consent?: Consent },
): Consent | undefined {
  return consent ?? (isOptOut(name, value) ? { says: "out" } : undefined);
}

function takesPlace(next: PendingField, from: string, rival: Rival): boolean {
  const isOut = next.consent?.says === "out";
  if (rival.consent?.says === "out") {
    if (isOut) return true;
    if (rival.consent.sticky) return false;
    if (next.consent?.says === "in") return next.at > rival.at;
    return next.value !== null && !rival.consent.shared && rival.from === from;
  }
  if (isOut && rival.consent?.says !== "in") return true;
  if (isOut) return next.consent?.sticky === true || next.at >= rival.at;
  return overrules(next, rival);
}
