"""Pytest plugin: GBK again before each test, since Qt and some tests set the locale anew."""

from __future__ import annotations

import locale

from sitecustomize import use_code_page


def pytest_runtest_call() -> None:
    """After the fixtures of a test, before the test itself."""
    use_code_page()
    if locale.getencoding().upper() != "GBK":
        raise RuntimeError("the locale is not GBK")
