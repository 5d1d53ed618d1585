"""Golden values of colour conversions, from OpenColorIO and from colour-science.

    pip install opencolorio==2.6.0 colour-science==0.4.7 numpy
    python make_colour.py > colour.txt

Lines: `ocio|FROM|TO|in bits ×3|out bits ×3` (f32 in hexadecimal, OpenColorIO without its fast approximations) and
`science|FROM|TO|r g b|r g b` (decimal).
"""
import struct

import colour
import numpy as np
import PyOpenColorIO as ocio

CONFIG = "studio-config-v4.0.0_aces-v2.0_ocio-v2.5"
OURS = {"ACES2065": "ACES2065-1", "LinearRec709": "Linear Rec.709 (sRGB)", "sRGB": "sRGB Encoded Rec.709 (sRGB)", "Rec709": "Camera Rec.709"}
config = ocio.Config.CreateFromBuiltinConfig(CONFIG)

grey = [-1.0, -0.25, -0.01, -1e-5, 0.0, 1e-6, 0.0005, 0.003, 0.02, 0.04, 0.09, 0.18, 0.4, 0.5, 0.75, 1.0, 1.5, 4.0, 16.0, 100.0, 65504.0]
colours = [(v, v, v) for v in grey] + [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.4, -0.2, 1.3), (0.02, 0.5, 0.11), (7.0, 0.3, 0.002)]


def bits(values):
    return " ".join(struct.pack(">f", v).hex() for v in values)


def lines(a, b):
    names = [OURS.get(name, name) for name in (a, b)]
    processor = config.getProcessor(*names).getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
    for rgb in colours:
        pixel = np.array([*rgb], dtype=np.float32)
        before = bits(pixel)
        processor.applyRGB(pixel)
        print("ocio", a, b, before, bits(pixel), sep="|")


spaces = [s.getName() for s in config.getColorSpaces() if not s.isData()]
for name in spaces:
    if name != "ACEScg":
        lines(name, "ACEScg")
        lines("ACEScg", name)
few = ["ACES2065", "LinearRec709", "sRGB", "Rec709", "ARRI LogC4", "ARRI LogC3 (EI800)", "S-Log3 S-Gamut3.Cine"]
for a in few:
    for b in few:
        if a != b:
            lines(a, b)


def science(a, b, rgb, out):
    print("science", a, b, " ".join(f"{v:.10g}" for v in rgb), " ".join(f"{v:.10g}" for v in out), sep="|")


for v in [0.01, 0.18, 0.4, 0.9]:
    rgb = np.array([v, v, v])
    science("ARRI LogC4", "Linear ARRI Wide Gamut 4", rgb, colour.models.log_decoding_ARRILogC4(rgb))
    science("Linear ARRI Wide Gamut 4", "ARRI LogC4", rgb, colour.models.log_encoding_ARRILogC4(rgb))
    science("ARRI LogC3 (EI800)", "Linear ARRI Wide Gamut 3", rgb, colour.models.log_decoding_ARRILogC3(rgb, EI=800))
    science("S-Log3 S-Gamut3", "Linear S-Gamut3", rgb, colour.models.log_decoding_SLog3(rgb))
    science("sRGB", "LinearRec709", rgb, colour.models.eotf_sRGB(rgb))
    science("LinearRec709", "sRGB", rgb, colour.models.eotf_inverse_sRGB(rgb))
    science("LinearRec709", "Rec709", rgb, colour.models.oetf_BT709(rgb))
models = colour.models
ap0, ap1 = (colour.RGB_COLOURSPACES[n] for n in ("ACES2065-1", "ACEScg"))
for rgb in np.eye(3):
    science("ACEScg", "ACES2065", rgb, colour.RGB_to_RGB(rgb, ap1, ap0))
for v in [0.01, 0.18, 0.4, 0.9]:
    rgb = np.array([v, v, v])
    science("ACEScc", "ACEScg", rgb, models.log_decoding_ACEScc(rgb))
    science("ACEScg", "ACEScc", rgb, models.log_encoding_ACEScc(rgb))
    science("Apple Log", "Linear Rec.2020", rgb, models.log_decoding_AppleLogProfile(rgb))
    science("Linear Rec.2020", "Apple Log", rgb, models.log_encoding_AppleLogProfile(rgb))
    science("Rec.2100-PQ - Display", "Linear Rec.2020", rgb, models.eotf_ST2084(rgb) / 100)
    science("Linear Rec.2020", "Rec.2100-PQ - Display", rgb, models.eotf_inverse_ST2084(rgb * 100))
    for n in "23":
        space, linear = f"CanonLog{n} CinemaGamut D55", "Linear CinemaGamut D55"
        science(space, linear, rgb, getattr(models, f"log_decoding_CanonLog{n}")(rgb, out_reflection=True))
        science(linear, space, rgb, getattr(models, f"log_encoding_CanonLog{n}")(rgb, in_reflection=True))
