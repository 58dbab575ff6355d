"""A real LibreOffice: what is left of a Word file when its tracked changes are accepted or rejected there, and its PDF."""

import subprocess
from collections.abc import Mapping
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

Sub Fill(source As String, target As String, answers As String)
    Dim hidden(0) As New com.sun.star.beans.PropertyValue
    hidden(0).Name = "Hidden" : hidden(0).Value = True
    document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
    Open answers For Input As #1
    Do While Not Eof(1)
        Line Input #1, written
        parted = Split(written, Chr(9))
        FillOne(document, parted(0), Join(Split(parted(1), "|"), Chr(10)))
    Loop
    Close #1
    Dim kind(0) As New com.sun.star.beans.PropertyValue
    kind(0).Name = "FilterName" : kind(0).Value = "MS Word 2007 XML"
    document.storeToURL(ConvertToURL(target), kind())
    document.close(True)
    StarDesktop.terminate()
End Sub

Sub FillOne(document, name As String, value As String)
    paragraphs = document.Bookmarks.getByName(name).Anchor.getText().createEnumeration()
    Do While paragraphs.hasMoreElements()
        FillFirst(paragraphs.nextElement().createEnumeration(), value)
    Loop
End Sub

Sub FillFirst(portions, value As String)
    Do While portions.hasMoreElements()
        portion = portions.nextElement()
        If portion.TextPortionType = "ContentControl" Then
            If portion.ContentControl.Checkbox Then portion.ContentControl.Checked = True
            FillFirst(portion.ContentControl.createEnumeration(), value)
        ElseIf portion.TextPortionType = "TextField" Then  ' what LibreOffice 7 makes of a control of plain text
            portion.TextField.Content = value
            portion.TextField.update()
            Exit Sub
        ElseIf portion.TextPortionType = "Text" And Len(portion.getString()) > 0 Then
            portion.setString(value)
            Exit Sub
        End If
    Loop
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

    def filled(self, path: Path, answers: Mapping[str, str]) -> Path:
        """A form after somebody answered it in its content controls, which are found by the bookmarks round them."""
        target, lines = path.with_name(f"{path.stem}-filled.docx"), path.with_suffix(".answers")
        said = (f"f_{name}\t{value}".replace("\n", "|") for name, value in answers.items())
        lines.write_text("\n".join(said) + "\n", "utf-8")
        return self._made(target, path, f'Fill("{path}","{target}","{lines}")')

    def saved(self, path: Path, kind: str) -> Path:
        """The file as LibreOffice saves it as another kind, such as odt, in a folder of that name."""
        folder = path.parent / kind
        self._run("--convert-to", kind, "--outdir", str(folder), str(path))
        return folder / f"{path.stem}.{kind}"

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
