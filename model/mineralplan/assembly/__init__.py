"""From what the files say to a `Case`: the scenario laid over plan and tables, every reference checked."""
