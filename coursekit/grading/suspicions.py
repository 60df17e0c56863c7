"""Names that read files or run text: rarely right in an answer, often the way to somebody else's formula."""

import ast

_READERS = frozenset({"exec", "eval", "compile", "open", "__import__"})
_READING_MODULES = frozenset(
    {
        "inspect",
        "importlib",
        "gc",
        "ctypes",
        "marshal",
        "imp",
        "runpy",
        "pkgutil",
        "dis",
        "linecache",
        "zipimport",
    }
)
_READING_ATTRIBUTES = frozenset(
    {
        "__code__",
        "__globals__",
        "__subclasses__",
        "__loader__",
        "__spec__",
        "_getframe",
        "meta_path",
        "__closure__",
        "read_text",
    }
)


def reads_code(node: ast.AST) -> str | None:
    """The name by which a node reads files or runs text, or None."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in _READERS:
            return name
        case ast.Attribute(attr=name) if name in _READING_ATTRIBUTES:
            return name
        case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
            return "sys.modules"
        case ast.Name(id=name) | ast.alias(name=name) if name.partition(".")[0] in _READING_MODULES:
            return name.partition(".")[0]
        case ast.ImportFrom(module=str(name)) if name.partition(".")[0] in _READING_MODULES:
            return name.partition(".")[0]
    return None
