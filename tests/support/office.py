"""A real LibreOffice: what is left of a Word file when its tracked changes are accepted or rejected there, and its PDF."""

import subprocess
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.missing import missing
from tests.support.parts import LIBREOFFICE, program

# LibreOffice's own Basic runs inside the program that is started: no bridge to another Python is needed.
_MACRO = """
Sub Decide(source As String, target As String, verdict As String)
    Dim hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden" : hidden(0).Value = True
    document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
    dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
    dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:" & verdict & "AllTrackedChanges", "", 0, Array())
    Dim kind(0) As New com.sun.star.beans.PropertyValue
    kind(0).Name = "FilterName" : kind(0).Value = "MS Word 2007 XML"
    document.storeToURL(ConvertToURL(target), kind())
    document.close(True)
    StarDesktop.terminate()
End Sub

Sub Edit(source As String, target As String, was As String, becomes As String)
    Dim hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden" : hidden(0).Value = True
    document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
    document.RecordChanges = True
    wanted = document.createReplaceDescriptor()
    wanted.SearchString = was : wanted.ReplaceString = becomes
    document.replaceAll(wanted)
    Dim kind(0) As New com.sun.star.beans.PropertyValue
    kind(0).Name = "FilterName" : kind(0).Value = "MS Word 2007 XML"
    document.storeToURL(ConvertToURL(target), kind())
    document.close(True)
    StarDesktop.terminate()
End Sub
"""
_MODULE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">\n'
    '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" '
    'script:language="StarBasic">{}</script:module>'
)
_LIBRARY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">\n'
    '<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" '
    'library:readonly="false" library:passwordprotected="false"><library:element library:name="Module1"/>'
    "</library:library>"
)


class Office:
    """LibreOffice with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        found = program(LIBREOFFICE)
        if found is None:
            missing(LIBREOFFICE)
        self._program, self._profile = found, folder / "profile"
        basic = self._profile / "user" / "basic" / "Standard"
        self._run("--terminate_after_init")
        basic.mkdir(parents=True, exist_ok=True)
        (basic / "Module1.xba").write_text(_MODULE.format(escape(_MACRO)), "utf-8")
        (basic / "script.xlb").write_text(_LIBRARY, "utf-8")

    def decided(self, path: Path, verdict: str) -> Path:
        """The file after `Accept` or `Reject` of all its tracked changes."""
        target = path.with_name(f"{path.stem}-{verdict}.docx")
        return self._made(target, path, f'Decide("{path}","{target}","{verdict}")')

    def edited(self, path: Path, was: str, becomes: str) -> Path:
        """The file after somebody wrote other words in it with the tracking of changes on."""
        target = path.with_name(f"{path.stem}-edited.docx")
        return self._made(target, path, f'Edit("{path}","{target}","{was}","{becomes}")')

    def _made(self, target: Path, path: Path, macro: str) -> Path:
        # The build without windows falls over when it lets go of a document it has shown: after the file is written.
        self._run(f"macro:///Standard.Module1.{macro}", check=False)
        path.with_name(f".~lock.{path.name}#").unlink(missing_ok=True)
        assert target.is_file(), f"LibreOffice wrote no {target.name}"
        return target

    def pdf(self, path: Path) -> Path:
        """The file as a PDF, its tracked changes shown."""
        self._run("--convert-to", "pdf", "--outdir", str(path.parent), str(path))
        return path.with_suffix(".pdf")

    def texts(self, paths: list[Path]) -> dict[str, str]:
        """The words of each file as LibreOffice exports them, by the file's name without its ending; one run for all."""
        folder = paths[0].parent / "texts"
        self._run("--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(folder), *map(str, paths))
        return {path.stem: (folder / f"{path.stem}.txt").read_text("utf-8-sig") for path in paths}

    def _run(self, *arguments: str, check: bool = True) -> None:
        started = (self._program, f"-env:UserInstallation={self._profile.as_uri()}", "--headless", "--norestore")
        subprocess.run([*started, *arguments], check=check, timeout=60, capture_output=True)
