"""Reads codes with other readers, for the benchmark `scan`: zxing-cpp and OpenCV.

From the standard input: width and height, 4 bytes each, big-endian, then a byte a pixel. To the
standard output: a line of JSON a picture, {reader: {"text": text or null, "seconds": number}}, the
seconds of the processor. Nothing is written beside it.
"""

import json
import struct
import sys
import time

import cv2
import numpy
import zxingcpp


def zxing(picture):
    """As its documentation does; it looks for turned, small and inverted codes by itself."""
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return next((code.text for code in found if code.valid), None)


def opencv(picture, detector=cv2.QRCodeDetector()):
    """The detector as it is."""
    try:
        text, _, _ = detector.detectAndDecode(picture)
    except cv2.error:
        return None
    return text or None


READERS = {"zxing-cpp": zxing, "OpenCV": opencv}


def timed(reader, picture):
    start = time.thread_time()
    text = reader(picture)
    return {"text": text, "seconds": time.thread_time() - start}


def main():
    # One thread each, as ours.
    cv2.setNumThreads(1)
    source = sys.stdin.buffer
    while header := source.read(8):
        width, height = struct.unpack(">II", header)
        pixels = source.read(width * height)
        picture = numpy.frombuffer(pixels, numpy.uint8).reshape(height, width)
        said = {name: timed(reader, picture) for name, reader in READERS.items()}
        print(json.dumps(said), flush=True)


main()
