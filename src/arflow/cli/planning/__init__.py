"""Commands for planning the year ahead."""
