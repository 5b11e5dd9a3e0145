"""What the regulations say."""
