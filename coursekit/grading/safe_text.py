"""Make strangers' text safe to read: in a spreadsheet, in a terminal, on a page.

Names, findings and answers come from people who may mean harm. A spreadsheet must not take a field for a formula,
whatever character separates its columns; a terminal must not obey control characters; and a text that turns the
direction of reading must not show a name other than the one that is stored.
"""

import re
import unicodedata

_TURNING = {0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_JOINERS = "\u200c\u200d"  # part of the spelling of names in some scripts
_SIGNS = frozenset("=+-@")
_SEPARATED = re.compile(r"""(?:^|(?<=[;,|\t]))([\s"'`\u200b-\u200d\u2060\ufeff]*)(\S)""")


class _Shown(dict):
    """For `str.translate`: each character as it is shown, found out when it first occurs; `kept` ones stay."""

    def __init__(self, kept=""):
        super().__init__({ord(character): character for character in kept})

    def __missing__(self, code):
        character = chr(code)
        if code in _TURNING:
            shown = f"[U+{code:04X}]"
        else:
            shown = character if character.isprintable() or character in _JOINERS else " "
        return self.setdefault(code, shown)


_ON_ONE_LINE, _ON_LINES = _Shown(), _Shown("\n\t")


def readable(text: str) -> str:
    """The text on one line without control characters; a character that turns the direction is shown by its number."""
    return text.translate(_ON_ONE_LINE)


def readable_lines(text: str) -> str:
    """The same for a text of several lines, such as code; tabs stay too."""
    return text.replace("\r\n", "\n").translate(_ON_LINES)


def cell(text: str) -> str:
    """A field of a table: readable, and no spreadsheet takes a part of it for a formula.

    An apostrophe is put before each sign with which a formula could begin: at the start and after whatever some
    spreadsheet takes for a separator. Look-alikes count too, such as the full-width "＝". Numbers and a single hyphen stay as they are.
    """
    text = readable(text)
    return text if text == "-" or _is_number(text) else _SEPARATED.sub(_guarded, text)


def _guarded(match):
    before, sign = match.groups()
    if unicodedata.normalize("NFKC", sign)[:1] in _SIGNS or sign == "\N{MINUS SIGN}":
        return f"{before}'{sign}"
    return match.group()


def _is_number(text):
    return re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text, re.ASCII) is not None
