"""Reads EXR files that Toma wrote with OpenImageIO and with OpenEXR's own reader, and prints ok.

    pip install openimageio==3.2.2.0 openexr==3.5.3 numpy
    TOMA_WRITE_EXR=/some/folder cargo test -p toma-media --test parity_exr files_for_other_readers
    python read_ours.py /some/folder

The test writes, per file NAME.exr, a text NAME.txt with what must be found in it.
"""
import os
import sys

import numpy as np
import OpenEXR
import OpenImageIO as oiio

folder = sys.argv[1]
files = sorted(name for name in os.listdir(folder) if name.endswith(".exr"))
assert files, "no files"
for name in files:
    path = os.path.join(folder, name)
    image = oiio.ImageInput.open(path)
    assert image, oiio.geterror()
    spec = image.spec()
    other = OpenEXR.File(path, separate_channels=True)
    for line in open(path.replace(".exr", ".txt")):
        kind, key, value = line.rstrip("\n").split("|")
        if kind == "window":
            assert [spec.x, spec.y, spec.width, spec.height] == [int(v) for v in value.split()], (name, line)
        elif kind == "format":
            assert [spec.full_x, spec.full_y, spec.full_width, spec.full_height] == [int(v) for v in value.split()], (name, line)
        elif kind == "meta":
            assert str(spec.getattribute(key)) == value, (name, line, spec.getattribute(key))
        elif kind == "attribute":
            assert str(other.header()[key]) == value, (name, line, other.header()[key])
        else:
            index = spec.channelnames.index(key)
            uint = kind == "uint"
            pixels = image.read_image(0, 0, index, index + 1, "uint" if uint else "float").ravel().view(np.uint32)
            expected = np.array([int(v, 16) for v in value.split()], dtype=np.uint32)
            assert (pixels == expected).all(), (name, key)
            theirs = other.channels()[key].pixels.ravel()
            theirs = theirs.astype(np.float32).view(np.uint32) if not uint else theirs
            assert (theirs == expected).all(), (name, key)
    image.close()
    print(name, "ok")
