"""Makes the fixtures that the denoiser is held against, with Open Image Denoise's own library.

    pip install numpy pillow scikit-image safetensors pyoidn==2.5.1.0
    python oidn.py fixtures

- `noisy-96x64.png`, `noisy-101x67.png`: crops of scikit-image's astronaut (NASA, public domain) with
  seeded noise, 8 bits. The second has sides that no power of two divides.
- `oidn-96x64.safetensors`, `oidn-101x67.safetensors`: what the library makes of them, f32, as planes.
"""

import sys

import numpy
import pyoidn
from PIL import Image
from safetensors.numpy import save_file
from skimage import data

CROPS = {(96, 64): (170, 60), (101, 67): (200, 20)}


def denoised(picture):
    """The library's answer to a float32 picture, sRGB-encoded."""
    result = numpy.zeros_like(picture)
    device = pyoidn.Device()
    device.commit()
    denoiser = pyoidn.Filter(device, "RT")
    denoiser.set_image("color", picture, pyoidn.OIDN_FORMAT_FLOAT3)
    denoiser.set_image("output", result, pyoidn.OIDN_FORMAT_FLOAT3)
    denoiser.set_bool("hdr", False)
    denoiser.set_bool("srgb", True)
    denoiser.set_quality(pyoidn.OIDN_QUALITY_HIGH)
    denoiser.commit()
    denoiser.execute()
    return result


def main(folder):
    noise = numpy.random.default_rng(20)
    for (width, height), (left, top) in CROPS.items():
        picture = data.astronaut()[top : top + height, left : left + width].astype(numpy.float64)
        picture += noise.normal(0.0, 18.0, picture.shape)
        picture = numpy.clip(numpy.round(picture), 0, 255).astype(numpy.uint8)
        name = f"{width}x{height}"
        Image.fromarray(picture).save(f"{folder}/noisy-{name}.png", optimize=True)
        result = denoised(numpy.ascontiguousarray(picture.astype(numpy.float32) / numpy.float32(255)))
        planes = numpy.ascontiguousarray(result.transpose(2, 0, 1))
        save_file({"planes": planes}, f"{folder}/oidn-{name}.safetensors")


if __name__ == "__main__":
    main(*sys.argv[1:])
