"""YAML that knows its lines: a document beside its tree, so that a fault is named by file, line and key."""

from collections.abc import Iterator, Sequence

import yaml

from tools.kernel.errors import OperatorError


def parse_yaml(name: str, content: bytes) -> tuple[yaml.Node, object]:
    """Return the file's tree, which knows its lines, and its values; every key stands once. Raises OperatorError."""
    root: yaml.Node | None = None
    try:
        text = content.decode("utf-8-sig")
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        if root is None:
            raise OperatorError(f"{name}:1: the file is empty")
        for key in _repeated_keys(root):
            raise OperatorError(f"{name}:{key.start_mark.line + 1}: {key.value} is given twice")
        document: object = loader.construct_document(root)  # pyright: ignore[reportUnknownMemberType] - its stub leaves the argument untyped
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise OperatorError(f"{name}:{line}: the file is not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise OperatorError(f"{name}:{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise OperatorError(f"{name}:1: not YAML: {' '.join(str(error).split())}") from error
    except RecursionError as error:
        raise OperatorError(f"{name}:1: not YAML: nested too deep") from error
    except ValueError as error:
        raise OperatorError(f"{name}:{_unreadable(root)}: {error}") from error
    return root, document


def _unreadable(root: yaml.Node | None) -> str:
    """Return the line of the scalar that PyYAML can't build, and the scalar: its ValueError has no mark (2022-13-01)."""
    for node in _nodes(root):
        if isinstance(node, yaml.ScalarNode):
            try:
                yaml.SafeLoader("").construct_object(node)  # pyright: ignore[reportUnknownMemberType] - its stub leaves the result untyped
            except ValueError:
                return f"{node.start_mark.line + 1}: {node.value[:40]}"
    return "1"


def _nodes(root: yaml.Node | None) -> Iterator[yaml.Node]:
    # A list of nodes to see, not recursion: an anchor may point back to where it stands.
    waiting = [] if root is None else [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        if isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                waiting += (key, value)


def _repeated_keys(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    for node in _nodes(root):
        if isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, _ in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in names:
                        yield key
                    names.add(key.value)


def where(name: str, root: yaml.Node, path: Sequence[int | str], *, below: int = 0) -> str:
    """Return "file:line: key: " of a place in the tree, the nearest line above when the key is missing.

    `below` counts lines inside a text; only a block (key: |) keeps the lines of its text.
    """
    node = _at(root, path)
    key = ".".join(str(step) for step in path)
    line = node.start_mark.line + 1
    if below and isinstance(node, yaml.ScalarNode) and node.style == "|":
        line += below
    return f"{name}:{line}: {key}: " if key else f"{name}:{line}: "


def referring_nodes(root: yaml.Node, path: Sequence[int | str]) -> Iterator[tuple[str, str, int]]:
    """Yield policy, clause and line of every reference below a place: keys policy and clause, or a policy: [id, clause].

    The file has been read: every such key has its shape.
    """
    for node in _nodes(_at(root, path)):
        if isinstance(node, yaml.MappingNode):
            children: dict[str, yaml.Node] = {key.value: value for key, value in node.value}
            policy = children.get("policy")
            if isinstance(policy, yaml.SequenceNode):
                named, clause = policy.value
                yield named.value, clause.value, clause.start_mark.line + 1
            elif policy is not None:
                clause = children["clause"]
                yield policy.value, clause.value, clause.start_mark.line + 1


def _at(node: yaml.Node, path: Sequence[int | str]) -> yaml.Node:
    """Return the node at a path, the nearest above where the path leads nowhere."""
    for step in path:
        found = _child(node, step)
        if found is None:
            break
        node = found
    return node


def _child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        items: list[yaml.Node] = node.value
        return items[step] if step < len(items) else None
    if isinstance(node, yaml.MappingNode):
        pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
        return next((value for key, value in pairs if key.value == step), None)
    return None
