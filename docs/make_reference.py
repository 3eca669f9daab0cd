"""Writes docs/reference.md and docs/errors.md from the package's own docstrings.

python docs/make_reference.py          # rewrite the pages
python docs/make_reference.py --check  # exit 1 if they are out of date (the tests do this)
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import nemomusic
from nemomusic import errors

HERE = Path(__file__).parent

GROUPS = {
    "The way in": ["Client", "DEFAULT_PROMPT", "Settings", "Timeouts", "Source", "Secret"],
    "Conversation": ["Session", "ReplyStream", "Reply", "Answer"],
    "Events": [
        "Event",
        "TextEvent",
        "ThoughtEvent",
        "ToolCall",
        "ToolResult",
        "StateDelta",
        "Heartbeat",
        "ErrorEvent",
        "Notice",
        "OtherEvent",
    ],
    "State": ["State", "Draft", "Track", "Segment", "Timeline", "Changes", "Change", "Media"],
    "Results": ["ScoredVideo", "Rendered", "RenderJob", "RenderStatus", "Progress"],
    "Account": ["Credits", "ClaimLink"],
    "Jobs": ["Journal", "Jobs", "JobRecord"],
    "Policy": ["Policy", "Rule", "Backoff"],
    "Errors": ["NemoMusicError", "errors"],
}

RESOURCES = ["auth", "sessions", "uploads", "stream", "state", "credits", "render", "jobs"]


INTERNAL = {
    "note_upload",
    "note_message",
    "replace",
    "begin",
    "read_after",
    "settle",
    "conclude",
    "default_code",
    "default_remedy",
    "kind",
    "live",
}
"""What the resources need of each other; nothing for users."""


def first_line(thing: object) -> str:
    """The summary of a docstring: its first paragraph, on one line."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())


def attributes(kind: type) -> list[tuple[str, str]]:
    """The `Attributes:` (or, without any, the `Args:`) of a class's docstring."""
    doc = inspect.getdoc(kind) or ""
    for title in ("Attributes:\n", "Args:\n"):
        _, found, section = doc.partition(title)
        if not found:
            continue
        rows: list[tuple[str, str]] = []
        for line in section.split("\n\n")[0].splitlines():
            name, colon, words = line.strip().partition(": ")
            if line.startswith("    ") and not line.startswith("     ") and colon:
                rows.append((f".{name}" if title == "Attributes:\n" else f"{name}=", words))
            elif rows:
                rows[-1] = (rows[-1][0], f"{rows[-1][1]} {line.strip()}")
        return rows
    return []


def members(kind: type) -> list[tuple[str, str]]:
    """Public methods and properties defined by a class, with signature and summary."""
    found = []
    for name, value in vars(kind).items():
        if name.startswith("_") or name in INTERNAL:
            continue
        if isinstance(value, property):
            found.append((f".{name}", first_line(value)))
        elif inspect.isfunction(value) or isinstance(value, classmethod | staticmethod):
            function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
            parameters = [
                ("*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else "")
                + p.name
                for p in inspect.signature(function).parameters.values()
                if p.name not in {"self", "cls"}
            ]
            words = "await " if inspect.iscoroutinefunction(function) else ""
            found.append((f"{words}.{name}({', '.join(parameters)})", first_line(function)))
    return found


def reference() -> str:
    """The page of public names."""
    lines = [
        "# Reference",
        "",
        "Made from the docstrings by `docs/make_reference.py`. Everything is importable from `nemomusic`;",
        "`help(nemomusic.Client)` says more: shapes, units, errors raised.",
        "",
    ]
    for group, names in GROUPS.items():
        lines += [f"## {group}", ""]
        for name in names:
            thing = getattr(nemomusic, name)
            if not inspect.isclass(thing):
                what = f"`{thing!r}`" if isinstance(thing, str) else first_line(thing)
                lines += [f"**`{name}`**: {what}", ""]
                continue
            lines += [f"### {name}", "", first_line(thing), ""]
            rows = attributes(thing) + members(thing)
            if rows:
                lines += ["| | |", "|---|---|"]
                lines += [f"| `{left}` | {right} |" for left, right in rows]
                lines.append("")
    lines += ["## Resources of a client", ""]
    client = nemomusic.Client(settings=nemomusic.Settings(token_file=None))
    for name in RESOURCES:
        kind = type(getattr(client, name))
        lines += [f"### client.{name}", "", "| | |", "|---|---|"]
        lines += [f"| `{left}` | {right} |" for left, right in members(kind)]
        lines.append("")
    return "\n".join(lines)


def error_page() -> str:
    """The page of errors."""
    doc = inspect.getdoc(errors) or ""
    tree = inspect.cleandoc(doc.split("\n\n", 1)[1].rsplit("\n\n", 1)[0])
    lines = [
        "# Errors",
        "",
        "Every exception is a `nemomusic.NemoMusicError` and carries `message`, `code`, `status`, `request_id`,",
        "`endpoint`, `remedy` and `attempts`. All can be pickled; none holds a token.",
        "",
        "```text",
        tree,
        "```",
        "",
        "| code | exception | what to do |",
        "|---|---|---|",
    ]
    for code in errors.ErrorCode:
        kinds = [
            kind
            for kind in vars(errors).values()
            if inspect.isclass(kind)
            and issubclass(kind, errors.APIError)
            and vars(kind).get("default_code") == code
        ]
        lines += [f"| {int(code)} | `{kind.__name__}` | {kind.default_remedy} |" for kind in kinds]
    return "\n".join([*lines, ""])


def main(words: list[str]) -> int:
    """Write the pages, or compare them."""
    pages = {"reference.md": reference(), "errors.md": error_page()}
    stale = [
        name
        for name, text in pages.items()
        if not (HERE / name).exists() or (HERE / name).read_text("utf-8") != text
    ]
    if "--check" in words:
        for name in stale:
            print(f"docs/{name} is out of date: run python docs/make_reference.py")
        return 1 if stale else 0
    for name in stale:
        (HERE / name).write_text(pages[name], encoding="utf-8")
        print(f"wrote docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
