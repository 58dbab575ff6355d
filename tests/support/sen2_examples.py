"""For each check an unsound example and a sound one beside it: a small return changed in one place."""

from collections.abc import Callable
from datetime import date

import msgspec

from arflow.sen2.checks.rule import Settings
from arflow.sen2.form.record import Record

CENSUS = {2024: date(2024, 1, 18), 2025: date(2025, 1, 16), 2026: date(2026, 1, 15), 2027: date(2027, 1, 21)}
UPN, OTHER_UPN, ULN = "Y999400025001", "M999400025002", "1900000007"

Change = dict[str, str | None]


def person(year: int = 2026, changes: Change | None = None) -> Record:
    """An invented child with a plan that was reviewed, and whose next phase is decided, as the return of a year has it."""
    record = Record(
        block="Person",
        line=7,
        values={
            "Surname": "Invented",
            "Forename": "Child",
            "PersonBirthDate": f"{year - 11}-03-03",
            "Sex": "F",
            "Ethnicity": "WENG",
            "PostCode": "ZZ1 1ZZ",
            "UPN": UPN,
            "UniqueLearnerNumber": ULN,
        },
        children=(_request(year),),
    )
    return changed(record, changes or {})


def _request(year: int) -> Record:
    named = Record(block="PlanDetail", line=12, values={"URN": "999001", "PlacementRank": "1"})
    plan = Record(block="NamedPlan", line=11, values={"StartDate": f"{year - 3}-05-10"}, children=(named,))
    assessment = Record(block="Assessment", line=10, values={"AssessmentOutcome": "H"}, children=(plan,))
    return Record(block="Requests", line=9, values={"RequestOutcome": "H"}, children=(assessment, _active(year)))


def _active(year: int) -> Record:
    placement = {"URN": "999001", "PlacementRank": "1", "EntryDate": f"{year - 3}-09-01"}
    values = {"ReviewMeeting": f"{year - 1}-10-01", "LastReview": f"{year - 1}-10-20", "ReviewOutcome": "A"}
    if year >= 2025:
        values |= {
            "ReviewDraft": f"{year - 1}-10-20",
            "PhaseTransferDueDate": f"{year}-02-15",
            "PhaseTransferFinalDate": f"{year - 1}-12-01",
        }
    return Record(
        block="ActivePlans",
        line=20,
        values=values,
        children=(
            Record(block="PlacementDetail", line=21, values=placement),
            Record(block="SENneed", line=22, values={"SENtype": "ASD", "SENtypeRank": "1"}),
        ),
    )


def header(year: int = 2026, changes: Change | None = None) -> Record:
    """The header of such a return."""
    collection = {"Collection": "SEN2", "Year": str(year), "ReferenceDate": CENSUS[year].isoformat()}
    source = {"SourceLevel": "L", "LEA": "999", "DMO": "Y", "DCO": "Y"} | ({"DSCO": "R"} if year >= 2026 else {})
    return changed(
        Record(
            block="Header",
            children=(
                Record(block="CollectionDetails", line=3, values=collection),
                Record(block="Source", line=4, values=source),
            ),
        ),
        changes or {},
    )


def changed(record: Record, changes: Change) -> Record:
    """A record with some values changed, by "Block.Item"; None takes the value out."""
    own = {name.partition(".")[2]: value for name, value in changes.items() if name.split(".")[0] == record.block}
    values = {name: value for name, value in {**record.values, **own}.items() if value is not None}
    return msgspec.structs.replace(
        record, values=values, children=tuple(changed(child, changes) for child in record.children)
    )


def with_blocks(record: Record, within: str, blocks: Callable[[tuple[Record, ...]], tuple[Record, ...]]) -> Record:
    """A record in which the blocks within a block are others."""
    children = blocks(record.children) if record.block == within else record.children
    return msgspec.structs.replace(record, children=tuple(with_blocks(one, within, blocks) for one in children))


