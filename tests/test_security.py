"""Nothing that is typed or comes in a file is run as code, and no label becomes markup."""

import ast
import html
import html.parser
import json
import re
from collections import Counter
from functools import cache, lru_cache
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import sympy as sp

import bpdemo as bp
from bpdemo import by_hand, diagrams, exercises, figures, record, symbolic
from bpdemo.diagrams import wheels
from bpdemo.diagrams.base import text, value
from bpdemo.exercises import feedback, practice, questions, quizzes
from bpdemo.exercises.base import Verdict
from bpdemo.explorers import controls, explorer, view
from bpdemo.explorers.explorer import Explorer
from bpdemo.explorers.progress_bar import Progress
from bpdemo.symbolic.reading import read

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "bpdemo"

# --- what runs text as code ----------------------------------------------------------------------

RUNS = {
    *("eval", "exec", "compile", "__import__", "sympify", "parse_expr", "lambdify", "literal_eval"),
    *("exec_module", "run_module", "run_path", "import_module", "loads", "load", "S", "system"),
}
MODULES = {"pickle", "shelve", "marshal", "dill", "joblib", "cloudpickle", "yaml", "ctypes"}

BY_DESIGN = {
    "page/running.py": {
        "compile": "a web page's cells are the learner's own code, in her own browser",
        "exec": "the same",
        "eval": "the same, for a cell's last line",
        "loads": "JSON",
    },
    "slips.py": {
        "compile": "the source of bpdemo.backward with lines of the package's own table",
        "exec": "the same",
    },
    "exercises/hunt.py": {
        "compile": "the lines of the package's own table of hunts",
        "exec": "the same",
    },
    "exercises/library.py": {
        "exec_module": "my_backprop.py, the Python file that the learner writes in the exercises"
    },
    "command.py": {
        "run_module": "JupyterLab, by its name in this line",
        "loads": "JSON",
    },
    "record.py": {"loads": "JSON"},
    "exercises/__init__.py": {
        "import_module": "the files of this folder that are called chapter_…"
    },
    "symbolic/ties.py": {"lambdify": "of SymPy's own expressions, with symbols of bpdemo's making"},
    "explorers/__init__.py": {"import_module": "a file of this folder, from a fixed table"},
}


