-- What administrators set up. Tokens, updates and counts are not here: each Outreach user's object keeps its own.
-- Times are epoch milliseconds. Of secrets, only SHA-256 hashes are stored.

CREATE TABLE outreach_users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE destinations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT,
  outreach_user_id TEXT NOT NULL REFERENCES outreach_users (id) ON DELETE RESTRICT,
  -- JSON: identity, mappings, audiences, statusValues.
  settings TEXT NOT NULL,
  enabled INTEGER NOT NULL,

  -- While credentials are rotated, the one before stays valid until the time beside it.
  ingest_token_hash TEXT NOT NULL,
  previous_ingest_token_hash TEXT,
  previous_ingest_token_until INTEGER,
  client_id TEXT NOT NULL UNIQUE,
  client_secret_hash TEXT NOT NULL,
  -- Counts secrets; an access token names the version that it was handed out for.
  client_secret_version INTEGER NOT NULL,
  previous_client_secret_hash TEXT,
  previous_client_secret_until INTEGER,

  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- Counts changes, so that of two changes at the same moment the second is noticed.
  revision INTEGER NOT NULL
) STRICT;

CREATE INDEX destinations_of_outreach_user ON destinations (outreach_user_id);
