"""Read models: rows that answer working questions, made from the log and never the truth."""
