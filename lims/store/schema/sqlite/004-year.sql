-- A laboratory's year in numbers (the workbook's sheet of laboratories) without reading its rows: how many results were
-- committed, how many samples registered, from one moment to another. The few that were taken back are indexed apart and
-- subtracted. Each index is read alone, some twenty bytes a row, and grows at its end only.
CREATE INDEX determination_committed ON determination(lab, committed_us);
CREATE INDEX determination_replaced ON determination(lab, committed_us) WHERE replaced_by IS NOT NULL;
CREATE INDEX sample_void ON sample(lab, registered_at_us) WHERE voided_at_us IS NOT NULL;

INSERT INTO sqlite_stat1(tbl, idx, stat) VALUES
  ('determination', 'determination_committed', '10000000 2500000 50 1'),
  ('determination', 'determination_replaced', '20000 5000 1 1'),
  ('sample', 'sample_void', '2000 500 1 1');
ANALYZE sqlite_schema;
