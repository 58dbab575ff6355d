"""What somebody wrote in a Word file: it is opened with care, and read as Word shows it."""
