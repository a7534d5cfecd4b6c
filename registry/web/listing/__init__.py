"""The catalogue page's list: models or offerings, filters with counts, columns. Each state has an address."""
