"""Who is in a case and how they are reached: erasable, and never in the log."""
