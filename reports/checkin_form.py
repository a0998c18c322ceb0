"""《党员干部下沉村、社区报到信息采集表》: one A4 page a person, a continuation page only on overflow. 方案 三(三) 五(一)2

`CheckinFormData` is everything on the form. Three uses: filled from the ledger, `blank` with only who it is, and wholly
empty (no person) to be copied and handed out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports.kit import qr
from reports.kit.continuation import draw_continuation
from reports.kit.fonts import typeface
from reports.kit.form_grid import Cell, Label, Opinion, Row, Signature, Value, draw_grid
from reports.kit.form_texts import form_texts
from reports.kit.page import MM, Box, Page, Sheets, small_notes, standard_foot
from reports.kit.picks import Picks
from reports.kit.text import date_cn
from reports.person import PersonData

BINDING, OUTER = 25 * MM, 20 * MM
_TOP, _BOTTOM, _FOOT = 35.5 * MM, 275.5 * MM, 290 * MM
_QR = 15 * MM
_WIDTH = 165.0  # mm between the margins
_LABEL = 21.0
_ROW = 9.6  # two lines of the smallest type fit
_SEAL_ROW = 57.0  # clear 45 mm and the line to sign
_PICKS = ("skills", "hobbies", "willingness", "free_time")


@dataclass(frozen=True, slots=True)
class Home:
    """Where a person lives, in parts. Empty parts are left for the pen."""

    district: str = ""
    street: str = ""
    community: str = ""
    estate: str = ""
    building: str = ""
    entrance: str = ""
    room: str = ""
    address: str = ""  # as written


@dataclass(frozen=True, slots=True)
class CheckinRow:
    """One check-in: both tracks stand on the form, apart. 方案 三(三)"""

    kind: str  # as printed
    community: str = ""  # street and community
    on: str = ""  # ISO date
    place: str = ""  # grid and building, or the post there


@dataclass(frozen=True, slots=True)
class CheckinFormData:
    """Everything on the form."""

    person: PersonData
    home: Home = field(default_factory=Home)
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what the editable lists offer, by field
    would_lead: bool = False
    would_join: bool = False
    checkins: tuple[CheckinRow, ...] = ()
    year: int = 0
    number: str = ""  # 编号, as 2020-0001
    scope: str = ""
    as_of: str = ""  # 截至, ISO date; '' on a blank form
    blank: bool = False

    @property
    def whose(self) -> str:
        """How messages name this form."""
        return self.person.whose if self.person.uid else "空白表"


def draw(data: CheckinFormData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the form into `sheets`."""
    words = form_texts("checkin_form", texts)
    sheets.margins = (BINDING, OUTER)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=_FOOT)
    page = sheets.page()
    _heading(data, page, words)
    done = draw_grid(page, page.left, _TOP, _rows(data, words), height=_BOTTOM - _TOP)
    notes = [words["note"]]
    if not data.blank:
        notes.append(f"{words['scope']}{data.scope}　{words['as_of']}{date_cn(data.as_of)}")
    small_notes(page, "\n".join(notes), Box(page.left, done.bottom + 1.5 * MM, page.right - page.left, 9 * MM))
    draw_continuation(sheets, words["continuation"], data.person.identity, top=20 * MM, bottom=272 * MM)


def _heading(data: CheckinFormData, page: Page, words: Mapping[str, str]) -> None:
    width = page.right - page.left - (2 * _QR + 6 * MM if data.person.uid else 0.0)
    face = typeface("title")
    size = min(20.0, int(2 * width / face.width(words["title"], 1.0)) / 2)
    page.text((page.left + page.right) / 2, 24 * MM, words["title"], face, size, align="centre")
    kai = typeface("kai")
    if data.person.uid:
        page.qr(qr.payload("B", data.year, data.person.uid), page.right - _QR, 15 * MM, _QR)
    if data.number:
        page.text(page.left, 33.5 * MM, words["number"] + data.number, kai, 10.5)


def _rows(data: CheckinFormData, words: Mapping[str, str]) -> list[Row]:
    """The largest size of the tick boxes at which the page holds everything."""
    fixed = [*_person_rows(data, words), *_home_rows(data, words)]
    rest = [*_checkin_rows(data, words), *_sign_rows(words)]
    room = (_BOTTOM - _TOP) / MM - sum(one.height for one in (*fixed, *rest))
    for size in (11.0, 10.5, 10.0, 9.5, 9.0):
        picks = _pick_rows(data, words, size, data.options)
        if sum(one.height for one in picks) <= room:
            return [*fixed, *picks, *rest]
    return [*fixed, *_pick_rows(data, words, 9.0, {}), *rest]  # lists grown beyond the page: only what was chosen


