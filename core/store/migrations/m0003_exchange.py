"""Data packets: which ledger and copy this file is, who holds what, what waits for a decision; operators and what they looked at."""

DDL = """
CREATE TABLE identity (                    -- one row: which ledger this is, and which copy of it. No history.
  uid TEXT PRIMARY KEY NOT NULL CHECK (uid = 'this'),
  ledger_uid TEXT NOT NULL,                -- the same in all copies
  peer_uid TEXT NOT NULL DEFAULT '',       -- '' = the office's own file; else the peer this copy was given to
  instance TEXT NOT NULL                   -- made anew whenever a copy is opened for the first time
) STRICT;
INSERT INTO identity (uid, ledger_uid, instance) VALUES ('this', lower(hex(randomblob(16))), lower(hex(randomblob(8))));

CREATE TABLE peer (                        -- who holds a copy; in a copy: the office it came from
  uid TEXT PRIMARY KEY NOT NULL,
  number INTEGER NOT NULL,                 -- 设备号; stands in the numbers of the sheets printed there
  name TEXT NOT NULL,                      -- 笔记本1, 会计学院党委, 二号电脑
  kind TEXT NOT NULL CHECK (kind IN ('LAPTOP', 'UNIT', 'DESK', 'OFFICE')),
  holder TEXT NOT NULL DEFAULT '',
  holder_phone TEXT NOT NULL DEFAULT '',
  units TEXT NOT NULL DEFAULT '[]',        -- JSON uids; no unit and no grid = everything
  grids TEXT NOT NULL DEFAULT '[]',
  left_out TEXT NOT NULL DEFAULT '[]',     -- JSON ['cadre.id_no', ...]
  out_on TEXT NOT NULL,
  due_on TEXT NOT NULL DEFAULT '',
  back_on TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'OUT' CHECK (state IN ('OUT', 'BACK', 'LOST')),
  note TEXT NOT NULL DEFAULT '',
  key TEXT NOT NULL,                       -- of its packets both ways, 32 bytes in hex
  instance TEXT NOT NULL DEFAULT '',       -- of the copy that sends, known from its first packet
  mark_seq INTEGER NOT NULL DEFAULT 0,     -- our step up to which it has all we have, but for peer_row
  sent_no INTEGER NOT NULL DEFAULT 0,      -- our last packet to it
  got_no INTEGER NOT NULL DEFAULT 0        -- its last packet merged here
) STRICT;
CREATE UNIQUE INDEX peer_number ON peer (number) WHERE kind <> 'OFFICE';

CREATE TABLE peer_row (                    -- what a peer is known to hold otherwise than we did at mark_seq
  uid TEXT PRIMARY KEY NOT NULL,
  peer_uid TEXT NOT NULL REFERENCES peer (uid),
  tbl TEXT NOT NULL,
  row_uid TEXT NOT NULL,
  packet_no INTEGER NOT NULL,              -- of its packet that said so
  image TEXT NOT NULL DEFAULT '',          -- JSON; '' = it has no such row
  UNIQUE (peer_uid, tbl, row_uid)
) STRICT;

CREATE TABLE peer_cadre (                  -- people a part holds: they stay in it until it comes back
  uid TEXT PRIMARY KEY NOT NULL,
  peer_uid TEXT NOT NULL REFERENCES peer (uid),
  cadre_uid TEXT NOT NULL,
  UNIQUE (peer_uid, cadre_uid)
) STRICT;

CREATE TABLE packet (                      -- every packet made or merged here
  uid TEXT PRIMARY KEY NOT NULL,           -- SHA-256 of what is in it
  peer_uid TEXT NOT NULL REFERENCES peer (uid),
  way TEXT NOT NULL CHECK (way IN ('CHECKOUT', 'OUT', 'IN')),
  number INTEGER NOT NULL,
  made_at TEXT NOT NULL,
  merged_at TEXT NOT NULL DEFAULT '',
  seq INTEGER NOT NULL DEFAULT 0,          -- OUT: our step it was made after
  answers INTEGER NOT NULL DEFAULT 0,      -- OUT: the peer's packet that was merged before it was made
  file_name TEXT NOT NULL DEFAULT '',
  size INTEGER NOT NULL DEFAULT 0,         -- bytes
  rows INTEGER NOT NULL DEFAULT 0,
  conflicts INTEGER NOT NULL DEFAULT 0,
  personal TEXT NOT NULL DEFAULT '',       -- which personal data it holds, in words
  withheld TEXT NOT NULL DEFAULT '[]',     -- OUT: JSON [[tbl, uid], ...] kept back until a conflict is settled
  operator TEXT NOT NULL DEFAULT '',
  authors TEXT NOT NULL DEFAULT '[]'       -- IN: JSON [[by, at, device, [[tbl, uid], ...]], ...]: who wrote which row there
) STRICT;
CREATE INDEX packet_by_peer ON packet (peer_uid, way, number);

CREATE TABLE conflict (                    -- what a person must decide, and what was decided
  uid TEXT PRIMARY KEY NOT NULL,
  packet_uid TEXT NOT NULL,
  peer_uid TEXT NOT NULL REFERENCES peer (uid),
  number INTEGER NOT NULL,                 -- short number for people and the command line
  kind TEXT NOT NULL,
  tbl TEXT NOT NULL,
  row_uid TEXT NOT NULL,
  fields TEXT NOT NULL DEFAULT '[]',       -- JSON: the fields that clash
  base TEXT NOT NULL DEFAULT '',           -- JSON rows; '' = no such row
  theirs TEXT NOT NULL DEFAULT '',
  ours TEXT NOT NULL DEFAULT '',
  other_uid TEXT NOT NULL DEFAULT '',      -- the row here it is about: same person, other record; of a waiting row: its question
  text TEXT NOT NULL DEFAULT '',           -- RULE: the finding in words
  their_by TEXT NOT NULL DEFAULT '',
  their_at TEXT NOT NULL DEFAULT '',
  our_by TEXT NOT NULL DEFAULT '',
  our_at TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'SETTLED')),
  taken TEXT NOT NULL DEFAULT '',          -- OURS, THEIRS, VALUES, YES, NO, ACCEPT, DROP, LATER (a newer packet took its place)
  settled_by TEXT NOT NULL DEFAULT '',
  settled_at TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX conflict_by_state ON conflict (state, number);
CREATE INDEX conflict_by_row ON conflict (tbl, row_uid);

CREATE TABLE row_alias (                   -- two keys turned out to be one thing: the old key and the kept one
  uid TEXT PRIMARY KEY NOT NULL,           -- the key that is gone
  tbl TEXT NOT NULL,
  kept_uid TEXT NOT NULL,
  image TEXT NOT NULL DEFAULT ''           -- in a copy: JSON of the row that was given up, for the office to look at
) STRICT;

CREATE TABLE operator (                    -- who works with this file; the key's wrap of each is in the envelope, under login_id
  uid TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL CHECK (role IN ('ENTRY', 'REVIEW', 'ADMIN')),
  login_id TEXT NOT NULL DEFAULT '',
  left_on TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE reveal (                      -- who asked to see a masked number: append only, no history
  uid TEXT PRIMARY KEY NOT NULL,
  at TEXT NOT NULL,
  operator TEXT NOT NULL,
  device TEXT NOT NULL,
  tbl TEXT NOT NULL,
  row_uid TEXT NOT NULL,
  field TEXT NOT NULL
) STRICT;
CREATE INDEX reveal_by_row ON reveal (tbl, row_uid, at);
"""
