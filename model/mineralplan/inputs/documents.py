"""YAML files read so that every value knows the file and line it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mineralplan.inputs.faults import Faults, message

Key = tuple[str | int, ...]


@dataclass(frozen=True)
class Origin:
    """Where a value was written."""

    file: str
    line: int | None = None


@dataclass
class Document:
    """Nested plain values and, for each of their paths, where it was written.

    Attributes
    ----------
    file : str
        The file's name as the user gave it.
    values : dict
    origins : dict
        From the path of a key to its place.
    """

    file: str
    values: dict[Any, Any] = field(default_factory=dict)
    origins: dict[Key, Origin] = field(default_factory=dict)

    def origin(self, path: Key) -> Origin:
        """Return the place of ``path`` or of the nearest key above it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return Origin(self.file)


def read_document(path: Path, name: str, faults: Faults) -> Document:
    """Read a YAML 1.2 file; what cannot be read is a fault and gives an empty document.

    Parameters
    ----------
    path : pathlib.Path
    name : str
        How reports call the file.
    faults : Faults
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    document = Document(name)
    try:
        node = YAML(typ="rt").load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        faults.add(name, None, name, message("readable"), error.strerror or error)
        return document
    except UnicodeDecodeError:
        faults.add(name, None, name, message("utf8"), "?")
        return document
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        faults.add(name, line, name, message("once"), str(error.problem).partition(" with value")[0])
        return document
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        faults.add(name, line, name, message("yaml"), error.problem or error.context)
        return document
    except YAMLError as error:  # a character that YAML does not allow has no mark
        faults.add(name, None, name, message("yaml"), str(error).splitlines()[0])
        return document
    if node is None:
        return document
    if not isinstance(node, Mapping):
        faults.add(name, 1, name, message("mapping"), repr(node)[:60])
        return document
    document.values = _plain(node, (), name, document.origins)
    return document


def _plain(node: Any, path: Key, name: str, origins: dict[Key, Origin]) -> Any:
    """Return plain Python values of a ruamel node and note the line of every key."""
    if isinstance(node, Mapping):
        result = {}
        for raw, value in node.items():
            key = raw if isinstance(raw, int) and not isinstance(raw, bool) else str(raw)
            origins[(*path, key)] = Origin(name, node.lc.key(raw)[0] + 1)  # type: ignore[attr-defined]
            result[key] = _plain(value, (*path, key), name, origins)
        return result
    if isinstance(node, list):
        return [_plain(value, (*path, index), name, origins) for index, value in enumerate(node)]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node
