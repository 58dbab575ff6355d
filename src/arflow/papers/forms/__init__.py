"""Forms as Word files that read themselves: what each asks, how it is made, and what is in it when it comes back."""
