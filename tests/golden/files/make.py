"""The files whose decoded bits are golden: run once, the files are kept.

    pip install numpy==2.* pillow==13.* openimageio==3.*
    python make.py
"""
import numpy as np
import OpenImageIO as oiio
from PIL import Image

y, x = np.mgrid[0:24, 0:40]
rgb = np.stack([x / 39, y / 23, ((x * 7 + y * 13) % 31) / 30], axis=-1)
alpha = np.clip((x + y) / 40, 0, 1)[..., None]
eight = (np.concatenate([rgb, alpha], axis=-1) * 255 + 0.5).astype(np.uint8)
Image.fromarray(eight).save("alpha8.png")
Image.fromarray(eight[..., :3]).save("colour.jpg", quality=90, subsampling="4:2:0")
Image.fromarray(eight[..., :3]).save("progressive.jpg", quality=80, progressive=True)
Image.fromarray(eight[..., 2]).save("grey.jpg", quality=90)

sixteen = (rgb * 65535 + 0.5).astype(np.uint16)
out = oiio.ImageOutput.create("colour16.png")
out.open("colour16.png", oiio.ImageSpec(40, 24, 3, oiio.UINT16))
out.write_image(sixteen)
out.close()
