"""The simulated city's tables beside units and responses.

Each function takes the city's `Plan` and a random generator of its own, so that a change to
one table leaves the others as they were. Only two effects are planted here, both handed in by
`City`: training lowers the rate of complaints, and a unit that goes live online stays so.
Clocks, performance and follow-ups carry no effect of training.
"""

import numpy as np
import pandas as pd

from asn_analysis.simulate.city import SAYINGS, City, Plan, dates_within, pick, ramp_up

# Hours (JP) of a training of each kind.
HOURS = {"managerial": 40, "technical": 24, "communication": 16}


def trainings(city: City, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """The first training of each trained unit, and a second one in some, three to six quarters later."""
    unit = np.flatnonzero(np.isfinite(plan.cohort))
    later = plan.cohort[unit] + rng.integers(3, 7, len(unit))
    again = (rng.random(len(unit)) < city.repeat_share) & (later < len(plan.quarters))
    quarter = np.concatenate([plan.cohort[unit], later[again]]).astype(int)
    kind = np.concatenate([plan.kind[unit], pick(rng, tuple(HOURS), again.sum())])
    unit = np.concatenate([unit, unit[again]])
    table = pd.DataFrame(
        {
            "unit_id": plan.units["unit_id"].to_numpy()[unit],
            "start": dates_within(plan.quarters[quarter], rng, days=28, workdays=True),
            "kind": kind,
        }
    )
    table = _course(table, plan.units["staff"].to_numpy()[unit], rng)
    return table.sort_values(["start", "unit_id"], kind="stable", ignore_index=True)


def _course(table: pd.DataFrame, staff: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Hours, participants (at most 30 a course), cost and what the participants scored."""
    n = len(table)
    table["hours"] = table["kind"].map(HOURS).astype(int) + 2 * rng.integers(-2, 3, n)
    table["participants"] = np.clip(np.round(staff * rng.uniform(0.4, 0.8, n)), 2, 30).astype(int)
    # A fixed sum for trainer and room, and Rp 60.000 for each participant's hour.
    table["cost_idr"] = 7_500_000 + 60_000 * table["hours"] * table["participants"]
    table["reaction"] = np.clip(rng.normal(4.1, 0.35, n), 1, 5).round(1)
    pretest = np.clip(rng.normal(58, 9, n), 20, 95).round()
    table["pretest"] = pretest
    table["posttest"] = np.clip(pretest + rng.normal(17, 6, n), 0, 100).round()
    table.loc[rng.random(n) < 0.1, ["pretest", "posttest"]] = np.nan
    return table


def digital_services(city: City, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """One row per application and quarter since it went live."""
    citizens = _applications(plan, np.flatnonzero(np.isfinite(plan.live)), plan.live, "citizens", rng)
    drawn = np.flatnonzero(rng.random(len(plan.units)) < city.staff_application_share)
    inside = rng.integers(0, len(plan.quarters), len(plan.units))
    apps = pd.concat([citizens, _applications(plan, drawn, inside, "staff", rng)], ignore_index=True)
    ages = len(plan.quarters) - apps["since"]
    rows = apps.loc[apps.index.repeat(ages)].reset_index(drop=True)
    age = rows.groupby(["unit_id", "audience"]).cumcount().to_numpy()
    rows["quarter"] = plan.quarters[rows["since"].to_numpy() + age].astype(str)
    return _usage(rows, age, rng)


def _applications(
    plan: Plan, chosen: np.ndarray, since: np.ndarray, audience: str, rng: np.random.Generator
) -> pd.DataFrame:
    since = since[chosen].astype(int)
    names = SAYINGS["citizen_applications"] if audience == "citizens" else SAYINGS["staff_applications"]
    size = plan.units["annual_users" if audience == "citizens" else "staff"].to_numpy()[chosen]
    return pd.DataFrame(
        {
            "unit_id": plan.units["unit_id"].to_numpy()[chosen],
            "application": pick(rng, names, len(chosen)),
            "audience": audience,
            "since": since,
            "live_since": dates_within(plan.quarters[since], rng, days=30, workdays=True),
            "size": size,
        }
    )


def _usage(rows: pd.DataFrame, age: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Take-up grows over six quarters to a fifth of the unit's users; staff log in weekly."""
    public = (rows["audience"] == "citizens").to_numpy()
    grown = np.minimum(1, (age + 1) / 6)
    expected = np.where(public, rows["size"] / 4 * 0.2 * grown, rows["size"] * 12)
    started = rng.poisson(expected)
    completed = rng.binomial(started, 0.75 + 0.15 * grown)
    rows["online_started"] = pd.array(started, dtype="Int64")
    rows["online_completed"] = pd.array(completed, dtype="Int64")
    rows.loc[~public, ["online_started", "online_completed"]] = pd.NA
    # Building costs once, running each quarter.
    rows["cost_idr"] = np.where(age == 0, 60_000_000, 4_500_000) + 50_000 * rng.integers(0, 100, len(rows))
    # Citizens' services by any way are those finished online and those of the other users.
    at_office = rng.poisson(np.where(public, rows["size"] / 4 * (1 - 0.2 * grown), 0))
    rows["transactions"] = np.where(public, completed + at_office, started)
    columns = ["unit_id", "quarter", "application", "audience", "live_since", "transactions"]
    return rows[[*columns, "online_started", "online_completed", "cost_idr"]]


CHANNELS = ("SP4N-LAPOR!", "RABEG", "loket", "media sosial", "surat")
CLASS_SHARES = {
    "pengaduan_berkadar_pengawasan": 0.10,
    "pengaduan_tidak_berkadar_pengawasan": 0.45,
    "permintaan_informasi": 0.25,
    "aspirasi": 0.20,
}
# Mean days from verification to response, below the limits of 60, 14, 5 and 14 working days.
RESPONSE_DAYS = dict(zip(CLASS_SHARES, (24.0, 8.0, 3.0, 7.0), strict=True))


def complaints(city: City, plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Poisson counts: so many a unit-quarter on average, and fewer once training has worked in."""
    size = np.sqrt(plan.units["annual_users"].to_numpy(float))
    event_time = np.arange(len(plan.quarters)) - plan.cohort[:, None]
    change = city.complaints_change * ramp_up(event_time, city.effect_ramp)
    expected = city.complaints * (size / size.mean())[:, None] * (1 + change)
    unit, quarter = np.divmod(
        np.repeat(np.arange(expected.size), rng.poisson(expected).ravel()), expected.shape[1]
    )
    table = pd.DataFrame(
        {
            "unit_id": plan.units["unit_id"].to_numpy()[unit],
            "channel": pick(rng, CHANNELS, len(unit), (0.40, 0.25, 0.15, 0.15, 0.05)),
            "class": pick(rng, tuple(CLASS_SHARES), len(unit), tuple(CLASS_SHARES.values())),
            "received": dates_within(plan.quarters[quarter], rng),
        }
    )
    table = _clocks(table, plan.last_day, rng)
    table["text"] = _complaint_texts(table["class"], plan.units["name"].to_numpy()[unit], rng)
    table = table.sort_values(["received", "unit_id"], kind="stable", ignore_index=True)
    table.insert(0, "complaint_id", [f"ADU-{number:05d}" for number in range(1, len(table) + 1)])
    return table


def _clocks(table: pd.DataFrame, last_day: pd.Timestamp, rng: np.random.Generator) -> pd.DataFrame:
    """Days to verify, respond and close; what lies after the last day is not yet known."""
    n = len(table)
    mean = table["class"].map(RESPONSE_DAYS).to_numpy()
    # A few are verified and then forgotten.
    answered = rng.random(n) > 0.05
    verified = table["received"] + pd.to_timedelta(rng.geometric(0.45, n), unit="D")
    responded = verified + pd.to_timedelta(np.ceil(rng.gamma(2, mean / 2)), unit="D")
    closed = responded + pd.to_timedelta(rng.geometric(0.12, n), unit="D")
    table["verified"] = verified.where(verified <= last_day)
    table["responded"] = responded.where(answered & (responded <= last_day))
    table["closed"] = closed.where(answered & (closed <= last_day))
    score = pd.Series(rng.choice([1, 2, 3, 4], n, p=[0.08, 0.20, 0.50, 0.22]), dtype="Int64")
    table["satisfaction"] = score.where((rng.random(n) < 0.6) & table["closed"].notna())
    return table


def _complaint_texts(classes: pd.Series, names: np.ndarray, rng: np.random.Generator) -> list[str]:
    draws = rng.random(len(classes))
    templates = [
        SAYINGS["complaints"][c][int(u * len(SAYINGS["complaints"][c]))]
        for c, u in zip(classes, draws, strict=True)
    ]
    return [template.format(name=name) for template, name in zip(templates, names, strict=True)]


FORUMS = ("forum_konsultasi_publik", "survei", "lainnya")


def consultations(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Musrenbang each first quarter in every kelurahan and kecamatan; forums of other units in the third."""
    local = plan.units["unit_type"].isin(["kelurahan", "kecamatan"]).to_numpy()
    unit, quarter = np.meshgrid(np.arange(len(plan.units)), np.arange(len(plan.quarters)), indexing="ij")
    season = plan.quarters.quarter.to_numpy()[quarter]
    held = np.where(local[:, None], season == 1, (season == 3) & (rng.random(unit.shape) < 0.5))
    unit, quarter = unit[held], quarter[held]
    table = pd.DataFrame(
        {
            "date": dates_within(plan.quarters[quarter], rng, first=14, days=60, workdays=True),
            "kecamatan": plan.units["kecamatan"].to_numpy()[unit],
            "unit_id": plan.units["unit_id"].to_numpy()[unit],
            "kind": np.where(local[unit], "musrenbang", pick(rng, FORUMS, len(unit), (0.75, 0.15, 0.10))),
        }
    )
    return _attendance(table, rng).sort_values(["date", "unit_id"], kind="stable", ignore_index=True)


def _attendance(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    table["invited"] = rng.integers(30, 91, len(table))
    table["present"] = rng.binomial(table["invited"], 0.72)
    # Women are fewer in musrenbang than among respondents: a gap worth showing.
    table["women"] = rng.binomial(table["present"], np.where(table["kind"] == "musrenbang", 0.34, 0.45))
    table["aspirations"] = rng.poisson(11, len(table))
    table["adopted"] = rng.binomial(table["aspirations"], 0.28)
    return table


EDUCATION = ("S3", "S2", "D4/S1", "D3", "SMA/D1/D2", "SD/SMP")


def staff(plan: Plan, trainings: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Every civil servant of every unit in each full year, with the hours the trainings gave them."""
    people = _people(plan, rng)
    years = np.unique(plan.quarters.year[plan.quarters.quarter == 1])
    table = people.merge(pd.DataFrame({"year": years}), how="cross")
    hours = _hours(people, years, trainings, rng)
    # Hours from elsewhere (ministries, province): small, and unrelated to the city's own trainings.
    elsewhere = 4 * rng.binomial(3, 0.2, hours["technical"].shape)
    table["leadership_hours"] = hours["managerial"].ravel()
    table["functional_hours"] = 8 * (
        rng.binomial(2, 0.2, len(table)) * (table["position_type"] == "fungsional").to_numpy()
    )
    table["technical_hours"] = (hours["technical"] + hours["communication"] + elsewhere).ravel()
    table["seminar"] = rng.binomial(1, 0.35, len(table))
    table["performance"] = np.clip(rng.normal(83, 6, len(table)).round(1), 45, 100)
    table["sanction"] = pick(
        rng, ("none", "light", "medium", "heavy"), len(table), (0.985, 0.010, 0.004, 0.001)
    )
    columns = ["staff_id", "unit_id", "year", "position_type", "education"]
    return table[columns + [c for c in table.columns if c not in columns]]


def _people(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    unit_id = np.repeat(plan.units["unit_id"].to_numpy(), plan.units["staff"].to_numpy())
    n = len(unit_id)
    return pd.DataFrame(
        {
            "staff_id": [f"ASN-{number:05d}" for number in rng.permutation(np.arange(1, n + 1))],
            "unit_id": unit_id,
            "position_type": pick(rng, ("struktural", "fungsional", "pelaksana"), n, (0.12, 0.38, 0.50)),
            "education": pick(rng, EDUCATION, n, (0.005, 0.105, 0.52, 0.17, 0.19, 0.01)),
        }
    )


def _hours(
    people: pd.DataFrame, years: np.ndarray, trainings: pd.DataFrame, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """People x years of hours by kind; a training reaches as many of its unit as it had participants."""
    hours = {kind: np.zeros((len(people), len(years)), int) for kind in HOURS}
    rows_of = people.groupby("unit_id").indices
    for training in trainings.itertuples():
        if training.start.year in years:
            present = rng.choice(rows_of[training.unit_id], training.participants, replace=False)
            hours[training.kind][present, np.searchsorted(years, training.start.year)] += training.hours
    return hours


def follow_ups(plan: Plan, weakest: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Once a year each unit promises to work on its weakest element (`weakest`: units x quarters)."""
    unit, quarter = np.meshgrid(np.arange(len(plan.units)), np.arange(len(plan.quarters)), indexing="ij")
    promised = (unit + quarter) % 4 == 0
    unit, quarter = unit[promised], quarter[promised]
    due = quarter + rng.integers(1, 4, len(unit))
    element = weakest[unit, quarter]
    return pd.DataFrame(
        {
            "unit_id": plan.units["unit_id"].to_numpy()[unit],
            "promised_quarter": plan.quarters[quarter].astype(str),
            "element": [f"u{number + 1}" for number in element],
            "action": np.array(SAYINGS["actions"], dtype=object)[element],
            "owner": plan.units["unit_type"].map(SAYINGS["owners"]).to_numpy()[unit],
            "due_quarter": (plan.quarters[0] + due).astype(str),
            **_status(due < len(plan.quarters), rng),
        }
    )


def _status(past_due: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Of promises already due 72 % are done, 6 % were dropped; the others are overdue."""
    n = len(past_due)
    late = pick(rng, ("done", "running", "planned", "cancelled"), n, (0.72, 0.12, 0.10, 0.06))
    ahead = pick(rng, ("done", "running", "planned"), n, (0.10, 0.45, 0.45))
    status = np.where(past_due, late, ahead)
    shown = (status == "done") & (rng.random(n) < 0.8)
    return {"status": status, "evidence": np.where(shown, "Foto dan notula kegiatan", None)}
