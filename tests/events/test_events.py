"""Events are stored under names that outlive their classes, and every old shape is still read."""

from datetime import UTC, date, datetime
from typing import TypeVar

import msgspec
import pytest
from freezegun import freeze_time

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.errors import InvalidValue
from arflow.events import (
    EVENT_CLASSES,
    AdviceReceived,
    AdviceRequested,
    Event,
    InvitationsSent,
    MeetingHeld,
    ReportSent,
    decode,
    encode,
)
from tests.support.cases import Cases

E = TypeVar("E", bound=Event)

# What has been written into logs, to the letter, by the event's name and what is special of it. Never change a line: add one.
STORED = {
    "PlanAdded": b'{"event":"PlanAdded","originator_id":"plan/P-1","originator_version":1,"plan":"P-1","on":"2026-11-24",'
    b'"recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","first_made":"2024-09-12","setting":"123456"}',
    "PlanAdded, with a meeting not decided on": b'{"event":"PlanAdded","originator_id":"plan/P-1","originator_version":1,'
    b'"plan":"P-1","on":"2026-01-15","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"first_made":"2024-09-12","last_reviewed_quality":"missing","undecided_meeting":"2025-10-02"}',
    "ReturnFactsImported": b'{"event":"ReturnFactsImported","originator_id":"plan/P-1","originator_version":2,"plan":"P-1",'
    b'"on":"2026-01-15","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","year":2026,"digest":"ab12"}',
    "ReviewOpened": b'{"event":"ReviewOpened","originator_id":"review/R-2026-000001","originator_version":1,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"scheduled",'
    b'"kind":"annual","workflow":"annual_review.2015","workflow_sha256":"00"}',
    "InvitationsSent": b'{"event":"InvitationsSent","originator_id":"review/R-2026-000001","originator_version":2,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"invited",'
    b'"roles":["parent","setting"],"meeting_on":"2026-12-18"}',
    "DecisionMade": b'{"event":"DecisionMade","originator_id":"review/R-2026-000001","originator_version":5,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"decided",'
    b'"outcome":"amend"}',
    "StepCorrected": b'{"event":"StepCorrected","originator_id":"review/R-2026-000001","originator_version":6,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"decided","corrects":5,'
    b'"corrected_step":"decide","to":"2026-11-23","reason":"ab12"}',
    "InvitationsSent, with people and service": b'{"event":"InvitationsSent","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"invited","roles":["parent"],"people":["N-1a2b3c4d"],"channel":"post",'
    b'"meeting_on":"2026-12-18","served_on":"2026-11-26"}',
    "AdviceRequested": b'{"event":"AdviceRequested","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"invited","roles":["health"]}',
    "AdviceRequested, with people": b'{"event":"AdviceRequested","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"invited","roles":["health"],"people":["N-1a2b3c4d"],"channel":"post"}',
    "AdviceReceived": b'{"event":"AdviceReceived","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"invited","role":"health","nothing_to_add":true}',
    "AdviceReceived, with its answer": b'{"event":"AdviceReceived","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"invited","role":"health","person":"N-1a2b3c4d","answer":"no_change",'
    b'"documents":["abababababababababababababababababababababababababababababababab"]}',
    "AdviceCirculated": b'{"event":"AdviceCirculated","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"advice_circulated","documents":["abababababababababababababababababababababababababababababababab"]}',
    "AdviceCirculated, with its bundle": b'{"event":"AdviceCirculated","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"advice_circulated",'
    b'"documents":["abababababababababababababababababababababababababababababababab"],'
    b'"bundle":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","people":["N-1a2b3c4d"],'
    b'"channel":"hand"}',
    "InvitationsSent, with those awaited": b'{"event":"InvitationsSent","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"invited","roles":["parent"],"people":["N-1a2b3c4d"],'
    b'"awaiting":["N-2a2b3c4d"],"late_to":["N-1a2b3c4d"]}',
    "AdviceCirculated, to some": b'{"event":"AdviceCirculated","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"advice_circulated","roles":["setting"],"awaiting":["N-1a2b3c4d"]}',
    "ReportSent, to some": b'{"event":"ReportSent","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"report_sent","roles":["setting"],"awaiting":["N-1a2b3c4d"]}',
    "StepCorrected, of the planned day": b'{"event":"StepCorrected","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"invited","corrects":2,"corrected_step":"schedule","to":"2026-11-20",'
    b'"reason":"ab12","meeting_on":"2026-12-18"}',
    "StepCorrected, with its day of service": b'{"event":"StepCorrected","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amending","corrects":6,"corrected_step":"notice","to":"2026-11-20",'
    b'"reason":"ab12","served_on":"2026-11-24"}',
    "PlanFactCorrected, with its day of service": b'{"event":"PlanFactCorrected","originator_id":"plan/P-1",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","corrects":6,"fact":"plan_notice_sent","to":"2026-11-20","reason":"ab12",'
    b'"served_on":"2026-11-24"}',
    "RepresentationsReceived, and no more": b'{"event":"RepresentationsReceived","originator_id":"review/R-2026-000001",'
    b'"originator_version":9,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amending","no_more":true}',
    "ParentContactAgreed": b'{"event":"ParentContactAgreed","originator_id":"plan/P-1",'
    b'"originator_version":3,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","person":"N-1a2b3c4d"}',
    "ParentContactAgreed, withdrawn": b'{"event":"ParentContactAgreed","originator_id":"plan/P-1",'
    b'"originator_version":4,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","person":"N-1a2b3c4d","agreed":false}',
    "ReportSent": b'{"event":"ReportSent","originator_id":"review/R-2026-000001","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"report_sent",'
    b'"skip_reason":"ab12"}',
    "ReportSent, with its recommendation": b'{"event":"ReportSent","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"report_sent","people":["N-1a2b3c4d"],"channel":"post",'
    b'"documents":["abababababababababababababababababababababababababababababababab"],"recommendation":"amend",'
    b'"differing":["parent"]}',
    "DecisionNotified, approved": b'{"event":"DecisionNotified","originator_id":"review/R-2026-000001",'
    b'"originator_version":6,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"notified","letter_template":"england.2015/decision_cease/5f0c",'
    b'"approved_by":"S-5e6f7a8b"}',
    "DecisionNotified, with people": b'{"event":"DecisionNotified","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amending","people":["N-1a2b3c4d"],"channel":"post",'
    b'"documents":["abababababababababababababababababababababababababababababababab"]}',
    "FinalPlanIssued, with people": b'{"event":"FinalPlanIssued","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amended","people":["N-1a2b3c4d"],"channel":"post",'
    b'"documents":["abababababababababababababababababababababababababababababababab"]}',
    "FinalPlanIssued, not found complete": b'{"event":"FinalPlanIssued","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amended","reason":"ab12"}',
    "DecidedNotToAmend, with people": b'{"event":"DecidedNotToAmend","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"maintained","people":["N-1a2b3c4d"],"channel":"post",'
    b'"documents":["abababababababababababababababababababababababababababababababab"]}',
    "AmendmentNoticeSent": b'{"event":"AmendmentNoticeSent","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amending","served_on":"2026-11-26"}',
    "AmendmentNoticeSent, with people": b'{"event":"AmendmentNoticeSent","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amending","served_on":"2026-11-26","people":["N-1a2b3c4d"],'
    b'"channel":"post","documents":["abababababababababababababababababababababababababababababababab"]}',
    "AdviceChased": b'{"event":"AdviceChased","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"invited","roles":["health"],"people":["N-1a2b3c4d"],"channel":"post","rule":"advice_14_days"}',
    "ConductRecorded": b'{"event":"ConductRecorded","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"meeting_held","outcomes":["E1","E2"],"progress":["achieved","behind"],"views":["child_gave_views"],'
    b'"areas":["employment"],"personal_budget":"discussed",'
    b'"documents":["abababababababababababababababababababababababababababababababab"]}',
    "ServiceRecorded": b'{"event":"ServiceRecorded","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"amending","of":6,"served_on":"2026-11-26","channel":"post","because":"bounced"}',
    "InvitationAnswered": b'{"event":"InvitationAnswered","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"invited","role":"health","replied":"declined","person":"N-1a2b3c4d"}',
    "DayDoubted": b'{"event":"DayDoubted","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"meeting_held","of":6,"quality":"missing"}',
    "AmendmentsProposed": b'{"event":"AmendmentsProposed","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"meeting_held",'
    b'"base":"abababababababababababababababababababababababababababababababab",'
    b'"amendments":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd","proposed_by":"setting",'
    b'"changes":3}',
    "MessageSent": b'{"event":"MessageSent","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"invited","letter":"acknowledgement","roles":["parent"],"people":["N-1a2b3c4d"],"channel":"post",'
    b'"documents":["abababababababababababababababababababababababababababababababab"]}',
    "DeliveryFailed": b'{"event":"DeliveryFailed","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"invited","message":"M-1a2b3c4d","roles":["parent"],"people":["N-1a2b3c4d"],"channel":"post",'
    b'"because":"no_sign"}',
    "DutySeen": b'{"event":"DutySeen","originator_id":"review/R-2026-000001","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"meeting_held",'
    b'"duty":"decision","seen":"breached","due":"2026-11-20"}',
    "PlanTextKept": b'{"event":"PlanTextKept","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"document":"abababababababababababababababababababababababababababababababab","review":"R-2026-000001"}',
    "PaperReceived": b'{"event":"PaperReceived","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","paper":"I-1a2b3c4d",'
    b'"documents":["abababababababababababababababababababababababababababababababab"],"person":"N-1a2b3c4d",'
    b'"role":"setting","channel":"post","review":"R-2026-000001"}',
    "PlanDutySeen": b'{"event":"PlanDutySeen","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","duty":"twelve_months",'
    b'"seen":"due","due":"2026-12-01"}',
    "LatenessExplained": b'{"event":"LatenessExplained","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","duty":"decision",'
    b'"due":"2026-11-03","because":"advice_late","cause":"advisers","remedy":"apology","review":"R-2026-000001",'
    b'"reason":"ab12"}',
    "DocumentDisposed": b'{"event":"DocumentDisposed","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"document":"abababababababababababababababababababababababababababababababab","rule":"six_years",'
    b'"reason":"ab12"}',
    "TransferDealtWith": b'{"event":"TransferDealtWith","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"transfer":"primary_to_secondary","transfer_on":"2027-09-01","named":"institution","institution":"123456",'
    b'"review":"R-2026-000001"}',
    "PeopleErased": b'{"event":"PeopleErased","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","people":["N-1a2b3c4d"],'
    b'"rule":"six_years","reason":"ab12"}',
    "InstitutionRequested": b'{"event":"InstitutionRequested","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"transfer":"primary_to_secondary","transfer_on":"2027-09-01","institution":"123456"}',
    "InstitutionConsulted": b'{"event":"InstitutionConsulted","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"transfer":"primary_to_secondary","transfer_on":"2027-09-01","institution":"123456","authority":"878"}',
    "InstitutionConsulted, in a review": b'{"event":"InstitutionConsulted","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"review":"R-2026-000001","institution":"123456"}',
    "InstitutionRequested, without a review": b'{"event":"InstitutionRequested","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"notice":2,"institution":"123456"}',
    "ConsultationAnswered": b'{"event":"ConsultationAnswered","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"transfer":"primary_to_secondary","transfer_on":"2027-09-01","institution":"123456","reply":"objects","grounds":["unsuitable"],"reason":"ab12"}',
    "ConsultationWithdrawn": b'{"event":"ConsultationWithdrawn","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"transfer":"primary_to_secondary","transfer_on":"2027-09-01","institution":"123456","reason":"ab12"}',
    "PlanTakenOver": b'{"event":"PlanTakenOver","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"digest":"ab12","from_plan":"P-9","root":"cd34","reviewed":["2026-10-20"]}',
    "FamilyToldOfMove": b'{"event":"FamilyToldOfMove","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"proposes_assessment":false,"review_on":"2027-03-01"}',
    "MoveAwayLearned": b'{"event":"MoveAwayLearned","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"moves_on":"2026-12-01","to_la":"878"}',
    "MonitoringMeetingHeld": b'{"event":"MonitoringMeetingHeld","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d"}',
    "PlanRevived": b'{"event":"PlanRevived","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","review":"R-2026-000001"}',
    "AppealAdmitted": b'{"event":"AppealAdmitted","originator_id":"review/R-2026-000001","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"decided"}',
    "ReviewPassedOn": b'{"event":"ReviewPassedOn","originator_id":"review/R-2026-000001","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"passed_on"}',
    "ReviewEndedWithPlan": b'{"event":"ReviewEndedWithPlan","originator_id":"review/R-2026-000001","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"ended_with_plan"}',
    "PlanNoticeSent": b'{"event":"PlanNoticeSent","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","served_on":"2026-11-26",'
    b'"people":["N-1a2b3c4d"],"channel":"post",'
    b'"documents":["abababababababababababababababababababababababababababababababab"]}',
    "PlanNoticeSentAgain": b'{"event":"PlanNoticeSentAgain","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d"}',
    "PlanRepresentationsReceived": b'{"event":"PlanRepresentationsReceived","originator_id":"plan/P-1",'
    b'"originator_version":3,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","no_more":true}',
    "PlanAmended, after a notice": b'{"event":"PlanAmended","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","because":"without_review",'
    b'"ends_notice":true,"skip_reason":"ab12"}',
    "PlanAmended, by letter": b'{"event":"PlanAmended","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","because":"without_review",'
    b'"ends_notice":true,"people":["N-1a2b3c4d"],'
    b'"channel":"post","documents":["abababababababababababababababababababababababababababababababab"],'
    b'"letter_template":"england.2015/final_plan/5f0c","approved_by":"S-5e6f7a8b"}',
    "PlanNotAmended": b'{"event":"PlanNotAmended","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","people":["N-1a2b3c4d"]}',
    "AmendmentNoticeSentAgain": b'{"event":"AmendmentNoticeSentAgain","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amending","served_on":"2026-11-26","people":["N-1a2b3c4d"],"channel":"post"}',
    "AmendmentNoticeWithdrawn": b'{"event":"AmendmentNoticeWithdrawn","originator_id":"review/R-2026-000001",'
    b'"originator_version":7,"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z",'
    b'"recorded_by":"S-1a2b3c4d","state":"amending","reason":"ab12"}',
    "MoreTimeAgreed": b'{"event":"MoreTimeAgreed","originator_id":"review/R-2026-000001","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"amending",'
    b'"agreed_until":"2026-12-18"}',
    "DecisionChanged": b'{"event":"DecisionChanged","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"maintained","outcome":"maintain","reason":"ab12","channel":"post"}',
    "FinalPlanReissued": b'{"event":"FinalPlanReissued","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"amended","reason":"ab12","people":["N-1a2b3c4d"]}',
    "ReviewPaused": b'{"event":"ReviewPaused","originator_id":"review/R-2026-000001","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"decided","reason":"ab12"}',
    "ReviewResumed": b'{"event":"ReviewResumed","originator_id":"review/R-2026-000001","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","state":"decided"}',
    "LightRouteRecorded": b'{"event":"LightRouteRecorded","originator_id":"review/R-2026-000001","originator_version":7,'
    b'"plan":"P-1","on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d",'
    b'"state":"meeting_held","reason":"ab12","taken":false}',
    "DetentionStarted, recall": b'{"event":"DetentionStarted","originator_id":"plan/P-1","originator_version":3,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","under":"recall"}',
    "PlanAppealLodged": b'{"event":"PlanAppealLodged","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","against":"contents"}',
    "PlanAppealEnded": b'{"event":"PlanAppealEnded","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","proceeding":3,"ended":"allowed"}',
    "TribunalOrderMade": b'{"event":"TribunalOrderMade","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","requires":"amend"}',
    "TribunalOrderMade, with a direction": b'{"event":"TribunalOrderMade","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","requires":"review","last_day":"2026-12-18"}',
    "AppealNotOpposed": b'{"event":"AppealNotOpposed","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","requires":"name"}',
    "MediationRequested": b'{"event":"MediationRequested","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d"}',
    "MediationAgreed": b'{"event":"MediationAgreed","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","requires":"other","last_day":"2026-12-18"}',
    "ReassessmentRequested": b'{"event":"ReassessmentRequested","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d"}',
    "ReassessmentRefused": b'{"event":"ReassessmentRefused","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d"}',
    "ReassessmentAdviceRequested": b'{"event":"ReassessmentAdviceRequested","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d"}',
    "DirectPaymentsStarted": b'{"event":"DirectPaymentsStarted","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d"}',
    "CeasingConsidered": b'{"event":"CeasingConsidered","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","ground":"not_necessary","roles":["parent","setting"]}',
    "CeasingNotified": b'{"event":"CeasingNotified","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d"}',
    "LimitSet": b'{"event":"LimitSet","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","proceeding":3,"last_day":"2026-12-18"}',
    "LimitExcused": b'{"event":"LimitExcused","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","proceeding":3,"because":"absence"}',
    "ProceedingStepTaken": b'{"event":"ProceedingStepTaken","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","proceeding":3,"did":"amended"}',
    "ProceedingWithdrawn": b'{"event":"ProceedingWithdrawn","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","proceeding":3,"reason":"ab12"}',
    "TermListGiven": b'{"event":"TermListGiven","originator_id":"plan/P-1","originator_version":7,"plan":"P-1","on":"2026-11-24",'
    b'"recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","evidence":"D-1a2b3c4d5e6f","term_start":"2027-01-04",'
    b'"role":"setting","setting":"123456","documents":["ab12"]}',
    "PlanCeased, too soon": b'{"event":"PlanCeased","originator_id":"plan/P-1","originator_version":7,"plan":"P-1",'
    b'"on":"2026-11-24","recorded_at":"2026-11-24T09:30:00Z","recorded_by":"S-1a2b3c4d","skip_reason":"ab12"}',
}
NAMES = {
    "PlanAdded", "SettingChanged", "YearGroupChanged", "CoordinatorChanged", "TransferExpected", "TransferDealtWith", "YoungPersonFromSet",
    "PlanTransferredIn", "FamilyToldOfTransfer", "PlanTransferredOut", "DetentionStarted", "ReleasedFromDetention",
    "ReassessmentStarted", "ReassessmentEnded", "PlanAmended", "TermlyListSent", "TermListGiven", "PlanCeased", "PlanFactCorrected",
    "ReturnFactsImported", "PlanReviewOpened", "PlanReviewCompleted", "PlanReviewCompletionWithdrawn", "PlanReviewClosed", "ReviewOpened",
    "MeetingScheduled", "MeetingPostponed", "InvitationsSent", "AdviceRequested", "AdviceReceived", "AdviceCirculated",
    "MeetingHeld", "ReportSent", "DecisionMade", "DecisionNotified", "AmendmentNoticeSent", "RepresentationsReceived",
    "FinalPlanIssued", "DecidedNotToAmend", "PlanCeasedAfterReview", "AppealLodged", "AppealDetermined",
    "MediationCertificateIssued", "LocalStepRecorded", "ReviewConcluded", "ReviewCancelled", "ReviewSuperseded",
    "StepCorrected", "StepVoided", "WorkflowMigrated", "ParentContactAgreed", "PlanTextKept", "PaperReceived", "PlanDutySeen",
    "LatenessExplained", "DocumentDisposed", "PeopleErased", "AdviceChased", "ConductRecorded", "ServiceRecorded", "DayDoubted", "AmendmentsProposed",
    "MessageSent", "DeliveryFailed", "DutySeen", "MonitoringMeetingHeld", "PlanRevived", "AppealAdmitted",
    "ReviewPassedOn", "ReviewEndedWithPlan",
    "PlanAppealLodged", "PlanAppealEnded", "TribunalOrderMade", "AppealNotOpposed", "MediationRequested",
    "MediationAgreed", "ReassessmentRequested", "ReassessmentRefused", "ReassessmentAdviceRequested", "DirectPaymentsStarted",
    "CeasingConsidered", "CeasingNotified", "LimitSet", "LimitExcused", "ProceedingStepTaken",
    "ProceedingWithdrawn",
    "PlanNoticeSent", "PlanNoticeSentAgain", "PlanRepresentationsReceived",
    "PlanNotAmended", "AmendmentNoticeSentAgain", "AmendmentNoticeWithdrawn", "MoreTimeAgreed", "DecisionChanged",
    "FinalPlanReissued", "ReviewPaused", "ReviewResumed", "LightRouteRecorded",
    "InstitutionRequested", "InstitutionConsulted", "ConsultationAnswered",
    "ConsultationWithdrawn", "PlanTakenOver", "FamilyToldOfMove", "MoveAwayLearned", "InvitationAnswered",
}  # fmt: skip


