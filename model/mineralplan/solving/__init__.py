"""From a model to a proven plan."""
