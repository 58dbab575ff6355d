"""People, letters, the inbox and the daily run: each beside a floor measured in the same run.

The floors do the least that such work can do: plain inserts of the same rows, the same page printed alone, a parse of the
same messages, one look at what is due.
"""

import csv
import mailbox
import os
import sqlite3
from datetime import date
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.daily.tick import Office, Ticked, tick
from arflow.demo import Making, make
from arflow.imports.people_sheet import import_people
from arflow.lists.questions import Asking
from arflow.papers.documents import documents_of
from arflow.papers.letters.letter import as_pdf, shipped, write
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.printed_page import printed
from arflow.papers.letters.stationery import stationery
from arflow.papers.letters.template_check import invented
from arflow.post.advice.reminders_sent import Escalation
from arflow.post.incoming import inbox
from arflow.post.incoming.answers import answering
from arflow.post.mail.mailbox import Maildir
from arflow.post.mail.received import parse
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.composition import Desk
from arflow.post.outgoing.send_now import Post
from arflow.words import counted
from benchmarks.engine import line, timed
from benchmarks.growing import TODAY

_ROLES = ("child", "parent", "setting", "la_sen")


def store(folder: Path, name: str) -> Arflow:
    url = f"sqlite:///{folder}/{name}.db"
    create_store(url)
    return Arflow(url, by="Bench", today=TODAY)


def importing(folder: Path, plans: int) -> Arflow:
    """Four people of each plan from a CSV file; the floor reads the same file and inserts its rows."""
    app = store(folder, "people")
    for number in range(plans):
        app.add_plan(AddPlan(ref=f"B-{number}", first_made=date(2025, 11, 1)))
    path, rows = folder / "people.csv", plans * len(_ROLES)
    with path.open("w") as file:
        file.write("plan,role,name,email\n")
        file.writelines(
            f"B-{n},{role},Invented {role} {n},{role}{n}@example.org\n" for n in range(plans) for role in _ROLES
        )

    def plain() -> None:
        with path.open() as file, sqlite3.connect(folder / "plain.db") as connection:
            connection.execute("create table people (plan, role, name, email)")
            connection.executemany("insert into people values (?, ?, ?, ?)", list(csv.reader(file)))

    ours, floor = timed(lambda: import_people(app, path)), timed(plain)
    line(f"import of {rows:,} people", f"{rows / ours:,.0f}/s", f"plain inserts: {rows / floor:,.0f}/s", ours / floor)
    return app


def letters(app: Arflow, times: int) -> None:
    """A decision letter written, checked and printed; the floor prints the same page alone."""
    kit = stationery(app.catalogue)
    facts = invented("parent", 9)
    page = write("decision_maintain", facts, kit).html
    printed(page)
    ours = timed(lambda: [as_pdf(write("decision_maintain", facts, kit)) for _ in range(times)])
    floor = timed(lambda: [printed(page) for _ in range(times)])
    line(
        "a letter as PDF",
        f"{ours / times * 1000:.0f} ms",
        f"printed alone: {floor / times * 1000:.0f} ms",
        ours / floor,
    )


def reading(app: Arflow, folder: Path, messages: int) -> None:
    """A Maildir taken in, filed and acknowledged, then run again; the floor parses the same messages."""
    box = folder / "Maildir"
    made = mailbox.Maildir(box)
    for number in range(messages):
        mail = EmailMessage()
        mail["From"], mail["To"] = f"setting{number}@example.org", "reviews@la.example.org"
        mail["Subject"], mail["Message-ID"] = f"Advice for B-{number}", f"<{number}@example.org>"
        mail["Date"] = format_datetime(app.now)
        mail.set_content("Please see attached.")
        advice = f"What we know of B-{number}.\n".encode() * 500
        mail.add_attachment(advice, maintype="text", subtype="plain", filename="advice.txt")
        made.add(mail)
    answers = answering(app, Settings.from_environment())
    floor = timed(lambda: [list(parse(path.read_bytes()).walk()) for path in (box / "new").iterdir()])
    ran = list[inbox.Ran]()
    ours = timed(lambda: ran.append(inbox.run(app, Maildir(box), answers)))
    assert ran[0].placed == messages, ran
    again = timed(lambda: inbox.run(app, Maildir(box), answers))
    rate = f"{messages / ours:,.0f}/s"
    line(f"{messages:,} messages taken and filed", rate, f"parsed: {messages / floor:,.0f}/s", ours / floor)
    line("the same mailbox again", f"{again:.2f} s", f"parsed: {floor:.2f} s", again / floor)


def ticking(folder: Path, plans: int) -> None:
    """The daily run over an authority: what it would do, the first run, and once more; the floor looks at what is due."""
    app = store(folder, "authority")
    make(app, Making(plans=plans, years=2, seed=3, today=TODAY))
    asking, kit = Asking(app), stationery(app.catalogue)
    asking.rebuild()
    kept = documents_of(app.log_store.engine)
    post = Post(settings=Settings.from_environment(), read=kept.read, serving=kit.papers.served_on)
    office = Office(
        papers=PapersFiles.of(app.catalogue).current(),
        post=post,
        desk=lambda: Desk(stationery=kit, documents=kept, post=post),
        escalation=Escalation.from_environment(),
    )
    floor = timed(lambda: asking.due(app.today, within=asking.soon_days()))
    for name, dry_run in (("dry run", True), ("first run", False), ("second run", False)):
        ran = list[Ticked]()
        ours = timed(lambda: ran.append(tick(app, asking, office, dry_run=dry_run)))  # noqa: B023
        reminders = counted(len(ran[0].reminders), "reminder")
        line(
            f"tick, {plans:,} plans, {name}: {reminders}", f"{ours:.2f} s", f"what is due: {floor:.2f} s", ours / floor
        )
    app.close()


def measure(folder: Path, plans: int) -> None:
    """Every figure of people and papers, a line each."""
    own = folder / "own"
    (own / "letters").mkdir(parents=True, exist_ok=True)
    (own / "letters" / "authority.toml").write_bytes(shipped("authority.toml"))
    os.environ |= {"ARFLOW_MAIL_FROM": "sen@example.org", "ARFLOW_MAIL_COORDINATORS": "officers@example.org"}
    os.environ |= {"ARFLOW_DOCUMENTS": str(folder / "documents"), "ARFLOW_WORKFLOWS": str(own)}
    line("", "arflow", "the least that it can cost", None)
    app = importing(folder, plans)
    letters(app, 20)
    reading(app, folder, 500)
    app.close()
    ticking(folder, plans)
