"""How does a result show itself to a researcher? Figures and tables of tidy rows; no result is known here."""
