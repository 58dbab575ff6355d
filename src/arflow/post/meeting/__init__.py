"""The review meeting: who is invited, when and where, and the calendar of it."""
