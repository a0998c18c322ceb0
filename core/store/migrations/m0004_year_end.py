"""The year's end: forms on their way, half-year reports, yearly reports, what was reported out, closing, archive, points."""

DDL = """
-- a form's way: printed, given out, back, keyed, keyed a second time (方案 三(七))
ALTER TABLE evaluation ADD COLUMN printed_on TEXT NOT NULL DEFAULT '';
ALTER TABLE evaluation ADD COLUMN out_on TEXT NOT NULL DEFAULT '';
ALTER TABLE evaluation ADD COLUMN back_on TEXT NOT NULL DEFAULT '';
ALTER TABLE evaluation ADD COLUMN keyed_on TEXT NOT NULL DEFAULT '';
ALTER TABLE evaluation ADD COLUMN keyed_by TEXT NOT NULL DEFAULT '';
ALTER TABLE evaluation ADD COLUMN checked_on TEXT NOT NULL DEFAULT '';   -- second keying agreed
ALTER TABLE evaluation ADD COLUMN checked_by TEXT NOT NULL DEFAULT '';
ALTER TABLE evaluation ADD COLUMN unit_remark TEXT NOT NULL DEFAULT '';  -- 二级单位审核, if switched on
ALTER TABLE evaluation ADD COLUMN unit_reviewed_on TEXT NOT NULL DEFAULT '';
CREATE INDEX evaluation_by_year ON evaluation (year, cadre_uid);

CREATE TABLE half_year_report (            -- 双报告, 方案 三(三): of a cadre to the branch
  uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT NOT NULL REFERENCES cadre (uid),
  year INTEGER NOT NULL,
  half INTEGER NOT NULL CHECK (half IN (1, 2)),
  times INTEGER NOT NULL DEFAULT 0,        -- as drafted from the log
  minutes INTEGER NOT NULL DEFAULT 0,
  main_work TEXT NOT NULL DEFAULT '',      -- drafted, then edited, never overwritten
  review TEXT NOT NULL DEFAULT '',         -- 对照检查
  plan TEXT NOT NULL DEFAULT '',
  drafted_on TEXT NOT NULL DEFAULT '',
  edited_on TEXT NOT NULL DEFAULT '',
  reported_on TEXT NOT NULL DEFAULT '',    -- to the branch
  occasion TEXT NOT NULL DEFAULT '',       -- 场合: 组织生活会, 主题党日
  signed_by TEXT NOT NULL DEFAULT '',      -- 支部书记
  UNIQUE (cadre_uid, year, half)
) STRICT;

CREATE TABLE yearly_report (               -- of the school (unit_uid NULL) and of each unit: sections drafted, then edited
  uid TEXT PRIMARY KEY NOT NULL,
  unit_uid TEXT REFERENCES unit (uid),
  year INTEGER NOT NULL,
  section TEXT NOT NULL,                   -- key of the section
  position INTEGER NOT NULL DEFAULT 0,
  title TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL DEFAULT '',
  drafted_on TEXT NOT NULL DEFAULT '',
  edited_on TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX yearly_report_of ON yearly_report (coalesce(unit_uid, ''), year, section);

CREATE TABLE issued_table (                -- 报出台账: each table that left the office, as it was
  uid TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,                      -- which table (core.overview)
  params TEXT NOT NULL DEFAULT '{}',       -- JSON
  year INTEGER NOT NULL,
  as_of TEXT NOT NULL,
  scope TEXT NOT NULL DEFAULT '',          -- 统计口径
  figures TEXT NOT NULL,                   -- JSON: heads and rows
  issued_at TEXT NOT NULL,
  issued_to TEXT NOT NULL DEFAULT '',
  operator TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX issued_table_by_year ON issued_table (year, issued_at);

CREATE TABLE closed_year (                 -- 结账
  uid TEXT PRIMARY KEY NOT NULL,           -- the year
  closed_on TEXT NOT NULL,
  closed_by TEXT NOT NULL DEFAULT '',
  closed_at TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE year_figure (                 -- the figures as they were when the year was closed; never changed afterwards
  uid TEXT PRIMARY KEY NOT NULL,
  year INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('SCHOOL', 'UNIT', 'BRANCH', 'GRID', 'CADRE')),
  subject_uid TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  figures TEXT NOT NULL,                   -- JSON by key
  UNIQUE (year, kind, subject_uid)
) STRICT;

CREATE TABLE archive_item (                -- 归档: one file of a year's folder
  uid TEXT PRIMARY KEY NOT NULL,
  year INTEGER NOT NULL,
  item_no TEXT NOT NULL,                   -- 2020-DQ13-D30-0001
  title TEXT NOT NULL,
  form TEXT NOT NULL DEFAULT '',
  cadre_uid TEXT REFERENCES cadre (uid),
  file_name TEXT NOT NULL,
  pages INTEGER NOT NULL DEFAULT 0,
  sha256 TEXT NOT NULL DEFAULT '',
  retention TEXT NOT NULL DEFAULT '',
  scanned INTEGER NOT NULL DEFAULT 0,      -- the scan is the record, our PDF its master
  made_on TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (year, item_no, scanned)
) STRICT;
CREATE INDEX archive_item_by_cadre ON archive_item (cadre_uid, year) WHERE cadre_uid IS NOT NULL;

CREATE TABLE archive_list (                -- each 校验清单 that was written: what it says anew, and after which one
  uid TEXT PRIMARY KEY NOT NULL,
  year INTEGER NOT NULL,
  folder TEXT NOT NULL,                    -- name of the folder
  files INTEGER NOT NULL DEFAULT 0,
  sha256 TEXT NOT NULL,                    -- of the list
  base TEXT NOT NULL DEFAULT '',           -- sha256 of the list before; '' = the first
  sums TEXT NOT NULL,                      -- the lines that are new in it
  made_on TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE commendation (                -- 表彰, 方案 六(四) 三(七)
  uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT NOT NULL REFERENCES cadre (uid),
  year INTEGER NOT NULL,                   -- which year's service it honours
  title TEXT NOT NULL,                     -- 荣誉名称
  given_by TEXT NOT NULL DEFAULT '',
  given_on TEXT NOT NULL DEFAULT '',
  letter_no TEXT NOT NULL DEFAULT '',      -- 文号
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX commendation_by_cadre ON commendation (cadre_uid, year);

CREATE TABLE point_rule (                  -- 积分制, 方案 七(四)2: optional, the scheme is data
  uid TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  measure TEXT NOT NULL CHECK (measure IN ('HOURS', 'TIMES', 'RATING')),
  category TEXT NOT NULL DEFAULT '',       -- '' = all
  rating TEXT NOT NULL DEFAULT '',
  points REAL NOT NULL,                    -- per hour, per time, or for the grade
  most REAL,                               -- a year at most
  active INTEGER NOT NULL DEFAULT 1,
  position INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE star_level (                  -- 星级
  uid TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE,
  points REAL NOT NULL
) STRICT;

-- dashboards: each figure from one index. `firsts` has a bit for each way of counting: the record stands for its person
-- there (the confirmed one of the year with the least uid), so that people are a sum too. Bits: core/service_log/tally.py
ALTER TABLE visit_tally ADD COLUMN month INTEGER NOT NULL DEFAULT 0;
ALTER TABLE visit_tally ADD COLUMN branch_uid TEXT;
ALTER TABLE visit_tally ADD COLUMN home_grid_uid TEXT;
ALTER TABLE visit_tally ADD COLUMN category TEXT NOT NULL DEFAULT '';
ALTER TABLE visit_tally ADD COLUMN firsts INTEGER NOT NULL DEFAULT 0;
UPDATE visit_tally SET (month, branch_uid, home_grid_uid, category) = (
  SELECT CAST(substr(served_on, 6, 2) AS INTEGER), branch_uid, home_grid_uid, category
  FROM visit WHERE visit.uid = visit_tally.visit_uid)
  WHERE EXISTS (SELECT 1 FROM visit WHERE visit.uid = visit_tally.visit_uid);
UPDATE visit_tally SET firsts = firsts + 1 WHERE visit_uid IN (
  SELECT min(visit_uid) FROM visit_tally WHERE state = 'CONFIRMED' GROUP BY year, cadre_uid, grid_uid);
UPDATE visit_tally SET firsts = firsts + 2 WHERE visit_uid IN (
  SELECT min(visit_uid) FROM visit_tally WHERE state = 'CONFIRMED' GROUP BY year, cadre_uid, category);
UPDATE visit_tally SET firsts = firsts + 4 WHERE visit_uid IN (
  SELECT min(visit_uid) FROM visit_tally WHERE state = 'CONFIRMED' GROUP BY year, cadre_uid, month);
UPDATE visit_tally SET firsts = firsts + 8 WHERE visit_uid IN (
  SELECT min(visit_uid) FROM visit_tally WHERE state = 'CONFIRMED' GROUP BY year, cadre_uid, track);
DROP INDEX visit_tally_by_unit;
DROP INDEX visit_tally_by_grid;
CREATE INDEX visit_tally_by_unit ON visit_tally (year, unit_uid, category, state, track, minutes, times);
CREATE INDEX visit_tally_by_branch ON visit_tally (branch_uid, year);
CREATE INDEX visit_tally_by_grid ON visit_tally (grid_uid, year, state, track, minutes, times, firsts);
CREATE INDEX visit_tally_by_home ON visit_tally (home_grid_uid, year);
CREATE INDEX visit_tally_by_category ON visit_tally (year, category, state, track, minutes, times, firsts);
CREATE INDEX visit_tally_by_month ON visit_tally (year, month, state, track, minutes, times, firsts);

CREATE TABLE person_tally (                -- derived: visit_tally in sums by person and where they were earned
  year INTEGER NOT NULL,
  cadre_uid TEXT NOT NULL,
  unit_uid TEXT NOT NULL,
  branch_uid TEXT NOT NULL,                -- '' = none
  home_grid_uid TEXT NOT NULL,             -- '' = none
  records INTEGER NOT NULL,                -- confirmed and waiting
  confirmed INTEGER NOT NULL,              -- records
  no_grid INTEGER NOT NULL,                -- confirmed records that name no grid
  times INTEGER NOT NULL,
  minutes INTEGER NOT NULL,
  waiting_times INTEGER NOT NULL,
  waiting_minutes INTEGER NOT NULL,
  duty_times INTEGER NOT NULL,
  duty_minutes INTEGER NOT NULL,
  duty_waiting_times INTEGER NOT NULL,
  duty_waiting_minutes INTEGER NOT NULL,
  PRIMARY KEY (year, cadre_uid, unit_uid, branch_uid, home_grid_uid)
) STRICT, WITHOUT ROWID;
INSERT INTO person_tally
SELECT year, cadre_uid, unit_uid, coalesce(branch_uid, ''), coalesce(home_grid_uid, ''), count(*),
  sum(state = 'CONFIRMED'), sum(state = 'CONFIRMED' AND grid_uid IS NULL),
  sum(iif(track = 'OWN' AND state = 'CONFIRMED', times, 0)), sum(iif(track = 'OWN' AND state = 'CONFIRMED', minutes, 0)),
  sum(iif(track = 'OWN' AND state = 'WAITING', times, 0)), sum(iif(track = 'OWN' AND state = 'WAITING', minutes, 0)),
  sum(iif(track <> 'OWN' AND state = 'CONFIRMED', times, 0)),
  sum(iif(track <> 'OWN' AND state = 'CONFIRMED', minutes, 0)),
  sum(iif(track <> 'OWN' AND state = 'WAITING', times, 0)), sum(iif(track <> 'OWN' AND state = 'WAITING', minutes, 0))
FROM visit_tally GROUP BY 1, 2, 3, 4, 5;
"""
