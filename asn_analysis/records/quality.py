"""What a quarter's forms look like, unit by unit: counts for the survey-quality screens, from SQL.

Only sums leave the database, never a form. Pairs of forms are compared within a unit's quarter, and
only in the quarter reported; where it holds more forms than ``rules.sample``, a sample of them.
"""

from __future__ import annotations

from math import ceil

import duckdb
import holidays
import pandas as pd

from asn_analysis.records.intake import Responses
from asn_analysis.records.schema import ITEMS
from asn_analysis.records.source import connect
from asn_analysis.rules.kinds import QualityRules

FACTS = ("service", "channel", "sex", "age", "education", "occupation")
ID_ORDER = "length(response_id), response_id"  # R9 comes before R10
# The nine answers as one number, an empty one as 0.
ANSWERS = " + ".join(f"coalesce({u}, 0)::INT * {5**place}" for place, u in enumerate(ITEMS))
GIVEN = " + ".join(f"({u} IS NOT NULL)::INT" for u in ITEMS)
FIRST = f"coalesce({', '.join(ITEMS)})"
ALIKE = " AND ".join(f"coalesce({u} = {FIRST}, true)" for u in ITEMS)  # faster than least = greatest


def form_counts(responses: Responses, quarter: pd.Period, rules: QualityRules) -> pd.DataFrame:
    """Per unit and screen, how many forms of the quarter were ``found``, ``of`` how many.

    Returns
    -------
    DataFrame with columns unit_id, screen, found, of, detail (for ``copied_quarter`` the earlier
    quarter, as 2026Q1). A screen for which the data hold nothing has no rows.
    """
    with connect() as con:
        answers = ("unit_id", "date", *ITEMS)
        whole = responses.query(con, "response_id", *FACTS, *answers)
        con.execute(f"CREATE TABLE forms AS {_forms(whole, quarter, rules)}")
        con.execute(f"CREATE TABLE sampled AS {_sampled(responses.query(con, *answers), quarter, rules)}")
        told = con.sql(f"SELECT {', '.join(f'count({name})' for name in FACTS)} FROM forms").fetchall()[0]
        facts = [name for name, n in zip(FACTS, told, strict=True) if n]
        screens = [*_counted(quarter, rules), _in_order(), _copied()]
        if len(facts) >= rules.fewest_facts:
            screens.append(_near_twins(facts, rules))
        if _minutes(responses, con, quarter):
            screens.append(_batches(rules))
        return con.sql("\nUNION ALL BY NAME\n".join(f"FROM ({screen})" for screen in screens)).df()


def _forms(responses: str, quarter: pd.Period, rules: QualityRules) -> str:
    """The forms of this quarter."""
    return f"""
        SELECT unit_id, date, response_id, {", ".join(FACTS)}, {", ".join(ITEMS)}, {ANSWERS} AS answers,
               {_straight(rules)} AS straight, {FIRST} AS first
        FROM ({responses}) WHERE date BETWEEN '{quarter.start_time.date()}' AND '{quarter.end_time.date()}'
    """


def _sampled(responses: str, quarter: pd.Period, rules: QualityRules) -> str:
    """Of this quarter and a year before a sample by answers, so that copies meet; ``back`` counts back."""
    first = (quarter - rules.earlier_quarters).start_time.date()
    return f"""
        WITH size AS (SELECT unit_id, count(*)::UBIGINT AS n FROM forms GROUP BY ALL)
        SELECT unit_id, {ANSWERS} AS answers, {_straight(rules)} AS straight,
               {quarter.year * 4 + quarter.quarter} - (year(date) * 4 + quarter(date)) AS back
        FROM ({responses}) JOIN size USING (unit_id)
        WHERE date BETWEEN '{first}' AND '{quarter.end_time.date()}'
          AND hash({ANSWERS}, {rules.sample_seed}) % size.n < {rules.sample}
    """


def _straight(rules: QualityRules) -> str:
    """One answer throughout."""
    return f"({GIVEN}) >= {rules.fewest_items} AND {ALIKE}"


def _counted(quarter: pd.Period, rules: QualityRules) -> list[str]:
    """Screens that look at one form at a time."""
    enough = f"({GIVEN}) >= {rules.fewest_items}"
    too_young = " OR ".join(
        f"({column} = '{value}' AND age < {youngest})"
        for column, ages in rules.youngest.items()
        for value, youngest in ages.items()
    )
    return [
        _share("straight_lining", "straight", enough),
        _share("all_best", "straight AND first = 4", enough),
        _share("closed_days", _closed(quarter), "channel IS DISTINCT FROM 'online'"),
        _share("impossible", too_young, "age IS NOT NULL AND coalesce(education, occupation) IS NOT NULL"),
        _share("round_ages", "age % 5 = 0", "age IS NOT NULL"),
        """SELECT unit_id, 'one_day' AS screen, max(n) AS found, sum(n) AS of
           FROM (SELECT unit_id, date, count(*) AS n FROM forms GROUP BY ALL) GROUP BY ALL""",
    ]


