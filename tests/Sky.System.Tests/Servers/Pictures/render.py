"""Renders the pictures the OCR tests read: /usr/bin/python3 render.py (Debian: python3-pil fonts-dejavu-core)."""
from PIL import Image, ImageDraw, ImageFont

FONT = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 32)


def render(name, lines):
    width = int(max((FONT.getlength(line) for line in lines), default=300)) + 60
    image = Image.new("L", (width, 60 + 56 * max(1, len(lines))), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((30, 30 + 56 * row), line, font=FONT, fill=0)
    return image


render("line", ["The quick brown fox jumps over 13 lazy dogs."]).save("line.png", optimize=True)
render("lines", ["Invoice 2048", "Total: 1,250.75 EUR", "Thank you!"]).save("lines.png", optimize=True)
render("turned", ["Sideways text 42"]).rotate(90, expand=True, fillcolor=255).save("turned.png", optimize=True)
render("blank", []).save("blank.png", optimize=True)
