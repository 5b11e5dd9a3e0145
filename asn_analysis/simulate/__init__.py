"""A city whose truth is known."""
