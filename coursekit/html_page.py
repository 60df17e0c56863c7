"""The frame of every HTML page: readable on paper, on a phone, in light and in dark, without a network."""

import html

STYLE = """
:root { color-scheme: light dark; --line: #8884; --orange: #d55e00; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; } h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; }
table { border-collapse: collapse; } th, td { text-align: left; padding: .25rem .9rem .25rem 0; vertical-align: top; }
thead th { border-bottom: 1px solid var(--line); } td.n, th.n { text-align: right; }
section table code { vertical-align: top; } li { overflow-wrap: anywhere; }
.wide { overflow-x: auto; } progress { width: min(22rem, 100%); accent-color: #228a4c; } .total { font-weight: bold; }
.notes { border-left: 5px solid var(--orange); padding: .1rem 1rem; margin: 1rem 0; } .notes h2 { margin: .4rem 0; }
.aside { font-size: .9rem; opacity: .8; margin: .3rem 0; } details { margin: .4rem 0; } pre, code { white-space: pre-wrap; }
figure { margin: .5rem 0 1.5rem; } figure svg { max-width: 100%; min-width: 36rem; height: auto; }
figure svg text { fill: currentColor; font-size: 13px; } figcaption { font-size: .9rem; opacity: .85; }
@media (max-width: 30rem) { th, td { padding-right: .5rem; } }
"""


def table(head: list[str], rows: str, numbers: int = 0) -> str:
    """A table that scrolls by itself on a narrow screen; the first `numbers` columns hold numbers."""
    cells = "".join(
        f'<th scope="col"{" class=n" if i < numbers else ""}>{name}</th>' for i, name in enumerate(head)
    )
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead><tbody>{rows}</tbody></table></div>'


def page(title: str, body: str) -> str:
    """A whole HTML document that runs no script and loads nothing."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )
