"""What goes out: letters and messages composed, queued, delivered, and recorded once they have left."""
