"""Word files as offices and schools really make them, each kind with chance in it, and the words that each shows and hides."""

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from random import Random

_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": _RELATED,
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "v": "urn:schemas-microsoft-com:vml",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
}
NAMES = " ".join(f'xmlns:{short}="{long}"' for short, long in _SPACES.items())
_STYLES = f"""<w:styles {NAMES}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/></w:style>
<w:style w:type="character" w:styleId="Unseen"><w:name w:val="Unseen"/><w:rPr><w:vanish/></w:rPr></w:style>
</w:styles>"""
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def word_file(body: str, parts: Mapping[str, tuple[str, bytes]] | None = None) -> bytes:
    """A Word file with the body; `parts` by name, each with the kind of its relation, its id being the name."""
    parts = {"styles.xml": ("styles", _STYLES.encode()), **(parts or {})}
    links = "".join(
        f'<Relationship Id="{name.partition(".")[0]}" Type="{_RELATED}/{kind}" Target="{name}"/>'
        for name, (kind, _) in parts.items()
    )
    kinds = "".join(
        f'<Override PartName="/word/{name}" ContentType="{_MAIN}.{kind}+xml"/>'
        for name, (kind, _) in parts.items()
        if kind in ("styles", "footnotes", "endnotes", "header", "footer", "comments", "numbering")
    )
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("[Content_Types].xml", _TYPES.replace("OVERRIDES", kinds))
        file.writestr(
            "_rels/.rels",
            _LINKS.format(f'<Relationship Id="a" Type="{_RELATED}/officeDocument" Target="word/document.xml"/>'),
        )
        file.writestr("word/document.xml", f"<w:document {NAMES}><w:body>{body}</w:body></w:document>")
        file.writestr("word/_rels/document.xml.rels", _LINKS.format(links))
        for name, (_, content) in parts.items():
            file.writestr(f"word/{name}", content)
    return made.getvalue()


_LINKS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="html" ContentType="text/html"/>'
    '<Default Extension="txt" ContentType="text/plain"/><Default Extension="rtf" ContentType="application/rtf"/>'
    '<Default Extension="mht" ContentType="message/rfc822"/>'
    f'<Default Extension="docx" ContentType="{_MAIN}.document"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>OVERRIDES</Types>'
)


