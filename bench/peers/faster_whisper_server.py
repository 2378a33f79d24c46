"""faster-whisper behind HTTP, as small as it can be: POST PCM (s16le, mono, 16 kHz) to /?language=xx, get the text.

Arguments: port, the model's folder, workers, threads of each.
"""

import http.server
import select
import socket
import sys
import threading
import urllib.parse

import faster_whisper
import numpy

PORT, FOLDER, WORKERS, THREADS = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

model = faster_whisper.WhisperModel(
    FOLDER, device="cpu", compute_type="int8", cpu_threads=THREADS, num_workers=WORKERS, local_files_only=True
)
# Without turns the front ends of all who wait would take the cores from what is decoded.
turns = threading.Semaphore(WORKERS)


def transcribe(pcm, language):
    samples = numpy.frombuffer(pcm, numpy.int16).astype(numpy.float32) / 32768
    segments, _ = model.transcribe(
        samples,
        language=language,
        beam_size=1,
        temperature=0,
        without_timestamps=True,
        condition_on_previous_text=False,
        vad_filter=False,
    )
    return "".join(segment.text for segment in segments)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer("ready")

    def do_POST(self):
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        pcm = self.rfile.read(int(self.headers["Content-Length"]))
        with turns:
            if self.is_abandoned():
                return
            text = transcribe(pcm, query["language"][0])
        self.answer(text)

    def answer(self, text):
        try:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())
        except OSError:
            pass  # nobody waits for it any more

    def is_abandoned(self):
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


Server(("127.0.0.1", PORT), Handler).serve_forever()
