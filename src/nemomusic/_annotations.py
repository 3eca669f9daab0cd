"""Let the annotations of public classes be read at run time.

Most types are imported for type checkers only, so that `import nemomusic` is quick. A program that
reads annotations (`typing.get_type_hints`, FastAPI, cattrs) needs the types themselves. They are
imported when an annotation is first read.
"""

from __future__ import annotations

import ast
import inspect
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

_DONE: Final[set[str]] = set()
"""Names of the modules whose types were imported, and of the classes that were prepared."""


class LazyAnnotations(dict[str, Any]):
    """Annotations as text. The first reading imports the types that the text names."""

    __slots__ = ("_module",)
    _module: str

    @classmethod
    def of(cls, annotations: dict[str, Any], module: str) -> LazyAnnotations:
        """Return annotations that belong to a module."""
        lazy = cls(annotations)
        lazy._module = module
        return lazy

    def _resolve(self) -> None:
        import_types(self._module)

    def __iter__(self) -> Iterator[str]:
        self._resolve()
        return super().__iter__()

    def keys(self) -> Any:
        """See `dict.keys`."""
        self._resolve()
        return super().keys()

    def items(self) -> Any:
        """See `dict.items`."""
        self._resolve()
        return super().items()

    def values(self) -> Any:
        """See `dict.values`."""
        self._resolve()
        return super().values()


class InitAnnotations(LazyAnnotations):
    """The annotations of an initializer that attrs has written: those of the fields."""

    __slots__ = ("_kind",)
    _kind: type

    @classmethod
    def of_class(cls, annotations: dict[str, Any], kind: type) -> InitAnnotations:
        """Return the annotations of the initializer of an attrs class."""
        lazy = cls(annotations)
        lazy._module = kind.__module__
        lazy._kind = kind
        return lazy

    def _resolve(self) -> None:
        super()._resolve()
        import attrs

        types = get_type_hints(self._kind)
        for field in attrs.fields(self._kind):
            if isinstance(dict.get(self, field.alias), str):
                self[field.alias] = types[field.name]


def prepare(kind: type) -> None:
    """Let the annotations of a class, of its bases and of its methods be read at run time."""
    for base in kind.__mro__:
        name = f"{base.__module__}.{base.__qualname__}"
        if not base.__module__.startswith("nemomusic.") or name in _DONE:
            continue
        _DONE.add(name)
        own = vars(base).get("__annotations__")
        if isinstance(own, dict):
            base.__annotations__ = LazyAnnotations.of(own, base.__module__)
        for member in vars(base).values():
            inner: Any = member.fget if isinstance(member, property) else member
            inner = inspect.unwrap(getattr(inner, "__func__", inner))
            module = getattr(inner, "__module__", None) or ""
            if not inspect.isfunction(inner) or not module.startswith("nemomusic."):
                continue
            if inner.__name__ == "__init__" and "__attrs_attrs__" in vars(base):
                inner.__annotations__ = InitAnnotations.of_class(inner.__annotations__, base)
            else:
                inner.__annotations__ = LazyAnnotations.of(inner.__annotations__, module)


def prepare_all(namespace: dict[str, Any]) -> None:
    """Prepare the classes and functions that a module exports, as `prepare` does."""
    for value in map(namespace.get, namespace["__all__"]):
        if isinstance(value, type):
            prepare(value)
        elif inspect.isfunction(value):
            value.__annotations__ = LazyAnnotations.of(value.__annotations__, value.__module__)


def import_types(name: str) -> None:
    """Import into a module the types that it imports for type checkers."""
    if name in _DONE:
        return
    _DONE.add(name)
    module = sys.modules[name]
    for node in ast.parse(_source(module)).body:
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name):
            for one in node.body if node.test.id == "TYPE_CHECKING" else ():
                if isinstance(one, ast.Import | ast.ImportFrom):
                    block = compile(ast.Module([one], type_ignores=[]), name, "exec")
                    with suppress(ModuleNotFoundError):  # a package of an extra
                        exec(block, vars(module))  # noqa: S102 - our own source


def _source(module: ModuleType) -> str:
    """Return the source of a module; "" in a program that was frozen without it."""
    try:
        return inspect.getsource(module)
    except (OSError, TypeError):
        return ""
