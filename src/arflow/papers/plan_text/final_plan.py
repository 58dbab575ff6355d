"""The final plan as it is issued: its cover, its sections with their tables, and what it lacks that the law asks."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from arflow.errors import PlanTextRefused
from arflow.law.plan_sections import PROVISION, SECTIONS
from arflow.papers.plan_text.plan_text import Item, PlanFault, PlanText
from arflow.papers.plan_text.table_heads import is_label

# What a plan always sets out: views, needs, outcomes, special educational provision and placement (SEND Regs 2014 r.12(1)).
_ALWAYS = ("A", "B", "E", "F", "I")
MAY_BE_EMPTY = tuple(section for section in SECTIONS if section not in (*_ALWAYS, "K"))
_PARAGRAPHS = {"H1": "(1)(h)(i)", "H2": "(1)(h)(ii)", "K": "(4)"} | {
    letter: f"(1)({letter.lower()})" for letter in "ABCDEFGIJ"
}
_MAIN_COLUMN = {"A": "Views", "B": "Need", "C": "Need", "D": "Need", "E": "Outcome", "K": "Title"}
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf"\b(?:\d{{1,2}} (?:{_MONTHS}) \d{{4}}|\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}/\d{{4}})\b")
_LABELLED = re.compile(r"([A-Z][a-z][^:|\d]{1,40}): (\S.*)")
_FIRST_OF_ADULTHOOD = 9  # National Curriculum year (r.12(3))


class Version(msgspec.Struct, frozen=True):
    """What happened to the plan, such as "Amended", and when."""

    what: str
    on: date


class FinalPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with all that is on its cover; None or empty is what is not known.

    `nothing_in` are sections of which somebody said that nothing is to be set out; `adulthood` are the items that
    prepare for adulthood (r.12(3)), and `nc_year` the year group that asks for them. `large_print` is of the PDF.
    """

    plan: PlanText
    reference: str
    name: str
    date_of_birth: date | None
    authority: str
    versions: tuple[Version, ...]
    made_on: date
    signed_by: str
    post: str = ""
    nothing_in: tuple[str, ...] = ()
    adulthood: tuple[str, ...] = ()
    nc_year: int | None = None
    large_print: bool = False

    @property
    def cover(self) -> tuple[tuple[str, str], ...]:
        """What the cover says, line by line."""
        born = self.date_of_birth
        return (
            ("Name", self.name),
            ("Date of birth", written_day(born) if born else ""),
            ("Local authority", self.authority),
            ("Plan reference", self.reference),
            *((version.what, written_day(version.on)) for version in self.versions),
            ("This version made", written_day(self.made_on)),
            *((("Preparing for adulthood", f"see {', '.join(self.adulthood)}"),) if self.adulthood else ()),
        )

    @property
    def signature(self) -> tuple[tuple[str, str], ...]:
        """Who signs for the authority, and when."""
        return (
            ("Signed for the authority", ""),
            ("Name", self.signed_by),
            *((("Post", self.post),) if self.post else ()),
            ("Date", ""),
        )

    @property
    def file_name(self) -> str:
        """What its files are called, without an ending: nobody's name is in it."""
        reference = re.sub(r"[^\w-]+", "-", self.reference)
        return f"EHC-plan-{reference}-final-{self.made_on.isoformat()}"


