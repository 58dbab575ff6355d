"""The text of a plan, what is proposed to change in it, and the marked copies that show it."""
