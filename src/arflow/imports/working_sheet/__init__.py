"""A coordinator's caseload as a workbook: written with what stands, edited, and read back as commands."""
