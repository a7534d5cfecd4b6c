"""Worklists, and the quality of what is published."""
