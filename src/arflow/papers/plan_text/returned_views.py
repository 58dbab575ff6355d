"""The views that a marked copy of ours carried in its comments, when it comes back: put beside their changes again."""

from collections.abc import Iterable

import msgspec

from arflow.papers.plan_text.amendments import Amendments, View, add_view
from arflow.papers.plan_text.change_labels import view, views_said


class WithViews(msgspec.Struct, frozen=True, kw_only=True):
    """Amendments with the views that came with them, and what could not be put beside any change."""

    amendments: Amendments
    notes: tuple[str, ...]


def with_views(amendments: Amendments, comments: Iterable[tuple[str, str]]) -> WithViews:
    """The amendments with each view of the comments, which come with the item that each is on.

    A note names a view on an item that nobody proposes to change any more, with who said it. Advice is named without its file, so
    that it has to be linked again.
    """
    notes: list[str] = []
    by_item = {change.item: change.id for change in amendments.changes}
    for item, comment in comments:
        views, led_to_by = views_said(comment)
        for given in views:
            if item in by_item:
                amendments = add_view(amendments, by_item[item], given)
            else:
                notes.append(f"a view on {item}, of which the file proposes no change any more: {_in_a_line(given)}")
        if led_to_by:
            notes.append(f"{item} was led to by {led_to_by}: link that again with `arflow amend link`")
    return WithViews(amendments=amendments, notes=tuple(notes))


def views_without_change(comments: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The same of a copy in which no change is marked any more: each view, told."""
    return with_views(Amendments(base="", changes=()), comments).notes


def _in_a_line(given: View) -> str:
    return " / ".join(view(given).splitlines())
