/**
 * mock-outreach: a stateful stand-in for Outreach's API v2 and its OAuth.
 * @module
 */
export {
  CallsExpectationError,
  type CallSearch,
  ControlError,
  controlAt,
  controlOf,
  type MockControl,
} from "./client.ts";
export { createMockOutreach, type MockOutreach, type MockOutreachOptions } from "./mock.ts";
export { startMockOutreach, type RunningMock, type ServerOptions } from "./server.ts";
export { DEFAULT_SETTINGS, type MockSettings, type MockSettingsInput } from "./settings.ts";
export type { SavedWorld } from "./snapshots/format.ts";
