"""Everything that comes from the user's files: the published plan, the tables, the scenarios, and their faults."""
