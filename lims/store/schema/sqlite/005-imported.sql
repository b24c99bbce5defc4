-- Limit sets that a person imported: the catalogue's files, read again by a newer program, must not put theirs in the place
-- of a bought edition, nor open again an edition that an import ended.
ALTER TABLE limit_set ADD COLUMN imported INTEGER NOT NULL DEFAULT 0; -- 1: limsctl init leaves it and its limits as they are
ALTER TABLE limit_set ADD COLUMN ended TEXT;                          -- the last day that an import gave it; init keeps it
