"""The keys of the public JSON, each declared once for answers, OpenAPI, `fields=`, filters, order and docs."""
