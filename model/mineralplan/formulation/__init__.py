"""The optimisation model, written once in Pyomo."""
