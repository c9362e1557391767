-- People who sign in to the console with credentials of their own, and wrong passwords that were tried.
-- Times are epoch milliseconds. Of passwords, only salted slow hashes are stored; of invitations, SHA-256 hashes.

CREATE TABLE people (
  id TEXT PRIMARY KEY,
  -- In lower case.
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  permission TEXT NOT NULL CHECK (permission IN ('view', 'activate', 'manage')),
  -- Null until an invitation was taken up.
  password_hash TEXT,
  -- A session names the version that it was begun under; a higher one ends it.
  session_version INTEGER NOT NULL,
  invitation_hash TEXT UNIQUE,
  invitation_until INTEGER,
  created_at INTEGER NOT NULL,
  signed_in_at INTEGER
) STRICT;

-- Kept for e-mails that nobody has, too: an answer must not tell which ones somebody has.
CREATE TABLE sign_in_tries (
  -- A keyed hash: whose address was tried is nobody's business.
  email_key TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  -- Nothing is tried before.
  next_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_tries_last ON sign_in_tries (last_at);
