"""The year ahead, planned: terms, the lists of plans due in each, and the days that settings propose for them."""