def dangers(source):
    """The names of all that could run text as code, as often as they are used."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in RUNS and ast.unparse(node.func) != "re.compile":
                yield name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            yield from (n for n in names if n.partition(".")[0] in MODULES)
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            yield "allow_pickle"


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_nothing_runs_text_as_code_but_what_is_meant_to(path):
    found = set(dangers(path.read_text(encoding="utf-8")))
    assert found == set(BY_DESIGN.get(path.relative_to(PACKAGE).as_posix(), ()))


@pytest.mark.parametrize(
    "line",
    [
        *("eval(x)", "import builtins\nbuiltins.exec(x)", "sp.sympify(x)", "import pickle"),
        *("from pickle import loads", "np.load(f, allow_pickle=True)", "yaml.load(f)", "sp.S(x)"),
    ],
)
def test_a_line_that_runs_text_is_seen(line):
    assert list(dangers(line))


# --- formulas are read, never run ----------------------------------------------------------------

EVIL = [
    *('__import__("os").system("touch evil")', "z.__class__", "(lambda: 1)()", "open('evil', 'w')"),
    *("[i for i in z]", "z if z else 1", "exec('1')", "f'{z}'", "exp(*z)", "exp(x=1)", "'z'", ""),
    *("9**9**9", "2**-1000", "(" * 900 + "z" + ")" * 900, "z" * 3000, "z\x00", "Piecewise(z)"),
]


@pytest.mark.parametrize("formula", EVIL, ids=range(len(EVIL)))
def test_a_formula_that_is_none_is_refused(formula, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=r"^formula: "):
        read(formula, z=sp.Symbol("z"))
    with pytest.raises(ValueError, match=r"^formula: "):
        symbolic.slopes.slope_in_a("tanh", formula)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "formula",
    [
        *(entry.formula for entry in bp.activations.TABLE.values()),
        *(entry.formula for entry in bp.losses.TABLE.values()),
        *(entry.in_a for entry in bp.activations.TABLE.values()),
        "z*exp(-z**2)/2 - 0.25*Abs(y)",
        "Piecewise(((y - a)**2/2, Abs(y - a) <= 1), (Abs(y - a) - 1/2, True))",
    ],
)
def test_a_formula_is_read_as_sympy_reads_it(formula):
    names = {"z": sp.Symbol("z", real=True), "a": sp.Symbol("a", real=True)}
    assert sp.srepr(read(formula, **names)) == sp.srepr(sp.sympify(formula, locals=names))


# --- hostile labels ------------------------------------------------------------------------------

TOKEN = "QX"  # in every label: it must be seen as text
HOSTILE = {
    "closes the text": f"{TOKEN}</text><script>alert(1)</script>",
    "closes the attribute": f'{TOKEN}"><img src=x onerror=alert(1)>',
    "single quotes": f"{TOKEN}' onload='alert(1)",
    "an entity": f"{TOKEN}&lt;b&gt;&#60;i&#62;&amp;&nbsp;",
    "cdata": f"{TOKEN}]]><script>1</script><![CDATA[",
    "a comment": f"{TOKEN}--><b>x</b><!--",
    "a style": f"{TOKEN}</style><style>*{{display:none}}",
    "latex": f"{TOKEN}$\\href{{javascript:alert(1)}}{{x}}$",
    "mathematics": f"{TOKEN} a^{{k-1}} < w_ij & ∂ℒ/∂z'",
    "control characters": f"{TOKEN}\x00\x01\x08\x0b\x1b[31m\x7f\x85",
    "half a pair": f"{TOKEN}\ud800\ufffe\uffff",
    "right to left": f"{TOKEN}\u202e\u2066שלום‏\u2069",
    "braces": f"{TOKEN}{{0.__class__}}%s${{x}}`",
    "very long": f"{TOKEN}" + "<b>W" * 3000,
    "a line of its own": f"{TOKEN}\r\n\t<g onclick=alert(1)>",
}
PLAIN = f"{TOKEN} a^2_1/b plain"  # its index is raised and lowered, and it is a fraction
hostile = pytest.mark.parametrize("label", HOSTILE.values(), ids=HOSTILE)


# A very long label stands in hundreds of attributes: its entities are read once.
html.parser.unescape = lru_cache(maxsize=512)(html.unescape)


class Tags(HTMLParser):
    """The tags of HTML with the names of their attributes, and all its text."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.words = Counter(), []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags[(tag, *(name for name, _ in attrs))] += 1
        self.words += [value or "" for _, value in attrs]

    def handle_data(self, data):
        self.words.append(data)


@lru_cache(maxsize=64)
def svg_parts(svg):
    """The kinds of elements with their attributes' names, as XML; and all words."""
    nodes = list(ET.fromstring(svg).iter())
    kinds = {(node.tag, *sorted(node.keys())) for node in nodes}
    words = [w for node in nodes for w in (node.text or "", *node.attrib.values())]
    return kinds, "".join(words)


def assert_safe(svg, plain, inline=True):
    kinds, words = svg_parts(svg)
    expected, _ = svg_parts(plain)
    tags, attributes = ({k[0] for k in ks} for ks in (kinds, expected)), None
    ours, theirs = tags
    assert ours <= theirs
    attributes = {name for kind in kinds for name in kind[1:]}
    assert attributes <= {name for kind in expected for name in kind[1:]}
    assert not {name for name in attributes if name.startswith("on") or "href" in name}
    assert TOKEN in words
    svg.encode("utf-8")
    if inline:  # a browser that reads it as HTML finds no other elements either
        assert {tag for tag, *_ in Tags(svg).tags} == {
            tag.rpartition("}")[2].lower() for tag in ours
        }


def trace_and_gradients():
    trace = bp.forward([[0.5, -1.0]], [np.ones((2, 2)), np.ones((2, 1))])
    return trace, bp.backward(trace, [[1.0]])


def network(s):
    trace, grad = trace_and_gradients()
    return diagrams.network(trace, grad, show="both", written={"a2": (s, "✗")})


def matrix(s):
    return diagrams.Matrix(
        s, np.array([[1.0, -2.0]]), [(0, 0)], f"f-{s}", lambda r, c: f"{s}{r}{c}"
    )


