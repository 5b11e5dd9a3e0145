"""How a number is said, in every language."""
