"""Print a constraint for each requirement of pyproject.toml that pins its lowest version.

`python tests/support/lowest_versions.py pyproject.toml > constraints.txt`. The requirements are
those of the package and its extras; a requirement without a lower bound is an error.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement


def lowest(line: str) -> str | None:
    """Return `name==version` for a requirement, or None if its marker excludes this machine."""
    requirement = Requirement(line)
    if requirement.marker is not None and not requirement.marker.evaluate():
        return None
    bounds = [one.version for one in requirement.specifier if one.operator in {">=", "=="}]
    if not bounds:
        raise SystemExit(f"{line}: has no lower bound")
    return f"{requirement.name}=={bounds[0]}"


def main(path: Path) -> None:
    project = tomllib.loads(path.read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    pins = {lowest(line) for line in lines if not line.startswith(f"{project['name']}[")}
    sys.stdout.write("".join(f"{pin}\n" for pin in sorted(pin for pin in pins if pin)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