X = np.linspace(0.1, 1, 5)
PRODUCERS = {
    "bars": lambda s: diagrams.bars([diagrams.Bar(s, 0.5, -1, 1, s, True, s)]),
    "code": lambda s: diagrams.code([s, f"  {s}  # {s}"], 0, terms=[[s], [s]]),
    "curve": lambda s: diagrams.curve(
        [diagrams.Curve(X, X, s, s)],
        x_label=s, y_label=s, x_range=(0, 1), y_range=(0, 1), title=s,
        tangents=[diagrams.Tangent(0.5, 0.5, 1, s, s, s, s, s, s)],
        points=[diagrams.Point(0.3, 0.3, s, s, s, s, s), diagrams.Point(0.6, 9.0, s, s)],
    ),
    "decades": lambda s: diagrams.decades(
        [diagrams.Series(X, X, s, s, names=[s] * 5)],
        x_label=s, y_label=s, x_range=(0, 1), y_powers=(-3, 1), here=0.5, name=s,
    ),
    "equation": lambda s: diagrams.equation([matrix(s), s, matrix(s).T], name=s),
    "formula": lambda s: diagrams.formula(
        [
            diagrams.Term(s, 0.5, s, s, s, form=f"{s.replace('{', '').replace('}', '')}{{}}"),
            diagrams.Term("="),
            diagrams.quantity(s, 0.5),
        ],
        row=s,
    ),
    "network": network,
    "pixels": lambda s: diagrams.pixels(np.eye(3), s, paint=s),
    "signed pixels": lambda s: diagrams.pixels(-np.eye(3), s, signed=True, marked=(0, 1), paint=s),
    "regions": lambda s: diagrams.regions(
        np.linspace(0, 1, 16).reshape(4, 4), np.zeros((2, 2)), np.array([0, 1]), 1.0, place=s
    ),
    "shares": lambda s: diagrams.shares([0.4, 0.6], [s, s], s, marked=0, name=s),
    "table": lambda s: diagrams.table(
        [s], [(s, [0.5], s, [s], ["✓"]), (s, [s], s)], title=s
    ),
    "words": lambda s: diagrams.words([s, (s, s)]),
}  # fmt: skip
DRAWS_NO_LABEL = {"lay", "stack", "sketched", "picture", "drawing", "product"}


def test_every_public_panel_is_tried():
    functions = {
        name
        for name in diagrams.__all__
        if callable(f := getattr(diagrams, name)) and not isinstance(f, type)
    }
    words = {"colour", "label", "nice_limit", "number", "power", "quantity", "short"}
    words |= {"subscript", "superscript", "symbol"}
    assert functions - words - DRAWS_NO_LABEL == set(PRODUCERS) - {"signed pixels"}


@lru_cache(maxsize=64)  # each label is compared with the plain one
def painted(producer, s, width):
    marks = {mark: [s, "a2", f"{s}_1"] for mark in ("held", "changed", s)}
    return diagrams.picture(
        [diagrams.stack(PRODUCERS[producer](s))], s,
        width=width, marks=marks, controls=[s, "w1_11"], picks={s: s, "w1_11": s}, live=True,
    )  # fmt: skip


@hostile
@pytest.mark.parametrize("width", [390, 960])
@pytest.mark.parametrize("producer", PRODUCERS)
def test_a_label_stays_a_label_in_every_panel(producer, width, label):
    assert_safe(painted(producer, label, width), painted(producer, PLAIN, width))


@hostile
def test_a_label_stays_a_label_in_blanks_and_wheels(label):
    def drawn(s):
        body = diagrams.base.term(s, text(0, 0, s, cls=s) + value(0, 0, s, s, cls=s), axis=s, log=s)
        panel = diagrams.Panel(100, 50, body, s)
        return diagrams.lay([panel], s).svg(blanks=[s])

    assert_safe(drawn(label), drawn(PLAIN))
    wheel = wheels.Wheel(np.square, label, label, (2, 4))
    plain = wheels.Wheel(np.square, PLAIN, PLAIN, (2, 4))
    assert_safe(wheels.wheels([wheel], 1.0).svg, wheels.wheels([plain], 1.0).svg)


