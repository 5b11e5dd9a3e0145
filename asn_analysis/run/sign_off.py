"""Who has reviewed a quarter, and whether its briefs still say what was reviewed. Nothing here signs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn_analysis.pages.gate import write_whole
from asn_analysis.pages.pdf import can_make_pdf, pdf_of
from asn_analysis.pages.signed import sheet_page, unsigned, with_reviews
from asn_analysis.record.inputs import CITY
from asn_analysis.records.folders import put_whole
from asn_analysis.records.hashed import file_sha256
from asn_analysis.records.left import read_json, undamaged
from asn_analysis.rules.rules import in_force
from asn_analysis.run.desk import read_record
from asn_analysis.run.hashes import differing
from asn_analysis.run.plan import brief_folder
from asn_analysis.run.run_record import SIGN_OFF, certificate_path, read_run, refuse_altered, verify
from asn_analysis.run.storage import sole_run


@dataclass(frozen=True)
class Review:
    """One review of a quarter: by which office, when, what was checked, and the hash of each brief then."""

    role: str
    date: str
    checked: tuple[str, ...]
    briefs: dict[str, str]

    @property
    def sha256(self) -> str:
        """One hash over all briefs."""
        return sha256(json.dumps(self.briefs, sort_keys=True).encode()).hexdigest()

    def changed(self, now: Mapping[str, str]) -> list[str]:
        """Briefs that say something else now, that came or that went."""
        return differing(self.briefs, now)


def sign_off(target: Path, role: str, date: str, checked: Sequence[str]) -> list[Path]:
    """Keep a review of a quarter, show it on every page, and write the sheets to sign; the files written.

    Raises
    ------
    ValueError
        If the quarter is not as its run left it.
    PersonalData
        If the review names a person by a number or an address.
    """
    with sole_run(target.parent, target.name):
        refuse_altered(target)
        review = Review(role, date, tuple(checked), brief_hashes(target))
        reviews = [asdict(one) for one in (*read_reviews(target), review)]
        write_whole(target / SIGN_OFF, json.dumps(reviews, indent=1, ensure_ascii=False) + "\n")
        show_reviews(target)
        return [target / SIGN_OFF, *_write_sheets(target, review)]


def certify(target: Path) -> bool:
    """Lead from a quarter's catalogue to the certificate beside it; False if somebody altered the quarter."""
    with sole_run(target.parent, target.name):
        if as_left := not verify(target):
            show_reviews(target)
        return as_left


def read_reviews(target: Path) -> tuple[Review, ...]:
    """All reviews of a quarter, the oldest first."""
    path = target / SIGN_OFF
    if not path.exists():
        return ()
    with undamaged(path, "Put it back from a copy; or delete it, and have the quarter reviewed again."):
        return tuple(Review(**{**one, "checked": tuple(one["checked"])}) for one in read_json(path))


def latest(target: Path) -> list[Review]:
    """The last review of each office."""
    return list({one.role: one for one in read_reviews(target)}.values())


def brief_hashes(target: Path) -> dict[str, str]:
    """A hash of each brief by its folder: its record and its pages, without what they say of reviews."""
    folders = [target / CITY, *sorted(path for path in (target / "units").glob("*"))]
    return {
        folder.relative_to(target).as_posix(): sha256(b"\0".join(_said(folder))).hexdigest()
        for folder in folders
        if (folder / "record.json").exists()
    }


def _said(folder: Path) -> list[bytes]:
    pages = [unsigned(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("brief.*.html"))]
    return [(folder / "record.json").read_bytes(), *(page.encode() for page in pages)]


def certificate_told(target: Path, now: Mapping[str, str]) -> dict[str, Any] | None:
    """What a quarter's catalogue says of its certificate, if there is one.

    ``now`` are hashes of its briefs, by which it is known whether they are those that were made again.
    """
    path = certificate_path(target)
    if not path.exists():
        return None
    with undamaged(path, "Put it back from a copy, or take it away with its pages."):
        found = read_json(path)
        then = found["briefs"]["files"]
        return {
            **{name: found[name] for name in ("date", "result", "counts")},
            "stem": path.stem,
            "changed": len(differing(then, now)),
        }


def show_reviews(target: Path) -> None:
    """Say on each page who reviewed it last, an office a line, or that it changed since.

    The catalogue leads to the certificate of a quarter that was made again. run.json then holds the pages'
    new hashes.
    """
    reviews = latest(target)
    now = brief_hashes(target)
    changed = {id(one): one.changed(now) for one in reviews}
    for folder in now:
        told = [_told(one, [folder] if folder in changed[id(one)] else [], 1) for one in reviews]
        _show((target / folder).glob("brief.*.html"), told)
    told = [_told(one, changed[id(one)], len(now)) for one in reviews]
    _show(target.glob("index*.html"), told, certificate_told(target, now))
    _hash_again(target)


def _told(review: Review, changed: Sequence[str], briefs: int) -> dict[str, Any]:
    return {**asdict(review), "changed": len(changed), "briefs": briefs}


def _show(pages: Any, reviews: Sequence[Mapping[str, Any]], certificate: Any = None) -> None:
    for path in pages:
        write_whole(path, with_reviews(path.read_text(encoding="utf-8"), reviews, certificate))


def _hash_again(target: Path) -> None:
    run = read_run(target)
    kept = {SIGN_OFF} if (target / SIGN_OFF).exists() else set()
    run["outputs"] = {name: file_sha256(target / name) for name in sorted({*run["outputs"], *kept})}
    for line in (*run["made"], *run["skipped"]):
        folder = brief_folder(target, line["scope"])
        line["files"] = {name: file_sha256(folder / name) for name in line["files"]}
    write_whole(target / "run.json", json.dumps(run, indent=1, ensure_ascii=False) + "\n")


def _write_sheets(target: Path, review: Review) -> list[Path]:
    city, told = (
        read_record(target / CITY),
        {**_told(review, [], len(review.briefs)), "sha256": review.sha256},
    )
    written = []
    with in_force(target.name):
        for path in sorted((target / CITY).glob("brief.*.html")):
            language = path.name.split(".")[1]
            sheet = target / f"sign-off.{language}.html"
            page = sheet_page(city, told, language)
            write_whole(sheet, page)
            written.append(sheet)
            if can_make_pdf():
                put_whole(sheet.with_suffix(".pdf"), pdf_of(page))
                written.append(sheet.with_suffix(".pdf"))
    return written
