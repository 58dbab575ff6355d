"""Which case somebody means: by an id in any case of its letters, and by a plan where its review is meant."""

from typing import TYPE_CHECKING

from arflow.case import plan as plans
from arflow.errors import NotFound, NotPossible

if TYPE_CHECKING:
    from collections.abc import Callable

    from arflow.application.arflow import Arflow
    from arflow.lists.questions import Asking


class CaseNames:
    """The names of the cases of a store; the lists are asked only for a name that the log does not hold as it is written."""

    def __init__(self, app: "Arflow", asking: "Callable[[], Asking]") -> None:
        self._app, self._asking = app, asking

    def plan(self, said: str) -> str:
        """The reference of the plan that is meant; as given where there is none. NotPossible if it may be several."""
        if self._is_held(said):
            return said
        like = self._asking().plans_like(said)
        if len(like) > 1:
            raise NotPossible(f"{said} may be {' or '.join(like)}: write it as it stands", like)
        return like[0] if like else said

    def known_plan(self, said: str) -> str:
        """The same for a list that is to be of one plan: NotFound where there is none."""
        ref = self.plan(said)
        if not self._is_held(ref):
            raise NotFound("plan", said, "see `arflow plan list`")
        return ref

    def review(self, said: str) -> str:
        """The id of the review that is meant: by its own, or by its plan while it is not finished; as given if there is none.

        NotPossible for a plan without one.
        """
        found = self._review(said)
        if found is not None:
            return found
        ref = self.plan(said)
        if not self._is_held(ref):
            return said
        if under_way := self._app.review_under_way(ref):
            return under_way
        raise NotPossible(
            f"plan {ref} has no open review: open one with `arflow review open {ref}`, "
            f"or name one of `arflow review list --plan {ref}`"
        )

    def either(self, said: str) -> str:
        """The id of the review, or the reference of the plan, that is meant."""
        return self._review(said) or self.plan(said)

    def is_there(self, name: str) -> bool:
        """Whether there is a review or a plan of this very name."""
        return self._app.is_review(name) or self._is_held(name)

    def _review(self, said: str) -> str | None:
        return next((name for name in (said, said.upper()) if self._app.is_review(name)), None)

    def _is_held(self, ref: str) -> bool:
        """Whether the log has a plan of this very reference, even where a review has the same name."""
        return bool(self._app.log_store.existing_streams([plans.stream(ref)]))
