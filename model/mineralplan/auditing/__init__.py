"""The exact audit of a plan: laws, rules and costs computed again from the case and the tables, in fractions.

Neither the modeller nor the solver is imported, and nothing of what built the model: a fault there cannot hide here.
"""
