"""Runs on the Windows Python: its code page, and whether the big libraries load and reckon under this Wine."""

import locale
import sys

import numpy
from PySide6.QtCore import qVersion

if abs(numpy.exp(1j * numpy.pi) + 1) > 1e-9:
    raise SystemExit("complex numbers come out wrong")
sys.stdout.write(f"{locale.getencoding()} {sys.platform} {qVersion()}\n")
