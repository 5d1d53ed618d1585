"""Writes the EXR fixtures of this folder with OpenImageIO and the values that reading them must give.

    pip install openimageio==3.2.2.0 openexr==3.5.3 numpy
    python make_exr.py

Every file is a few KB. `exr/expected.txt` holds, per file: its windows, its channels in file order, and
the samples that OpenImageIO itself reads back, as f32 bits in hexadecimal (u32 for uint channels).
"""
import os
import struct

import numpy as np
import OpenImageIO as oiio

here = os.path.dirname(os.path.abspath(__file__))
out = os.path.join(here, "exr")
os.makedirs(out, exist_ok=True)

WIDTH, HEIGHT = 48, 40


def picture(channels, seed=1):
    """Smooth light with some noise, values over 1, negatives, and tiny ones."""
    width, height = WIDTH, HEIGHT
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    noise = np.random.default_rng(seed).random((height, width, channels), dtype=np.float32)
    planes = [np.sin(x / (3 + c)) * np.cos(y / (4 + c)) * (1 + c) for c in range(channels)]
    light = np.stack(planes, axis=2) + 0.05 * noise
    if width >= 40:
        light = np.round(light * 8) / 8
    light[0, 0] = 1e-6
    light[0, 1] = 300.0
    return light.astype(np.float32)


def spec(channels, form="half", **attributes):
    s = oiio.ImageSpec(WIDTH, HEIGHT, len(channels), form)
    s.channelnames = channels
    s.full_x, s.full_y, s.full_width, s.full_height = 0, 0, WIDTH, HEIGHT
    s.attribute("DateTime", "2026:01:01 00:00:00")
    for name, value in attributes.items():
        s.attribute(name.replace("__", ":"), value)
    return s


def write(name, s, pixels, forms=None):
    path = os.path.join(out, name + ".exr")
    if forms:
        s.channelformats = forms
    o = oiio.ImageOutput.create(path)
    assert o.open(path, s), o.geterror()
    if s.tile_width:
        assert o.write_tiles(s.x, s.x + s.width, s.y, s.y + s.height, 0, 1, pixels), o.geterror()
    else:
        assert o.write_image(pixels), o.geterror()
    o.close()


RGBA = ("R", "G", "B", "A")
# Large and smooth enough that packing gains something: else files hold raw pixels, and nothing is tested.
for compression in ["none", "rle", "zips", "zip", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab"]:
    write("half_" + compression, spec(RGBA, compression=compression), picture(4))
for compression in ["none", "zip", "piz", "pxr24", "dwaa"]:
    write("float_" + compression, spec(("Z",), "float", compression=compression), picture(1))

WIDTH, HEIGHT = 19, 21

# A data window that begins above and left of a format that it does not fill.
s = spec(RGBA, compression="zip")
s.x, s.y, s.full_width, s.full_height = -3, -5, 40, 30
write("window_negative", s, picture(4))

# A display window that does not begin at the origin.
s = spec(("R", "G", "B"), compression="zips")
s.x, s.y, s.full_x, s.full_y, s.full_width, s.full_height = 12, 8, 10, 10, 16, 12
write("display_offset", s, picture(3))

# Mixed kinds, layers, object ids.
names = ("R", "G", "B", "A", "Z", "spec.R", "spec.G", "spec.B", "id")
s = spec(names, "float", compression="zip")
forms = tuple(oiio.TypeDesc(t) for t in ["half"] * 4 + ["float"] + ["half"] * 3 + ["uint"])
pixels = picture(9)
pixels[:, :, 8] = np.floor(np.abs(pixels[:, :, 8]) * 100) / 4294967295.0
write("layers", s, pixels, forms)

# Metadata and timecode.
s = spec(("R", "G", "B"), compression="zip", owner="Toma", PixelAspectRatio=2.0)
s.attribute("smpte:TimeCode", oiio.TypeTimeCode, (0x01020304, 0x05060708))
s.attribute("framesPerSecond", oiio.TypeRational, (24000, 1001))
s.attribute("gain", 0.25)
s.attribute("comment", "a plate")
s.attribute("worldToCamera", oiio.TypeMatrix, tuple(float(i) for i in range(16)))
s.attribute("chromaticities", "float[8]", (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329))
write("metadata", s, picture(3))

# Tiles, with and without smaller levels (only full size is read).
for name, level in [("tiles", False), ("tiles_mip", True)]:
    s = spec(("R", "G", "B"), compression="zip")
    s.tile_width, s.tile_height = 8, 8
    path = os.path.join(out, name + ".exr")
    if level:
        b = oiio.ImageBuf(spec(("R", "G", "B")))
        b.set_pixels(oiio.ROI(), picture(3))
        config = oiio.ImageSpec()
        config.tile_width, config.tile_height = 8, 8
        config.attribute("maketx:resize", 0)
        assert oiio.ImageBufAlgo.make_texture(oiio.MakeTxTexture, b, path, config), oiio.geterror()
    else:
        write(name, s, picture(3))

# Two parts with windows of their own; the picture is the second.
parts = []
for name, channels, x, form in [("depth", ("Z",), 2, "float"), ("rgba", RGBA, -1, "half"), ("spec", ("R", "G", "B"), 0, "half")]:
    s = spec(channels, form, compression="zip", oiio__subimagename=name)
    s.x = x
    parts.append((s, picture(len(channels), seed=len(parts) + 2)))
path = os.path.join(out, "parts.exr")
o = oiio.ImageOutput.create(path)
assert o.open(path, tuple(s for s, _ in parts)), o.geterror()
for number, (s, pixels) in enumerate(parts):
    if number:
        assert o.open(path, s, "AppendSubimage"), o.geterror()
    assert o.write_image(pixels), o.geterror()
o.close()

# Special values: infinities, NaN, zeros with sign, the largest and smallest halves.
s = oiio.ImageSpec(8, 1, 1, "half")
s.channelnames = ("A",)
s.attribute("compression", "none")
write("special", s, np.array([[[np.inf], [-np.inf], [np.nan], [-0.0], [65504.0], [6e-8], [6.1e-5], [0.0]]], dtype=np.float32))

# What OpenImageIO reads back.
with open(os.path.join(out, "expected.txt"), "w") as text:
    for name in sorted(os.listdir(out)):
        if not name.endswith(".exr"):
            continue
        i = oiio.ImageInput.open(os.path.join(out, name))
        number = 0
        while i.seek_subimage(number, 0):
            s = i.spec()
            part = s.getattribute("oiio:subimagename") or ""
            print("file", name, part or "-", s.x, s.y, s.width, s.height, s.full_x, s.full_y, s.full_width, s.full_height, file=text)
            for c, channel in enumerate(s.channelnames):
                uint = str(s.channelformat(c)).startswith("uint")
                pixels = i.read_image(number, 0, c, c + 1, "uint" if uint else "float").ravel()
                # The sum of all bits and a row are enough to notice any difference, and stay small.
                bits = pixels.view(np.uint32).astype(np.uint64)
                weights = np.arange(bits.size, dtype=np.uint64) % np.uint64(65521) + np.uint64(1)
                total = int(((bits * weights) & np.uint64(0xFFFFFFFF)).sum())
                print("channel", channel.removeprefix(part + "."), "uint" if uint else "float", total,
                      " ".join(f"{struct.unpack('<I', p.tobytes())[0]:08x}" for p in pixels[:8]), file=text)
            number += 1
        i.close()
