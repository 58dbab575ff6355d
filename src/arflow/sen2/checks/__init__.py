"""The checks of a return: one small function a rule, a module a family, all named in one table."""
