"""Every public name says what it takes and gives, with an example that runs."""

from __future__ import annotations

import doctest
import inspect
import re
import subprocess
import sys
from typing import Any

import pandas as pd
import pytest

import asn_analysis as asn
from asn_analysis.records.intake import DatasetError

OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PUBLIC = sorted(name for name in asn.__all__ if callable(getattr(asn, name)))


def run(text: str, name: str, known: dict[str, Any]) -> dict[str, Any]:
    """The names that the examples of a docstring leave; what they print must be as they say."""
    examples = doctest.DocTestParser().get_doctest(text, dict(known), name, None, None)
    assert examples.examples, f"{name} has no example"
    told: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=OPTIONS).run(examples, out=told.append, clear_globs=False)
    assert not failed, "".join(told)
    return examples.globs


@pytest.fixture(scope="module")
def known(small_city) -> dict[str, Any]:
    """What the package's own docstring prepares for all others."""
    return run(asn.__doc__, "asn_analysis", {"city": small_city})


@pytest.mark.parametrize("name", PUBLIC)
def test_the_examples_of_a_public_name_run(known, name):
    run(inspect.getdoc(getattr(asn, name)) or "", name, known)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_says_what_it_takes(name):
    """Each parameter stands in the docstring or, of a class, among its attributes."""
    thing = getattr(asn, name)
    text = inspect.getdoc(thing)
    lacking = [name for name in inspect.signature(thing).parameters if not re.search(rf"\b{name}\b", text)]
    assert not lacking, f"{name} does not say what {', '.join(lacking)} hold"


COMPLETED = """
import sys
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import asn_analysis as asn")
with provisionalcompleter():
    names = {match.text for match in shell.Completer.completions("asn.", 4)}
print("pandas" in sys.modules, *sorted(names))
"""


def test_a_plain_shell_completes_them_without_importing_the_statistics():
    ran = subprocess.run([sys.executable, "-c", COMPLETED], capture_output=True, text=True)
    assert ran.stdout.split() == ["False", *sorted({*asn.__all__} - {"__version__"})], ran.stderr


ROWS = [{"unit_id": "a", "quarter": "2026Q3", "ikm": 80.0}]
OTHERS = {
    "an effect": (lambda: asn.decide(EFFECT, 2.0, "none"), "a list of Finding as findings, not Effect."),
    "a list of effects": (
        lambda: asn.decide([EFFECT], 2.0, "none"),
        "a list of Finding as .* not list of Effect",
    ),
    "no findings": (
        lambda: asn.decide([], 2.0, "none"),
        "a list of Finding as findings, not list of nothing",
    ),
    "rows": (
        lambda: asn.estimate_effect(ROWS, asn.city_design()),
        r"DataFrame as panel.* pd\.DataFrame\(rows\)",
    ),
    "rows by name": (lambda: asn.raw_means(panel=ROWS, design=None), "raw_means takes DataFrame as panel"),
    "a table": (lambda: asn.build_panel(pd.DataFrame(ROWS)), "takes Dataset as dataset, not DataFrame"),
    "results without names": (
        lambda: asn.compare([EFFECT]),
        "compare takes Mapping as analyses, not list of Effect",
    ),
    "a design as a quarter": (
        lambda: asn.starting(pd.DataFrame(ROWS), asn.city_design()),
        "starting takes Period or str or int as first, not Design",
    ),
    "an option": (
        lambda: asn.plan_power(pd.DataFrame(ROWS), asn.city_design(), {}, "2026Q4", 2.0, forms=30),
        "plan_power takes Series as forms, not int",
    ),
    "a quarter": (lambda: asn.two_way(pd.DataFrame(ROWS), "2026Q3"), "takes Design as design, not str"),
}
EFFECT = asn.Effect.__new__(asn.Effect)  # which nobody looks into


@pytest.mark.parametrize("case", OTHERS)
def test_a_verb_says_what_it_takes_where_it_is_given_something_else(case):
    call, told = OTHERS[case]
    with pytest.raises(TypeError, match=told):
        call()


def test_a_researchers_own_tables_stay_as_pandas_makes_them(small_city):
    """Whatever is read and worked out, and even where it fails."""
    own = pd.Series(["a"]).dtype
    assert pd.get_option("mode.string_storage") == "auto"
    city = asn.read_city(small_city)
    analysis = asn.analyse_city(city)
    asn.city_record(city, analysis)
    with pytest.raises(DatasetError):
        asn.read_dataset(small_city / "nowhere")
    assert pd.get_option("mode.string_storage") == "auto"
    assert pd.Series(["a"]).dtype.storage == own.storage
    assert (
        asn.read_dataset(small_city).units["unit_id"].dtype.storage == "python"
    )  # ours are quick to look at
