"""Public pages that show what sources state."""
