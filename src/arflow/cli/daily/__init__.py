"""Commands for the day's run."""
