"""What training changed: design, estimate, checks, verdict."""
