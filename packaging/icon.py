"""Draws the program's mark and writes assets/icons/app.svg, app.png and app.ico (run: make icon)."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

ICONS = Path(__file__).resolve().parents[1] / "assets" / "icons"
RED, WHITE = "#B3261E", "#FFFFFF"
GRID = 64  # the drawing is made on a 64 × 64 grid

# A roof over three people: the community, and those who went to it.
ROOF = [(32, 10), (55, 29), (51.2, 33.6), (32, 17.7), (12.8, 33.6), (9, 29)]
PEOPLE = [(19.5, 38.0, 3.6), (32.0, 33.0, 4.6), (44.5, 38.0, 3.6)]  # head: x, y, radius
FOOT = 54.0  # where the bodies end
CORNER = 14


def body(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    """The shoulders under a head, as a box whose top is rounded: left, top, right, bottom."""
    half = radius * 1.45
    return x - half, y + radius * 1.45, x + half, FOOT


def as_svg() -> str:
    """The mark as SVG text."""
    points = " ".join(f"{x:g},{y:g}" for x, y in ROOF)
    parts = [f'<rect width="64" height="64" rx="{CORNER}" fill="{RED}"/>', f'<polygon points="{points}"/>']
    for x, y, radius in PEOPLE:
        left, top, right, bottom = body(x, y, radius)
        bend = (right - left) / 2  # a half circle: the shoulders
        arc = f"A{bend:g} {bend:g} 0 0 1 {right:g} {top + bend:g}"
        parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"/>')
        parts.append(f'<path d="M{left:g} {bottom:g}V{top + bend:g}{arc}V{bottom:g}Z"/>')
    shapes = "\n  ".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" fill="{WHITE}">\n  {shapes}\n</svg>\n'


def as_picture(size: int) -> Image.Image:
    """The mark at `size` pixels, drawn eight times larger and brought down for smooth edges."""
    scale = size * 8 / GRID
    picture = Image.new("RGBA", (size * 8, size * 8), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.rounded_rectangle((0, 0, size * 8 - 1, size * 8 - 1), CORNER * scale, fill=RED)
    pen.polygon([(x * scale, y * scale) for x, y in ROOF], fill=WHITE)
    for x, y, radius in PEOPLE:
        pen.ellipse([part * scale for part in (x - radius, y - radius, x + radius, y + radius)], fill=WHITE)
        left, top, right, bottom = (part * scale for part in body(x, y, radius))
        corners = (True, True, False, False)
        pen.rounded_rectangle((left, top, right, bottom), (right - left) / 2, fill=WHITE, corners=corners)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def main() -> None:
    """Writes the three files."""
    ICONS.mkdir(parents=True, exist_ok=True)
    (ICONS / "app.svg").write_text(as_svg(), encoding="utf-8", newline="\n")
    as_picture(256).save(ICONS / "app.png", optimize=True)
    sizes = (16, 20, 24, 32, 40, 48, 64, 128, 256)
    largest, *others = [as_picture(size) for size in reversed(sizes)]
    largest.save(ICONS / "app.ico", sizes=[(size, size) for size in sizes], append_images=others)


if __name__ == "__main__":
    main()
