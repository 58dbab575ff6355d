"""Commands that prove: audit trails, checkpoints, packs and the archive."""
