"""How long papers and mail are kept, their disposal, and the erasure of a family."""
