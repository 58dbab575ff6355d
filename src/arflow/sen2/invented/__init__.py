"""Invented children and authorities for returns: nobody's data."""
