-- A verdict without a successor: its analyte counts in another's sum now. It stood until that position.
ALTER TABLE verdict ADD COLUMN ended_seq INTEGER;
