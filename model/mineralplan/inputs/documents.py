"""YAML files read so that every value knows the file and line it came from.

Only the plain values of YAML 1.2 are read: text, numbers, dates, true and false, null, lists and keys. A tag is not
obeyed and a merge key not merged; both are faults. The size of a file, the depth of its values and their number with
every alias written out are bounded, so that no file can exhaust the machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mineralplan.inputs.faults import Faults, Message, message
from mineralplan.inputs.text import CONTROL, UTF8, Unreadable, read_text

if TYPE_CHECKING:
    from ruamel.yaml.nodes import MappingNode, Node

MOST_BYTES = 500_000
MOST_VALUES = 50_000
DEEPEST = 30
TAG, MERGE = "tag:yaml.org,2002:{}", "tag:yaml.org,2002:merge"
CONTAINERS = frozenset(map(TAG.format, ("map", "seq")))
SCALARS = frozenset(map(TAG.format, ("str", "int", "float", "bool", "null", "timestamp")))
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
    document = Document(name)
    try:
        values = parse(read_text(path, MOST_BYTES, UTF8), document, faults)
    except Unreadable as error:
        faults.add(name, error.line, name, error.expected, error.found)
        return document
    if isinstance(values, dict):
        document.values = values
    elif values is not None:
        faults.add(name, 1, name, message("mapping"), repr(values))
    return document


def parse(text: str, document: Document, faults: Faults) -> Any:
    """Return the plain values of a YAML text and note in ``document`` where each was written.

    Raises
    ------
    Unreadable
        When the text is no YAML, nested too deep, or too much with its aliases written out.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        problem = str(error.problem or error.context).removeprefix("but ").removeprefix("found ")
        raise Unreadable(message("yaml"), problem, line) from None
    except YAMLError as error:  # a character that YAML does not allow has no mark
        raise Unreadable(message("yaml"), str(error).splitlines()[0]) from None
    except RecursionError:
        raise Unreadable(message("flat", most=DEEPEST), "…") from None
    reader = _Reader(yaml.constructor, document, faults)
    return reader.value(root, ()) if root is not None and reader.plain(root, ()) else None


def read_value(text: str) -> Any:
    """Return the plain value of a piece of YAML, such as ``950`` or ``{2026: 950}``.

    Raises
    ------
    InputFaults
        When it is none.
    """
    faults = Faults()
    try:
        value = parse(text, Document(text), faults)
    except Unreadable as error:
        faults.add(text, error.line, text, error.expected, error.found)
    faults.raise_if_any()
    return value


@dataclass
class _Reader:
    """Turns YAML nodes into plain values."""

    constructor: Any
    document: Document
    faults: Faults
    count: int = 0

    def value(self, node: Node, path: Key) -> Any:
        """Return the value of a node; it is read again for every alias of it, so both bounds see aliases as well."""
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        self.count += 1
        if len(path) > DEEPEST:
            raise Unreadable(message("flat", most=DEEPEST), "…", _line(node))
        if self.count > MOST_VALUES:
            raise Unreadable(message("fewer_values", most=MOST_VALUES), "…", _line(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            entries = [entry for entry in node.value if self.plain(entry, path)]
            return [self.value(entry, (*path, index)) for index, entry in enumerate(entries)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Key) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            if key in result:
                self._fault(key_node, (*path, key), message("once"), key)
            elif self.plain(value_node, (*path, key)):
                self.document.origins[(*path, key)] = Origin(self.document.file, _line(key_node))
                result[key] = self.value(value_node, (*path, key))
        return result

    def _key(self, node: Node, path: Key) -> str | int | None:
        """Return a key, a whole number or as it is written; None for one that is at fault."""
        if not isinstance(node.value, str):
            self._fault(node, path, message("text"), "?")
            return None
        if not self.plain(node, path):
            return None
        key = self._scalar(node, path)
        return key if isinstance(key, int) and not isinstance(key, bool) else node.value

    def plain(self, node: Node, path: Key) -> bool:
        """Return whether a node is what its kind is without a tag: a merge key is not."""
        from ruamel.yaml.nodes import ScalarNode

        if node.tag in (SCALARS if isinstance(node, ScalarNode) else CONTAINERS):
            return True
        self._fault(node, path, message("plain_yaml"), node.value if node.tag == MERGE else node.tag)
        return False

    def _scalar(self, node: Node, path: Key) -> Any:
        from ruamel.yaml.error import YAMLError

        try:
            value = self.constructor.construct_object(node)
        except (ValueError, KeyError, YAMLError):
            # 2026-13-45, an integer of thousands of digits, !!bool maybe: text, which no figure may be.
            value = node.value
        if isinstance(value, str) and (control := CONTROL.search(value)):
            self._fault(node, path, message("no_control"), repr(control[0]))
            return ""
        return value

    def _fault(self, node: Node, path: Key, expected: Message, found: object) -> None:
        item = ".".join(str(part) for part in path) or self.document.file
        self.faults.add(self.document.file, _line(node), item, expected, found)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
