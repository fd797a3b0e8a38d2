"""Kaizhou District, Chongqing: the published plan and an illustrative set of tables."""
