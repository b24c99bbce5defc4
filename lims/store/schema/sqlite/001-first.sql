-- The first schema. Every key of a laboratory's rows leads with the laboratory. Times are UTC microseconds. A number is
-- kept as printed (text), as an exact decimal (text, plain notation), and never as binary floating point.

CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- One row a change of any row, in the order of commits: live pages, publishing, --as-of.
CREATE TABLE change(
  seq INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, lab INTEGER NOT NULL,
  table_name TEXT NOT NULL, row_key INTEGER NOT NULL) STRICT;

-- One hash chain a laboratory and incarnation.
CREATE TABLE audit(
  lab INTEGER NOT NULL, n INTEGER NOT NULL, incarnation TEXT NOT NULL, at_us INTEGER NOT NULL,
  who TEXT NOT NULL, via TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, detail TEXT NOT NULL,
  previous TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY(lab, incarnation, n)) STRICT, WITHOUT ROWID;

-- ---- who and where ----
CREATE TABLE division(
  code TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT, parent TEXT REFERENCES division(code),
  level INTEGER NOT NULL) STRICT, WITHOUT ROWID;  -- level: 1 province 2 city 3 county 4 town 5 village

CREATE TABLE lab(
  id INTEGER PRIMARY KEY CHECK(id BETWEEN 0 AND 4095), code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, name_en TEXT,
  kind TEXT NOT NULL CHECK(kind IN ('city', 'county')), division TEXT REFERENCES division(code),
  zone TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;

CREATE TABLE person(  -- "user" is a reserved word elsewhere
  lab INTEGER NOT NULL REFERENCES lab(id), id INTEGER NOT NULL, login TEXT NOT NULL, name TEXT NOT NULL,
  role TEXT NOT NULL CHECK(role IN ('technician', 'reviewer', 'supervisor', 'administrator')),
  active INTEGER NOT NULL DEFAULT 1, seq INTEGER NOT NULL,
  PRIMARY KEY(lab, id), UNIQUE(lab, login)) STRICT, WITHOUT ROWID;

CREATE TABLE site(
  lab INTEGER NOT NULL REFERENCES lab(id), id INTEGER NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, name_en TEXT,
  kind TEXT NOT NULL, division TEXT REFERENCES division(code), address TEXT, seq INTEGER NOT NULL,
  PRIMARY KEY(lab, id), UNIQUE(lab, code)) STRICT, WITHOUT ROWID;

CREATE TABLE station(
  lab INTEGER NOT NULL REFERENCES lab(id), id INTEGER NOT NULL, name TEXT NOT NULL UNIQUE, driver TEXT NOT NULL,
  title TEXT NOT NULL, origin TEXT NOT NULL, line TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;

-- Who was signed on at a station, when.
CREATE TABLE sign_on(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, station TEXT NOT NULL, person INTEGER NOT NULL,
  from_us INTEGER NOT NULL, to_us INTEGER, PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX sign_on_station ON sign_on(station, from_us);

-- ---- the catalogue (shared by all laboratories) ----
CREATE TABLE analyte(
  code TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT NOT NULL, family TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE analyte_alias(
  folded TEXT PRIMARY KEY, alias TEXT NOT NULL, analyte TEXT NOT NULL REFERENCES analyte(code)) STRICT, WITHOUT ROWID;
CREATE TABLE commodity(
  code TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT NOT NULL, family TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE commodity_alias(
  folded TEXT PRIMARY KEY, alias TEXT NOT NULL, commodity TEXT NOT NULL REFERENCES commodity(code)) STRICT, WITHOUT ROWID;
CREATE TABLE method(
  code TEXT PRIMARY KEY, name TEXT NOT NULL, standard TEXT, rounding INTEGER) STRICT, WITHOUT ROWID;

-- A tree classifies foods (GB 2762 annex A, GB 2763 annex A, …); sets of limits hang on trees.
CREATE TABLE node(
  tree TEXT NOT NULL, id INTEGER NOT NULL, parent INTEGER, name TEXT NOT NULL, name_en TEXT, path TEXT NOT NULL,
  PRIMARY KEY(tree, id)) STRICT, WITHOUT ROWID;
CREATE TABLE membership(
  commodity TEXT NOT NULL REFERENCES commodity(code), tree TEXT NOT NULL, node INTEGER NOT NULL,
  PRIMARY KEY(commodity, tree, node)) STRICT, WITHOUT ROWID;
CREATE TABLE limit_set(
  code TEXT PRIMARY KEY, standard TEXT NOT NULL, title TEXT NOT NULL, tree TEXT NOT NULL,
  effective_from TEXT NOT NULL, effective_to TEXT, date_rule TEXT NOT NULL CHECK(date_rule IN ('production', 'purchase', 'sampling')),
  source TEXT NOT NULL, standing TEXT NOT NULL, checked_by TEXT, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE limit_row(
  limit_set TEXT NOT NULL REFERENCES limit_set(code), id INTEGER NOT NULL, node INTEGER NOT NULL, analyte TEXT NOT NULL REFERENCES analyte(code),
  kind TEXT NOT NULL CHECK(kind IN ('maximum', 'minimum', 'range', 'not-detected', 'banned', 'other')),
  limit_text TEXT NOT NULL, limit_number TEXT, limit_low TEXT, unit TEXT,
  clause TEXT NOT NULL, basis TEXT NOT NULL, residue_definition TEXT, conditions TEXT NOT NULL, source TEXT NOT NULL,
  note TEXT NOT NULL, PRIMARY KEY(limit_set, id)) STRICT, WITHOUT ROWID;
CREATE INDEX limit_row_node ON limit_row(limit_set, analyte, node);

-- ---- samples ----
CREATE TABLE sample_counter(
  lab INTEGER NOT NULL, day INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY(lab, day)) STRICT, WITHOUT ROWID;
CREATE TABLE sample(
  lab INTEGER NOT NULL REFERENCES lab(id), id INTEGER NOT NULL, number TEXT NOT NULL, site INTEGER NOT NULL, commodity TEXT REFERENCES commodity(code),
  commodity_name TEXT NOT NULL,                -- as registered; commodity NULL when no catalogue name matches
  sampled_at_us INTEGER, produced_on TEXT, purchased_on TEXT,
  registered_at_us INTEGER NOT NULL, registered_by TEXT NOT NULL, note TEXT,
  voided_at_us INTEGER, voided_by TEXT, void_reason TEXT, void_seq INTEGER,
  first_tested_us INTEGER,                     -- commit of the first verdict; NULL: pending
  seq INTEGER NOT NULL,
  PRIMARY KEY(lab, id), UNIQUE(lab, number), FOREIGN KEY(lab, site) REFERENCES site(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX sample_registered ON sample(lab, registered_at_us);
CREATE INDEX sample_pending ON sample(lab, registered_at_us) WHERE first_tested_us IS NULL AND voided_at_us IS NULL;
-- Whatever an analyzer or a paper may call the sample: its number, the sheet's, a client's, portions and vials.
CREATE TABLE sample_alias(
  lab INTEGER NOT NULL, alias TEXT NOT NULL, sample INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('number', 'sheet', 'client', 'portion')),
  PRIMARY KEY(lab, alias), FOREIGN KEY(lab, sample) REFERENCES sample(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX sample_alias_sample ON sample_alias(lab, sample);
-- Between a solution value and the sample: value × volume × dilution / mass, blank subtracted. A later row replaces.
CREATE TABLE preparation(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, sample INTEGER NOT NULL, analyte TEXT, -- NULL: for all analytes
  mass TEXT NOT NULL, mass_unit TEXT NOT NULL, volume TEXT NOT NULL, volume_unit TEXT NOT NULL, dilution TEXT NOT NULL,
  blank TEXT, blank_unit TEXT, moisture TEXT, entered_by TEXT NOT NULL, at_us INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY(lab, id), FOREIGN KEY(lab, sample) REFERENCES sample(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX preparation_sample ON preparation(lab, sample);

-- ---- from the wire ----
CREATE TABLE transmission(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, journal TEXT NOT NULL, journal_seq INTEGER NOT NULL,
  station TEXT NOT NULL, driver TEXT NOT NULL, began_us INTEGER NOT NULL, ended_us INTEGER NOT NULL, committed_us INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('delivered', 'held', 'superseded', 'repeat', 'empty')), -- empty: whole, and nothing in it to judge (a query, blanks only …)
  reason TEXT, linked INTEGER,                 -- superseded by, or repeat of
  body_digest TEXT NOT NULL, body TEXT,        -- body only of incomplete ones
  raw BLOB NOT NULL,                           -- the accepted frames, one after the other
  readings INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX transmission_once ON transmission(lab, journal, journal_seq);
CREATE INDEX transmission_body ON transmission(lab, station, body_digest);
CREATE INDEX transmission_station ON transmission(lab, station, id); -- the last ones of a station
CREATE INDEX transmission_incomplete ON transmission(lab, station) WHERE state = 'held' AND reason = 'incomplete';
CREATE TABLE reading(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, transmission INTEGER NOT NULL, n INTEGER NOT NULL,
  specimen TEXT NOT NULL, sample INTEGER,      -- NULL: not tied (held, blank, control)
  code TEXT NOT NULL, analyte TEXT, kind TEXT NOT NULL, replicate INTEGER NOT NULL,
  printed TEXT NOT NULL, state TEXT NOT NULL, number TEXT, unit TEXT NOT NULL, basis TEXT NOT NULL, method TEXT,
  flags TEXT NOT NULL, status TEXT NOT NULL, operator TEXT NOT NULL, instrument TEXT NOT NULL,
  measured_at TEXT NOT NULL, measured_at_us INTEGER,
  PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX reading_transmission ON reading(lab, transmission, n);
CREATE INDEX reading_specimen ON reading(lab, specimen, code);
-- What waits for a person: one row a transmission, specimen, code and reason.
CREATE TABLE held(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, transmission INTEGER NOT NULL, specimen TEXT NOT NULL, code TEXT NOT NULL,
  reason TEXT NOT NULL, detail TEXT NOT NULL, at_us INTEGER NOT NULL, seq INTEGER NOT NULL,
  resolved_us INTEGER, resolved_by TEXT, resolution TEXT, resolved_seq INTEGER,
  PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX held_open ON held(lab, at_us) WHERE resolved_us IS NULL;
CREATE INDEX held_transmission ON held(lab, transmission);

-- ---- results ----
CREATE TABLE determination(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, sample INTEGER NOT NULL, analyte TEXT NOT NULL, reading INTEGER, transmission INTEGER,
  printed TEXT NOT NULL, state TEXT NOT NULL, number TEXT, unit TEXT NOT NULL, basis TEXT NOT NULL, replicate INTEGER NOT NULL,
  method TEXT, person TEXT NOT NULL,           -- login, operator as sent, or 'unattended'
  measured_at_us INTEGER, arrived_us INTEGER NOT NULL, committed_us INTEGER NOT NULL,
  replaced_by INTEGER,                         -- a correction or relink; the row stays
  seq INTEGER NOT NULL, PRIMARY KEY(lab, id), FOREIGN KEY(lab, sample) REFERENCES sample(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX determination_sample ON determination(lab, sample, analyte);
CREATE TABLE verdict(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, sample INTEGER NOT NULL, analyte TEXT NOT NULL, determination INTEGER NOT NULL, preparation INTEGER,
  verdict TEXT NOT NULL CHECK(verdict IN ('complies', 'exceeds', 'screening-positive', 'undetermined')),
  reason_code TEXT NOT NULL, reason TEXT NOT NULL,
  value_text TEXT NOT NULL, value_number TEXT, value_unit TEXT NOT NULL,   -- what was judged, in the limit's unit
  limit_set TEXT, limit_id INTEGER, standard TEXT, clause TEXT, node_path TEXT, limit_kind TEXT, limit_text TEXT, limit_number TEXT, limit_unit TEXT,
  factor TEXT,                                 -- value / limit, exact quotient rounded to 4 digits
  rule TEXT NOT NULL,                          -- "simple acceptance, full value"
  committed_us INTEGER NOT NULL, week INTEGER NOT NULL,  -- ISO week, year × 100 + week, in the laboratory's zone
  current INTEGER NOT NULL,                    -- 1: the newest verdict of the sample and analyte
  seq INTEGER NOT NULL, PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_sample ON verdict(lab, sample, analyte);
CREATE INDEX verdict_week ON verdict(lab, week, verdict);
CREATE TABLE exceedance(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, verdict INTEGER NOT NULL, sample INTEGER NOT NULL, site INTEGER NOT NULL, analyte TEXT NOT NULL,
  week INTEGER NOT NULL, committed_us INTEGER NOT NULL, withdrawn_seq INTEGER, -- a later verdict of the same pair no longer exceeds
  seq INTEGER NOT NULL, PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX exceedance_week ON exceedance(lab, week);
CREATE INDEX exceedance_verdict ON exceedance(lab, verdict);

-- Each workbook that was issued, with the position it was made from: what changed since the last one.
CREATE TABLE report_issue(
  lab INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, week INTEGER NOT NULL, scope TEXT NOT NULL, language TEXT NOT NULL,
  as_of INTEGER NOT NULL, made_us INTEGER NOT NULL, made_by TEXT NOT NULL, digest TEXT NOT NULL,
  PRIMARY KEY(lab, id)) STRICT, WITHOUT ROWID;
CREATE INDEX report_issue_week ON report_issue(kind, week, scope, as_of);
