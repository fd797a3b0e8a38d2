"""Demand per use, zone and year, from drivers a planner can check."""
