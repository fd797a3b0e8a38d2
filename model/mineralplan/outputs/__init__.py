"""The result tables, and how they reach the disk."""