@pytest.mark.parametrize("label", STORED)
def test_what_was_stored_is_read_and_written_alike(label: str) -> None:
    event = decode(STORED[label])
    name = label.partition(",")[0]
    assert event.name == name
    assert event.topic == f"arflow:{name}"
    assert encode(event) == STORED[label]


def read(kind: type[E]) -> E:
    """The stored event of a class."""
    event = decode(STORED[kind.__name__])
    assert isinstance(event, kind)
    return event


def test_what_an_earlier_arflow_left_unsaid_is_read_as_it_was_then() -> None:
    """People, papers and service were added to events that were stored before without them."""
    assert read(AdviceReceived).answer == "advice"
    assert read(AdviceRequested).channel == "email"
    invited = read(InvitationsSent)
    assert (invited.people, invited.channel, invited.served_on) == ((), "email", None)
    report = read(ReportSent)
    assert (report.people, report.documents, report.recommendation, report.differing) == ((), (), None, ())


def test_no_stored_name_is_lost_or_changed() -> None:
    assert {str(cls.__struct_config__.tag) for cls in EVENT_CLASSES} == NAMES


def test_an_event_that_arflow_does_not_know_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="Invalid value 'Invented'"):
        decode(STORED["DecisionMade"].replace(b"DecisionMade", b"Invented"))


