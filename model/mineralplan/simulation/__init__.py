"""Futures: how they are drawn, and what becomes of a plan in each."""
