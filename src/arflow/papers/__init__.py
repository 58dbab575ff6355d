"""Papers of a case: documents, letters, the text of the plan, and pages set for people."""
