"""YAML that people write by hand, read within bounds: any bytes are read, or refused with a reason.

Aliases are refused, for a few lines of them make a gigabyte; so are keys that stand twice, numbers longer
than any that is meant, days that no calendar has, and nesting beyond what these files need.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import BaseConstructor, SafeConstructor
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import BaseResolver, Resolver
from yaml.scanner import Scanner

try:
    # libyaml's, in a sixth of the time
    from yaml.cyaml import CParser as Events  # type: ignore[attr-defined]
except ImportError:

    class Events(Reader, Scanner, Parser):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)


LONGEST = 2_000_000  # bytes; data sets of nations name some thousand files
DEEPEST = 12
LONGEST_NUMBER = 18  # digits


WRONG = (ValueError, TypeError, AttributeError, KeyError, IndexError, OverflowError, RecursionError)


class YamlError(ValueError):
    """A text that is not such YAML; ``row`` is counted from 1, None where it is not known."""

    def __init__(self, problem: str, row: int | None = None) -> None:
        self.problem, self.row = problem, row
        super().__init__(problem if row is None else f"{problem} (row {row})")


def read_yaml(path: Path, *, as_text: bool = False) -> Any:
    """What a file says, in plain values; ``as_text`` as ``parsed`` has it.

    Raises
    ------
    OSError, YamlError
        If it cannot be opened, or is not such YAML.
    """
    if path.exists() and not path.is_file():
        raise YamlError("it is no file")
    with path.open("rb") as file:
        return parsed(file.read(LONGEST + 1), as_text=as_text)


def parsed(content: bytes, *, as_text: bool = False) -> Any:
    """What a YAML text says; ``as_text`` keeps every single value as it is written."""
    if len(content) > LONGEST:
        raise YamlError(f"it is longer than {LONGEST:,} bytes")
    try:
        loader = _TextLoader if as_text else _ValueLoader
        return loader(content.decode("utf-8-sig")).get_single_data()
    except UnicodeDecodeError:
        raise YamlError("it is not saved as a plain text file in UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise YamlError(problem, None if mark is None else mark.line + 1) from None
    except WRONG as error:
        raise YamlError(f"a value that cannot be read ({type(error).__name__})") from None


def _refused(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


class _Bounded(Composer, Events, BaseConstructor, BaseResolver):
    """What both loaders refuse while they put a text together."""

    depth = 0

    def __init__(self, text: str) -> None:
        Events.__init__(self, text)
        for part in (Composer, BaseConstructor, BaseResolver):
            part.__init__(self)

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise _refused("an alias (*)", event.start_mark)
        self.depth += 1
        if self.depth > DEEPEST:
            raise _refused("nested too deep", event.start_mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _refused("a key that is no text", key.start_mark)
            if key.value in seen:  # YAML would silently take the last
                raise _refused(f"the key {key.value} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


class _TextLoader(_Bounded):
    pass


class _ValueLoader(_Bounded, SafeConstructor, Resolver):
    """A header named No is a text: of YAML's booleans only true and false stay (YAML 1.2)."""

    yaml_implicit_resolvers = {
        letter: [(tag, pattern) for tag, pattern in known if not tag.endswith(":bool")]
        for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_ValueLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("(true|false)$", re.I), list("tTfF"))


def _bounded(construct: Any, what: str) -> Any:
    def constructed(loader: _ValueLoader, node: yaml.ScalarNode) -> Any:
        try:
            if what == "number" and len(node.value) > LONGEST_NUMBER:
                raise ValueError
            return construct(loader, node)
        except (ValueError, OverflowError, TypeError):
            raise yaml.MarkedYAMLError(
                problem=f"no {what} that can be meant", problem_mark=node.start_mark
            ) from None

    return constructed


for _tag, _construct, _what in (
    ("int", yaml.SafeLoader.construct_yaml_int, "number"),
    ("float", yaml.SafeLoader.construct_yaml_float, "number"),
    ("timestamp", yaml.SafeLoader.construct_yaml_timestamp, "day"),
    ("binary", yaml.SafeLoader.construct_yaml_binary, "text"),
):
    _ValueLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", _bounded(_construct, _what))
