"""Text for any terminal: symbols that its encoding lacks are replaced, and a closed pipe ends a command quietly."""

import codecs
import io
import os
import sys
import unicodedata

# What to write where a terminal's encoding has no such character, for example cp1252 on Windows.
PLAIN = {
    "✓": "+", "✗": "x", "○": "o", "●": "*", "→": "->", "←": "<-", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=",
    "≈": "~", "·": "*", "×": "x", "…": "...", "∂": "d", "Σ": "sum", "∑": "sum", "√": "sqrt", "∞": "inf",
    "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "α": "alpha", "β": "beta", "γ": "gamma",
    "δ": "delta", "ε": "epsilon", "η": "eta", "θ": "theta", "λ": "lambda", "μ": "mu", "π": "pi", "σ": "sigma",
    "█": "#", "░": ".",
}  # fmt: skip


def replace_unencodable(error: UnicodeError) -> tuple[str, int]:
    """Error handler of an encoder: the plain form of each character, its letter without accents, or `?`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = "".join(_plain(character, error.encoding) for character in error.object[error.start : error.end])
    return text, error.end


def _plain(character, encoding):
    for form in (PLAIN.get(character), unicodedata.normalize("NFKD", character)):
        kept = (form or "").encode(encoding, "ignore").decode(encoding)
        if kept:
            return kept
    return "" if unicodedata.combining(character) else "?"


codecs.register_error("coursekit.plain", replace_unencodable)


def accept_any_text() -> None:
    """Have stdout and stderr replace characters that their encoding lacks, where they would raise an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="coursekit.plain")


def discard_output() -> None:
    """Send what is still unwritten nowhere: the reader of the pipe (such as `head`) has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
