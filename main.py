"""下沉纪实: with a command the same program without a window, else the window."""

from __future__ import annotations

import sys


def main(argv: list[str]) -> int:
    """Run a command, a child-process job, or the window; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # UTF-8 always, whatever the code page; a windowed program has no streams at all
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if argv[:1] == ["--job"]:
        from ui.headless.jobs import JOBS
        from ui.job import serve

        return serve(JOBS)
    if not argv or argv[0] in {"--demo", "--window"}:
        return _window(argv)
    from ui.headless import run

    return run(argv)


def _window(argv: list[str]) -> int:
    import gc

    # what a start makes stays: looking for garbage in it takes a tenth of the time; run() enables it again
    gc.disable()
    from pathlib import Path

    from ui.app import run
    from ui.headless.demo import make_demo

    folder = Path(argv[argv.index("--data") + 1]) if "--data" in argv[:-1] else None
    return run(folder, demo="--demo" in argv, make_demo=make_demo)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
