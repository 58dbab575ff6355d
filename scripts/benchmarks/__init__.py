"""What scripts/bench measures: figures are ratios taken in one run, never a test."""
