"""One case: a plan with its reviews, what may be recorded of it, and the duties that follow. Pure."""
