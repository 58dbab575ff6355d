"""A report in each of its forms: one module a format, none knows which question was asked."""
