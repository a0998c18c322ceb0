"""设置 · 表格文字: the school's own wording over the shipped texts, with a version, and the page as it will look."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
)

from core.base.errors import InvalidInput, Problem
from core.base.rights import Right
from core.store import Reads, Row, Tx
from ui.context import Context
from ui.kit import theme
from ui.kit.perform import perform
from ui.kit.person_picker import DETAIL, UID, TwoPartDelegate
from ui.kit.preview import PreviewPane
from ui.pages.print_centre_work import Drawn, Order, preview, specs
from ui.pages.settings_parts import Section, button, row_of

VERSION = "version"
DRAFT = "draft.form_texts"
PAUSE_MS = 800
SIDE_BY_SIDE_FROM = 720  # logical pixels at 10 pt
_MARK = re.compile(r"\{\w*\}")


class FormTextsSection(Section):
    """Left the texts of a form, below them the one in hand, right the page."""

    title = "表格文字"
    intro = "改成学校自己的措辞；没有改过的用方案的原文。改动以后请把版本号加一，它印在每一页的页脚。"
    icon = "log"
    needs = Right.SETTINGS
    narrow = False

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.form = QComboBox()
        self.form.setAccessibleName("哪一张表")
        self.version = QLineEdit()
        self.version.setAccessibleName("版本号")
        self.version.setMaximumWidth(theme.px(90))
        self.texts = QListWidget()
        self.texts.setAccessibleName("表上的文字")
        self.texts.setItemDelegate(TwoPartDelegate(self.texts))
        self.texts.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit = QPlainTextEdit()
        self.edit.setAccessibleName("这一处的文字")
        self.edit.setTabChangesFocus(True)
        self.original = theme.role(QLabel(wordWrap=True), "sub")
        self.wrong = theme.role(QLabel(wordWrap=True), "bad")
        self.wrong.hide()
        self.preview = PreviewPane()
        self._own: dict[str, Row] = {}
        self._typed: dict[str, str] = dict(ctx.store.local.get(DRAFT) or {})  # 'evaluation.title' -> not yet saved
        self._keeper = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._keeper.timeout.connect(lambda: ctx.store.local.put(DRAFT, self._typed))
        self._asked = 0
        self._lay_out()
        self.form.currentIndexChanged.connect(lambda _at: self._show_form())
        self.texts.currentItemChanged.connect(lambda *_: self._show_text())
        self.edit.textChanged.connect(self._take_text)

    def reload(self) -> None:
        """Forms that have texts, the texts in force, the page."""
        if not self.form.count():
            self.form.blockSignals(True)
            for spec in specs():
                if shipped(spec.id):
                    self.form.addItem(spec.title, spec.id)
            self.form.blockSignals(False)
        self._show_form()

    def changeEvent(self, event: QEvent) -> None:
        """Another font size: the text box stays some lines high."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "edit"):
            self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * 4 + theme.px(12))

    @property
    def dirty(self) -> bool:
        """Some text is typed and not saved (it is kept until it is)."""
        return bool(self._typed)

    def save(self) -> None:
        """Write every text typed in this form, and the version, as one step."""
        form = str(self.form.currentData())
        typed = {key: self._typed[f"{form}.{key}"] for key in shipped(form) if f"{form}.{key}" in self._typed}
        self.wrong.hide()
        label = f"修改{self.form.currentText()}的文字"
        changes = {**typed, VERSION: self.version.text().strip()}
        if perform(self.ctx, label, save_texts, form, changes, form=self, parent=self) is not None:
            self._forget(*(f"{form}.{key}" for key in typed))
            self._show_form()

    def back_to_original(self) -> None:
        """The shipped text again."""
        form, key = str(self.form.currentData()), self._key()
        self._forget(f"{form}.{key}")
        if key and f"{form}.{key}" in self._own:
            label = f"{self.form.currentText()}恢复原文"
            perform(self.ctx, label, save_texts, form, {key: shipped(form)[key]}, parent=self)
        self._show_form()

    def show_errors(self, fields: Mapping[str, str]) -> None:
        """What is wrong with a text; it is taken in hand."""
        self.choose(next(iter(fields)))
        self.wrong.setText("".join(fields.values()))
        self.wrong.show()

    def choose(self, key: str) -> None:
        """Take a text in hand."""
        for row in range(self.texts.count()):
            if self.texts.item(row).data(UID) == key:
                self.texts.setCurrentRow(row)

    # -- inside

    def _show_form(self) -> None:
        form, kept = str(self.form.currentData() or ""), self._key()
        if not form:
            return
        self._own = {row["uid"]: row for row in own_rows(self.ctx.store, form)}
        self.version.setText(self._text(VERSION))
        self.texts.blockSignals(True)
        self.texts.clear()
        for key, text in shipped(form).items():
            if key != VERSION:
                item = QListWidgetItem(" ".join(self._text(key).split()))
                item.setData(UID, key)
                item.setData(DETAIL, self._state(f"{form}.{key}"))
                item.setToolTip(f"原文：{text}")
                self.texts.addItem(item)
        self.texts.blockSignals(False)
        self.texts.setCurrentRow(0)
        self.choose(kept)
        self._show_text()
        self._draw()

    def _show_text(self) -> None:
        key = self._key()
        form = str(self.form.currentData() or "")
        if key and form:
            uid = f"{form}.{key}"
            self.edit.blockSignals(True)
            self.edit.setPlainText(self._typed.get(uid, self._text(key)))
            self.edit.blockSignals(False)
            changed = uid in self._own or uid in self._typed
            self.original.setText(f"原文：{shipped(form)[key]}" if changed else "与原文相同。")
            self.wrong.hide()

    def _take_text(self) -> None:
        """What is typed is kept: another text may be looked at before it is saved."""
        key = self._key()
        uid = f"{self.form.currentData()}.{key}"
        if self.edit.toPlainText() == self._text(key):
            self._typed.pop(uid, None)
        else:
            self._typed[uid] = self.edit.toPlainText()
        self._keeper.start()
        item = self.texts.currentItem()
        if item is not None:
            item.setData(DETAIL, self._state(uid))

    def _forget(self, *uids: str) -> None:
        for uid in uids:
            self._typed.pop(uid, None)
        self._keeper.stop()
        self.ctx.store.local.put(DRAFT, self._typed)

    def _state(self, uid: str) -> str:
        return "未保存" if uid in self._typed else "已改" if uid in self._own else ""

    def _key(self) -> str:
        item = self.texts.currentItem()
        return str(item.data(UID)) if item is not None else ""

    def _text(self, key: str) -> str:
        form = str(self.form.currentData())
        row = self._own.get(f"{form}.{key}")
        return str(row["text"]) if row is not None else shipped(form).get(key, "")

    def _draw(self) -> None:
        self._asked += 1
        now, order = self._asked, Order(str(self.form.currentData()), self.ctx.year)

        def show(drawn: Drawn) -> None:
            if now == self._asked:
                self.preview.show_pdf(drawn.content)

        def fail(error: Exception) -> None:
            if isinstance(error, Problem):
                self.preview.show_words(f"{error} 名册里有人以后，这里显示第一个人的表。")
            else:
                self.ctx.messages.bug(error, self)

        self.ctx.tasks.run(
            "表样预览", lambda store, _progress: preview(store, order), show, fail, owner=self, quiet=True
        )

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        for widget in (QLabel("表"), self.form, QLabel("版本"), self.version):
            head.addWidget(widget)
        head.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(theme.px(8))
        left.addLayout(head)
        left.addWidget(self.texts, 1)
        left.addWidget(self.edit)
        left.addWidget(self.original)
        left.addWidget(self.wrong)
        save = button("保存", self.save, "primary", "check")
        left.addLayout(row_of(save, button("恢复原文", self.back_to_original, picture="return")))
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * 4 + theme.px(12))
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._both.setSpacing(theme.px(16))
        self._both.addLayout(left, 1)
        self._both.addWidget(self.preview, 1)
        self.column.addLayout(self._both, 1)
        self.texts.setMinimumHeight(theme.px(180))

    def minimumSizeHint(self) -> QSize:
        """It gives way to a narrow window: the page then stands below the texts."""
        return QSize(theme.px(320), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Side by side, or one below the other."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(SIDE_BY_SIDE_FROM)
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._both.direction() != way:
            self._both.setDirection(way)
        self.preview.setMinimumHeight(theme.px(460) if narrow else 0)


def shipped(form: str) -> dict[str, str]:
    """The texts that came with the program; {} if the form has none of its own."""
    from reports.kit.form_texts import form_texts

    try:
        return form_texts(form)
    except KeyError:
        return {}


def own_rows(reads: Reads, form: str) -> list[Row]:
    """The school's own texts of a form."""
    return reads.rows("SELECT uid, text, version FROM form_text WHERE uid >= ? AND uid < ?", (f"{form}.", f"{form}/"))


def save_texts(tx: Tx, form: str, texts: Mapping[str, str]) -> None:
    """Keep own texts; one that is the original again is dropped. {…} marks are filled in by the program and must stay."""
    tx.require(Right.SETTINGS)
    original = shipped(form)
    for key, text in texts.items():
        text = text.strip("\n ")
        if not text:
            raise InvalidInput({key: "文字不能为空。要去掉自己的改动，请用“恢复原文”。"})
        lost = sorted(set(_MARK.findall(original[key])) ^ set(_MARK.findall(text)))
        if lost or text.count("{") != text.count("}") or _MARK.sub("", text).count("{"):
            marks = "、".join(sorted(set(_MARK.findall(original[key])))) or "花括号"
            raise InvalidInput({key: f"打印时由程序填写的 {marks} 要照原样保留，不能增减。"})
        uid = f"{form}.{key}"
        here = tx.value("SELECT text FROM form_text WHERE uid = ?", (uid,))
        if text == original[key]:
            if here is not None:
                tx.delete("form_text", uid)
        elif here is None:
            tx.insert("form_text", {"uid": uid, "text": text, "version": original.get(VERSION, "")})
        elif here != text:
            tx.update("form_text", uid, {"text": text, "version": original.get(VERSION, "")})
