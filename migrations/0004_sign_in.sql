-- Failed sign-ins are counted by network as well as by name, and a session can be ended before its time.
-- Times are epoch milliseconds.

-- Superseded by failed_tries.
DROP TABLE sign_in_tries;

-- What cannot be tried without end: see src/people/throttle.ts.
CREATE TABLE failed_tries (
  -- A keyed hash: whose e-mail was tried from which network is nobody's business.
  key TEXT PRIMARY KEY,
  -- From then on all tries are free again, and the row says nothing any more.
  free_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX failed_tries_free ON failed_tries (free_at);

-- Sessions that somebody signed out of. A session that is not here ends with its time, its person, or its secrets.
CREATE TABLE ended_sessions (
  -- The session's random id.
  id TEXT PRIMARY KEY,
  -- The session's own end: afterwards the row says nothing any more.
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX ended_sessions_expiry ON ended_sessions (expires_at);