def without(block: str, year: int = 2026, changes: Change | None = None) -> Record:
    """The person without the blocks of a name."""

    def dropped(record: Record) -> Record:
        kept = tuple(dropped(child) for child in record.children if child.block != block)
        return msgspec.structs.replace(record, children=kept)

    return dropped(person(year, changes))


def beside(within: str, block: str, values: dict[str, str], changes: Change | None = None) -> Record:
    """The person with one block more within another."""
    return with_blocks(
        person(changes=changes), within, lambda there: (*there, Record(block=block, line=30, values=values))
    )


def asked(outcome: str, assessment: str | None = None, year: int = 2026, **values: str) -> Record:
    """The person as one with a request only, and perhaps the outcome of its assessment."""
    within = () if assessment is None else (Record(block="Assessment", values={"AssessmentOutcome": assessment}),)
    received = {"ReceivedDate": f"{year - 1}-02-01", "RequestOutcome": outcome, "RequestSource": "1"}
    request = Record(block="Requests", line=9, values={**received, **values}, children=within)
    return with_blocks(person(year), "Person", lambda _: (request,))


def crowd(count: int, change: Callable[[int], Change], year: int = 2026) -> list[Record]:
    """So many persons without UPN, each changed in a way of their own."""
    blank: Change = {"Person.UPN": None, "Person.UniqueLearnerNumber": None, "Person.UPNunknown": "UN2"}
    return [person(year, {**blank, "Person.Forename": f"Child {n}", **change(n)}) for n in range(count)]


class Example(msgspec.Struct, kw_only=True):
    """A return that is unsound by one rule, and one that is sound by it."""

    unsound: list[Record]
    sound: list[Record]
    year: int = 2026
    head: tuple[Record, Record] | None = None  # the unsound and the sound header, where that is what differs
    settings: Settings = Settings()
    imported: bool = True  # whether the facts of the unsound persons were imported


def of(unsound: Change, sound: Change, year: int = 2026, **more: object) -> Example:
    """An example of one person changed in two ways."""
    return Example(unsound=[person(year, unsound)], sound=[person(year, sound)], year=year, **more)  # type: ignore[arg-type]


def active(item: str, unsound: str | None, sound: str | None, year: int = 2026, **more: str | None) -> Example:
    """An example of one item of the active plan; what else is changed is changed in both."""
    both = {f"ActivePlans.{name}": value for name, value in more.items()}
    return of({**both, f"ActivePlans.{item}": unsound}, {**both, f"ActivePlans.{item}": sound}, year)


def heads(unsound: Change, sound: Change) -> Example:
    """An example of the header."""
    return Example(unsound=[person()], sound=[person()], head=(header(changes=unsound), header(changes=sound)))


def persons(unsound: Record | list[Record], sound: Record | list[Record], year: int = 2026) -> Example:
    """An example of whole persons."""
    return Example(
        unsound=unsound if isinstance(unsound, list) else [unsound],
        sound=sound if isinstance(sound, list) else [sound],
        year=year,
    )


SUBMISSION = Settings(accepted_until=date(2026, 3, 12))
TWIN: Change = {"Person.Forename": "Twin"}
NO_REVIEW: Change = {
    f"ActivePlans.{item}": None for item in ("ReviewMeeting", "LastReview", "ReviewOutcome", "ReviewDraft")
}
UNDECIDED: Change = {f"ActivePlans.{item}": None for item in ("LastReview", "ReviewOutcome", "ReviewDraft")}
EARLY: Change = {"ActivePlans.PhaseTransferFinalDate": None, "ActivePlans.PhaseTransferDueDate": None}
FINAL_TO_COME: Change = {"ActivePlans.PhaseTransferFinalDate": None}
NEED, PLACED = ("ActivePlans", "SENneed"), ("ActivePlans", "PlacementDetail")

