"""Writes a team's network as GraphML, which igraph, NetworkX and Gephi open; pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from xml.etree import ElementTree

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NO_CHARACTER_OF_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Node:
    """One who rates or is rated; `attributes` are what is known, by the names in the file."""

    id: UUID
    attributes: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Tie:
    """How one experiences another: the mean of the answers."""

    source: UUID
    target: UUID
    weight: float


@dataclass(frozen=True, slots=True)
class Network:
    """Who there is, and how each experiences each; what has no mean is no tie."""

    nodes: Sequence[Node]
    ties: Sequence[Tie]
    attributes: Mapping[str, str]


def write_graphml(network: Network) -> bytes:
    """Write the file: a directed graph, its ties from who rates to who is rated."""
    root = ElementTree.Element("graphml", xmlns=_NAMESPACE)
    for_nodes = list(dict.fromkeys(name for node in network.nodes for name in node.attributes))
    for name in network.attributes:
        _key(root, "graph", name, "string")
    for name in for_nodes:
        _key(root, "node", name, "string")
    _key(root, "edge", "weight", "double")
    graph = ElementTree.SubElement(root, "graph", id="G", edgedefault="directed")
    _data(graph, "graph", network.attributes)
    for node in network.nodes:
        _data(ElementTree.SubElement(graph, "node", id=str(node.id)), "node", node.attributes)
    for number, tie in enumerate(network.ties):
        drawn = ElementTree.SubElement(
            graph, "edge", id=f"e{number}", source=str(tie.source), target=str(tie.target)
        )
        _data(drawn, "edge", {"weight": str(tie.weight)})
    ElementTree.indent(root)
    body: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return body + b"\n"


def _key(root: ElementTree.Element, of: str, name: str, kind: str) -> None:
    ElementTree.SubElement(
        root, "key", {"id": f"{of}-{name}", "for": of, "attr.name": name, "attr.type": kind}
    )


def _data(parent: ElementTree.Element, of: str, attributes: Mapping[str, str | None]) -> None:
    for name, value in attributes.items():
        if value is not None:
            ElementTree.SubElement(parent, "data", key=f"{of}-{name}").text = _legal(value)


def _legal(text: str) -> str:
    """Put a mark in the place of what no XML may hold."""
    return _NO_CHARACTER_OF_XML.sub(_REPLACEMENT, text)
