"""What it amounts to."""
