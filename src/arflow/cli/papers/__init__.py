"""Commands on letters, documents and the text of plans."""