@hostile
def test_a_picture_s_numbers_keep_their_names(label):
    known = label.translate(
        dict.fromkeys([*range(9), *range(14, 32), 11, 12, 65534, 65535, 55296], "�")
    )
    svg = diagrams.picture(
        [diagrams.Panel(9, 9, diagrams.base.term(known, value(0, 0, label, label)), "")], "",
        marks={"held": [known]}, controls=[known], picks={known: known},
    )  # fmt: skip
    assert explorer.numbers_of(svg) == [(known, known)]
    told = re.sub(r"\r\n|[\r\n\t]", " ", known)  # as XML reads an attribute
    (group,) = [node for node in ET.fromstring(svg).iter() if node.get("data-term")]
    for name in ("term", "control", "pick"):
        assert group.get(f"data-{name}") == told
    assert group.get("class") == "held"


def html_cases():
    """Everything that shows HTML, as functions of a label."""

    def still(s):
        return view.still(mine(s)())["text/html"]

    def quiz(s):
        return quizzes.Quiz([question(s)], s, s).bundle()["text/html"]

    def progress(s):
        bar = Progress(3)
        bar.move(1, s)
        return bar.line.value

    def derivation(s):
        from dataclasses import replace

        return replace(symbolic.derivation("N10"), title=s, head=s)._repr_html_()

    return {
        "drawing": lambda s: diagrams.drawing([diagrams.words([s])], s).html(),
        "still": still,
        "quiz": quiz,
        "folded": lambda s: practice.folded(s, practice.code_html([s, s])),
        "verdict": lambda s: feedback.html(Verdict(s, "not yet", s, (s,))),
        "solution": lambda s: by_hand.Solution((s, s))._repr_html_(),
        "figure": lambda s: _figure(s)._repr_mimebundle_()["text/html"],
        "progress bar": progress,
        "derivation": derivation,
    }


@cache
def _drawn():
    picture = figures.sigma_and_derivative("tanh")
    return picture, picture.png()


def _figure(s):
    """Drawn once: the label is in the HTML around it."""
    picture, png = _drawn()
    picture.alt, picture.png = s, lambda: png
    return picture


def question(s):
    made = questions.every_question()["sigma-prime-at-a"]
    from dataclasses import replace

    choices = tuple(replace(choice, text=s, says=s) for choice in made.choices)
    return replace(made, text=s, choices=choices)


def mine(s):
    """An explorer whose every word is the label."""

    class Mine(Explorer):
        title = question = answer = s
        choices = (s, s)

        def controls(self):
            return {
                "w1": controls.slider(0.5, label=s, group=s),
                "kind": controls.choice({s: 1, "other": 2}, 1, label=s, picks={s: 1}),
            }

        def panels(self, now):
            return [PRODUCERS["formula"](s), PRODUCERS["bars"](s), PRODUCERS["words"](s)]

        def judge(self, before, now):
            return 0

        def tell(self, before, now):
            return s

        def marks(self, now):
            return {"operand": [s], "target": [s]}

    return Mine


@cache
def plain_tags(case):
    return Tags(html_cases()[case](PLAIN)).tags


@hostile
@pytest.mark.parametrize("case", html_cases())
def test_a_label_stays_a_label_in_html(case, label):
    made = Tags(html_cases()[case](label))
    assert made.tags == plain_tags(case)
    assert TOKEN in "".join(made.words)


@hostile
def test_an_explorer_of_hostile_words_is_whole(label):
    explorer, plain = mine(label)(), mine(PLAIN)()
    explorer.guess(0)
    explorer.move("w1", 1.5)
    plain.guess(0)
    plain.move("w1", 1.5)
    assert_safe(explorer.state()["svg"], plain.state()["svg"])
    assert_safe(explorer.still_svg(390), plain.still_svg(390))
    assert explorer.state()["guess"]["told"] == label
    answer = explorer.respond({"do": "set", "settings": {label: 1}})
    assert label in answer["trouble"] and TOKEN not in answer["settings"]
    assert_safe(answer["svg"], plain.state()["svg"])
    assert_safe(explorer.point_at(label).svg(), plain.point_at(PLAIN).svg())


# --- the pages' own scripts ----------------------------------------------------------------------

