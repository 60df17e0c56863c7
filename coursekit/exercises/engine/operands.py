"""The shapes of the arrays that met in an operation that failed, read from the frame of the failing line.

Nothing is evaluated: only names, attributes such as `.T` and constants are looked up.
"""

import ast
import itertools
import linecache
from types import FrameType, TracebackType

import numpy as np

MOST_FRAMES_TEXT = 60  # characters of an operand that are quoted


def operand_shapes(trace: TracebackType) -> tuple[str, ...]:
    """(operand, its shape, ...) of the failing binary operation or two-argument call; () if they are unknown."""
    try:
        node = _failing_node(trace)
        pair = _operands(node)
        shapes = [_shape(operand, trace.tb_frame) for operand in pair]
    except Exception:  # a source that is not available, or not as compiled: the error's own text has to do
        return ()
    if len(pair) != 2 or None in shapes:
        return ()
    return tuple(
        itertools.chain(
            *((ast.unparse(o)[:MOST_FRAMES_TEXT], str(s)) for o, s in zip(pair, shapes, strict=True))
        )
    )


def _failing_node(trace):
    code = trace.tb_frame.f_code
    line, end_line, start, end = list(code.co_positions())[trace.tb_lasti // 2]
    lines = [
        linecache.getline(code.co_filename, n, trace.tb_frame.f_globals).rstrip("\n")
        for n in range(line, end_line + 1)
    ]
    encoded = [text.encode() for text in lines]
    encoded[-1] = encoded[-1][:end]
    encoded[0] = encoded[0][start:]
    return ast.parse("(" + b"\n".join(encoded).decode() + ")", mode="eval").body


def _operands(node):
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Compare) and len(node.comparators) == 1:
        return [node.left, node.comparators[0]]
    if isinstance(node, ast.Call) and len(node.args) == 2 and not isinstance(node.args[0], ast.Starred):
        return node.args
    return []


def _shape(node, frame: FrameType):
    value = _value(node, frame)
    return value.shape if isinstance(value, np.ndarray) else None


def _value(node, frame):
    if isinstance(node, ast.Name):
        return frame.f_locals[node.id] if node.id in frame.f_locals else frame.f_globals[node.id]
    if isinstance(node, ast.Attribute) and node.attr in ("T", "mT"):
        return getattr(_value(node.value, frame), node.attr)
    if isinstance(node, ast.Subscript):
        entry = _value(node.value, frame)
        place = (
            ast.literal_eval(node.slice)
            if not isinstance(node.slice, ast.Name)
            else _value(node.slice, frame)
        )
        return entry[place] if isinstance(entry, list | tuple) else np.asarray(entry)[place]
    if isinstance(node, ast.UnaryOp):
        return _value(node.operand, frame)
    if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.MatMult):
        pair = _value(node.left, frame), _value(node.right, frame)
        return np.empty(np.broadcast_shapes(*map(np.shape, pair)))
    if isinstance(node, ast.BinOp):
        left, right = (np.shape(_value(side, frame)) for side in (node.left, node.right))
        return np.empty(left[:-1] + right[-1:] if len(right) == 2 else left[:-1])
    if isinstance(node, ast.Constant):
        return node.value
    raise LookupError(ast.dump(node))
