"""The commands that plan ahead."""
