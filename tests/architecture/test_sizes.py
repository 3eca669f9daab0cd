"""Files, classes and signatures that a person can hold in the head."""

from __future__ import annotations

import ast

from support.paths import ROOT
from support.source import FILES, PACKAGE, module, tree

LINES_OF_A_FILE = 400
LINES_OF_A_CLASS = 250
PARAMETERS = 8

LARGE_FILES: dict[str, str] = {
    "errors": "one tree of exceptions, drawn on top, as docs/adr/0033 explains",
}
LARGE_SCRIPTS: dict[str, str] = {
    "benchmarks/music.py": "one command for each gate, which share how music is made and measured",
    "docs/import_graph.py": "a program in one file, so that it can draw an old commit",
    "tests/batches/test_batches.py": "one backend and its fixtures for all that a batch does",
    "tests/cli/test_batch.py": "one desk of files for all options of a command",
    "tests/cli/test_commands.py": "each command once, on one desk",
    "tests/cli/test_usage.py": "each mistake of a beginner once, on one desk",
    "tests/client/test_embedded_anywhere.py": "each host that the client is embedded in, once",
    "tests/client/test_life_cycle.py": "each end of a client, and what it leaves",
    "tests/conversation/test_turn.py": "each way in which a turn goes on or ends",
    "tests/files/test_download.py": "each way in which a result arrives, or does not",
    "tests/files/test_kinds_of_sources.py": "a table of kinds of sources, with their makers",
    "tests/jobs/test_job_handle.py": "each call of the handle, with and without a journal",
    "tests/jobs/test_jobs.py": "the main job at each of its steps",
    "tests/jobs/test_journal.py": "each fault of a journal's file",
    "tests/local/agent/test_intent_parser.py": "tables of messages and their intents",
    "tests/local/http/test_bounds.py": "each bound of the server once",
    "tests/local/http/test_error_codes.py": "each error code of the protocol once",
    "tests/local/http/test_upload.py": "each form of an upload and of its download",
    "tests/models/test_draft.py": "each property of three views",
    "tests/protocol/test_event_parser.py": "two dialects, with captures of both",
    "tests/reliability/test_fault_matrix.py": "the table of steps and faults, and its report",
    "tests/engine/video/test_render.py": "what one render measures, for each kind of plan",
    "tests/resources/test_token_store.py": "each race for a token",
    "tests/sync/test_sync.py": "each call of the blocking client",
    "tests/transport/test_networks.py": "a table of what networks answer, in raw bytes",
}
"""Files beside the package that may be longer. A test file is one table, or shares one fixture."""
LARGE_CLASSES: dict[str, str] = {
    "client.Client": "three constructors, whose keywords are written out and explained",
    "sync.client.Client": "the same constructors, for code without asyncio",
    "jobs.driver.JobDriver": "the table of tasks, and every way in which one begins and ends",
    "jobs.storage.journal.Journal": "one method for each statement of the file; none is long",
    "local.cluster.dask_engine.DaskEngine": "a method for each verb of the engine, and its options",
}
MANY_PARAMETERS: dict[str, str] = {
    "client.Client.__init__": "keywords of a constructor that users write by name",
    "client.Client.local": "keywords of a constructor that users write by name",
    "sync.client.Client.__init__": "the keywords of the client that it wraps",
    "sync.client.Client.local": "the keywords of the client that it wraps",
    "engine.synthesis.instruments.plucked": "the physics of a string, by name in the patches",
    "engine.synthesis.instruments.ensemble": "the sound of a section, by name in the patches",
    "engine.synthesis.instruments.solo": "the sound of a player, by name in the patches",
    "errors.NemoMusicError.__init__": "the facts of an error; each is a keyword, and most are None",
}
"""Exceptions by dotted name, each with its reason. A test fails when one is no longer needed."""


def functions() -> list[tuple[str, int]]:
    """Give each function's dotted name and how many parameters it has, `self` left out."""
    found = []
    for path in FILES:
        for parent in ast.walk(tree(path)):
            for node in ast.iter_child_nodes(parent):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    rest = node.args
                    names = [a.arg for a in (*rest.posonlyargs, *rest.args, *rest.kwonlyargs)]
                    owner = f"{parent.name}." if isinstance(parent, ast.ClassDef) else ""
                    count = len([name for name in names if name not in {"self", "cls"}])
                    found.append((f"{module(path)}.{owner}{node.name}", count))
    return found


def check(sizes: dict[str, int], most: int, known: dict[str, str], what: str) -> None:
    over = {name: size for name, size in sizes.items() if size > most}
    new = {name: size for name, size in over.items() if name not in known}
    assert not new, f"{what} over {most}: {new}. Split it, or list it with a reason"
    gone = set(known) - set(over)
    assert not gone, f"no longer over {most}: {gone}. Take it off the list"


def test_files():
    sizes = {
        module(path) or "__init__": len((PACKAGE / path).read_text("utf-8").splitlines())
        for path in FILES
    }
    check(sizes, LINES_OF_A_FILE, LARGE_FILES, "files with lines")


def test_files_beside_the_package():
    sizes = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for folder in ("tests", "benchmarks", "tools", "examples", "docs")
        for path in (ROOT / folder).rglob("*.py")
    }
    assert len(sizes) > 200
    check(sizes, LINES_OF_A_FILE, LARGE_SCRIPTS, "files with lines")


def test_classes():
    sizes = {
        f"{module(path)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    }
    check(sizes, LINES_OF_A_CLASS, LARGE_CLASSES, "classes with lines")


def test_signatures():
    check(dict(functions()), PARAMETERS, MANY_PARAMETERS, "functions with parameters")
