"""A form from field specs: label, editor and error per field; Enter goes on, Ctrl+Enter saves; drafts are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from core.base.fields import Field, Kind
from ui.kit import theme
from ui.kit.drafts import DraftBar, Drafts, Local
from ui.kit.editors import ChoiceEdit, Editor, Lists, MemoEdit, focus_widgets, make_editor, set_typed, typed
from ui.kit.form_parts import FieldLabel, FormKeys, complete_groups
from ui.kit.messages import ask_which

Groups = Sequence[tuple[str, Sequence[str]]]  # (title, field keys)
WIDE_KINDS = (Kind.MEMO, Kind.MULTI)
WIDE_FROM = 30  # characters: a text this long takes the whole line
TWO_COLUMNS_FROM = 680  # logical pixels at 10 pt
REQUIRED_BLANK = "请填写{}。"


def no_lists(name: str) -> Sequence[str]:
    """For forms without editable lists."""
    return ()


@dataclass(slots=True)
class _Line:
    field: Field
    label: QLabel
    editor: Editor
    error: QLabel
    box: QWidget

    @property
    def wide(self) -> bool:
        return self.field.kind in WIDE_KINDS or self.field.width >= WIDE_FROM


class Form(QWidget):
    """`submitted(values)` on Ctrl+Enter, `submit()` or Enter in the last field, once every field is fine.

    The page then writes, and calls `mark_saved()`, or `show_errors(invalid.fields)`.
    """

    submitted = Signal(object)
    changed = Signal()
    cancelled = Signal()  # Esc
    ended = Signal()  # Enter in the last field, where `enter_submits` is off
    faulted = Signal(object)  # labels of the fields in view that a sentence stands beside

    def __init__(
        self,
        spec_fields: Sequence[Field],
        lists: Lists = no_lists,
        draft_key: str = "",
        local: Local | None = None,
        *,
        groups: Groups = (),
        columns: int = 0,
        checks: Mapping[str, Callable[[Any], str]] | None = None,
        editors: Mapping[str, Any] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`columns` 0: one or two by width. `checks` adds rules only the page knows, `editors` own widgets (a
        PersonPicker), both by field key."""
        super().__init__(parent)
        self.enter_submits = True  # False where Enter alone must not do what the form is for
        self._refused: dict[str, Any] = {}  # what stood in the fields that were refused
        self.elsewhere = ""  # where what stands on no field of this form is put right
        self._columns_wanted = columns
        self._columns = 0
        self._checks = dict(checks or {})
        self._lines = {
            field.key: self._make_line(field, lists, dict(editors or {}).get(field.key)) for field in spec_fields
        }
        self._groups = complete_groups(groups, list(self._lines))
        self._heads = [theme.role(QLabel(title, self), "section") for title, _ in self._groups]
        self._keys = FormKeys(self)
        self._wire()
        self._build()
        self._loaded: dict[str, Any] = {}
        self._agreed: set[str] = set()  # new texts that are meant
        self._clean = self.typed()
        self.drafts = Drafts(draft_key, local, self.typed, self)
        self._bar.show_offer(self.drafts.offered)
        self._arrange()

    # -- values

    def values(self) -> dict[str, Any]:
        """Every field in stored form: text and dates '' where missing, numbers None."""
        return {key: line.editor.value() for key, line in self._lines.items()}

    def changes(self) -> dict[str, Any]:
        """The fields that differ from what was loaded."""
        before, now = self._clean, self.typed()
        return {key: line.editor.value() for key, line in self._lines.items() if before[key] != now[key]}

    def load(self, values: Mapping[str, Any]) -> None:
        """Show stored values (fields not named become empty) and take them as the clean state."""
        self._loaded = dict(values)
        for key, line in self._lines.items():
            line.editor.set_value(values.get(key))
        self.show_errors({})
        self._clean = self.typed()

    def put(self, key: str, value: Any) -> None:
        """Set one field, as if a person had."""
        self._lines[key].editor.set_value(value)
        self._touch()

    def typed(self) -> dict[str, Any]:
        """Every field as it stands on screen."""
        return {key: typed(line.editor) for key, line in self._lines.items()}

    @property
    def is_dirty(self) -> bool:
        """True if something differs from what was loaded or last saved."""
        return self.typed() != self._clean

    def mark_saved(self) -> None:
        """What stands here is in the ledger: no draft, nothing dirty."""
        self._clean = self.typed()
        self.drafts.clear()

    # -- parts

    def editor(self, key: str) -> Editor:
        """The editor of a field."""
        return self._lines[key].editor

    def error(self, key: str) -> str:
        """The sentence that stands beside a field."""
        return self._lines[key].error.text()

    def set_visible(self, key: str, on: bool) -> None:
        """Show or hide a field (a hidden one keeps its value and is not checked)."""
        self._lines[key].label.setVisible(on)
        self._lines[key].box.setVisible(on)

    def focus(self, key: str = "") -> None:
        """Put the keyboard in a field (the first if none is named), its text selected."""
        if shown := self._walkable():
            self._enter(self._lines[key] if key in self._lines else shown[0])

    def height_at(self, width: int) -> int:
        """The height that shows everything at a width (for the size of a dialog)."""
        self.resize(width, self.height())
        self._arrange()
        return self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()

    def in_scroll(self) -> QScrollArea:
        """The form inside a scroll area that keeps the focused field in view."""
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self)
        left, top, right, bottom = self.layout().getContentsMargins()
        self.layout().setContentsMargins(left, top, max(right, theme.px(8)), bottom)  # clear of the scroll bar
        self._scroll = area
        return area

    # -- checking

    def validate(self) -> dict[str, str]:
        """Sentences by field key; shown beside the fields."""
        found: dict[str, str] = {}
        for key, line in self._lines.items():
            if not line.box.isHidden() and (sentence := self._fault(line)):
                found[key] = sentence
        self.show_errors(found)
        return found

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Put sentences beside their fields ({} clears); what belongs to no field in view stands on top, with `elsewhere`."""
        shown = {key: line for key, line in self._lines.items() if not line.box.isHidden()}
        self._refused = {key: typed(line.editor) for key, line in self._lines.items() if key in errors}
        for key, line in self._lines.items():
            self._mark(line, errors.get(key, ""))
        rest = [text for key, text in errors.items() if key not in shown]
        self._top.setText("".join([*rest, self.elsewhere if rest else ""]))
        self._top.setVisible(bool(rest))
        first = next((line for key, line in shown.items() if key in errors), None)
        if first is not None:
            self._enter(first)
        if errors:
            self.faulted.emit([shown[key].field.label for key in shown if key in errors])
            # once the sentences have their room: field and sentence both are to be read
            QTimer.singleShot(0, self, lambda: self._scroll_to(*([first.box, first.error] if first else [self._top])))

    def submit(self) -> bool:
        """Check, and hand the values on; False if something is wrong."""
        for line in self._lines.values():
            if isinstance(line.editor, ChoiceEdit):
                line.editor.complete()
        if self.validate() or self._asks_about_new():
            return False
        self.submitted.emit(self.values())
        return True

    def _asks_about_new(self) -> bool:
        """A text that would lengthen a list by mistake is asked about, once: 建立新的社区“经苑社区”吗？"""
        for key, line in self._lines.items():
            editor = line.editor
            text = editor.new_text() if isinstance(editor, ChoiceEdit) and not line.box.isHidden() else ""
            if text and text not in self._agreed and typed(editor) != self._clean[key]:
                self._ask_new(key, editor, text)
                return True
        return False

    def _ask_new(self, key: str, editor: ChoiceEdit, text: str) -> None:
        def make() -> None:
            self._agreed.add(text)
            self.submit()

        def take(value: str) -> Callable[[], object]:
            return lambda: (self.put(key, value), self.submit())

        near = editor.near(text) or ()
        acts = {f"建立“{text}”": make, **{f"用“{one}”": take(one) for one in near}}
        acts["返回修改"] = lambda: self.focus(key)
        hint = f"“{text}”以前没有登记过。" + (f"相近的有：{'、'.join(near)}。" if near else "请核对写法。")
        ask_which(f"建立新的{editor.noun}“{text}”吗？", hint, acts, self)

    def advance(self, key: str, step: int) -> None:
        """Go to the next (or previous) field; past the last one, submit (or tell that it has ended)."""
        walk = [line.field.key for line in self._walkable()]
        at = walk.index(key) + step if key in walk else 0
        if at >= len(walk):
            self.submit() if self.enter_submits else self.ended.emit()
        elif at >= 0:
            self._enter(self._lines[walk[at]])

    # -- inside

    def _fault(self, line: _Line) -> str:
        field, value = line.field, line.editor.value()
        if sentence := line.editor.problem():
            return sentence
        if value in ("", None):
            return REQUIRED_BLANK.format(field.label) if field.required else ""
        if field.check is not None and (sentence := field.check(str(value))):
            return sentence
        check = self._checks.get(field.key)
        return check(value) if check else ""

    def _mark(self, line: _Line, sentence: str) -> None:
        line.error.setText(sentence)
        line.error.setVisible(bool(sentence))
        line.editor.setAccessibleDescription(sentence)
        if bool(line.editor.property("invalid")) != bool(sentence):
            line.editor.setProperty("invalid", bool(sentence))
            line.editor.style().unpolish(line.editor)
            line.editor.style().polish(line.editor)

    def _walkable(self) -> list[_Line]:
        return [line for line in self._lines.values() if not line.box.isHidden() and line.editor.isEnabled()]

    def _enter(self, line: _Line) -> None:
        target = line.editor.focusProxy() or line.editor
        target.setFocus(Qt.FocusReason.TabFocusReason)
        if hasattr(line.editor, "selectAll") and not isinstance(line.editor, MemoEdit):
            line.editor.selectAll()
        self._scroll_to(line.box)

    def _scroll_to(self, *widgets: QWidget) -> None:
        """Bring them into view; where there is no room for all, the last."""
        if area := getattr(self, "_scroll", None):
            for widget in widgets:
                area.ensureWidgetVisible(widget, 0, theme.px(6))

    def _touch(self) -> None:
        self.drafts.touch()
        self.changed.emit()

    def left(self, key: str) -> None:
        """A corrected field loses its error at once; an empty required one is not scolded before saving."""
        line = self._lines[key]
        if self._refused.get(key) == typed(line.editor):
            return  # as it was when it was refused: the sentence stays to be read
        if line.editor.problem() or (line.error.text() and line.editor.value() not in ("", None)):
            self._mark(line, self._fault(line))

    def _make_line(self, field: Field, lists: Lists, own: Any) -> _Line:
        editor = own if own is not None else make_editor(field, lists)
        if own is not None:
            own.setObjectName(field.key)
            own.setAccessibleName(field.label)
        label = FieldLabel(field)
        label.setBuddy(editor)
        error = theme.role(QLabel(wordWrap=True), "bad")
        error.setAccessibleName(f"{field.label}的错误")
        error.hide()
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(editor)
        column.addWidget(error)
        column.addStretch(1)  # the editor stays level with its label when the neighbour has an error
        return _Line(field, label, editor, error, box)

    def _wire(self) -> None:
        for key, line in self._lines.items():
            line.editor.edited.connect(self._touch)
            for widget in focus_widgets(line.editor):
                self._keys.watch(widget, key)
            if isinstance(line.editor, ChoiceEdit):
                # Enter in the completer's popup reaches the line edit only; the choice lands after it.
                later = self._advance_later(key)
                line.editor.lineEdit().returnPressed.connect(later)

    def _advance_later(self, key: str) -> Callable[[], None]:
        return lambda: QTimer.singleShot(0, self, lambda: self.advance(key, 1))

    def _build(self) -> None:
        self._bar = DraftBar()
        self._bar.taken.connect(self._take_draft)
        self._bar.thrown.connect(self._throw_draft)
        self._top = theme.role(QLabel(wordWrap=True), "bad")
        self._top.hide()
        self._grid = QGridLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self._bar)
        column.addWidget(self._top)
        column.addLayout(self._grid)
        column.addStretch(1)

    def _take_draft(self) -> None:
        draft = self.drafts.offered or {}
        for key, what in dict(draft.get("typed", {})).items():
            if key in self._lines:
                set_typed(self._lines[key].editor, what)
        self._throw_draft()
        self._touch()
        self.focus()

    def _throw_draft(self) -> None:
        self.drafts.answer()
        self._bar.show_offer(self.drafts.offered)

    def _arrange(self) -> None:
        wide = self.width() >= theme.px(TWO_COLUMNS_FROM) and len(self._lines) > 4
        columns = self._columns_wanted or (2 if wide else 1)
        if columns == self._columns:
            return
        self._columns = columns
        while self._grid.count():
            self._grid.takeAt(0)
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setVerticalSpacing(theme.px(8))
        for column in range(5):
            self._grid.setColumnStretch(column, 1 if column in (1, 4 if columns == 2 else 1) else 0)
            self._grid.setColumnMinimumWidth(column, theme.px(8) if column == 2 and columns == 2 else 0)
        self._place(columns)
        self.layout().invalidate()  # else it answers with the height of the other number of columns

    def _place(self, columns: int) -> None:
        row, column = 0, 0
        for head, (title, keys) in zip(self._heads, self._groups, strict=True):
            if title:
                row, column = row + (column > 0), 0
                head.setContentsMargins(0, theme.px(10) if row else 0, 0, theme.px(2))
                self._grid.addWidget(head, row, 0, 1, 5)
                row += 1
            else:
                head.hide()
            for key in keys:
                line = self._lines[key]
                whole = columns == 1 or line.wide
                if whole and column:
                    row, column = row + 1, 0
                self._grid.addWidget(line.label, row, column, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
                self._grid.addWidget(line.box, row, column + 1, 1, 4 if whole else 1)
                row, column = (row + 1, 0) if whole or column else (row, 3)
            row, column = row + (column > 0), 0

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column or two."""
        super().resizeEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        """Another font size: the gaps and the point where two columns fit move with it."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_bar"):
            self._columns = 0
            self._arrange()

    def closeEvent(self, event: Any) -> None:
        """What waits for its pause is kept."""
        self.drafts.flush()
        super().closeEvent(event)
