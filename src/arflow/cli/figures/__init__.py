"""Commands for reports and previews."""
