-- What the tables of a network look like, told to SQLite's planner from the first day. Without it the planner holds
-- the first column of a primary key (the laboratory) for as selective as any index on (laboratory, sample, analyte), and
-- reads all of a laboratory's rows where it should read one sample's. A line: rows in the table, then rows that share the
-- first, the first two … columns of the index. Tests read the plans (tests/reports/test-week-plans.c).
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
  ('change', NULL, '20000'), -- it has more, and is only read from one position to another
  ('sample', 'sample', '200000 50000 1'),
  ('sample', 'sqlite_autoindex_sample_2', '200000 50000 1 1'),
  ('sample', 'sample_registered', '200000 50000 1 1'),
  ('sample', 'sample_pending', '2000 500 1 1'),
  ('sample_alias', 'sample_alias', '400000 100000 1'),
  ('sample_alias', 'sample_alias_sample', '400000 100000 2 1'),
  ('preparation', 'preparation', '200000 50000 1'),
  ('preparation', 'preparation_sample', '200000 50000 1 1'),
  ('transmission', 'transmission', '200000 50000 1'),
  ('transmission', 'transmission_once', '200000 50000 50000 1'),
  ('transmission', 'transmission_body', '200000 50000 8000 1 1'),
  ('transmission', 'transmission_station', '200000 50000 8000 1'),
  ('transmission', 'transmission_incomplete', '100 25 5 1'),
  ('reading', 'reading', '10000000 2500000 1'),
  ('reading', 'reading_transmission', '10000000 2500000 50 1 1'),
  ('reading', 'reading_specimen', '10000000 2500000 50 1 1'),
  ('held', 'held', '100000 25000 1'),
  ('held', 'held_open', '1000 250 1 1'),
  ('held', 'held_transmission', '100000 25000 2 1'),
  ('determination', 'determination', '10000000 2500000 1'),
  ('determination', 'determination_sample', '10000000 2500000 50 1 1'),
  ('verdict', 'verdict', '10000000 2500000 1'),
  ('verdict', 'verdict_sample', '10000000 2500000 50 1 1'),
  ('verdict', 'verdict_week', '10000000 2500000 25000 8000 1'),
  ('exceedance', 'exceedance', '100000 25000 1'),
  ('exceedance', 'exceedance_week', '100000 25000 250 1'),
  ('report_issue', 'report_issue', '2000 500 1'),
  ('report_issue', 'report_issue_week', '2000 2000 20 5 1 1 1');
ANALYZE sqlite_schema;
