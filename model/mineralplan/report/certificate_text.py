"""What is said of a results folder's certificate."""

from __future__ import annotations

from collections.abc import Iterator

from mineralplan.auditing.certificate import Certified
from mineralplan.report.summary import bound_source
from mineralplan.words import say

SHORT = 12
"""Digits of the seal that are shown: enough to tell two certificates apart."""


def certificate_parts(certified: Certified | None, lang: str) -> Iterator[str]:
    """Yield whether the certificate holds, what it certifies or what has changed, and what lies beside."""
    if certified is None:
        yield say("audit.certificate.none", lang)
        return
    seal = certified.seal[:SHORT]
    if certified.holds:
        yield say("audit.certificate.holds", lang, seal=seal, proof=_proof(certified, lang))
    else:
        between = say("audit.list", lang)
        yield say("audit.certificate.broken", lang, seal=seal, what=between.join(_changes(certified, lang)))
    if certified.added:
        yield say("audit.certificate.added", lang, names=", ".join(certified.added))


def _proof(certified: Certified, lang: str) -> str:
    said = certified.manifest
    first = str(said["objectives"][0]["name"])
    return say(
        "audit.certificate.proof", lang, objective=f"{said['objective']:,.1f}", bound=f"{said['bound']:,.1f}",
        unit=say(f"objectives.{first}.unit", lang), bound_is=bound_source(said, lang),
        gap=f"{said['gap']:.3%}", highs=said["versions"]["highspy"], seed=said["seed"], threads=said["threads"],
        command=said["command"] or "–",
    )


def _changes(certified: Certified, lang: str) -> Iterator[str]:
    if certified.altered:
        yield say("audit.certificate.altered", lang, names=", ".join(certified.altered))
    if certified.missing:
        yield say("audit.certificate.missing", lang, names=", ".join(certified.missing))
    if certified.changed_inputs:
        yield say("audit.certificate.inputs", lang, names=", ".join(certified.changed_inputs))
    if not certified.intact:
        yield say("audit.certificate.manifest", lang)
