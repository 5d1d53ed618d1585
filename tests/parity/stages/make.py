"""Makes fixtures.safetensors: what other programs answer to the questions of parity.rs.

    python -m venv venv
    venv/bin/pip install numpy==2.* scipy==1.17.* openimageio==3.2.* opencolorio==2.6.* \
        colour-science==0.4.7 safetensors
    venv/bin/python tests/parity/stages/make.py

Planes are [channel, row, column], f32; row 0 is the top.
"""

from pathlib import Path

import colour
import numpy as np
import OpenImageIO as oiio
import PyOpenColorIO as ocio
import scipy.ndimage as ndimage
from safetensors.numpy import save_file

HIGH, WIDE = 24, 32
random = np.random.default_rng(7)
fixtures = {}


def keep(name, array):
    fixtures[name] = np.ascontiguousarray(array, dtype=np.float32)


def plate():
    """Light with an associated alpha that has 0 and 1 in it."""
    rgb = random.random((3, HIGH, WIDE)) ** 2 * 2.0
    alpha = np.clip(random.random((1, HIGH, WIDE)) * 2.0 - 0.5, 0, 1)
    return np.concatenate([rgb * alpha, alpha]).astype(np.float32)


def buffer(planes):
    return oiio.ImageBuf(np.ascontiguousarray(np.moveaxis(planes, 0, -1)))


def planes(image):
    return np.moveaxis(image.get_pixels(oiio.FLOAT), -1, 0)


a, b = plate(), plate()
opaque = (random.random((3, HIGH, WIDE)) * 1.5 - 0.1).astype(np.float32)
matte = np.clip(ndimage.gaussian_filter(random.random((HIGH, WIDE)), 2) * 8 - 3.5, 0, 1)
matte = matte.astype(np.float32)[None]
keep("a", a)
keep("b", b)
keep("opaque", opaque)
keep("matte", matte)


def named(image):
    """OpenImageIO has to be told which channel is alpha."""
    image.specmod().channelnames = ("R", "G", "B", "A")
    image.specmod().alpha_channel = 3
    return image


algo = oiio.ImageBufAlgo
keep("over", planes(algo.over(named(buffer(a)), named(buffer(b)))))
keep("plus", planes(algo.add(buffer(a), buffer(b))))
keep("multiply", planes(algo.mul(buffer(a), buffer(b))))
keep("unpremultiply", planes(algo.unpremult(named(buffer(a)))))
keep("premultiply", planes(algo.premult(named(buffer(a)))))

# The gaussian in f64, on a canvas that holds what grows out of the window.
for name, sigma in [("small", 0.8), ("large", 4.5)]:
    radius = int(np.ceil(4 * sigma))
    wide = np.pad(a.astype(np.float64), ((0, 0), (radius, radius), (radius, radius)))
    blurred = [ndimage.gaussian_filter(p, sigma, radius=radius, mode="constant") for p in wide]
    keep(f"blur.{name}", np.stack(blurred))
    extended = [ndimage.gaussian_filter(p.astype(np.float64), sigma, radius=radius, mode="nearest") for p in a]
    keep(f"extend.{name}", np.stack(extended))

keep("grown", ndimage.maximum_filter(matte[0], size=7, mode="nearest")[None])
keep("shrunk", ndimage.minimum_filter(matte[0], size=5, mode="nearest")[None])
keep("median", np.median(np.stack([a, b, np.roll(a, 3, axis=2), b * 0.5, a * 0.25 + 0.1]), axis=0))
keep("median.inputs", np.stack([a, b, np.roll(a, 3, axis=2), b * 0.5, a * 0.25 + 0.1]))

# Reformats that keep the aspect: OpenImageIO's filters widen when shrinking, as ours do.
for name, filter_name, support in [
    ("bilinear", "triangle", 2.0),
    ("cubic", "catmull-rom", 4.0),
    ("mitchell", "mitchell", 4.0),
    ("lanczos", "lanczos3", 6.0),
]:
    for size, (wide, high) in {"smaller": (20, 15), "larger": (48, 36)}.items():
        widening = max(1.0, WIDE / wide)
        spec = oiio.ROI(0, wide, 0, high, 0, 1, 0, 3)
        keep(
            f"reformat.{name}.{size}",
            planes(
                algo.resize(
                    buffer(opaque), filtername=filter_name,
                    filterwidth=support * (wide / WIDE if wide > WIDE else 1.0), roi=spec,
                )
            ),
        )

# Turned by 17 degrees counter-clockwise around (12, 10) from the bottom left, scaled by 1.3, moved
# by (2.25, 1.5): bilinear, black beyond, in f64.
angle, scale, centre, move = np.radians(17.0), 1.3, np.array([12.0, HIGH - 10.0]), np.array([2.25, -1.5])
forward = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
back = np.linalg.inv(forward)
ys, xs = np.mgrid[0:HIGH, 0:WIDE] + 0.5
source = np.einsum("ij,jrc->irc", back, np.stack([xs, ys]) - (move + centre)[:, None, None])
source += centre[:, None, None]
turned = [
    ndimage.map_coordinates(
        np.pad(p.astype(np.float64), 4), [source[1] - 0.5 + 4, source[0] - 0.5 + 4], order=1, mode="grid-constant"
    )
    for p in a
]
keep("turned", np.stack(turned))

# Grades.
decision = ocio.CDLTransform()
decision.setStyle(ocio.CDL_ASC)
decision.setSlope([1.1, 1.0, 0.9])
decision.setOffset([0.01, 0.0, -0.01])
decision.setPower([1.0, 1.1, 0.95])
decision.setSat(0.8)
processor = ocio.Config.CreateRaw().getProcessor(decision)
processor = processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
pixels = np.ascontiguousarray(np.moveaxis(opaque, 0, -1))
processor.applyRGB(pixels)
keep("cdl", np.moveaxis(pixels, -1, 0))

acescg = colour.RGB_COLOURSPACES["ACEScg"].matrix_RGB_to_XYZ
luminance = np.einsum("c,crk->rk", acescg[1], opaque.astype(np.float64))
keep("saturation", luminance + 0.4 * (opaque - luminance))
for kelvin in (3200.0, 7500.0):
    white = [
        colour.xy_to_XYZ(colour.temperature.CCT_to_xy_Kang2002(k)) for k in (kelvin, 5600.0)
    ]
    adapt = colour.adaptation.matrix_chromatic_adaptation_VonKries(*white, transform="Bradford")
    matrix = np.linalg.inv(acescg) @ adapt @ acescg
    keep(f"white.{kelvin:.0f}", np.einsum("ij,jrk->irk", matrix, opaque.astype(np.float64)))

save_file(fixtures, Path(__file__).with_name("fixtures.safetensors"))
print(sum(array.nbytes for array in fixtures.values()) // 1024, "KiB")
