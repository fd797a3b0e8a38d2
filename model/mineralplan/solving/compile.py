"""Pyomo model → sparse arrays, once; after that nobody needs Pyomo."""

from __future__ import annotations

from typing import Any

import numpy as np
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from mineralplan.solving.program import Program


def compile_model(model: Any) -> Program:
    """Return the sparse form of a Pyomo model whose ``line`` objectives are cost terms and measures."""
    form = LinearStandardFormCompiler().write(model, mixed_form=True)
    rhs, kinds = np.asarray(form.rhs, dtype=float), np.array([entry.bound_type for entry in form.rows])
    rows, columns, objectives = named(form)
    return Program(
        matrix=sparse.csc_array(form.A),
        row_lower=np.where(kinds <= 0, rhs, -np.inf),
        row_upper=np.where(kinds >= 0, rhs, np.inf),
        **columns_of(form),
        cost=np.zeros(len(columns)),
        offset=0.0,
        columns=columns,
        rows=rows,
        lines=sparse.csr_array(form.c),
        line_offset=np.asarray(form.c_offset, dtype=float),
        line_names=objectives,
    )


def named(form: Any) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
    """Return what the rows, columns and objectives of a compiled form are called: component and index."""
    names: dict[int, str] = {}

    def called(entry: Any) -> tuple[str, Any]:
        component = entry.parent_component()
        if id(component) not in names:  # Pyomo puts a name together each time it is asked
            names[id(component)] = component.name
        return names[id(component)], entry.index()

    return (
        tuple(called(row.constraint) for row in form.rows),
        tuple(called(column) for column in form.columns),
        tuple(objective.index() for objective in form.objectives),
    )


def columns_of(form: Any) -> dict[str, Any]:
    """Return bounds and kinds of the columns of a compiled form."""
    return {
        "lower": np.array([-np.inf if v.lb is None else v.lb for v in form.columns], dtype=float),
        "upper": np.array([np.inf if v.ub is None else v.ub for v in form.columns], dtype=float),
        "integer": np.array([v.is_integer() for v in form.columns], dtype=bool),
    }
