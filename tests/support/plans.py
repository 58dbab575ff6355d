"""Plans for tests: an invented one, another that differs from it everywhere, and any at all."""

from hypothesis import strategies as st

from arflow.law.plan_sections import SECTIONS
from arflow.papers.plan_text.plan_text import Item, PlanText, plan_text, tidy

OLD = plan_text(
    [
        Item(id="A1", text="Robin likes trains."),
        Item(id="E1", text="By July 2027 Robin will ask for help in three lessons out of four."),
        Item(id="E2", text="Robin will travel to school by bus with a friend."),
        Item(
            id="F1",
            text="20 minutes of speech therapy each week, from a qualified therapist.\n• in a quiet room\n• in term time",
            serves=("E1",),
        ),
        Item(id="F2", text="A quiet space.\nStaff are trained in “Makaton”.", serves=("E1", "E2")),
        Item(id="G1", text="An eye test each year."),
    ]
)
NEW = plan_text(
    [
        Item(id="A1", text="Robin likes trains and buses — “very much”."),
        Item(id="E1", text="By July 2028 Robin will ask for help in every lesson."),
        Item(
            id="E3",
            text="Robin will cook a meal.\nE1: this line only looks like an item.\nRobin’s café visits 🙂 go on.",
        ),
        Item(
            id="F1",
            text="45 minutes of speech and language therapy twice a week, from a qualified therapist.\n"
            "• in a quiet room, with a friend\n• each day\n• in term time",
            serves=("E1",),
        ),
        Item(id="F2", text="A quiet space. Staff are trained in “Makaton” and ‘PECS’.", serves=("E1", "E3")),
        Item(id="H1.1", text=" ".join(["Two hours of short breaks a week."] * 60)),
    ]
)

_words = st.sampled_from(
    [
        "Robin",
        "will",
        "have",
        "E1:",
        "E2.",
        "1.",
        "Section",
        "F:",
        "#",
        "\\\\",
        "the",
        "quiet",
        "room’s",
        "“plan”",
        "café",
        "🙂",
        "a",
        "—",
        "•",
        "20",
        "(No",
        "items",
    ]
)
_lines = st.lists(_words, min_size=1, max_size=8).map(" ".join)
texts = st.one_of(st.lists(_lines, min_size=1, max_size=4).map("\n".join), st.text(min_size=1, max_size=40)).map(tidy)
_numbers = st.sampled_from(["1", "2", "3", "10", "2.1", "2a"])


@st.composite
def plans(draw: st.DrawFn) -> PlanText:
    """Any plan: some items in some sections, of which provision may serve outcomes."""
    names = draw(st.sets(st.tuples(st.sampled_from(list(SECTIONS)), _numbers), max_size=8))
    ids = {f"{letter}{'.' if letter.startswith('H') else ''}{number}" for letter, number in names}
    outcomes = sorted(name for name in ids if name.startswith("E"))
    items = []
    for name in sorted(ids):
        may_serve = outcomes and name[0] in "FGH"
        serves = tuple(draw(st.lists(st.sampled_from(outcomes), unique=True, max_size=2))) if may_serve else ()
        items.append(Item(id=name, text=draw(texts.filter(bool)), serves=serves))
    return plan_text(items)
