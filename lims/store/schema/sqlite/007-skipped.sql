-- Samples that could not be judged anew, for a fault in their own rows: they keep the verdicts they have.
ALTER TABLE rejudgement ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
