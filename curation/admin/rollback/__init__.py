"""Rollback: a page that shows what would go back, and does it."""