EXAMPLES: dict[str, Example] = {
    # the header, and each value by itself
    "AR-001": heads({"CollectionDetails.Year": "2025"}, {}),
    "AR-002": heads({"CollectionDetails.ReferenceDate": "2026-01-16"}, {}),
    "AR-010": persons(beside("Requests", "Assessment", {"AssessmentOutcome": "A"}), person()),
    "AR-011": of({"ActivePlans.ReviewDraft": "2023-10-20"}, {}, 2024),
    "AR-012": of({"Person.Ethnicity": None}, {"Person.PostCode": None}),
    "AR-013": of({"NamedPlan.StartDate": "2023-02-29"}, {"NamedPlan.StartDate": "2024-02-29"}),
    "AR-014": of({"SENneed.SENtype": "DS"}, {"SENneed.SENtype": "ASD"}, 2024),
    "AR-015": heads({"Source.LEA": "99"}, {"Source.LEA": "878"}),
    # who somebody is
    "AR-101": of({"Person.UPN": "Y99940002500"}, {"Person.UPN": "J99940002500A"}),
    "AR-102": of({"Person.UPN": "A999400025001"}, {}),
    "AR-103": of({"Person.UniqueLearnerNumber": "0900000007"}, {}),
    "AR-104": of({"Person.UniqueLearnerNumber": "1900000008"}, {"Person.UniqueLearnerNumber": "1900000015"}),
    "AR-105": of({"Person.UPN": None, "Person.UniqueLearnerNumber": None}, {"Person.UPN": None}),
    "AR-106": of({"Person.UPNunknown": "UN5"}, {"Person.UPNunknown": "UN5", "Person.UPN": None}),
    "AR-107": of(
        {"Person.UPNunknown": "UN1", "Person.PersonBirthDate": "2020-01-15"},
        {"Person.UPNunknown": "UN1", "Person.PersonBirthDate": "2020-01-16"},
    ),
    "AR-108": persons(
        changed(asked("A", ReceivedDate="2025-12-24"), {"Person.UPNunknown": "UN8"}),
        changed(asked("A", ReceivedDate="2025-12-25"), {"Person.UPNunknown": "UN8"}),
    ),
    "AR-109": persons(
        person(changes={"Person.UPNunknown": "UN10"}), changed(asked("W"), {"Person.UPNunknown": "UN10"})
    ),
    "AR-111": of({"Person.PersonBirthDate": "2001-01-15"}, {"Person.PersonBirthDate": "2001-01-16"}),
    "AR-112": of({"Person.PersonBirthDate": "2000-01-15"}, {"Person.PersonBirthDate": "2000-01-16"}),
    "AR-113": persons(
        [person(changes={"Person.PersonBirthDate": "2023-05-11"})],
        [
            person(changes={"Person.PersonBirthDate": "2023-05-10"}),
            with_blocks(person(changes={"Person.PersonBirthDate": "2026-01-15"}), "Person", lambda _: ()),
        ],
    ),
    "AR-121": persons([person(), person(changes=TWIN)], [person(), person(changes={**TWIN, "Person.UPN": OTHER_UPN})]),
    "AR-122": persons(
        [person(), person(changes=TWIN)],
        [person(), person(changes={**TWIN, "Person.UniqueLearnerNumber": "1900000015"})],
    ),
    "AR-123": persons([person(), person(changes={"Person.Surname": "INVENTED"})], [person(), person(changes=TWIN)]),
    # requests, assessments, named plans
    "AR-201": persons(asked("A", ReceivedDate=""), [asked("A"), person()]),
    "AR-202": of({"Requests.RequestOutcome": None}, {}),
    "AR-203": persons(asked("A", RequestSource=""), [asked("A"), person()]),
    "AR-204": persons(asked("N"), [asked("N", RequestOutcomeDate="2025-03-01"), asked("A")]),
    "AR-205": persons(
        asked("W", RequestTribunal="1"), [asked("W", RequestTribunal="0"), asked("N", RequestTribunal="1")]
    ),
    "AR-206": persons(asked("N", "Y"), [asked("N", "Y", RequestMediation="1"), asked("N", "A"), asked("Y", "Y")]),
    "AR-207": persons(asked("N", RequestOutcomeDate="2025-01-31"), asked("N", RequestOutcomeDate="2025-02-01")),
    "AR-208": of({"NamedPlan.StartDate": "2026-01-16"}, {"NamedPlan.StartDate": "2026-01-15"}),
    "AR-221": of(
        {"Assessment.AssessmentOutcome": "Y"},
        {"Assessment.AssessmentOutcome": "Y", "Assessment.AssessmentOutcomeDate": "2023-05-01"},
    ),
    "AR-222": persons(
        person(changes={"Assessment.AssessmentOutcome": "A"}),
        without("NamedPlan", changes={"Assessment.AssessmentOutcome": "A"}),
    ),
    "AR-223": of(
        {"Assessment.AssessmentOutcome": "N"},
        {"Assessment.AssessmentOutcome": "N", "Assessment.AssessmentTribunal": "1"},
    ),
    "AR-224": persons(without("NamedPlan"), person()),
    "AR-225": of(
        {"Requests.RequestOutcomeDate": "2023-02-02", "Assessment.AssessmentOutcomeDate": "2023-02-01"},
        {"Requests.RequestOutcomeDate": "2023-02-02", "Assessment.AssessmentOutcomeDate": "2023-02-02"},
    ),
    "AR-241": of({"NamedPlan.StartDate": None}, {}),
    "AR-242": of(
        {"NamedPlan.CeaseDate": "2026-01-15"}, {"NamedPlan.CeaseDate": "2026-01-15", "NamedPlan.CeaseReason": "2"}
    ),
    "AR-243": of({"NamedPlan.CeaseDate": "2023-05-09"}, {"NamedPlan.CeaseDate": "2023-05-10"}),
    "AR-244": of(
        {
            "NamedPlan.CeaseReason": "1",
            "NamedPlan.CeaseDate": "2025-08-31",
            "Person.PersonBirthDate": "2006-09-01",
        },
        {
            "NamedPlan.CeaseReason": "1",
            "NamedPlan.CeaseDate": "2025-08-31",
            "Person.PersonBirthDate": "2006-08-31",
        },
    ),
    "AR-245": of(
        {"NamedPlan.CeaseDate": "2026-01-15", **NO_REVIEW, **EARLY},
        {"NamedPlan.CeaseDate": "2026-01-16", **NO_REVIEW, **EARLY},
    ),
    "AR-246": persons(without("NamedPlan"), person()),
    "AR-247": persons(beside("Requests", "ActivePlans", {}), person()),
    # settings, placements, needs
    "AR-301": of({"PlanDetail.URN": "99900"}, {}),
    "AR-302": of(
        {"PlanDetail.UKPRN": "1000000", "PlanDetail.URN": None},
        {"PlanDetail.UKPRN": "10000000", "PlanDetail.URN": None},
    ),
    "AR-303": of({"PlanDetail.SENSetting": "EHE"}, {"PlanDetail.SENSetting": "EHE", "PlanDetail.URN": None}),
    "AR-304": of({"PlacementDetail.URN": None}, {"PlacementDetail.URN": None, "PlacementDetail.SENSetting": "OLA"}),
    "AR-305": of(
        {"PlacementDetail.URN": None, "PlacementDetail.SENSetting": "OTH"},
        {
            "PlacementDetail.URN": None,
            "PlacementDetail.SENSetting": "OTH",
            "PlacementDetail.SENSettingOther": "A special school, none named yet",
        },
    ),
    "AR-306": of({"PlanDetail.SENSettingOther": "A school"}, {}),
    "AR-307": of(
        {"PlacementDetail.SENSetting": "NEET", "Person.PersonBirthDate": "2010-01-16"},
        {"PlacementDetail.SENSetting": "NEET", "Person.PersonBirthDate": "2010-01-15"},
    ),
    "AR-308": of({"PlacementDetail.LeavingDate": "2023-08-31"}, {"PlacementDetail.LeavingDate": "2023-09-01"}),
    "AR-309": of({"PlacementDetail.EntryDate": "2026-01-16"}, {"PlacementDetail.EntryDate": "2026-01-15"}),
    "AR-321": of({"PlanDetail.PlacementRank": "2"}, {}),
    "AR-322": persons(
        beside(*PLACED, {"URN": "999002", "PlacementRank": "1"}),
        [
            beside(*PLACED, {"URN": "999002", "PlacementRank": "2"}),
            beside(*PLACED, {"URN": "999002", "PlacementRank": "1", "LeavingDate": "2023-08-31"}),
        ],
    ),
    "AR-323": persons(
        beside(*NEED, {"SENtype": "SLCN", "SENtypeRank": "1"}), beside(*NEED, {"SENtype": "SLCN", "SENtypeRank": "2"})
    ),
    "AR-324": persons(
        beside(*NEED, {"SENtype": "ASD", "SENtypeRank": "2"}), beside(*NEED, {"SENtype": "SLCN", "SENtypeRank": "2"})
    ),
    "AR-325": persons(without("SENneed"), person()),
    "AR-326": persons(without("PlacementDetail"), person()),
    # the review
    "AR-401": active(
        "ReviewMeeting", "2026-01-16", "2026-01-15", LastReview=None, ReviewOutcome=None, ReviewDraft=None
    ),
    "AR-402": active("LastReview", "2026-01-16", "2026-01-15"),
    "AR-403": active("ReviewDraft", "2026-01-16", "2026-01-15"),
    "AR-404": of(
        {"ActivePlans.LastReview": "2026-03-12"}, {"ActivePlans.LastReview": "2026-01-15"}, settings=SUBMISSION
    ),
    "AR-405": active("ReviewMeeting", "2023-05-09", "2023-05-10"),
    "AR-406": active("LastReview", "2023-05-09", "2023-05-10"),
    "AR-407": active("LastReview", "2025-09-30", "2025-10-01"),
    "AR-408": active("ReviewDraft", "2025-09-30", "2025-10-01"),
    "AR-409": active("ReviewDraft", "2025-10-19", "2025-10-20"),
    "AR-411": active("ReviewMeeting", None, "2025-10-01"),
    "AR-412": active("ReviewOutcome", None, "M", ReviewDraft=None),
    "AR-413": active("LastReview", None, "2025-10-20"),
    "AR-414": active("ReviewOutcome", "M", "A"),
    "AR-415": active("ReviewDraft", None, "2025-10-20"),
    "AR-416": active("ReviewMeeting", None, "2025-10-01"),
    "AR-421": of(
        {**UNDECIDED, "ActivePlans.ReviewMeeting": "2025-12-17"},
        {**UNDECIDED, "ActivePlans.ReviewMeeting": "2025-12-18"},
    ),
    "AR-422": of(
        {**NO_REVIEW, "NamedPlan.StartDate": "2025-01-14"}, {**NO_REVIEW, "NamedPlan.StartDate": "2025-01-15"}
    ),
    "AR-423": of(
        {"ActivePlans.ReviewMeeting": "2024-12-16", "ActivePlans.LastReview": "2025-01-14"},
        {"ActivePlans.ReviewMeeting": "2024-12-16", "ActivePlans.LastReview": "2025-01-15"},
    ),
    "AR-424": active("LastReview", "2025-10-22", "2025-10-23", ReviewOutcome="C"),
    "AR-417": persons(
        person(changes={"NamedPlan.CeaseDate": "2026-01-15"}),
        [
            person(changes={"NamedPlan.CeaseDate": "2026-01-16"}),
            person(changes={"NamedPlan.CeaseDate": "2026-01-15", **NO_REVIEW, **EARLY}),
        ],
    ),
    # the transfer to another phase
    "AR-451": persons(
        person(changes={"ActivePlans.PhaseTransferDueDate": "2026-04-15", "Person.PersonBirthDate": "2010-04-16"}),
        [
            person(changes={"ActivePlans.PhaseTransferDueDate": "2026-04-15", "Person.PersonBirthDate": "2010-04-15"}),
            person(changes={"ActivePlans.PhaseTransferDueDate": "2026-03-31"}),
        ],
    ),
    "AR-452": of(
        {"ActivePlans.PhaseTransferDueDate": "2026-03-31", "Person.PersonBirthDate": "2011-04-01"},
        {"ActivePlans.PhaseTransferDueDate": "2026-03-31", "Person.PersonBirthDate": "2011-03-31"},
    ),
    "AR-453": active("PhaseTransferDueDate", "2027-02-15", "2025-02-15"),
    "AR-454": of({"NamedPlan.StartDate": "2026-02-16"}, {"NamedPlan.StartDate": "2026-02-15"}),
    "AR-455": active("PhaseTransferDueDate", None, "2026-02-15"),
    "AR-456": active("PhaseTransferFinalDate", "2025-02-16", "2025-02-15", PhaseTransferDueDate="2025-02-15"),
    "AR-457": persons(
        person(changes={**FINAL_TO_COME, "ActivePlans.PhaseTransferDueDate": "2026-01-14"}),
        person(changes={**FINAL_TO_COME, "ActivePlans.PhaseTransferDueDate": "2026-01-15"}),
    ),
    "AR-458": active("PhaseTransferFinalDate", "2026-01-16", "2026-01-15"),
    "AR-459": active("PhaseTransferFinalDate", "2023-05-09", "2023-05-10"),
    "AR-461": persons(
        person(changes={**EARLY, "Person.PersonBirthDate": "2015-08-31"}),
        [
            person(changes={**EARLY, "Person.PersonBirthDate": "2015-09-01"}),
            person(changes={**EARLY, "Person.PersonBirthDate": "2014-08-31"}),
        ],
    ),
    "AR-462": persons(
        [
            person(changes={"Person.PersonBirthDate": "2016-03-03"}),
            person(changes={"Person.PersonBirthDate": "2016-09-03"}),
        ],
        [
            person(changes={"Person.PersonBirthDate": born})
            for born in ("2015-08-31", "2014-09-01", "2018-09-01", "2021-09-01")
        ],
    ),
    # the whole
    "AR-901": persons(
        crowd(20, lambda n: {"NamedPlan.CeaseReason": "9" if n < 10 else "2"}),
        crowd(20, lambda n: {"NamedPlan.CeaseReason": "9" if n < 9 else "2"}),
    ),
    "AR-902": persons(
        crowd(20, lambda n: {"PlanDetail.SENSetting": "OTH" if n < 10 else "OLA"}),
        crowd(20, lambda n: {"PlanDetail.SENSetting": "OTH" if n < 9 else "OLA"}),
    ),
    "AR-903": persons(
        crowd(200, lambda n: {"PlanDetail.SENSetting": "NIEO" if n < 11 else "OLA"}),
        crowd(200, lambda n: {"PlanDetail.SENSetting": "NIEO" if n < 10 else "OLA"}),
    ),
    "AR-904": persons(
        crowd(200, lambda n: {"Requests.RequestSource": "5" if n < 11 else "1"}),
        crowd(200, lambda n: {"Requests.RequestSource": "5" if n < 10 else "1"}),
    ),
    "AR-905": persons(
        crowd(10, lambda _: {"ActivePlans.ReviewOutcome": None}),
        crowd(9, lambda _: {"ActivePlans.ReviewOutcome": None}),
    ),
    "AR-906": Example(unsound=[person()], sound=[person()], imported=False),
}
