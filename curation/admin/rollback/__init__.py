"""Rollback of revisions, batches, entries and the edits of a person."""
