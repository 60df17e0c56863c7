"""Sentences as HTML: escaped, `code` set as code, and no line break inside a formula."""

import html
import re

NO_BREAK_SPACE = "\u00a0"
_AROUND_AN_OPERATOR = re.compile(r" (?=[=≈≠<>≤≥±+−·×/@→∈] )|(?<=[=≈≠<>≤≥±+−·×/@→∈]) ")
_BEFORE_A_UNIT = re.compile(r"(?<=\d) (?=%|(?:ms|s|kB|MB|GB)\b)")


def unbroken(text: str) -> str:
    """The text with no-break spaces around operators and before units, so that a formula stays on one line."""
    return _BEFORE_A_UNIT.sub(NO_BREAK_SPACE, _AROUND_AN_OPERATOR.sub(NO_BREAK_SPACE, text))


def rich(text: str) -> str:
    """The text as HTML."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(unbroken(text)))
