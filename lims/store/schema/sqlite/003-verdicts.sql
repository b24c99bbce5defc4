-- What a verdict is made of: facts of the sample, the method's rules, detection limits, the policy; and what it leaves
-- behind: the calculation, the parts it counted. Nothing here is overwritten but the catalogue's own tables.

ALTER TABLE analyte ADD COLUMN formula TEXT NOT NULL DEFAULT '';       -- molecular, for residue sums: C12H15NO3
-- The method's rules (lims/judge/method.h); '' is "as the policy says". `rounding` of 001 was a number nobody filled.
ALTER TABLE method DROP COLUMN rounding;
ALTER TABLE method ADD COLUMN formula TEXT NOT NULL DEFAULT '';        -- '' : (c - c0) * V * f / m
ALTER TABLE method ADD COLUMN rounding TEXT NOT NULL DEFAULT '';       -- "2 places" "3 significant"
ALTER TABLE method ADD COLUMN comparison TEXT NOT NULL DEFAULT '';     -- full rounded
ALTER TABLE method ADD COLUMN decision TEXT NOT NULL DEFAULT '';       -- simple guard-band
ALTER TABLE method ADD COLUMN uncertainty TEXT NOT NULL DEFAULT '';    -- expanded, % of the value
ALTER TABLE method ADD COLUMN rpd_limit TEXT NOT NULL DEFAULT '';      -- % between replicates
ALTER TABLE method ADD COLUMN nd_components TEXT NOT NULL DEFAULT '';  -- zero half-lod lod
ALTER TABLE method ADD COLUMN is_total INTEGER NOT NULL DEFAULT 0;     -- it reports the whole residue
ALTER TABLE method ADD COLUMN screen_threshold TEXT NOT NULL DEFAULT ''; -- % inhibition
ALTER TABLE method ADD COLUMN at_threshold TEXT NOT NULL DEFAULT '';   -- positive negative
ALTER TABLE method ADD COLUMN source TEXT NOT NULL DEFAULT '';

CREATE TABLE detection_limit(
  method TEXT NOT NULL REFERENCES method(code), analyte TEXT NOT NULL REFERENCES analyte(code),
  matrix TEXT NOT NULL,                        -- a commodity's code or family; '' : any
  lod TEXT, loq TEXT, unit TEXT NOT NULL, uncertainty TEXT NOT NULL, source TEXT NOT NULL, imported INTEGER NOT NULL,
  PRIMARY KEY(method, analyte, matrix)) STRICT, WITHOUT ROWID; -- imported 0: config/catalogue's, replaced by init

-- How the laboratories decide, and what they are to be given: one row a change, the newest counts.
CREATE TABLE setting(
  name TEXT NOT NULL, n INTEGER NOT NULL, value TEXT NOT NULL, who TEXT NOT NULL, at_us INTEGER NOT NULL,
  seq INTEGER NOT NULL, PRIMARY KEY(name, n)) STRICT, WITHOUT ROWID;

-- Facts of a sample besides its values (lims/judge/facts.h); a later row replaces, an empty value takes back.
CREATE TABLE sample_fact(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, sample INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
  who TEXT NOT NULL, at_us INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY(lab, id), FOREIGN KEY(lab, sample) REFERENCES sample(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX sample_fact_sample ON sample_fact(lab, sample);

-- A portion by volume has a unit of volume in mass_unit.
ALTER TABLE preparation ADD COLUMN recovery TEXT;                      -- %

-- A correction or a relinking: why the row that it replaces no longer counts (determination.replaced_by).
ALTER TABLE determination ADD COLUMN replaces INTEGER;                 -- the row before
ALTER TABLE determination ADD COLUMN reason TEXT;                      -- why

ALTER TABLE verdict ADD COLUMN printed TEXT NOT NULL DEFAULT '';       -- digits and unit as they came
ALTER TABLE verdict ADD COLUMN computed TEXT;                          -- before rounding
ALTER TABLE verdict ADD COLUMN limit_used TEXT;                        -- the limit's number times its factor
ALTER TABLE verdict ADD COLUMN calculation TEXT;                       -- a line a step
-- The determinations a verdict counted, where they are more than its own.
CREATE TABLE verdict_part(
  lab INTEGER NOT NULL, verdict INTEGER NOT NULL, determination INTEGER NOT NULL,
  PRIMARY KEY(lab, verdict, determination), FOREIGN KEY(lab, verdict) REFERENCES verdict(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_part_determination ON verdict_part(lab, determination);

-- Judging anew after a change of limits, methods or policy: samples are taken one batch after the other, the place is
-- kept here, so that a stop in the middle loses nothing.
CREATE TABLE rejudgement(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, cause TEXT NOT NULL, who TEXT NOT NULL, at_us INTEGER NOT NULL,
  after_sample INTEGER NOT NULL, samples INTEGER NOT NULL, verdicts INTEGER NOT NULL, done_us INTEGER, seq INTEGER NOT NULL,
  PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX rejudgement_open ON rejudgement(lab) WHERE done_us IS NULL;

-- What a laboratory was appropriated and what it paid, in CNY; corrections are rows with the other sign.
CREATE TABLE budget(
  lab INTEGER NOT NULL REFERENCES lab(id), id INTEGER NOT NULL, year INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('appropriated', 'paid')), amount TEXT NOT NULL, on_day TEXT NOT NULL, note TEXT NOT NULL,
  who TEXT NOT NULL, at_us INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX budget_year ON budget(lab, year);

INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
  ('sample_fact', 'sample_fact', '200000 50000 1'),
  ('sample_fact', 'sample_fact_sample', '200000 50000 3 1'),
  ('verdict_part', 'verdict_part', '1000000 250000 4 1'),
  ('verdict_part', 'verdict_part_determination', '1000000 250000 1 1'),
  ('budget', 'budget', '1000 250 1'),
  ('budget', 'budget_year', '1000 250 50 1');
ANALYZE sqlite_schema;
