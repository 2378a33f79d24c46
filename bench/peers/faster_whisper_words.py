"""When faster-whisper says that words were said: the judge of `npm run bench -- word-times`.

Argument: the model's folder. A line of JSON on stdin is a recording: {"language": "en", "pcm": base64 of s16le, mono,
16 kHz}. A line on stdout for each: [{"word": " hello", "start": 0.1, "end": 0.5}, ...], in seconds.
"""

import base64
import json
import sys

import faster_whisper
import numpy

model = faster_whisper.WhisperModel(
    sys.argv[1], device="cpu", compute_type="float32", cpu_threads=1, local_files_only=True
)
for line in sys.stdin:
    clip = json.loads(line)
    samples = numpy.frombuffer(base64.b64decode(clip["pcm"]), numpy.int16).astype(numpy.float32) / 32768
    segments, _ = model.transcribe(
        samples,
        language=clip["language"],
        beam_size=1,
        temperature=0,
        without_timestamps=True,
        condition_on_previous_text=False,
        vad_filter=False,
        word_timestamps=True,
    )
    words = [word for segment in segments for word in segment.words]
    print(json.dumps([{"word": word.word, "start": word.start, "end": word.end} for word in words]), flush=True)
