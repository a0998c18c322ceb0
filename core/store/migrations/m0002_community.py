"""The community: 小区, buildings, entrances, grid workers, volunteers, map, 编入网格, squads, double check-in, 报送台账."""

DDL = """
CREATE TABLE estate (                      -- 小区
  uid TEXT PRIMARY KEY NOT NULL,
  community_uid TEXT NOT NULL REFERENCES community (uid),
  name TEXT NOT NULL,
  other_names TEXT NOT NULL DEFAULT '',    -- how addresses also call it, joined with '、'
  position INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (community_uid, name)
) STRICT;

CREATE TABLE building (
  uid TEXT PRIMARY KEY NOT NULL,
  estate_uid TEXT NOT NULL REFERENCES estate (uid),
  grid_uid TEXT REFERENCES grid (uid),
  name TEXT NOT NULL,                      -- '3栋'
  position INTEGER NOT NULL DEFAULT 0,     -- its number: 10栋 stands behind 9栋
  households INTEGER,
  x REAL,                                  -- picture coordinates, y up
  y REAL,
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (estate_uid, name)
) STRICT;
CREATE INDEX building_by_grid ON building (grid_uid);

CREATE TABLE entrance (                    -- 单元
  uid TEXT PRIMARY KEY NOT NULL,
  building_uid TEXT NOT NULL REFERENCES building (uid),
  name TEXT NOT NULL,                      -- '2单元'
  position INTEGER NOT NULL DEFAULT 0,
  households INTEGER,
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (building_uid, name)
) STRICT;

CREATE TABLE grid_worker (                 -- 网格员
  uid TEXT PRIMARY KEY NOT NULL,
  community_uid TEXT NOT NULL REFERENCES community (uid),
  grid_uid TEXT REFERENCES grid (uid),     -- where he works now
  name TEXT NOT NULL,
  sex TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', '1', '2', '0', '9')),
  phone TEXT NOT NULL DEFAULT '',
  duty TEXT NOT NULL DEFAULT '',           -- 网格员, 网格长, ...
  from_on TEXT NOT NULL DEFAULT '',
  until_on TEXT NOT NULL DEFAULT '',       -- last day; '' = still
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX grid_worker_by_grid ON grid_worker (grid_uid);

-- A grid's workers are people of their own from now on. No program wrote a grid before this migration, so no step of
-- the history knows these columns: the one time that columns may go.
ALTER TABLE grid DROP COLUMN worker;
ALTER TABLE grid DROP COLUMN worker_phone;
ALTER TABLE grid ADD COLUMN archived_on TEXT NOT NULL DEFAULT '';  -- merged into another: its past hours stay its own

-- Taking out a grid asks whether a record names it; without these that reads every record.
CREATE INDEX visit_by_grid ON visit (grid_uid) WHERE grid_uid IS NOT NULL;
CREATE INDEX visit_by_home_grid ON visit (home_grid_uid) WHERE home_grid_uid IS NOT NULL;

CREATE TABLE volunteer (                   -- 志愿者: property staff, residents, students
  uid TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  sex TEXT NOT NULL DEFAULT '' CHECK (sex IN ('', '1', '2', '0', '9')),
  phone TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',           -- list volunteer_kind
  employer TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  grid_uid TEXT REFERENCES grid (uid),
  skills TEXT NOT NULL DEFAULT '',
  free_time TEXT NOT NULL DEFAULT '',
  from_on TEXT NOT NULL DEFAULT '',
  until_on TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  pinyin TEXT NOT NULL DEFAULT '',
  initials TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX volunteer_by_grid ON volunteer (grid_uid);
CREATE INDEX volunteer_by_name ON volunteer (name);

CREATE TABLE map_plan (                    -- the picture under the grids; its bytes are an attachment with role 'plan'
  uid TEXT PRIMARY KEY NOT NULL,
  community_uid TEXT NOT NULL UNIQUE REFERENCES community (uid),
  width REAL NOT NULL CHECK (width > 0),   -- picture coordinates run from (0, 0) below left to (width, height)
  height REAL NOT NULL CHECK (height > 0),
  datum TEXT NOT NULL DEFAULT 'WGS84' CHECK (datum IN ('WGS84', 'GCJ02', 'BD09')),  -- of the control points
  note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE control_point (               -- a point of the picture whose longitude and latitude are known
  uid TEXT PRIMARY KEY NOT NULL,
  plan_uid TEXT NOT NULL REFERENCES map_plan (uid),
  name TEXT NOT NULL DEFAULT '',
  x REAL NOT NULL,
  y REAL NOT NULL,
  lon REAL NOT NULL CHECK (lon BETWEEN -180 AND 180),
  lat REAL NOT NULL CHECK (lat BETWEEN -90 AND 90)
) STRICT;
CREATE INDEX control_point_by_plan ON control_point (plan_uid);

CREATE TABLE grid_assignment (             -- 编入网格, 方案 五(二)3; dated: hours stay where they were earned
  uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT NOT NULL REFERENCES cadre (uid),
  grid_uid TEXT NOT NULL REFERENCES grid (uid),
  building_uid TEXT REFERENCES building (uid),
  entrance TEXT NOT NULL DEFAULT '',
  from_on TEXT NOT NULL,
  until_on TEXT NOT NULL DEFAULT '',       -- last day; '' = still
  method TEXT NOT NULL DEFAULT 'HAND' CHECK (method IN ('HAND', 'AUTO', 'IMPORT')),
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX grid_assignment_by_cadre ON grid_assignment (cadre_uid, from_on);
CREATE INDEX grid_assignment_by_grid ON grid_assignment (grid_uid, until_on, cadre_uid);
CREATE INDEX grid_assignment_by_building ON grid_assignment (building_uid, until_on);

CREATE TABLE building_lead (               -- 楼栋长, a cadre for a term
  uid TEXT PRIMARY KEY NOT NULL,
  building_uid TEXT NOT NULL REFERENCES building (uid),
  cadre_uid TEXT NOT NULL REFERENCES cadre (uid),
  from_on TEXT NOT NULL,
  until_on TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX building_lead_by_building ON building_lead (building_uid, until_on);
CREATE INDEX building_lead_by_cadre ON building_lead (cadre_uid, until_on);

CREATE TABLE squad (                       -- 112下沉服务小分队, 方案 五(二)3
  uid TEXT PRIMARY KEY NOT NULL,
  grid_uid TEXT NOT NULL REFERENCES grid (uid),
  name TEXT NOT NULL,
  position INTEGER NOT NULL DEFAULT 0,
  formed_on TEXT NOT NULL DEFAULT '',
  ended_on TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (grid_uid, name)
) STRICT;

CREATE TABLE squad_member (
  uid TEXT PRIMARY KEY NOT NULL,
  squad_uid TEXT NOT NULL REFERENCES squad (uid),
  role TEXT NOT NULL CHECK (role IN ('WORKER', 'CADRE', 'VOLUNTEER')),
  worker_uid TEXT REFERENCES grid_worker (uid),
  cadre_uid TEXT REFERENCES cadre (uid),
  volunteer_uid TEXT REFERENCES volunteer (uid),
  from_on TEXT NOT NULL DEFAULT '',
  until_on TEXT NOT NULL DEFAULT '',
  CHECK ((role = 'WORKER') = (worker_uid IS NOT NULL) AND (role = 'CADRE') = (cadre_uid IS NOT NULL)
    AND (role = 'VOLUNTEER') = (volunteer_uid IS NOT NULL))
) STRICT;
CREATE INDEX squad_member_by_squad ON squad_member (squad_uid, until_on);
CREATE INDEX squad_member_by_cadre ON squad_member (cadre_uid) WHERE cadre_uid IS NOT NULL;
CREATE INDEX squad_member_by_worker ON squad_member (worker_uid) WHERE worker_uid IS NOT NULL;
CREATE INDEX squad_member_by_volunteer ON squad_member (volunteer_uid) WHERE volunteer_uid IS NOT NULL;

CREATE TABLE checkin (                     -- 双报到, 方案 三(三): of a cadre, a unit, or (neither) the school
  uid TEXT PRIMARY KEY NOT NULL,
  cadre_uid TEXT REFERENCES cadre (uid),
  unit_uid TEXT REFERENCES unit (uid),
  track TEXT NOT NULL CHECK (track IN ('ASSIGNED', 'HOME')),   -- 组织派遣报到, 个人报到; units and school: ASSIGNED
  community_uid TEXT NOT NULL REFERENCES community (uid),
  place TEXT NOT NULL DEFAULT '',          -- grid or post there, as that community calls it; text outside the linked one
  checked_on TEXT NOT NULL,
  handler TEXT NOT NULL DEFAULT '',        -- 社区经办人
  our_contact TEXT NOT NULL DEFAULT '',
  letter_no TEXT NOT NULL DEFAULT '',      -- 介绍信、函号
  receipt_on TEXT NOT NULL DEFAULT '',     -- 回执 came back
  written_on TEXT NOT NULL,
  source TEXT NOT NULL DEFAULT 'KEYED' CHECK (source IN ('KEYED', 'IMPORTED', 'GROUP')),
  ended_on TEXT NOT NULL DEFAULT '',       -- 注销
  end_reason TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT '',
  CHECK (cadre_uid IS NULL OR unit_uid IS NULL)
) STRICT;
CREATE INDEX checkin_by_cadre ON checkin (cadre_uid, track, checked_on);
CREATE INDEX checkin_by_unit ON checkin (unit_uid) WHERE unit_uid IS NOT NULL;
CREATE INDEX checkin_by_community ON checkin (community_uid);

CREATE TABLE submission_task (             -- 报送事项: what units or branches must send, and by when
  uid TEXT PRIMARY KEY NOT NULL,
  year INTEGER NOT NULL,
  name TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('UNIT', 'BRANCH')),
  due_on TEXT NOT NULL DEFAULT '',
  position INTEGER NOT NULL DEFAULT 0,
  note TEXT NOT NULL DEFAULT '',
  UNIQUE (year, name)
) STRICT;

CREATE TABLE submission (                  -- 报送台账: what came, when, which version
  uid TEXT PRIMARY KEY NOT NULL,
  task_uid TEXT NOT NULL REFERENCES submission_task (uid),
  unit_uid TEXT NOT NULL REFERENCES unit (uid),
  branch_uid TEXT REFERENCES branch (uid), -- NULL: of the unit itself
  version INTEGER NOT NULL DEFAULT 1,
  sent_on TEXT NOT NULL,
  sender TEXT NOT NULL DEFAULT '',
  form TEXT NOT NULL DEFAULT '',           -- 纸质, 电子, ...
  file_name TEXT NOT NULL DEFAULT '',
  note TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX submission_by_task ON submission (task_uid, unit_uid, branch_uid, version);

-- Ledgers founded before this migration get the new lists too; a new ledger is seeded with them.
INSERT INTO code_list (uid, list, value, position)
  SELECT list || ':' || value, list, value, place
  FROM (SELECT 'volunteer_kind' AS list, '居民' AS value, 1 AS place UNION ALL SELECT 'volunteer_kind', '物业人员', 2
    UNION ALL SELECT 'volunteer_kind', '学生', 3 UNION ALL SELECT 'volunteer_kind', '其他', 4
    UNION ALL SELECT 'worker_duty', '网格员', 1 UNION ALL SELECT 'worker_duty', '网格长', 2
    UNION ALL SELECT 'worker_duty', '社区工作者', 3
    UNION ALL SELECT 'submission_form', '电子', 1 UNION ALL SELECT 'submission_form', '纸质', 2)
  WHERE EXISTS (SELECT 1 FROM setting);
"""
