"""Questions about plans: why none exists, what would change."""
