"""What people look at: figures, summary."""
