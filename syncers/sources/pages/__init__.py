"""Vendors' own pages: price lists and retirement lists. Off until an operator has read the site's terms."""
