"""What it takes to repeat the run: inputs with their sha256, versions, seed, threads, command."""

from __future__ import annotations

from mineralplan.report.page.parts import Section, Table
from mineralplan.report.record import Record
from mineralplan.words import say


def section(record: Record, lang: str) -> Section:
    """Return what the manifest says of the run."""
    said = record.manifest
    run = [
        [say("page.inputs.command", lang), str(said["command"] or "–")],
        [say("page.inputs.seed", lang), str(said["seed"])],
        [say("page.inputs.threads", lang), str(said["threads"])],
        [say("page.inputs.platform", lang), str(said["platform"])],
        [say("page.inputs.seconds", lang), f"{sum(said['seconds'].values()):,.1f}"],
        [say("page.inputs.seal", lang), str(said.get("certificate", "–"))],
    ]
    files = [[str(entry["file"]), str(entry["sha256"])] for entry in said["inputs"]]
    versions = [[name, str(number)] for name, number in said["versions"].items()]
    code = frozenset({1})
    return Section("inputs", say("page.inputs.title", lang), [
        Table(say("page.inputs.run", lang), [say("page.inputs.what", lang), ""], run, codes=code),
        Table(say("page.inputs.files", lang), [say("page.inputs.file", lang), "sha256"], files, codes=code),
        Table(say("page.inputs.versions", lang), [say("page.inputs.package", lang), say("page.inputs.version", lang)],
              versions, codes=code),
    ])
