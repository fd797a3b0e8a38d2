"""What the pages of studies say."""
