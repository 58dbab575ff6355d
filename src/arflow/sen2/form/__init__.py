"""The form of a return: its layout by year, read and written as XML and CSV."""