class Table(msgspec.Struct, frozen=True):
    """A section whose items have columns: the headings over them, and the cells of each row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def check_fit_to_issue(final: FinalPlan) -> None:
    """PlanTextRefused lists all that is missing before the plan can go out (SEND Regs 2014 r.12; Code 9.62)."""
    if lacks := [PlanFault(place=place, message=message) for place, message in _lacks(final)]:
        raise PlanTextRefused("the final plan", lacks)


def lacks_of_text(plan: PlanText) -> list[PlanFault]:
    """What a plan lacks in its sections, whatever stands on its cover; an empty section may have been said to be so."""
    made = FinalPlan(
        plan=plan,
        reference="",
        name="",
        date_of_birth=None,
        authority="",
        versions=(),
        made_on=date.min,
        signed_by="",
        nothing_in=tuple(section for section in MAY_BE_EMPTY if not plan.of(section)),
    )
    return [
        PlanFault(place=place, message=message)
        for section, title in SECTIONS.items()
        for place, message in _lacking_section(made, section, f"section {section}, {title}")
    ]


def _lacks(final: FinalPlan) -> Iterator[tuple[str, str]]:
    for place, known, way in (
        ("the name", final.name, "add the child or young person with `arflow people add PLAN --role child`"),
        ("the date of birth", final.date_of_birth, "say it with `arflow people change ID --date-of-birth`"),
        ("the authority", final.authority, "fill in letters/authority.toml: `arflow letter authority` prints it"),
        ("the signature", final.signed_by, "say with --signed-by which officer signs the plan"),
    ):
        if not known:
            yield place, f"is missing: {way}"
    for section, title in SECTIONS.items():
        yield from _lacking_section(final, section, f"section {section}, {title}")
    yield from _lacking_adulthood(final)


def _lacking_section(final: FinalPlan, section: str, place: str) -> Iterator[tuple[str, str]]:
    items, said = final.plan.of(section), section in final.nothing_in
    law = f"(r.12{_PARAGRAPHS[section]})"
    if items and said:
        yield place, f"has {items[0].id}, though --nothing-in says that it has nothing"
    elif not items and section in MAY_BE_EMPTY and not said:
        yield place, f"has nothing in it: write what it sets out, or say --nothing-in {section} {law}"
    elif not items and section not in MAY_BE_EMPTY:
        yield place, f"has nothing in it {law}"
    for item in items if section == "K" else ():
        parts = [part for part in re.split(r"[\n,;|]", item.text) if part.strip()]
        if not _DAY.search(item.text) or len(parts) < 3:
            yield (
                item.id,
                "does not say what it is, who wrote it and when: write “Advice, its author, 3 May 2026” (r.12(4))",
            )


def _lacking_adulthood(final: FinalPlan) -> Iterator[tuple[str, str]]:
    for item in final.adulthood:
        there = final.plan.item(item)
        if there is None or there.section not in PROVISION:
            yield item, f"is no provision of this plan (sections {', '.join(PROVISION)}), so it prepares for nothing"
    if final.nc_year is not None and final.nc_year >= _FIRST_OF_ADULTHOOD and not final.adulthood:
        yield (
            "preparing for adulthood",
            f"is missing in year {final.nc_year}: name with --adulthood the provision that assists in it (r.12(3))",
        )


def advice_on(final: FinalPlan) -> Iterator[str]:
    """What the Code says a plan should show, and this one may not: outcomes without provision, and provision without one."""
    served = {outcome for item in final.plan.items for outcome in item.serves}
    if alone := [item.id for item in final.plan.of("E") if item.id not in served]:
        yield f"no provision names {', '.join(alone)} as an outcome that it serves (Code 9.62)"
    if without := [item.id for item in final.plan.of("F") if not item.serves]:
        yield f"{', '.join(without)} in section F names no outcome that it serves (Code 9.62)"


def table_of(section: str, items: Sequence[Item]) -> Table | None:
    """The items as rows, where their words have labels such as "How often: …"; None where they have not, or have others too.

    Nor is there one for a label that a table of a plan has for the number or the outcomes, such as "Ref: …".
    """
    read = [_columns(item) for item in items]
    rows = [row for row in read if row is not None]
    labels = list(dict.fromkeys(label for _, cells in rows for label in cells))
    if not labels or len(rows) < len(items) or not all(map(is_label, labels)):
        return None
    if any(_out_of_order(list(cells), labels) for _, cells in rows):
        return None
    serves = section in PROVISION and any(item.serves for item in items)
    main = _MAIN_COLUMN.get(section, "Provision" if section in PROVISION else "What is set out")
    return Table(
        heads=("No.", main, *(("Outcomes",) if serves else ()), *labels),
        rows=tuple(
            (
                item.id,
                text,
                *((", ".join(item.serves),) if serves else ()),
                *(cells.get(label, "") for label in labels),
            )
            for item, (text, cells) in zip(items, rows, strict=True)
        ),
    )


def _columns(item: Item) -> tuple[str, dict[str, str]] | None:
    lines = item.text.split("\n")
    found = [_LABELLED.fullmatch(line) for line in lines]
    first = next((at for at, label in enumerate(found) if label), len(lines))
    labelled = [label.groups() for label in found[first:] if label]
    if not first or len(labelled) < len(lines) - first or len({label for label, _ in labelled}) < len(labelled):
        return None
    return "\n".join(lines[:first]), {str(label): str(words) for label, words in labelled}


def _out_of_order(some: list[str], all_of_them: list[str]) -> bool:
    return some != [label for label in all_of_them if label in some]


def written_day(day: date) -> str:
    """3 May 2026."""
    return f"{day.day} {day:%B %Y}"
