"""The style sheet: what Fusion's own painting does not do. {names} are colours and sizes of the theme."""

QSS = """
QWidget[role="page"], QScrollArea[role="page"] {{ background: {bg}; border: 0; }}
QFrame[role="card"] {{ background: {base}; border: 1px solid {line}; border-radius: {px6}; }}
QFrame[role="card-on"] {{ background: {base}; border: 2px solid {accent}; border-radius: {px6}; }}
QFrame[role="panel"] {{ background: {base}; border: 0; border-left: 1px solid {line}; }}
QFrame[role="bar"] {{ background: {base}; border: 0; border-bottom: 1px solid {line}; }}
QFrame[role="foot"] {{ background: {base}; border: 0; border-top: 1px solid {line}; }}
QFrame[role="rule"] {{ background: {line}; border: 0; max-height: 1px; min-height: 1px; }}
QFrame[role="chipbox"] {{ background: {info_bg}; border: 0; border-radius: {px4}; }}
QFrame[role="vrule"] {{ background: {line_strong}; border: 0; max-width: 1px; min-width: 1px; }}

QLabel[role="title"] {{ font-size: {px18}; font-weight: bold; color: {text}; }}
QLabel[role="section"] {{ font-weight: bold; color: {text}; }}
QLabel[role="strong"] {{ color: {text}; }}
QLabel[role="sub"] {{ color: {sub}; }}
QLabel[role="figure"] {{ font-size: {px28}; font-weight: bold; color: {text}; }}
QLabel[role="link"] {{ color: {accent_text}; }}
QLabel[role="ok"] {{ color: {ok}; }}
QLabel[role="warn"] {{ color: {warn}; }}
QLabel[role="bad"] {{ color: {bad}; }}
QLabel[role="info"] {{ color: {info}; }}
QLabel[role="chip"] {{ background: {hover}; color: {sub}; border-radius: {px4}; padding: {px2} {px8}; }}
QLabel[role="chip-ok"] {{ background: {ok_bg}; color: {ok}; border-radius: {px4}; padding: {px2} {px8}; }}
QLabel[role="chip-warn"] {{ background: {warn_bg}; color: {warn}; border-radius: {px4}; padding: {px2} {px8}; }}
QLabel[role="chip-bad"] {{ background: {bad_bg}; color: {bad}; border-radius: {px4}; padding: {px2} {px8}; }}
QLabel[role="chip-info"] {{ background: {info_bg}; color: {info}; border-radius: {px4}; padding: {px2} {px8}; }}
QLabel[role="mark"] {{ background: {mark}; color: {on_mark}; border-radius: {px6}; font-size: {px16}; font-weight: bold; }}
QLabel[role="code"] {{ background: {bg}; border: 1px solid {line}; border-radius: {px6}; padding: {px12};
    font-size: {px18}; font-weight: bold; }}
QLabel[role="code-big"] {{ background: {base}; border: 1px solid {line}; border-radius: {px6}; padding: {px14};
    font-size: {px26}; font-weight: bold; }}
QLabel[role="cell"] {{ background: {bg}; padding: {px4} {px8}; }}
QLabel[role="cell-on"] {{ background: {sel}; color: {sel_text}; padding: {px4} {px8}; }}
QLabel[role="cell-name"] {{ color: {sub}; padding: {px4} 0; }}
QLabel[role="cell-head"] {{ color: {sub}; font-weight: bold; padding: {px4} {px8}; }}
QLabel[role="cell-sub"] {{ color: {sub}; padding: {px4} {px8}; }}

QPushButton {{ background: {button}; border: 1px solid {line_strong}; border-radius: {px6}; padding: {px4} {px14};
    min-height: {px20}; icon-size: {px16}; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:pressed {{ background: {line}; }}
QPushButton:focus {{ border: 1px solid {accent}; }}
QPushButton:checked {{ background: {sel}; color: {sel_text}; border-color: {accent}; }}
QPushButton:disabled {{ color: {faint}; background: {bg}; border-color: {line}; }}
QPushButton[role="primary"] {{ background: {accent}; color: {on_accent}; border-color: {accent}; font-weight: bold; }}
QPushButton[role="primary"]:hover {{ background: {accent_hover}; border-color: {accent_hover}; }}
QPushButton[role="primary"]:focus {{ border: 2px solid {sel_text}; padding: {px3} {px13}; }}
QPushButton[role="primary"]:disabled {{ background: {line}; border-color: {line}; color: {sub}; }}
QPushButton[role="danger"] {{ color: {bad}; }}
QPushButton[role="quiet"] {{ background: transparent; border-color: transparent; padding: {px4} {px8}; }}
QPushButton[role="quiet"]:hover {{ background: {hover}; }}
QPushButton[role="quiet"]:focus {{ border-color: {accent}; }}
QPushButton[role="link"] {{ background: transparent; border-color: transparent; padding: {px2} {px4};
    color: {accent_text}; text-align: left; }}
QPushButton[role="link"]:hover {{ background: {hover}; }}
QPushButton[role="link"]:focus {{ border-color: {accent}; }}
QPushButton[role="side"] {{ text-align: left; padding: {px4} {px8}; }}
QPushButton[role="pick"] {{ padding: {px2} {px10}; }}
QPushButton[role="choice"] {{ text-align: left; padding: {px12} {px16}; background: {base};
    icon-size: {px24}; }}
QPushButton[role="choice"]:hover {{ background: {hover}; border-color: {accent}; }}
QPushButton[role="choice"]:focus {{ border-color: {accent}; }}
QPushButton::menu-indicator {{ width: 0; }}

QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {px6}; padding: {px4};
    icon-size: {px16}; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:pressed, QToolButton:checked {{ background: {sel}; color: {sel_text}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton::menu-indicator {{ image: none; width: 0; }}

QLineEdit {{ min-height: {px26}; background: {base}; border: 1px solid {line_strong}; border-radius: {px4};
    padding: 0 {px6}; selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus {{ border-color: {accent}; }}
QLineEdit:disabled, QLineEdit:read-only {{ background: {bg}; border-color: {line}; }}
QPlainTextEdit, QTextEdit {{ background: {base}; border: 1px solid {line_strong}; border-radius: {px4}; padding: {px2}; }}
QPlainTextEdit:focus, QTextEdit:focus {{ border-color: {accent}; }}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit {{ min-height: 0; border: 0; padding: 0; background: transparent; }}
QAbstractItemView QLineEdit {{ min-height: 0; border-radius: 0; padding: 0 {px2}; }}
QComboBox, QAbstractSpinBox {{ min-height: {px22}; }}
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] {{ border-color: {bad}; }}
QLineEdit#everything {{ background: {bg}; border: 1px solid {line}; border-radius: {px6}; padding: 0 {px6};
    min-height: {px28}; }}
QLineEdit#everything:focus {{ background: {base}; border-color: {accent}; }}

QCheckBox::indicator, QRadioButton::indicator {{ width: {px14}; height: {px14}; }}
QCheckBox {{ spacing: {px6}; }}
BoolEdit {{ min-height: {px28}; }}

QTableView, QTreeView, QListView {{ border: 1px solid {line}; alternate-background-color: {alt};
    selection-background-color: {sel}; selection-color: {sel_text}; gridline-color: {line}; outline: 0; }}
QTableView[role="bare"], QListView[role="bare"], QTreeView[role="bare"] {{ border: 0; }}
QTableView[role="bare"]::item, QTableView[role="list"]::item {{ padding: 0 {px5}; }}
QHeaderView {{ background: {bg}; border: 0; }}
QHeaderView::section {{ background: {bg}; color: {sub}; border: 0; border-bottom: 1px solid {line};
    padding: {px6} {px8}; font-weight: bold; }}
QHeaderView::section:hover {{ color: {text}; }}
QTableCornerButton::section {{ background: {bg}; border: 0; border-bottom: 1px solid {line}; }}
QListView#hits {{ border: 1px solid {line_strong}; background: {base}; padding: {px4}; }}
QListView#hits::item {{ padding: {px5} {px8}; border-radius: {px4}; }}
QListView#hits::item:selected {{ background: {sel}; color: {sel_text}; }}

QTabWidget::pane {{ border: 0; border-top: 1px solid {line}; }}
QTabBar {{ background: transparent; }}
QTabBar::tab {{ background: transparent; color: {sub}; padding: {px6} {px4}; margin-right: {px20}; border: 0;
    border-bottom: 2px solid transparent; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar::tab:selected {{ color: {text}; font-weight: bold; border-bottom: 2px solid {accent}; }}
QTabBar::tab:focus {{ color: {accent_text}; }}

QProgressBar {{ border: 0; background: {hover}; border-radius: {px3}; max-height: {px6}; min-height: {px6}; }}
QProgressBar::chunk {{ background: {accent}; border-radius: {px3}; }}
QSplitter::handle {{ background: {line}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QSplitter::handle:vertical {{ height: 1px; }}
QToolTip {{ background: {base}; color: {text}; border: 1px solid {line_strong}; padding: {px4} {px6}; }}
QMenuBar {{ background: {base}; padding: 0 {px4}; }}
QMenuBar::item {{ padding: {px4} {px8}; border-radius: {px4}; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; color: {text}; }}
QMenu {{ background: {base}; border: 1px solid {line_strong}; padding: {px4}; }}
QMenu::item {{ padding: {px5} {px24} {px5} {px12}; border-radius: {px4}; }}
QMenu::item:selected {{ background: {sel}; color: {sel_text}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: {px4} {px8}; }}
QMenu::icon {{ padding-left: {px8}; }}

#sidebar {{ background: {nav}; }}
#sidebar QLabel {{ color: {nav_text}; }}
#sidebar QLabel[role="brand"] {{ color: {nav_sel_text}; font-size: {px16}; font-weight: bold; }}
#sidebar QLabel[role="mark"] {{ color: {on_mark}; }}
#sidebar QFrame[role="rule"] {{ background: {nav_hover}; }}
#sidebar QScrollArea, #navlist {{ background: {nav}; }}
QPushButton[role="nav"] {{ background: transparent; color: {nav_text}; text-align: left; padding: {px4} {px8};
    border: 1px solid transparent; border-radius: {px6}; icon-size: {px18};
    min-height: {px24}; }}
QPushButton[role="nav"]:hover {{ background: {nav_hover}; color: {nav_sel_text}; }}
QPushButton[role="nav"]:checked {{ background: {nav_sel}; color: {nav_sel_text}; font-weight: bold; }}
QPushButton[role="nav"]:focus {{ border-color: {nav_sub}; }}
"""