def test_an_event_made_under_a_frozen_clock_can_be_stored() -> None:
    with freeze_time("2026-11-24 09:30:00"):
        event = MeetingHeld(
            originator_id="review/R-2026-000001",
            originator_version=4,
            plan="P-1",
            on=datetime.now(UTC).date(),
            recorded_at=datetime.now(UTC),
            recorded_by="S-1a2b3c4d",
            state="meeting_held",
        )
        stored = encode(event)
    assert decode(stored).on == date(2026, 11, 24)
    assert decode(stored).recorded_at == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def test_no_event_can_hold_a_name_or_a_date_of_birth() -> None:
    fields = {field for cls in EVENT_CLASSES for field in cls.__struct_fields__}
    assert not fields & {"name", "child", "date_of_birth", "born", "address", "email", "phone", "text", "body"}


def test_an_event_that_could_not_be_read_back_is_not_written(app: Arflow) -> None:
    event = MeetingHeld(
        originator_id="review/R-1",
        originator_version=1,
        plan="P-1",
        on=date(2026, 11, 24),
        recorded_at=datetime(2026, 11, 24, 9, 30, tzinfo=UTC),
        recorded_by="S-1",
        state="meeting_held",
        attended=("nobody known",),  # type: ignore[arg-type]
    )
    with pytest.raises(InvalidValue, match=r"^attended: .* is not what MeetingHeld holds: "):
        app.append("R-1", [event], app.draft())
    assert app.log_store.head()[0] == 0


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (c.HoldMeeting(attended=("nobody known",), skip_reason="As agreed"), "attended"),  # type: ignore[arg-type]
        (c.Invite(roles=("parent",), channel=3), "channel"),  # type: ignore[arg-type]
    ],
)
def test_a_command_with_a_value_that_no_event_holds_is_refused(
    cases: Cases, command: c.AnyReviewCommand, field: str
) -> None:
    told = cases.opened("1 Sep 2025", "1 Jun 2026")
    with pytest.raises(InvalidValue, match=f"^{field}: .* is not what .* takes: ") as refused:
        told.do(command)
    assert refused.value.field == field
    assert told.state() == "scheduled"
