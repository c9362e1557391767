/**
 * A Durable Object has one alarm.
 * @module
 */

export interface Alarm {
  /** When it will go off, or null. */
  at(): number | null;
  set(at: number | null): void;
}
