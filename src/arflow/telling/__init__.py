"""What each event says in a plain English sentence, and the story of a case. Pure."""
