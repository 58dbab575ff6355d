"""Forms on a case: made from it, understood when they come back, and what is asked of those who sent them."""
