"""Which numbers a brief may show."""
