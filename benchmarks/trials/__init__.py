"""The trials of the suite: what is run, how it is run and kept, and how it is told."""