SCRIPTS = sorted([*PACKAGE.rglob("*.js"), *(ROOT / "tools/site").rglob("*.mjs")])
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|srcdoc"
    r"|\beval\(|new Function|parseFromString|javascript:"
)
SINKS_BY_DESIGN = {
    # Python's picture, in which every word is escaped (tested above), read as XML: no script in it
    # runs.
    "view.js": ["parseFromString"],
    # What the reader's own Python shows under her own cell, as in a notebook.
    "page.mjs": ["innerHTML"],
}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_the_pages_scripts_set_text_not_markup(path):
    found = SINKS.findall(path.read_text(encoding="utf-8"))
    assert found == SINKS_BY_DESIGN.get(path.name, [])


# --- files that a learner has, or gets from elsewhere --------------------------------------------

MALFORMED = [
    *(
        "",
        "[]",
        "null",
        "{",
        "\x00",
        '{"exercise": 5}',
        '{"exercise": {"01-layer": 5}}',
        "[" * 99999,
    ),
    '{"exercise": {"01-layer": {"passed": [], "tries": "many"}}, "quiz": {"x": {"y": 1}}}',
    '{"guess": {"ThreeTerms": "yes", "Chain": 1e999, "<img src=x onerror=alert(1)>": true}}',
    '{"hunt": {"03": {"found": "<script>", "of": null, "bugs": 3}, "06": {"bugs": [[], {}]}}}',
    '{"by hand": {"one": {"networks": "x"}, "two": []}, "__proto__": {"a": 1}}',
    '{"quiz": {"\\ud800": true}, "exercise": {"\\ud800</script>": {"passed": true}}}',
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "_memory", {kind: {} for kind in record.KINDS})
    monkeypatch.setenv("BPDEMO_PROGRESS", str(tmp_path / record.FILE))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(exercises, "mine", exercises.library.Mine(exercises.TABLE))
    return tmp_path


@pytest.mark.parametrize("text", MALFORMED, ids=range(len(MALFORMED)))
def test_a_malformed_progress_file_is_no_trouble(text, folder, capsys):
    file = folder / record.FILE
    file.write_text(text, encoding="utf-8")
    for notebook in (None, "03", "06"):
        shown = exercises.summary(notebook)
        assert set(Tags(shown._repr_html_()).tags) <= set(
            Tags(exercises.summary()._repr_html_()).tags
        )
        assert repr(shown)
    exercises.check("01-layer", lambda a_before, w: a_before @ w)
    hunt = exercises.BugHunt("03")
    hunt.receive({"do": "check", "card": hunt.cards()[0]["name"], "choice": hunt.bug.line - 1})
    assert "exercise" in json.loads(file.read_text(encoding="utf-8"))
    assert record.noted("exercise")["01-layer"]["tries"] == 1


def test_what_is_sound_in_the_file_stays(folder):
    kept = {
        "exercise": {"01-layer": {"passed": True, "tries": 3, "source": "x"}, "02-dL_da": 1},
        "quiz": {"a": True, "b": "yes"},
        "other": {"c": 1},
    }
    (folder / record.FILE).write_text(json.dumps(kept), encoding="utf-8")
    assert record.noted("exercise") == {"01-layer": {"passed": True, "tries": 3}}
    assert record.noted("quiz") == {"a": True}


@pytest.mark.parametrize(
    "text",
    [
        *("def layer(:", "\x00", "raise ValueError", "import nothing_of_this_name", "layer = 5"),
        *("# --- 01-layer ---\n\n\ndef layer(:\n", "# --- 01-layer ---", "# --- <b> ---\n1/0"),
    ],
)
def test_a_library_that_cannot_be_read_is_no_trouble(text, folder, capsys):
    file = folder / record.LIBRARY
    file.write_text(text, encoding="utf-8")
    assert exercises.mine.functions == {}
    assert "0 of" in repr(exercises.mine)
    exercises.mine.rings()
    ast.parse(exercises.mine.text())
    assert capsys.readouterr().out.startswith("Not yet.")


def test_a_library_of_other_bytes_is_no_trouble(folder):
    (folder / record.LIBRARY).write_bytes(b"\xff\xfe\x00d\xe9f")
    assert exercises.mine.functions == {}
    ast.parse(exercises.mine.text())
