"""Laws of the site's formulas: TeX becomes MathML when the site is built, and nothing is left for the reader's browser."""

import importlib.util
import json
import re
import shutil

import pytest

from coursekit.lesson_files import lessons_folder
from coursekit.site import formulas

PAGE = (
    '<script>window.MathJax = {}</script><p>the weight (<span class="math notranslate nohighlight">\\(w_1\\)</span>).</p>'
    '<div class="math notranslate nohighlight" id="e">\n<span class="eqno">(1)<a href="#e">#</a></span>\\[C = '
    "\\frac1N\\sum_i \\ell_i \\quad x &lt; 1\\]</div>"
    '<div class="amsmath math notranslate nohighlight">\n\\begin{align}a &amp;= b\\end{align}</div>'
)


@pytest.fixture(scope="module")
def program():
    return formulas.node() or pytest.skip("no Node.js")


def test_every_formula_of_a_page_becomes_mathml(tmp_path, program):
    (tmp_path / "a.html").write_text(PAGE)
    assert formulas.set_formulas(tmp_path, program) == 3
    text = (tmp_path / "a.html").read_text()
    assert text.count("<math") == text.count("</math>") == 3
    assert "MathJax" not in text
    assert not re.search(r"\\[(\[a-z]", text)
    assert "<mfrac>" in text
    assert '<span class="eqno">(1)' in text


def test_punctuation_stays_on_the_line_of_a_short_formula(tmp_path, program):
    (tmp_path / "a.html").write_text(PAGE)
    formulas.set_formulas(tmp_path, program)
    assert re.search(
        r'<span class="coursekit-keep">\(<math>.*?</math>\)\.</span>', (tmp_path / "a.html").read_text()
    )


def test_an_operator_at_the_end_of_a_line_keeps_its_spaces(program):
    (mathml,) = formulas.to_mathml([(r"\log(1+e^z) = \log(e^z(e^{-z}+1)) = z", False)], program)
    assert '<mo form="infix">=</mo></mrow><mrow>' in mathml


def test_a_prime_is_as_large_as_its_letter_and_a_name_has_a_space_before_it(program):
    (mathml,) = formulas.to_mathml([(r"v_j \tanh'(x) + f'(x)", False)], program)
    assert "tml-prime" not in mathml
    assert mathml.count("′</mo></mrow>") == 2
    (mathml,) = formulas.to_mathml([(r"v_j \tanh x", False)], program)
    assert '</msub><mspace width="0.1667em"></mspace><mrow><mi>tanh</mi>' in mathml


def test_a_formula_that_is_not_tex_is_named(program):
    with pytest.raises(formulas.FormulaError, match=r"frac\{1"):
        formulas.to_mathml([("x", False), (r"\frac{1", True)], program)


def test_every_character_of_the_lessons_formulas_is_in_the_font():
    woff = pytest.importorskip("fontTools.ttLib", reason="no fontTools")
    pytest.importorskip("brotli", reason="no brotli: the font cannot be read")
    letters = set(woff.TTFont(formulas.VENDOR / formulas.FONT).getBestCmap())
    assert {ord(c) for c in "𝑊𝑥𝑦𝜎𝛿𝜂𝜆ℓ∂∇∑∏√∈≤≥≈→⋯…′𝔼ℝ𝒟𝐖"} <= letters


def test_node_comes_from_the_system_or_from_a_python_package(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: "/somewhere/node")
    assert formulas.node() == "/somewhere/node"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert formulas.node() is None


def test_every_formula_of_the_lessons_can_be_set(program):
    plugin = pytest.importorskip("mdit_py_plugins.dollarmath", reason="no MyST: pip install -e '.[site]'")
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table").use(plugin.dollarmath_plugin)
    found = set()
    for path in lessons_folder().glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                for token in parser.parse("".join(cell["source"])):
                    every = [token, *(token.children or ())]
                    found |= {
                        (each.content, "block" in each.type) for each in every if each.type.startswith("math")
                    }
    assert len(found) > 500
    assert all(mathml.startswith("<math") for mathml in formulas.to_mathml(sorted(found), program))