def _share(screen: str, found: str, of: str) -> str:
    return f"""SELECT unit_id, '{screen}' AS screen, count(*) FILTER ({found}) AS found, count(*) AS of
               FROM forms WHERE {of} GROUP BY unit_id"""


def _closed(quarter: pd.Period) -> str:
    """Weekends and national holidays; collective leave and local closing days are not known."""
    known = holidays.country_holidays("ID", years=quarter.year)
    days = ", ".join(f"'{day}'" for day in sorted(known))
    return f"dayofweek(date) IN (0, 6) OR date IN ({days})"


def _in_order() -> str:
    """Forms with all answers like those of the form entered just before, one answer throughout apart."""
    return f"""SELECT unit_id, 'same_as_before' AS screen, count(*) FILTER (same) AS found, count(*) AS of
        FROM (SELECT unit_id, NOT straight AND answers = lag(answers) OVER
              (PARTITION BY unit_id ORDER BY {ID_ORDER}) AS same FROM forms)
        GROUP BY unit_id"""


def _copied() -> str:
    """Answer patterns that stood in an earlier quarter too: as many as both have, the most alike quarter."""
    return """WITH pattern AS (
            SELECT unit_id, back, answers, count(*) AS n FROM sampled WHERE NOT straight GROUP BY ALL),
        now AS (SELECT *, sum(n) OVER (PARTITION BY unit_id) AS of FROM pattern WHERE back = 0),
        shared AS (
            SELECT unit_id, past.back, any_value(of) AS of,
                   sum(CASE WHEN past.n < now.n THEN past.n ELSE now.n END) AS found
            FROM now JOIN pattern AS past USING (unit_id, answers) WHERE past.back > 0 GROUP BY ALL)
        SELECT unit_id, 'copied_quarter' AS screen, max(found) AS found, any_value(of) AS of,
               arg_max(back, (found, -back)) AS detail
        FROM shared GROUP BY unit_id"""


def _near_twins(facts: list[str], rules: QualityRules) -> str:
    """Forms that have a near-twin in their unit's quarter; one answer throughout apart.

    Of n parts of two forms that differ in fewer than n things one is the same: only such forms are compared.
    """
    names = (*ITEMS, *facts)
    alike = " + ".join(f"(a.{name} IS NOT DISTINCT FROM b.{name})::INT" for name in names)
    needed = rules.match * len(names)
    n = len(names) - ceil(needed) + 1
    parts = ", ".join(f"hash({part}, {', '.join(names[part::n])})" for part in range(n))
    return f"""WITH size AS (SELECT unit_id, count(*)::UBIGINT AS n FROM forms GROUP BY unit_id),
        thinned AS (
            SELECT forms.*, row_number() OVER () AS row FROM forms JOIN size USING (unit_id)
            WHERE NOT straight AND hash(response_id, {rules.sample_seed}) % size.n < {rules.sample}),
        parts AS (SELECT *, unnest([{parts}]) AS part FROM thinned),
        twins AS (SELECT a.row AS one, b.row AS other FROM parts AS a JOIN parts AS b USING (unit_id, part)
                  WHERE a.row < b.row AND {alike} >= {needed}),
        twin AS (SELECT one AS row FROM twins UNION SELECT other FROM twins)
        SELECT unit_id, 'near_twins' AS screen, count(twin.row) AS found, count(*) AS of
        FROM thinned LEFT JOIN twin USING (row) GROUP BY unit_id"""


def _minutes(responses: Responses, con: duckdb.DuckDBPyConnection, quarter: pd.Period) -> bool:
    """Times of the forms as the table ``minutes``; False where the file holds days alone.

    Tables keep the day only, so the file is asked again. Midnight is what a day without a time becomes.
    """
    named = (None, str(quarter))
    table = next((part for part in responses.parts if part.source.quarter in named), responses.parts[0])
    stored = table.source.stored[table.places["date"]]
    if stored == "DATE":
        return False
    clock = f"regexp_extract({table.text('date')}, '[ T](\\d{{1,2}}:\\d{{2}})', 1)"
    unit, day = table.value("unit_id"), table.value("date")
    table.source.cells(con).query(
        "source",
        f"""CREATE TABLE minutes AS
            SELECT {unit} AS unit_id, {day} AS date, {clock} AS clock FROM source
            WHERE {day} BETWEEN '{quarter.start_time.date()}' AND '{quarter.end_time.date()}'
              AND {clock} NOT IN ('', '00:00', '0:00')""",
    )
    return bool(con.sql("SELECT count(*) FROM minutes").fetchall()[0][0])


def _batches(rules: QualityRules) -> str:
    """Forms of a minute in which several came in."""
    return f"""SELECT unit_id, 'one_minute' AS screen,
               coalesce(sum(n) FILTER (n >= {rules.batch}), 0) AS found, sum(n) AS of
        FROM (SELECT unit_id, date, clock, count(*) AS n FROM minutes GROUP BY ALL) GROUP BY unit_id"""
