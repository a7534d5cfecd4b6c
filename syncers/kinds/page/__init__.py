"""Sources that are pages for readers: price lists and retirement lists that vendors publish as tables.

`document` is what is read of a page: tables with the titles above them, and texts. `markdown` and `html` make it of a
body. `cells` are grammars of single cells, each matched completely. `shapes` declare the tables of a page, `reading` is
what is read of it, `source` is the base of sources.
"""
