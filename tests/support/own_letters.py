"""The files of an authority that writes letters."""

from pathlib import Path

from arflow.papers.letters.letter import shipped


def own_folder(under: Path) -> Path:
    """A folder as ARFLOW_WORKFLOWS names one, with the authority's details that come with arflow in it."""
    folder = under / "own"
    (folder / "letters").mkdir(parents=True)
    (folder / "letters" / "authority.toml").write_bytes(shipped("authority.toml"))
    return folder
