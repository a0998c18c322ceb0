"""Makes Python on Linux take GBK for text of no stated encoding, as a Chinese Windows does (make encoding).

Python imports this by its name at each start, so it works in child processes too. By then the encoding of file names is
fixed, and stays UTF-8: on Windows, too, file names do not depend on the code page.
"""

from __future__ import annotations

import locale


def use_code_page() -> None:
    """From here on open() without encoding reads GBK."""
    locale.setlocale(locale.LC_CTYPE, "zh_CN.GBK")


use_code_page()
