const headerBytes = 44;
const bytesPerSample = 2;

/** A WAV file. @param pcm s16le mono. */
export function writeWav(pcm: Uint8Array, sampleRateHz: number): Uint8Array {
  const file = new Uint8Array(headerBytes + pcm.byteLength);
  const view = new DataView(file.buffer);
  const tag = (offset: number, text: string): void => {
    for (let index = 0; index < text.length; index++) view.setUint8(offset + index, text.charCodeAt(index));
  };
  tag(0, 'RIFF');
  view.setUint32(4, file.byteLength - 8, true);
  tag(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * bytesPerSample, true);
  view.setUint16(32, bytesPerSample, true);
  view.setUint16(34, 8 * bytesPerSample, true);
  tag(36, 'data');
  view.setUint32(40, pcm.byteLength, true);
  file.set(pcm, headerBytes);
  return file;
}
