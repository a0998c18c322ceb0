"""What a person was on a day is one timeline: 在职状态 and 政治面貌 are dated with unit and branch; `until_on` is the last day."""

DDL = """
ALTER TABLE membership ADD COLUMN status TEXT NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'RETIRED', 'OTHER'));
ALTER TABLE membership ADD COLUMN party_status TEXT NOT NULL DEFAULT '';
ALTER TABLE membership ADD COLUMN left_reason TEXT NOT NULL DEFAULT '';  -- 调离 …: why it ended, if he left then

-- somebody whom a partial undo left without one: his own uid serves, so that two desks make the same row
INSERT INTO membership (uid, cadre_uid, unit_uid, branch_uid)
  SELECT uid, uid, unit_uid, branch_uid FROM cadre c
  WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.cadre_uid = c.uid);

-- nothing says when it changed: what the roster holds has been so all along
UPDATE membership SET (status, party_status) = (
  SELECT c.status, c.party_status FROM cadre c WHERE c.uid = membership.cadre_uid);

-- who left: archived_on is the first day away, and was written here as if it were the last one
UPDATE membership SET (until_on, left_reason) = (
    SELECT max(date(c.archived_on, '-1 day'), membership.from_on), c.archive_reason
    FROM cadre c WHERE c.uid = membership.cadre_uid)
  WHERE uid IN (
    SELECT m.uid FROM cadre c JOIN membership m ON m.cadre_uid = c.uid WHERE c.archived_on <> ''
    AND m.from_on = (SELECT max(o.from_on) FROM membership o WHERE o.cadre_uid = c.uid));

-- the whole timeline in one index: figures of a day or a year read nothing else of a person's places
DROP INDEX membership_by_cadre;
CREATE INDEX membership_timeline ON membership
  (cadre_uid, from_on, until_on, status, unit_uid, branch_uid, party_status);
"""