def _cells(words: Mapping[str, str], *parts: tuple[str, float, str], size: float = 12.0) -> tuple[Cell, ...]:
    """Caption and value, in turn; the captions all have the same width."""
    found: list[Cell] = []
    for key, width, text in parts:
        name = key == "name"
        caption = words[key].replace("　", "").replace("\n", "")
        value = Value(text, name=name, size=14 if name else size)
        found += [Cell(_LABEL, Label(words[key])), Cell(width, value, caption=caption)]
    return tuple(found)


def _person_rows(data: CheckinFormData, words: Mapping[str, str]) -> list[Row]:
    one = data.person
    third = (_WIDTH - 3 * _LABEL) / 3
    half = (_WIDTH - 2 * _LABEL) / 2
    rows = (
        (("name", third + _LABEL + third, one.name), ("staff_no", third, one.staff_no)),
        (("sex", third, one.sex), ("nation", third, one.nation), ("birth_on", third, date_cn(one.birth_on[:7]))),
        (
            ("party_status", third, one.party_status),
            ("joined_on", third, date_cn(one.joined_on[:7])),
            ("education", third, one.education),
        ),
        (("title_held", third + _LABEL + third, one.title), ("phone", third, one.phone)),
        (("unit", half, one.unit), ("branch", half, one.branch)),
    )
    return [Row(_ROW, _cells(words, *parts)) for parts in rows]


def _home_rows(data: CheckinFormData, words: Mapping[str, str]) -> list[Row]:
    """现居住地: seven parts on two lines, and the address as written."""
    home, side = data.home, Cell(_LABEL, Label(words["home"]), rows=3)
    first = _parts(words, (("district", 13, 35.0, home.district), ("street", 13, 35.0, home.street),
                           ("community", 13, 35.0, home.community)))  # fmt: skip
    second = _parts(words, (("estate", 13, 35.0, home.estate), ("building", 13, 20.0, home.building),
                            ("entrance", 13, 19.0, home.entrance), ("room", 13, 18.0, home.room)))  # fmt: skip
    third = (Cell(18, Label(words["address"], 10.5)), Cell(126, Value(home.address, size=11), caption=words["address"]))
    return [Row(_ROW, (side, *first)), Row(_ROW, second), Row(_ROW, third)]


def _parts(words: Mapping[str, str], parts: Sequence[tuple[str, float, float, str]]) -> tuple[Cell, ...]:
    found: list[Cell] = []
    for key, label, width, text in parts:
        found += [Cell(label, Label(words[key], 10.5)), Cell(width, Value(text, size=11), caption=words[key])]
    return tuple(found)


def _pick_rows(
    data: CheckinFormData, words: Mapping[str, str], size: float, options: Mapping[str, tuple[str, ...]]
) -> list[Row]:
    rows = []
    width = _WIDTH - _LABEL
    for key in _PICKS:
        chosen = tuple(part for part in getattr(data.person, key).split("、") if part)
        picks = Picks(options.get(key, ()), chosen, size)
        height = max(_ROW, picks.height(width * MM) / MM)
        rows.append(Row(height, (Cell(_LABEL, Label(words[key])), Cell(width, picks, caption=words[key]))))
    yes_no = (words["yes"], words["no"])
    half = _WIDTH / 2 - 46.0
    lead, join = (Picks(yes_no, (yes_no[0],) if yes else (), 11.0) for yes in (data.would_lead, data.would_join))
    answers = (Cell(46, Label(words["would_lead"], 10.5)), Cell(half, lead),
               Cell(46, Label(words["would_join"], 10.5)), Cell(half, join))  # fmt: skip
    return [*rows, Row(_ROW, answers)]


def _checkin_rows(data: CheckinFormData, words: Mapping[str, str]) -> list[Row]:
    """报到类别, 报到社区, 报到时间, 编入网格: a line for each check-in, two at least."""
    widths = (39.0, 45.0, 30.0, 51.0)
    heads = ("checkin_kind", "checkin_community", "checkin_on", "checkin_place")
    rows = [Row(7.6, tuple(Cell(w, Label(words[key], 10.5)) for w, key in zip(widths, heads, strict=True)))]
    for one in data.checkins:
        texts = (one.kind, one.community, date_cn(one.on), one.place)
        cells = (
            Cell(w, Value(text, size=11), caption=words[key]) for w, text, key in zip(widths, texts, heads, strict=True)
        )
        rows.append(Row(_ROW, tuple(cells)))
    return rows


def _sign_rows(words: Mapping[str, str]) -> list[Row]:
    opinion = Opinion("", signer=words["receive_signer"], seal=words["seal"])
    return [
        Row(_SEAL_ROW, (Cell(_LABEL, Label(words["receive"])), Cell(_WIDTH - _LABEL, opinion)), stretch=1.0),
        Row(
            11,
            (
                Cell(_LABEL, Label(words["signature"])),
                Cell(62),
                Cell(_LABEL, Label(words["filled_on"])),
                Cell(_WIDTH - 2 * _LABEL - 62, Signature("")),
            ),
        ),
    ]
