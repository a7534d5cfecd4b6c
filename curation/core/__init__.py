"""The pure core of curation: plain values in, decisions out. Imports no Django."""
