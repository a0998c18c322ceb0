"""First schema: organisation, roster, places, service log, forms; and the tables that stay on this machine."""

DDL = """
CREATE TABLE setting (
  uid TEXT PRIMARY KEY NOT NULL,           -- the setting's name: org_name, late_after_days, ...
  value TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE service_quota (               -- 方案 五(三)3: minimum of a year, own time
  uid TEXT PRIMARY KEY NOT NULL,           -- the year, 'default' for all others
  times INTEGER NOT NULL CHECK (times >= 0),
  minutes INTEGER NOT NULL CHECK (minutes >= 0),
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE code_list (                   -- editable lists: skills, willingness, categories, grades, ...
  uid TEXT PRIMARY KEY NOT NULL,
  list TEXT NOT NULL,
  value TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  active INTEGER NOT NULL DEFAULT 1,
  UNIQUE (list, value)
) STRICT;

CREATE TABLE community (
  uid TEXT PRIMARY KEY NOT NULL,
  district TEXT NOT NULL DEFAULT '',
  street TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  linked INTEGER NOT NULL DEFAULT 0,       -- 联系社区: the one with the grid map
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (district, street, name)
) STRICT;

CREATE TABLE grid (
  uid TEXT PRIMARY KEY NOT NULL,
  community_uid TEXT NOT NULL REFERENCES community (uid),
  name TEXT NOT NULL,
  code TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0,
  worker TEXT NOT NULL DEFAULT '',
  worker_phone TEXT NOT NULL DEFAULT '',
  households INTEGER,
  outline TEXT NOT NULL DEFAULT '',        -- JSON rings in picture coordinates, y up
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (community_uid, name)
) STRICT;

CREATE TABLE unit (
  uid TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  short_name TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0,
  default_status TEXT NOT NULL DEFAULT 'ACTIVE' CHECK (default_status IN ('ACTIVE', 'RETIRED', 'OTHER')),
  archived_on TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE branch (
  uid TEXT PRIMARY KEY NOT NULL,
  unit_uid TEXT NOT NULL REFERENCES unit (uid),
  parent_uid TEXT REFERENCES branch (uid),
  name TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  archived_on TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (unit_uid, name)
) STRICT;

CREATE TABLE name_alias (                  -- another spelling, asked once and remembered
  uid TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('unit', 'branch', 'community')),
  scope_uid TEXT NOT NULL DEFAULT '',      -- the unit of a branch
  alias TEXT NOT NULL,
  target_uid TEXT NOT NULL,
  UNIQUE (kind, scope_uid, alias)
) STRICT;

CREATE TABLE contact (                     -- phone book: 书记, 联络员, 社区书记, 经办人
  uid TEXT PRIMARY KEY NOT NULL,
  unit_uid TEXT REFERENCES unit (uid),
  branch_uid TEXT REFERENCES branch (uid),
  community_uid TEXT REFERENCES community (uid),
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  phone TEXT NOT NULL DEFAULT '',
  office TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE cadre (
  uid TEXT PRIMARY KEY NOT NULL,
  staff_no TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  sex TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', '1', '2', '0', '9')),   -- GB/T 2261.1
  nation TEXT NOT NULL DEFAULT '',
  birth_on TEXT NOT NULL DEFAULT '',
  party_status TEXT NOT NULL DEFAULT '',
  joined_on TEXT NOT NULL DEFAULT '',
  education TEXT NOT NULL DEFAULT '',
  degree TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  phone TEXT NOT NULL DEFAULT '',
  id_no TEXT NOT NULL DEFAULT '',
  unit_uid TEXT NOT NULL REFERENCES unit (uid),
  branch_uid TEXT REFERENCES branch (uid),
  district TEXT NOT NULL DEFAULT '',
  street TEXT NOT NULL DEFAULT '',
  community TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',        -- as written
  estate TEXT NOT NULL DEFAULT '',
  building TEXT NOT NULL DEFAULT '',
  entrance TEXT NOT NULL DEFAULT '',
  room TEXT NOT NULL DEFAULT '',
  skills TEXT NOT NULL DEFAULT '',
  hobbies TEXT NOT NULL DEFAULT '',
  willingness TEXT NOT NULL DEFAULT '',
  free_time TEXT NOT NULL DEFAULT '',
  would_lead INTEGER NOT NULL DEFAULT 0,   -- 愿任楼栋长
  would_join INTEGER NOT NULL DEFAULT 0,   -- 愿加入应急突击队
  status TEXT NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'RETIRED', 'OTHER')),
  note TEXT NOT NULL DEFAULT '',
  archived_on TEXT NOT NULL DEFAULT '',
  archive_reason TEXT NOT NULL DEFAULT '',
  pinyin TEXT NOT NULL DEFAULT '',
  initials TEXT NOT NULL DEFAULT '',
  stroke_key TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX cadre_staff_no ON cadre (staff_no) WHERE staff_no <> '';
CREATE INDEX cadre_by_unit ON cadre (unit_uid, archived_on, staff_no, uid);
CREATE INDEX cadre_by_branch ON cadre (branch_uid);
CREATE INDEX cadre_by_name ON cadre (name);
CREATE INDEX cadre_by_initials ON cadre (initials);
CREATE INDEX cadre_by_pinyin ON cadre (pinyin);

CREATE TABLE membership (                  -- dated: hours stay where they were earned
  uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT NOT NULL REFERENCES cadre (uid),
  unit_uid TEXT NOT NULL REFERENCES unit (uid),
  branch_uid TEXT REFERENCES branch (uid),
  from_on TEXT NOT NULL DEFAULT '',        -- '' = since ever
  until_on TEXT NOT NULL DEFAULT '',       -- last day; '' = still
  reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX membership_by_cadre ON membership (cadre_uid, from_on);

CREATE TABLE feedback (                    -- 方案 三(六): the community's word on a person during the year
  uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT NOT NULL REFERENCES cadre (uid),
  given_on TEXT NOT NULL,
  given_by TEXT NOT NULL DEFAULT '',
  content TEXT NOT NULL
) STRICT;
CREATE INDEX feedback_by_cadre ON feedback (cadre_uid, given_on);

CREATE TABLE attachment (                  -- the bytes are in `blob`, outside history, carried by choice
  uid TEXT PRIMARY KEY NOT NULL,
  owner_table TEXT NOT NULL,
  owner_uid TEXT NOT NULL,
  role TEXT NOT NULL DEFAULT '',           -- photo, scan, voucher
  name TEXT NOT NULL,
  media TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  added_at TEXT NOT NULL
) STRICT;
CREATE INDEX attachment_by_owner ON attachment (owner_table, owner_uid);

CREATE TABLE confirm_sheet (               -- 待确认清单, one per community and printing
  uid TEXT PRIMARY KEY NOT NULL,
  sheet_no TEXT NOT NULL UNIQUE,           -- '2020-017'
  year INTEGER NOT NULL,
  community TEXT NOT NULL,
  made_on TEXT NOT NULL,
  rows_per_page INTEGER NOT NULL,
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE visit (                       -- 一次服务记录, 方案 三(六) 七(二)3
  uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT NOT NULL REFERENCES cadre (uid),
  served_on TEXT NOT NULL,
  start_at TEXT NOT NULL DEFAULT '',
  end_at TEXT NOT NULL DEFAULT '',         -- earlier than start = the next day
  minutes INTEGER NOT NULL CHECK (minutes > 0 AND minutes <= 1440),
  community TEXT NOT NULL DEFAULT '',
  place TEXT NOT NULL DEFAULT '',
  grid_uid TEXT REFERENCES grid (uid),     -- grid served in, linked community only
  category TEXT NOT NULL DEFAULT '',
  content TEXT NOT NULL DEFAULT '',
  track TEXT NOT NULL CHECK (track IN ('OWN', 'DISPATCHED')),
  state TEXT NOT NULL CHECK (state IN ('DRAFT', 'WAITING', 'CONFIRMED', 'RETURNED', 'VOID')),
  confirm_method TEXT NOT NULL DEFAULT '',
  confirmed_by TEXT NOT NULL DEFAULT '',
  confirmed_on TEXT NOT NULL DEFAULT '',
  sheet_uid TEXT REFERENCES confirm_sheet (uid),
  sheet_page INTEGER,
  sheet_row INTEGER,
  unit_uid TEXT NOT NULL REFERENCES unit (uid),      -- as of the day
  branch_uid TEXT REFERENCES branch (uid),           -- as of the day
  home_grid_uid TEXT REFERENCES grid (uid),          -- the person's grid as of the day
  source TEXT NOT NULL DEFAULT 'KEYED' CHECK (source IN ('KEYED', 'IMPORTED', 'GROUP', 'CAMPAIGN', 'DUTY')),
  group_uid TEXT NOT NULL DEFAULT '',      -- same value = one group entry
  written_on TEXT NOT NULL,
  late_reason TEXT NOT NULL DEFAULT '',
  arranged_by TEXT NOT NULL DEFAULT '',    -- 事前衔接, 方案 五(三)1
  state_reason TEXT NOT NULL DEFAULT '',   -- why returned, voided or changed after confirmation
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX visit_by_cadre ON visit (cadre_uid, served_on, start_at);
CREATE INDEX visit_by_day ON visit (served_on, uid);
CREATE INDEX visit_by_state ON visit (state, served_on, uid);
CREATE INDEX visit_by_unit ON visit (unit_uid, served_on, uid);
CREATE INDEX visit_by_sheet ON visit (sheet_uid, sheet_page, sheet_row);
CREATE INDEX visit_by_community ON visit (community, served_on, uid, state);
CREATE INDEX visit_late ON visit (served_on, uid) WHERE late_reason <> '';

CREATE TABLE confirm_row (                 -- what stood on the printed sheet
  uid TEXT PRIMARY KEY NOT NULL,
  sheet_uid TEXT NOT NULL REFERENCES confirm_sheet (uid),
  number INTEGER NOT NULL,                 -- running number on the sheet, from 1
  page INTEGER NOT NULL,
  row INTEGER NOT NULL,
  visit_uid TEXT NOT NULL REFERENCES visit (uid),
  stood TEXT NOT NULL DEFAULT '',          -- digest of what was printed: a row changed since is not ticked in
  UNIQUE (sheet_uid, number)
) STRICT;
CREATE INDEX confirm_row_by_visit ON confirm_row (visit_uid);

CREATE TABLE evaluation (                  -- 方案 三(七) 七(三)3; filled by the year's end feature
  uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT NOT NULL REFERENCES cadre (uid),
  year INTEGER NOT NULL,
  main_work TEXT NOT NULL DEFAULT '',
  self_summary TEXT NOT NULL DEFAULT '',
  next_plan TEXT NOT NULL DEFAULT '',
  community_rating TEXT NOT NULL DEFAULT '',
  community_remark TEXT NOT NULL DEFAULT '',
  community_rater TEXT NOT NULL DEFAULT '',
  community_rater_role TEXT NOT NULL DEFAULT '',
  community_rated_on TEXT NOT NULL DEFAULT '',
  branch_rating TEXT NOT NULL DEFAULT '',
  branch_remark TEXT NOT NULL DEFAULT '',
  branch_rater TEXT NOT NULL DEFAULT '',
  branch_rated_on TEXT NOT NULL DEFAULT '',
  overall_rating TEXT NOT NULL DEFAULT '',
  exempt_reason TEXT NOT NULL DEFAULT '',
  exempt_by TEXT NOT NULL DEFAULT '',
  exempt_on TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (cadre_uid, year)
) STRICT;

CREATE TABLE form_text (                   -- the school's own wording over assets/templates/forms.json
  uid TEXT PRIMARY KEY NOT NULL,           -- 'evaluation.title'
  text TEXT NOT NULL,
  version TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE import_seen (                 -- what a sheet last said of a record: finds values corrected here since
  uid TEXT PRIMARY KEY NOT NULL,           -- table:uid of the record
  sheet_values TEXT NOT NULL,              -- JSON of normalised values by field key
  file TEXT NOT NULL DEFAULT '',
  seen_at TEXT NOT NULL
) STRICT;

-- What follows stays on this machine: no history, no travel.

CREATE TABLE local (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;

CREATE TABLE blob (sha256 TEXT PRIMARY KEY NOT NULL, data BLOB NOT NULL) STRICT;

CREATE TABLE history (
  seq INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  at TEXT NOT NULL,
  operator TEXT NOT NULL,
  device TEXT NOT NULL,
  label TEXT NOT NULL,
  tables TEXT NOT NULL,                    -- JSON list
  count INTEGER NOT NULL,                  -- rows touched
  changes BLOB NOT NULL,                   -- zlib of the changeset
  shape TEXT NOT NULL,                     -- JSON: columns of each table touched, as they were
  lasting INTEGER NOT NULL DEFAULT 0,      -- never taken back: the founding of the ledger
  undoes INTEGER REFERENCES history (seq), -- this step took back that one
  undone_by INTEGER REFERENCES history (seq)
) STRICT;

CREATE TABLE history_row (seq INTEGER NOT NULL, tbl TEXT NOT NULL, row_uid TEXT NOT NULL,
  PRIMARY KEY (tbl, row_uid, seq)) STRICT, WITHOUT ROWID;

CREATE TABLE visit_tally (                 -- derived: what each visit counts after the union rule
  visit_uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT NOT NULL,
  year INTEGER NOT NULL,
  unit_uid TEXT NOT NULL,
  grid_uid TEXT,
  track TEXT NOT NULL,
  state TEXT NOT NULL,
  minutes INTEGER NOT NULL,                -- counted
  times INTEGER NOT NULL                   -- 1 if it adds a 次
) STRICT, WITHOUT ROWID;
CREATE INDEX visit_tally_by_cadre ON visit_tally (cadre_uid, year, state, track, minutes, times);
CREATE INDEX visit_tally_by_year ON visit_tally (year, cadre_uid, state, track, minutes, times);
CREATE INDEX visit_tally_by_unit ON visit_tally (unit_uid, year, state, track, minutes, times, cadre_uid);
CREATE INDEX visit_tally_by_grid ON visit_tally (grid_uid, year, state, track, minutes, times);
"""
