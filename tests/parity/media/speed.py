"""Times OpenImageIO beside Toma on a 1080p half ZIP EXR, and prints milliseconds (best of 7).

    pip install openimageio==3.2.2.0 numpy
    cargo build --release -p toma-media --example exr_speed
    python speed.py ../../../target/release/examples/exr_speed
"""
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import OpenImageIO as oiio

WIDTH, HEIGHT = 1920, 1080
y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
grain = np.random.default_rng(1).normal(0, 0.004, (HEIGHT, WIDTH, 3)).astype(np.float32)
light = np.stack([0.4 + 0.3 * np.sin(x / 90 + c) * np.cos(y / 70) + 0.1 * (x // 240 % 2) for c in range(3)], axis=2)
light = (light + grain * np.sqrt(np.abs(light))).astype(np.float32)

folder = tempfile.mkdtemp()
path = os.path.join(folder, "plate.exr")


def best(work):
    times = []
    for _ in range(7):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1e3)
    return min(times)


def write():
    spec = oiio.ImageSpec(WIDTH, HEIGHT, 3, "half")
    spec.attribute("compression", "zip")
    out = oiio.ImageOutput.create(path)
    out.open(path, spec)
    out.write_image(light)
    out.close()


def read():
    image = oiio.ImageInput.open(path)
    image.read_image("float")
    image.close()


for threads in (1, 2):
    oiio.attribute("threads", threads)
    oiio.attribute("exr_threads", threads if threads > 1 else -1)
    print(f"OpenImageIO {threads} threads: encode {best(write):.1f} ms, decode {best(read):.1f} ms, {os.path.getsize(path)} bytes")
if len(sys.argv) > 1:
    print(subprocess.run([sys.argv[1], path, os.path.join(folder, "ours.exr")], capture_output=True, text=True, check=True).stdout)
