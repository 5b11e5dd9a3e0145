"""What a page looks like."""
