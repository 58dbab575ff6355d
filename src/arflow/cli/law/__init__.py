"""Commands on workflow definitions and the coverage of the law."""
