"""Region folders that ship with the package: published plan, tables and their generators."""
