"""Advice for a review: asked for, reminded, received and circulated (SEND Regs 2014 r.20(4))."""
