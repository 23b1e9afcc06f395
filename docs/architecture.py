"""Generates the diagram of the imports between the library's rooms.

    python docs/architecture.py [--check]

writes the diagram to ``docs/architecture.md`` (Mermaid, which GitHub
renders). Arrows that follow from others are omitted (transitive reduction).
With ``--check`` nothing is written, and the exit status is 1 if the diagram
is stale.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import grimp
import networkx

PACKAGE = "conformance"
PAGE = Path(__file__).with_name("architecture.md")
DRAWING = re.compile(r"(?<=```mermaid\n).*?(?=```)", re.DOTALL)
#: Rooms that all others import; their arrows are omitted.
EVERYWHERE = {"errors", "marks"}


def rooms() -> networkx.DiGraph:
    """Return the graph of rooms and imports, transitively reduced.

    Raises:
        networkx.NetworkXError: The imports are circular.
    """
    modules = grimp.build_graph(PACKAGE)
    names = {
        child.rpartition(".")[2] for child in modules.find_children(PACKAGE)
    }
    graph = networkx.DiGraph()
    graph.add_nodes_from(sorted(names - EVERYWHERE))
    for importer in sorted(graph):
        for imported in sorted(graph):
            if importer != imported and modules.direct_import_exists(
                importer=f"{PACKAGE}.{importer}",
                imported=f"{PACKAGE}.{imported}",
                as_packages=True,
            ):
                graph.add_edge(importer, imported)
    return networkx.transitive_reduction(graph)


def drawing() -> str:
    """Return the Mermaid source of the diagram."""
    arrows = [f"    {a} --> {b}" for a, b in sorted(rooms().edges)]
    return "\n".join(["flowchart TD", *arrows]) + "\n"


def main() -> int:
    """Write the diagram, or check whether it is stale."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    page = PAGE.read_text("utf-8")
    drawn = DRAWING.sub(lambda _: drawing(), page, count=1)
    if not check:
        PAGE.write_text(drawn, "utf-8")
    elif drawn != page:
        print(f"{PAGE.name} is stale: run `python docs/architecture.py`")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
