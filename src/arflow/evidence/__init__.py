"""What stands up outside the store: signed checkpoints of the log, and packs of cases that prove themselves."""
