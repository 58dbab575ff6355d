"""List 1 of Annex A for area SEND inspections."""
