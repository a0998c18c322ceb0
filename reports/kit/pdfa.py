"""The file: reportlab's canvas made to write PDF/A-2a structure.

按 PDF/A-2a 结构生成: XMP that repeats the document information, an sRGB output intent, every font embedded, a line
end before each `endstream`, a structure tree. reportlab alone writes none of these and puts Helvetica into every file.
A page without tags makes the whole file one of conformance B, and it says so.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from core.base.errors import Refused
from core.base.paths import asset
from reports.kit.embed import EmbeddedFont, Raw, Stream
from reports.kit.tagged_file import TaggedDocument
from reports.kit.tags import Structure, Tag
from reports.kit.ttf import Face

CREATOR = "下沉纪实"


class _Catalog(pdfdoc.PDFCatalog):  # type: ignore[misc]  # reportlab has no types
    """The document root, which may also name its output intents."""

    __NoDefault__ = [*pdfdoc.PDFCatalog.__NoDefault__, "OutputIntents"]
    __Refs__ = [key for key in __NoDefault__ if key not in {"StructTreeRoot", "MarkInfo"}]


class _Page(pdfdoc.PDFPage):  # type: ignore[misc]  # reportlab has no types
    """A page that leads back to its tags."""

    __NoDefault__ = [*pdfdoc.PDFPage.__NoDefault__, "StructParents", "Tabs"]


class _Metadata(pdfdoc.PDFObject):  # type: ignore[misc]  # reportlab has no types
    """XMP, left unpacked so that archives can read it without a PDF library."""

    __RefOnly__ = 1

    def __init__(self, part: int, conformance: Callable[[], str]) -> None:
        self._part = part
        self._conformance = conformance  # asked when the file is written

    def format(self, document: Any) -> bytes:
        entries = {"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}
        content = _xmp(document, self._part, self._conformance()).encode("utf-8")
        written: bytes = Stream(content, entries, pack=False).format(document)
        return written


class _Fonts:
    """Handed to reportlab as a delayed font: the subsets are cut when the last page has been drawn."""

    def __init__(self) -> None:
        self.used: dict[Face, EmbeddedFont] = {}

    def addObjects(self, document: Any) -> None:
        """Called by reportlab just before it writes the file."""
        fonts = document.idToObject[pdfdoc.BasicFonts].dict
        for font in self.used.values():
            fonts[font.name] = font.add_objects(document)


class PdfaCanvas(Canvas):  # type: ignore[misc]  # reportlab has no types
    """One PDF file. `part=1` writes the PDF/A-1b twin that PDFBox preflight can check."""

    def __init__(self, *, title: str, author: str = "", subject: str = "", keywords: str = "", part: int = 2) -> None:
        version = (1, 7) if part > 1 else (1, 4)
        super().__init__(io.BytesIO(), pdfVersion=version, pageCompression=0)
        self._structure: Structure | None = None
        if part > 1:
            self._doc = TaggedDocument(pdfVersion=version, compression=0)
            self._structure = Structure(self._doc.reserve)
        document = self._doc
        catalog = _Catalog()
        catalog.Pages, catalog.Outlines = document.Pages, document.Outlines
        document.Catalog = document._catalog = catalog
        catalog.Lang = pdfdoc.PDFString("zh-CN")
        catalog.OutputIntents = pdfdoc.PDFArray([_output_intent(document)])
        catalog.Metadata = _Metadata(part, lambda: "A" if self._structure else "B")
        self._fonts = _Fonts()
        document.delayedFonts.append(self._fonts)
        self._images: dict[bytes, str] = {}
        self._untold: list[tuple[int, Sequence[Tag]]] = []  # pages whose tags are not in the tree yet
        self._marked = 0
        self.pages = 0
        self.setTitle(title)
        self.setAuthor(author)
        self.setSubject(subject)
        self.setKeywords(keywords)
        self.setCreator(CREATOR)
        self.setViewerPreference("DisplayDocTitle", "true")
        self.setViewerPreference("PrintScaling", "None")

    def _make_preamble(self) -> None:
        # reportlab would set its first font here and so put Helvetica, not embedded, into every file
        self._preamble = ""

    def font(self, face: Face) -> EmbeddedFont:
        """The face as this document knows it."""
        used = self._fonts.used
        known = used.get(face)
        if known is None:
            known = used[face] = EmbeddedFont(face, f"F{len(used) + 1}")
        return known

    def mark(self, title: str, level: int) -> None:
        """An outline entry leading to the page added next."""
        self._marked += 1
        key = f"m{self._marked}"
        self.bookmarkPage(key)
        self.addOutlineEntry(title, key, level, closed=level == 0)
        self.showOutline()

    def image(self, jpeg: bytes) -> str:
        """Put a JPEG into the document once; returns its resource name."""
        known = self._images.get(jpeg)
        if known is None:
            known = self._images[jpeg] = f"Im{len(self._images) + 1}"
            self._doc.Reference(_image(jpeg), known)
        return known

    def add_page(
        self,
        operators: Sequence[str],
        size: tuple[float, float],
        images: Sequence[str],
        *,
        blends: bool = False,
        owners: Sequence[Tag] | None = None,
    ) -> int:
        """Add a finished page and return its object number; `blends` gives it the graphics state /Multiply (PDF/A-2).

        owners: the tag of each piece of its marked content; none where nothing is tagged.
        """
        page = _Page()
        page.pagewidth, page.pageheight = size
        page.Contents = Stream("\n".join(operators).encode("ascii"))
        resources = pdfdoc.PDFResourceDictionary()
        resources.basicFonts()
        if images:
            resources.allProcs()
            resources.XObject = {name: pdfdoc.PDFObjectReference(name) for name in images}
        if blends:
            state = {"Type": pdfdoc.PDFName("ExtGState"), "BM": pdfdoc.PDFName("Multiply")}
            resources.ExtGState = {"Multiply": pdfdoc.PDFDictionary(state)}
        page.Resources = resources
        if operators and owners is None:
            self._structure = None
        if owners and self._structure:
            page.StructParents = self._structure.page_key()
            page.Tabs = pdfdoc.PDFName("S")
            self._untold.append((page.StructParents, owners))
        self._doc.addPage(page)
        self._pageNumber += 1
        self.pages += 1
        number: int = self._doc.idToObjectNumberAndVersion[page.__InternalName__][0]
        return number

    def add_tags(self, root: Tag) -> None:
        """The tags of the pages added since the last call."""
        if self._structure:
            self._structure.part(root, self._untold)
        self._untold = []

    def content(self) -> bytes:
        """The finished file; the canvas is spent afterwards."""
        if self._untold or not self.pages:
            self._structure = None
        if self._structure:
            self._structure.finish()
            self._doc.structure = self._structure
            catalog = self._doc.Catalog
            catalog.StructTreeRoot = Raw(f"{self._structure.root} 0 R")
            catalog.MarkInfo = Raw("<</Marked true>>")
        raw: bytes = self._doc.GetPDFData(self)
        return raw


@lru_cache(maxsize=1)
def _profile() -> bytes:
    return asset("fonts", "sRGB.icc").read_bytes()


def _output_intent(document: Any) -> Any:
    name = pdfdoc.PDFString("sRGB IEC61966-2.1")
    return pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("OutputIntent"),
            "S": pdfdoc.PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": name,
            "Info": name,
            "RegistryName": pdfdoc.PDFString("http://www.color.org"),
            "DestOutputProfile": document.Reference(Stream(_profile(), {"N": 3}), "srgb"),
        }
    )


def _image(jpeg: bytes) -> Stream:
    """An image XObject; what is not an RGB or grey JPEG already is made one (PDF/A allows no CMYK under sRGB)."""
    from PIL import Image

    try:
        picture = Image.open(io.BytesIO(jpeg))
        picture.load()
    except (OSError, ValueError, SyntaxError) as error:
        raise Refused("照片不是可用的图片，或已损坏。", "请在名册中重新添加照片后打印。") from error
    with picture:
        if picture.format != "JPEG" or picture.mode not in {"RGB", "L"}:
            packed = io.BytesIO()
            picture.convert("RGB").save(packed, "JPEG", quality=90)
            jpeg, space = packed.getvalue(), "DeviceRGB"
        else:
            space = "DeviceRGB" if picture.mode == "RGB" else "DeviceGray"
        width, height = picture.size
    entries = {
        "Type": pdfdoc.PDFName("XObject"),
        "Subtype": pdfdoc.PDFName("Image"),
        "Width": width,
        "Height": height,
        "BitsPerComponent": 8,
        "ColorSpace": pdfdoc.PDFName(space),
        "Filter": pdfdoc.PDFName("DCTDecode"),
    }
    return Stream(jpeg, entries, pack=False)


def _xmp(document: Any, part: int, conformance: str) -> str:
    info, moment = document.info, document._timeStamp
    year, month, day, hour, minute, second = (int(v) for v in moment.YMDhms)
    sign = "-" if moment.dhh < 0 else "+"
    at = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}"
    at += f"{sign}{abs(moment.dhh):02d}:{abs(moment.dmm):02d}"
    rdf = '<rdf:Description rdf:about="" xmlns:'

    def value(key: str) -> str:
        text = str(getattr(info, key) or "")
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'{rdf}pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>{part}</pdfaid:part>'
        f"<pdfaid:conformance>{conformance}</pdfaid:conformance></rdf:Description>"
        f'{rdf}dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{value('title')}</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>{value('author')}</rdf:li>"
        '</rdf:Seq></dc:creator><dc:description><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{value('subject')}</rdf:li></rdf:Alt></dc:description></rdf:Description>"
        f'{rdf}xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreatorTool>{value("creator")}</xmp:CreatorTool>'
        f"<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate></rdf:Description>"
        f'{rdf}pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>{value("producer")}</pdf:Producer>'
        f"<pdf:Keywords>{value('keywords')}</pdf:Keywords></rdf:Description></rdf:RDF></x:xmpmeta>\n"
        f"{(' ' * 80 + chr(10)) * 20}"
        '<?xpacket end="w"?>'
    )
