import { join } from 'node:path';
import { writeWav } from '#theo/audio/wav/write-wav.js';
import { mustRun } from '../native-program.ts';
import { type Peer, peersFolder, post, startPeerProcess } from './peer.ts';

const source = join('node_modules', 'nodejs-whisper', 'cpp', 'whisper.cpp');

/**
 * whisper.cpp's own server, built for this machine.
 * @param weights a ggml file.
 * @throws Error naming what to install when it cannot be built
 */
export async function startWhisperCpp(weights: string, threads: number): Promise<Peer> {
  const server = build();
  const name = `whisper.cpp -t ${threads}`;
  const { url, stop } = await startPeerProcess(
    name,
    server,
    // Greedy, text only.
    (port) => ['--port', port, '-m', weights, '-t', String(threads), '-nt', '-bo', '1'],
    '/health',
  );
  return {
    name,
    recognize: async (pcm, language, signal) => {
      const form = new FormData();
      form.set('file', new Blob([Uint8Array.from(writeWav(pcm, 16_000))]), 'speech.wav');
      form.set('language', language);
      form.set('temperature', '0');
      // What `-nf` should do: this server reads that flag and forgets it.
      form.set('temperature_inc', '0');
      const answer = JSON.parse(await post(`${url}/inference`, form, signal)) as { readonly text: string };
      return answer.text.trim();
    },
    stop,
  };
}

/** @returns the program. */
function build(): string {
  const folder = join(peersFolder, 'whisper.cpp');
  const advice = 'install what whisper.cpp needs: sudo apt-get install -y cmake g++ make';
  const options = [
    '-DCMAKE_BUILD_TYPE=Release',
    '-DBUILD_SHARED_LIBS=OFF',
    '-DWHISPER_BUILD_TESTS=OFF',
    '-DGGML_NATIVE=ON',
    // Off by default; encodes in two thirds of the time.
    '-DGGML_LLAMAFILE=ON',
    // Its warnings are nothing for us to mend.
    '-DCMAKE_C_FLAGS=-w',
    '-DCMAKE_CXX_FLAGS=-w',
  ];
  mustRun('cmake', ['-S', source, '-B', folder, ...options], advice);
  mustRun('nice', ['cmake', '--build', folder, '--target', 'whisper-server', '--parallel', '2'], advice);
  return join(folder, 'bin', 'whisper-server');
}
