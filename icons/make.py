#!/usr/bin/env python3
"""Draws every icon file from the three SVGs beside this script.

Run from the root of the repository after `cargo xtask setup`:  python3 icons/make.py
The SVGs are drawn by the Tauri CLI; ImageMagick packs the .ico. Sizes up to 32 px come from
small.svg, whose edges lie on the pixels.
"""

import pathlib
import struct
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SMALL = [16, 20, 24, 32]
LARGE = [48, 64, 128, 256, 512]
# macOS leaves a margin of a tenth around the square.
MARGIN = ('viewBox="0 0 1024 1024"', 'viewBox="-54 -54 1132 1132"')
# Chunk of an .icns file -> edge in pixels; all hold a PNG.
ICNS = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic11": 32,
    b"ic12": 64,
    b"ic07": 128,
    b"ic13": 256,
    b"ic08": 256,
    b"ic14": 512,
    b"ic09": 512,
    b"ic10": 1024,
}


def draw(svg: pathlib.Path, sizes: list[int], folder: pathlib.Path) -> dict[int, pathlib.Path]:
    """Draws one SVG at several sizes."""
    command = ["npm", "--prefix", "ui", "exec", "--", "tauri", "icon", str(svg), "-o", str(folder)]
    command += ["-p", ",".join(map(str, sizes))]
    subprocess.run(command, cwd=HERE.parent, check=True, stdout=subprocess.DEVNULL)
    return {size: folder / f"{size}x{size}.png" for size in sizes}


def icns(files: dict[int, pathlib.Path]) -> bytes:
    """Packs PNGs for macOS."""
    body = b""
    for kind, size in ICNS.items():
        png = files[size].read_bytes()
        body += kind + struct.pack(">I", len(png) + 8) + png
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        temporary = pathlib.Path(folder)
        small = draw(HERE / "small.svg", SMALL, temporary / "small")
        large = draw(HERE / "source.svg", LARGE, temporary / "large")
        tray = draw(HERE / "tray.svg", [64], temporary / "tray")
        mac_svg = temporary / "mac.svg"
        mac_svg.write_text((HERE / "source.svg").read_text().replace(*MARGIN))
        mac = draw(mac_svg, [64, 128, 256, 512, 1024], temporary / "mac")

        for name, file in {
            "32x32.png": small[32],
            "128x128.png": large[128],
            "128x128@2x.png": large[256],
            "icon.png": large[512],
            "tray.png": tray[64],
        }.items():
            (HERE / name).write_bytes(file.read_bytes())
        (HERE / "icon.icns").write_bytes(icns(mac | {16: small[16], 32: small[32]}))
        layers = [small[size] for size in SMALL] + [large[size] for size in (48, 64, 256)]
        subprocess.run(["convert", *map(str, layers), str(HERE / "icon.ico")], check=True)


if __name__ == "__main__":
    main()