def run(words: str, look: str = "") -> str:
    """Words in one look."""
    return f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*inside: str, style: str = "", before: str = "") -> str:
    """A paragraph of runs and whatever else stands in one."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{before}</w:pPr>{''.join(inside)}</w:p>"


def heading(words: str) -> str:
    """A paragraph in a style of headings."""
    return paragraph(run(words), style="Heading2")


def cell(*inside: str) -> str:
    """A cell of paragraphs or tables."""
    return f"<w:tc><w:tcPr/>{''.join(inside)}</w:tc>"


def row(*cells: str) -> str:
    """A row with a paragraph in each cell."""
    return f"<w:tr>{''.join(cell(paragraph(run(words))) for words in cells)}</w:tr>"


def table(*rows: str) -> str:
    """A table of rows, or of what holds rows."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def control(inside: str, properties: str = "") -> str:
    """A content control round anything."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


@dataclass
class Draft:
    """A file in the making: words that nobody used yet, what shows and what does not, parts beside the text."""

    chance: Random
    shown: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    parts: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    _used: int = 0

    def words(self) -> str:
        """Some words that Word shows."""
        new = [self.word() for _ in range(self.chance.randint(1, 4))]
        self.shown += new
        return " ".join(new)

    def hidden(self) -> str:
        """A word that is there and is not said."""
        self.unseen.append(self.word())
        return self.unseen[-1]

    def word(self) -> str:
        """A word that nobody used yet."""
        self._used += 1
        return f"{self.chance.choice(('Tilly', 'help', 'quiet', 'café', 'week'))}{self._used:03}"

    def wrapped(self, inside: str) -> str:
        """In some content controls and custom XML, at a depth of chance."""
        for _ in range(self.chance.randint(0, 3)):
            inside = (
                control(inside) if self.chance.random() < 0.7 else f'<w:customXml w:element="x">{inside}</w:customXml>'
            )
        return inside


Kind = Callable[[Draft, str], str]


def _rows(draft: Draft, item: str) -> str:
    more = draft.wrapped(row(draft.words(), draft.words()))
    nested = draft.wrapped(table(draft.wrapped(row(draft.words(), draft.words()))))
    inner = f"<w:tr>{cell(paragraph(run(draft.words())))}{draft.wrapped(cell(nested, paragraph()))}</w:tr>"
    return draft.wrapped(table(draft.wrapped(row(item, draft.words())), more, draft.wrapped(inner)))


def _paragraphs(draft: Draft, item: str) -> str:
    first = draft.wrapped(paragraph(run(f"{item}: {draft.words()} "), draft.wrapped(run(draft.words()))))
    return first + draft.wrapped(paragraph(draft.wrapped(run(draft.words()))))


def _boxes(draft: Draft, item: str) -> str:
    inside = f"<w:txbxContent>{draft.wrapped(paragraph(run(draft.words())))}</w:txbxContent>"
    new = f'<w:drawing><wp:anchor><a:graphic><a:graphicData uri="{_SPACES["wps"]}"><wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>'
    old = f"<w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict>"
    both = f'<mc:AlternateContent><mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>'
    return paragraph(run(f"{item}: {draft.words()}"), f"<w:r>{draft.chance.choice((both, old, new))}</w:r>")


def _notes(draft: Draft, item: str) -> str:
    kind = draft.chance.choice(("footnote", "endnote"))
    notes = f'<w:{kind} w:type="separator" w:id="0">{paragraph(run("-"))}</w:{kind}>'
    text = draft.wrapped(paragraph(f"<w:r><w:{kind}Ref/></w:r>", run(draft.words())))
    notes += f'<w:{kind} w:id="2">{text}{paragraph(run(draft.words()))}</w:{kind}>'
    draft.parts[f"{kind}s.xml"] = (f"{kind}s", f"<w:{kind}s {NAMES}>{notes}</w:{kind}s>".encode())
    return paragraph(
        run(f"{item}: {draft.words()}"), f'<w:r><w:{kind}Reference w:id="2"/></w:r>', run(f" {draft.words()}")
    )


def _imported(draft: Draft, item: str) -> str:
    first, more, last = draft.words(), draft.words(), draft.words()
    ending = draft.chance.choice(("html", "utf-16", "txt", "docx", "mht"))
    if ending == "txt":
        content = f"{item}: {first}\r\n{more}\r\n{last}".encode()
    elif ending == "docx":
        content = word_file(paragraph(run(f"{item}: {first}")) + table(draft.wrapped(row(more, last))))
    else:
        unseen = f'<span style="display:none">{draft.hidden()}</span><script>{draft.hidden()}</script>'
        page = (
            f"<html><head><title>{draft.hidden()}</title></head><body><p>{item}: <b>{first}</b> &amp; {unseen}</p>"
            f"<table><tr><td>{more}</td><td><ul><li>{last}</ul></td></tr></table></body></html>"
        )
        head = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" if ending == "mht" else ""
        content = f"{head}{page}".encode("utf-16" if ending == "utf-16" else "utf-8")
    draft.parts[f"chunk.{'html' if ending == 'utf-16' else ending}"] = ("aFChunk", content)
    return draft.wrapped('<w:altChunk r:id="chunk"/>')


def _fields(draft: Draft, item: str) -> str:
    entries, chosen = [draft.word() for _ in range(3)], draft.chance.randrange(3)
    draft.shown.append(entries[chosen])
    draft.unseen += [entry for entry in entries if entry != entries[chosen]]
    listed = "".join(f'<w:listEntry w:val="{entry}"/>' for entry in entries)
    data = f'<w:ffData><w:ddList><w:result w:val="{chosen}"/>{listed}</w:ddList></w:ffData>'
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    start = f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r>'
    told = f"<w:r><w:instrText>IF {draft.hidden()}</w:instrText></w:r>"
    inner = mark.format("begin") + told + mark.format("separate") + run(draft.hidden()) + mark.format("end")
    whole = mark.format("begin") + told + inner + mark.format("separate") + run(draft.words()) + mark.format("end")
    return paragraph(run(f"{item}: {draft.words()} "), start, told, mark.format("end"), run(" "), draft.wrapped(whole))


def _chosen(draft: Draft, item: str) -> str:
    choice = control(run(draft.words()), '<w:dropDownList><w:listItem w:value="x"/></w:dropDownList>')
    date = control(run(draft.words()), '<w:date w:fullDate="2026-01-02T00:00:00Z"/>')
    prompt = draft.chance.choice(
        ("<w:showingPlcHdr/><w:text/>", f'<w:comboBox><w:listItem w:displayText="{draft.hidden()}"/></w:comboBox>')
    )
    empty = control(run(draft.unseen[-1] if "comboBox" in prompt else draft.hidden()), prompt)
    return paragraph(run(f"{item}: {draft.words()} "), choice, run(" "), date, run(" "), draft.wrapped(empty))


def _hidden(draft: Draft, item: str) -> str:
    look = draft.chance.choice(("<w:vanish/>", '<w:rStyle w:val="Unseen"/>', '<w:b/><w:vanish w:val="1"/>'))
    plain = run(draft.words(), '<w:rStyle w:val="Unseen"/><w:vanish w:val="0"/>')
    return paragraph(run(f"{item}: {draft.words()} "), run(draft.hidden(), look), plain)


def _inline(draft: Draft, item: str) -> str:
    wrap = (
        "<w:smartTag>{}</w:smartTag>",
        '<w:hyperlink w:anchor="x">{}</w:hyperlink>',
        '<w:dir w:val="rtl">{}</w:dir>',
    )
    simple = '<w:fldSimple w:instr=" DATE ">{}</w:fldSimple>'
    parts = [draft.chance.choice((*wrap, simple, "{}")).format(run(draft.words())) for _ in range(4)]
    return paragraph(run(f"{item}: {draft.words()} "), run(" ").join(parts), "<w:r><w:softHyphen/><w:ptab/></w:r>")


def _formulas(draft: Draft, item: str) -> str:
    text = f"<m:r><m:t>{draft.words()}</m:t></m:r>"
    made = draft.chance.choice(
        (
            "<m:f><m:num>{0}</m:num><m:den>{1}</m:den></m:f>",
            "<m:sSup><m:e>{0}</m:e><m:sup>{1}</m:sup></m:sSup>",
            "<m:rad><m:deg>{0}</m:deg><m:e>{1}</m:e></m:rad>",
        )
    )
    inside = made.format(text, f"<m:r><m:t>{draft.words()}</m:t></m:r>")
    return paragraph(run(f"{item}: {draft.words()} "), f"<m:oMathPara><m:oMath>{inside}</m:oMath></m:oMathPara>")


def _beside(draft: Draft, item: str) -> str:
    header = f"<w:hdr {NAMES}>{draft.wrapped(paragraph(run(draft.words())))}</w:hdr>"
    draft.parts["header1.xml"] = ("header", header.encode())
    comment = f'<w:comments {NAMES}><w:comment w:id="1" w:author="Ms Poole">{paragraph(run(draft.words()))}</w:comment></w:comments>'
    draft.parts["comments.xml"] = ("comments", comment.encode())
    reference = '<w:r><w:commentReference w:id="1"/></w:r>'
    return paragraph(run(f"{item}: {draft.words()}"), reference) + paragraph(run(draft.words()))


def _heads(draft: Draft, item: str) -> str:
    heads = draft.chance.choice(
        (("No.", "Provision", "By when"), ("Ref", "What", "Who"), ("Number", "Support", "How often"))
    )
    draft.shown += [word for head in heads for word in head.rstrip(".").split()]
    return draft.wrapped(table(row(*heads), draft.wrapped(row(item, draft.words(), draft.words()))))


def _instructions(draft: Draft, item: str) -> str:
    """What a form prints under a heading, before the first number."""
    said = [paragraph(run(draft.words(), draft.chance.choice(("", "<w:i/>", '<w:color w:val="808080"/>'))))]
    said += [paragraph(run(f"• {draft.words()}")) for _ in range(draft.chance.randint(0, 4))]
    said += [table(row(draft.words(), draft.words()))] if draft.chance.random() < 0.4 else []
    said += [table(row(draft.words()))] if draft.chance.random() < 0.4 else []
    draft.chance.shuffle(said)
    words, in_a_table = draft.words(), draft.chance.random() < 0.5
    return "".join(map(draft.wrapped, said)) + (
        table(row(item, words)) if in_a_table else paragraph(run(f"{item}: {words}"))
    )


KINDS: Mapping[str, Kind] = {
    "rows and cells in controls": _rows,
    "paragraphs and words in controls": _paragraphs,
    "text boxes": _boxes,
    "footnotes and endnotes": _notes,
    "imported parts": _imported,
    "form fields and instructions": _fields,
    "controls with a choice, a date or a prompt": _chosen,
    "hidden text": _hidden,
    "links, tags and simple fields": _inline,
    "formulas": _formulas,
    "headers and comments": _beside,
    "tables with a heading row": _heads,
    "instructions under a heading": _instructions,
}


def generated(kind: str, seed: int) -> tuple[bytes, Draft]:
    """A file of the kind, with what it shows and hides."""
    draft = Draft(Random(f"{kind} {seed}"))
    body = paragraph(run(draft.words())) if draft.chance.random() < 0.3 else ""
    body += heading("Section E: Outcomes") + paragraph(run(f"E1: {draft.words()}"))
    body += heading("Section F: Special educational provision") + KINDS[kind](draft, "F1")
    body += paragraph(run(f"F2: {draft.words()}"))
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/></w:sectPr>'
        if draft.parts.get("header1.xml")
        else ""
    )
    return word_file(body + section, draft.parts), draft
