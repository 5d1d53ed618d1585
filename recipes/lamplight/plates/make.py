"""Makes the plate of this shot: 24 frames of OpenCV's pedestrian clip, as JPEG.

The clip is `samples/data/vtest.avi` of OpenCV 4.6.0 as Debian's package opencv-doc ships it
(4.6.0+dfsg-12; Apache-2.0 AND BSD-3-Clause; see LICENSE.md beside this file).

    apt-get download opencv-doc && dpkg -x opencv-doc_*.deb clip
    pip install imageio-ffmpeg pillow
    python make.py clip/usr/share/doc/opencv-doc/examples/data/vtest.avi
"""

import hashlib
import io
import pathlib
import subprocess
import sys

import imageio_ffmpeg
from PIL import Image

SHA256 = "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf"
FIRST, FRAMES, START = 533, 24, 1001  # counted from 0 in the clip; START is the first file's number
SIZE = 768, 576

clip = pathlib.Path(sys.argv[1])
if hashlib.sha256(clip.read_bytes()).hexdigest() != SHA256:
    sys.exit(f"{clip} is not the clip this plate was cut from")
raw = subprocess.run(
    [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", clip, "-vf",
     f"trim=start_frame={FIRST}:end_frame={FIRST + FRAMES}", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
    check=True, capture_output=True).stdout
length = SIZE[0] * SIZE[1] * 3
assert len(raw) == FRAMES * length, "the clip is shorter than it was"
for number in range(FRAMES):
    frame = Image.frombytes("RGB", SIZE, raw[number * length:(number + 1) * length])
    data = io.BytesIO()
    frame.save(data, "JPEG", quality=94, subsampling=0)
    (pathlib.Path(__file__).parent / f"walk.{START + number:04}.jpg").write_bytes(data.getvalue())
