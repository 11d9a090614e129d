"""A matplotlib figure as SVG that stands inside a page: no style attributes or sheets, no ids that repeat, text in the page's colour.

Text stays text, so the reader's own fonts show Chinese, and it can be searched and copied. The page's content security
policy allows no inline style: what matplotlib writes as ``style="..."`` becomes presentation attributes.
"""

from __future__ import annotations

import io
import logging
import re
import threading
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# stand-ins that become the page's own text colour
INK, GRID = "#010203", "#040506"
SVG = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
_KEPT = {"clipPath"}
_UNWANTED = {f"{{{SVG}}}metadata", f"{{{SVG}}}style"}
_lock = threading.Lock()  # matplotlib's settings and font cache belong to the process

ET.register_namespace("", SVG)


def figure(width: float = 640, height: float = 260) -> Figure:
    """An empty figure of ``width`` x ``height`` CSS pixels."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    # it would warn of every Chinese letter that its own font lacks; the browser has it
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    with _lock:
        mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "millrace", "font.size": 8.25, "path.simplify": False})
        return Figure(figsize=(width / 96, height / 96), dpi=96)


def inline(drawing: Figure, key: str, title: str, description: str) -> str:
    """``drawing`` as an ``<svg>`` element with a title and a description for who cannot see it; ``key`` makes its ids unique."""
    import warnings

    out = io.StringIO()
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # glyphs missing from matplotlib's own font, see above
        drawing.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    root = ET.fromstring(out.getvalue())  # noqa: S314 - our own drawing
    width, height = (float(size) for size in root.attrib["viewBox"].split()[2:])
    root.attrib.clear()
    root.attrib |= {"viewBox": f"0 0 {width:g} {height:g}", "class": "chart", "role": "img", "aria-labelledby": f"{key}-title {key}-desc"}
    root.attrib |= {"width": f"{width / 0.75:g}", "height": f"{height / 0.75:g}", "stroke-linejoin": "round", "stroke-linecap": "butt"}
    _clean(root, key)
    for position, (name, text) in enumerate((("title", title), ("desc", description))):
        said = ET.Element(f"{{{SVG}}}{name}", {"id": f"{key}-{name}"})
        said.text = text
        root.insert(position, said)
    return ET.tostring(root, encoding="unicode")


def _clean(parent: ET.Element, key: str) -> None:
    for child in list(parent):
        if child.tag in _UNWANTED:
            parent.remove(child)
            continue
        _clean(child, key)
        name = child.tag.rpartition("}")[2]
        if name == "defs" and len(child) == 0:
            parent.remove(child)
            continue
        _attributes(child, key, keep_id=name in _KEPT or parent.tag.endswith("defs"))


def _attributes(element: ET.Element, key: str, keep_id: bool) -> None:
    if (own := element.attrib.pop("id", None)) and keep_id:
        element.set("id", f"{key}-{own}")
    if target := element.attrib.pop(LINK, None):
        element.set("href", f"#{key}-{target[1:]}")
    if clip := element.attrib.get("clip-path"):
        element.set("clip-path", clip.replace("url(#", f"url(#{key}-"))
    for name in ("fill", "stroke"):
        if name in element.attrib:
            _property(element, name, element.attrib[name])
    for name, value in (part.split(":", 1) for part in element.attrib.pop("style", "").split(";") if part.strip()):
        _property(element, name.strip(), value.strip())


def _property(element: ET.Element, name: str, value: str) -> None:
    if name == "font-family":  # the page's own
        return
    if name == "font":  # a shorthand, which no attribute has
        if size := re.search(r"([\d.]+)px", value):
            element.set("font-size", size[1])
        if weight := re.match(r"(\d00|bold)\b", value):
            element.set("font-weight", weight[1])
    elif value == GRID:
        element.set(name, "currentColor")
        element.set(f"{name}-opacity", "0.14")
    else:
        element.set(name, "currentColor" if value == INK else value)
    if element.tag == f"{{{SVG}}}text" and "fill" not in element.attrib:
        element.set("fill", "currentColor")
