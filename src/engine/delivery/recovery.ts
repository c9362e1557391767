/**
 * What the object has to do before its loop runs.
 * @module
 */

export interface Recovery {
  /** Whether prospects are in calls that nobody makes any more: the object began anew, or a job could not be read. */
  isDue: boolean;
}
