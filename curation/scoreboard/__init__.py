"""How the published catalogue and other catalogues compare with what providers state themselves."""
