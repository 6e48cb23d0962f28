"""Compares two photographs of a page in a browser: what only smooths the edges of letters otherwise is the same."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from pathlib import Path

from msgspec import Struct, convert
from playwright.sync_api import Page

FOLDER = Path(__file__).with_name("pictures")
FONTS = FOLDER / "fonts.txt"

TOLERANCE = 0.002
"""The share of a picture that may differ: less than a line of text, more than another browser's edges."""

# Both are looked at in half their size, where the edges of letters are smoothed; a point differs if one of its
# colours differs by more than a sixth of what is possible.
_COMPARE = """async ([one, other]) => {
    const decoded = async data => createImageBitmap(await (await fetch("data:image/png;base64," + data)).blob());
    const [a, b] = await Promise.all([decoded(one), decoded(other)]);
    const size = [[a.width, a.height], [b.width, b.height]];
    if (a.width !== b.width || a.height !== b.height) return {sizes: size, share: 1, picture: ""};
    const w = a.width >> 1, h = a.height >> 1;
    const points = bitmap => {
        const canvas = new OffscreenCanvas(w, h), pen = canvas.getContext("2d");
        pen.imageSmoothingQuality = "high";
        pen.drawImage(bitmap, 0, 0, w, h);
        return pen.getImageData(0, 0, w, h).data;
    };
    const left = points(a), right = points(b), where = new ImageData(w, h);
    let differ = 0;
    for (let i = 0; i < left.length; i += 4) {
        let most = 0;
        for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs(left[i + c] - right[i + c]));
        const bad = most > 42;
        differ += bad;
        for (let c = 0; c < 3; c++) where.data[i + c] = bad ? [200, 0, 0][c] : 200 + left[i + c] / 5;
        where.data[i + 3] = 255;
    }
    const canvas = new OffscreenCanvas(w, h);
    canvas.getContext("2d").putImageData(where, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({type: "image/png"})).arrayBuffer());
    const encoded = btoa(Array.from(bytes, b => String.fromCharCode(b)).join(""));
    return {sizes: size, share: differ / (w * h), picture: encoded};
}"""

# How wide some words are in each of the style sheet's faces, and in which place the letters stand.
_FONTS = """() => ["--text", "--display", "--code"].map(face => {
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    pen.font = "100px " + getComputedStyle(document.documentElement).getPropertyValue(face);
    const told = pen.measureText("Who can ship, and did they ship this? 0123456789");
    return [face, told.width.toFixed(0), told.actualBoundingBoxAscent.toFixed(0)].join(" ");
}).join("\\n") + "\\n\""""


class Difference(Struct, frozen=True):
    """How two pictures differ: their sizes, the share of points, and a picture (base64) of where."""

    sizes: tuple[tuple[int, int], tuple[int, int]]
    share: float
    picture: str


def difference(empty: Page, one: bytes, other: bytes) -> Difference:
    """Compare two PNGs in an empty tab."""
    encoded = [base64.b64encode(data).decode() for data in (one, other)]
    return convert(empty.evaluate(_COMPARE, encoded), Difference)


def fonts(there: Page) -> str:
    """What tells a machine's fonts from another's: pictures from one say nothing about the other."""
    measured: str = there.evaluate(_FONTS)
    return measured


def keep(name: str, picture: bytes) -> None:
    """Make a picture the one that later ones are held against, as small as it can be."""
    path = FOLDER / name
    path.write_bytes(picture)
    if not shutil.which("pngquant"):
        raise FileNotFoundError("pictures are kept small by pngquant: apt install pngquant")
    # Without dithering, so that even grounds stay even.
    command = ["pngquant", "--force", "--nofs", "--speed", "1", "--strip", "--ext", ".png", "24", str(path)]
    subprocess.run(command, check=True)


def renewed() -> bool:
    """True if the pictures are being taken anew: ``UPDATE_GOLDEN=1``."""
    return bool(os.environ.get("UPDATE_GOLDEN"))
