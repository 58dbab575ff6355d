"""What lies ahead, planned: the school year, its settings and terms, and the meetings that keep every duty."""
