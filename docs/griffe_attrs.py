"""Show the constructor of attrs classes in the reference: parameters, types and defaults.

An extension of Griffe, which reads the source for mkdocstrings. attrs makes `__init__` when the package runs, so
a reader of the source does not see it; this writes the same `__init__` down from the fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from griffe import Expr, ExprCall, Extension, Function, Parameter, ParameterKind, Parameters

if TYPE_CHECKING:
    from griffe import Attribute, Class

MAKERS = {"attrs.frozen", "attrs.define", "attrs.mutable"}
NOTHING = object()


def _call(cls: Class) -> Any:
    """Return the decorator that makes a class one of attrs; None for others."""
    for decorator in cls.decorators:
        if decorator.callable_path in MAKERS:
            return decorator.value
    return None


def _arguments(value: Any) -> dict[str, Any]:
    """Keyword arguments of a call in the source, as text or expressions."""
    if not isinstance(value, ExprCall):
        return {}
    return {one.name: one.value for one in value.arguments if hasattr(one, "name")}


def _default(field: Attribute) -> Any:
    """Return the default as it is shown; NOTHING for a required field, None for one that `__init__` doesn't take."""
    if field.value is None:
        return NOTHING
    if isinstance(field.value, ExprCall) and str(field.value.function).endswith("field"):
        arguments = _arguments(field.value)
        if str(arguments.get("init")) == "False":
            return None
        if "factory" in arguments:
            made = str(arguments["factory"])
            return f"{made.removeprefix('lambda: ')}" if made.startswith("lambda") else f"{made}()"
        return arguments.get("default", NOTHING)
    return field.value


class AttrsExtension(Extension):
    """Writes `__init__` into classes that attrs makes."""

    def on_class(self, *, cls: Class, **_: Any) -> None:
        """Complete a class when all its members are known."""
        decorator = _call(cls)
        if decorator is None or "__init__" in cls.members:
            return
        keyword_only = str(_arguments(decorator).get("kw_only")) == "True"
        kind = ParameterKind.keyword_only if keyword_only else ParameterKind.positional_or_keyword
        parameters = [Parameter("self", kind=ParameterKind.positional_or_keyword)]
        for field in cls.attributes.values():
            if field.annotation is None or "property" in field.labels or _is_class_var(field):
                continue
            default = _default(field)
            if default is None:
                continue
            parameters.append(
                Parameter(
                    field.name.lstrip("_"),
                    annotation=field.annotation,
                    kind=kind,
                    default=None if default is NOTHING else default,
                )
            )
        made = Function("__init__", parameters=Parameters(*parameters), parent=cls, returns="None")
        cls.set_member("__init__", made)


def _is_class_var(field: Attribute) -> bool:
    annotation = field.annotation
    return isinstance(annotation, Expr) and "ClassVar" in str(annotation)
