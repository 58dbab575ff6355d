"""The definitions in files that commands look at, run and publish: arflow's own, the authority's, and those beside a file."""

import os
from pathlib import Path

from arflow.law.catalogue import Catalogue, catalogue_of


def catalogue_with(*folders: Path) -> Catalogue:
    """The definitions there are, those of further folders among them."""
    return catalogue_of(os.environ, *folders)
