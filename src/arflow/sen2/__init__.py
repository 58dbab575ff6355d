"""The DfE's person-level SEN2 return: its layout by year, the review items from the log, import, export, checks and measures."""
