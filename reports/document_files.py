"""Documents written where somebody asked for them, as PDF/A or as Word."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from core.base.errors import MachineFault, Refused
from core.base.paths import rename_over
from core.org.settings import all_settings
from core.store import Reads
from reports import document
from reports.collect_person import own_texts
from reports.document import Document
from reports.docx_report import write_docx
from reports.kit.batch import Job, write_files


def write_documents(reads: Reads, documents: Sequence[Document], out: Path, kind: str) -> None:
    """Write documents into one file at `out`; `kind` is 'pdf' or 'docx'. An old file stays whole until it is done."""
    if kind == "docx":
        write_docx(documents, out)
        return
    issuer = all_settings(reads)
    jobs = [
        Job(one.whose, f"{number}.pdf", one.title, partial(document.draw, one, texts=own_texts(reads, one.form)))
        for number, one in enumerate(documents)
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent) as folder:
        author = issuer.get("org_name", "") + issuer.get("issuer", "")
        done = write_files(jobs, Path(folder), merged=True, author=author)
        if done.problems:
            raise Refused(str(done.problems[0]), "请改正后再存。")
        try:
            rename_over(done.files[0], out)
        except OSError as error:
            raise MachineFault(
                f"写不了 {out.name}：文件正被别的程序打开，或没有写这个文件夹的权限（{error.strerror or error}）。",
                "请关闭它或换个文件名再试。",
            ) from error
