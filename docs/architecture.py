"""Draws which room of the library knows which, from the imports.

    python docs/architecture.py [--check]

writes the drawing into ``docs/architecture.md`` (Mermaid, which GitHub
shows as a picture). Arrows that follow from others are left out: whoever
knows ``actors`` may be taken to know what ``actors`` knows. With ``--check``
nothing is written, and the exit status is 1 when the drawing is stale.
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
#: Rooms that all others use; their arrows would hide the others.
EVERYWHERE = {"errors", "marks"}


def rooms() -> networkx.DiGraph:
    """Return rooms and who imports whom, without what follows.

    Raises:
        networkx.NetworkXError: Rooms import each other in a circle.
    """
    modules = grimp.build_graph(PACKAGE)
    names = {
        child.rpartition(".")[2] for child in modules.find_children(PACKAGE)
    }
    known = networkx.DiGraph()
    known.add_nodes_from(sorted(names - EVERYWHERE))
    for importer in sorted(known):
        for imported in sorted(known):
            if importer != imported and modules.direct_import_exists(
                importer=f"{PACKAGE}.{importer}",
                imported=f"{PACKAGE}.{imported}",
                as_packages=True,
            ):
                known.add_edge(importer, imported)
    return networkx.transitive_reduction(known)


def drawing() -> str:
    """Return the Mermaid source of the drawing."""
    arrows = [f"    {a} --> {b}" for a, b in sorted(rooms().edges)]
    return "\n".join(["flowchart TD", *arrows]) + "\n"


def main() -> int:
    """Write the drawing, or say that it is stale."""
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
