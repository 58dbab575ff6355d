"""Questions asked of the whole log."""
