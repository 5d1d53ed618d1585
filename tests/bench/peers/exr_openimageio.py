"""OpenImageIO on the same frames: `exr_openimageio.py FOLDER RUNS` reads every EXR of a folder and writes it
again as half ZIP, with two threads, and prints milliseconds a frame.

Two ways, and the faster one counts: frames one after another with two threads inside each, and two
frames at a time with one thread each.
"""

import concurrent.futures
import pathlib
import sys
import time

import OpenImageIO as oiio

folder, runs = pathlib.Path(sys.argv[1]), int(sys.argv[2])
files = sorted(folder.glob("plate.*.exr"))


def read(file):
    source = oiio.ImageInput.open(str(file))
    pixels = source.read_image(0, 0, 0, source.spec().nchannels, oiio.FLOAT)
    source.close()
    return pixels


def write(file, pixels):
    height, width, channels = pixels.shape
    spec = oiio.ImageSpec(width, height, channels, oiio.HALF)
    spec.channelnames = ("R", "G", "B")
    spec.attribute("compression", "zip")
    out = oiio.ImageOutput.create(str(file))
    out.open(str(file), spec)
    out.write_image(pixels)
    out.close()


def timed(work):
    best = None
    for _ in range(runs):
        start = time.perf_counter()
        work()
        took = (time.perf_counter() - start) * 1000 / len(files)
        best = took if best is None else min(best, took)
    return best


def both(one):
    oiio.attribute("threads", 2)
    oiio.attribute("exr_threads", 2)
    inside = timed(lambda: [one(file) for file in files])
    oiio.attribute("threads", 1)
    oiio.attribute("exr_threads", 1)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        across = timed(lambda: list(pool.map(one, files)))
    return min(inside, across)


frames = {file: read(file) for file in files}
print("read", both(read))
print("write", both(lambda file: write(file.with_suffix(".peer.exr"), frames[file])))
for file in files:
    file.with_suffix(".peer.exr").unlink()
