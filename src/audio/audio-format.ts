/** A kind of file that sound comes in. */
export interface AudioFormat {
  readonly name: string;
  /** What such files are called. */
  readonly extension: string;
}

/** As many first bytes tell a format. */
export const formatBytes = 12;

const formats = {
  wav: { name: 'WAV', extension: 'wav' },
  rf64: { name: 'RF64', extension: 'wav' },
  rifx: { name: 'RIFX', extension: 'wav' },
  flac: { name: 'FLAC', extension: 'flac' },
  mp3: { name: 'MP3', extension: 'mp3' },
  ogg: { name: 'Ogg', extension: 'ogg' },
  webm: { name: 'WebM', extension: 'webm' },
  mp4: { name: 'MP4 or M4A', extension: 'm4a' },
  aiff: { name: 'AIFF', extension: 'aiff' },
  amr: { name: 'AMR', extension: 'amr' },
  au: { name: 'AU', extension: 'au' },
} as const satisfies Readonly<Record<string, AudioFormat>>;

/** Formats that begin with four letters of their own. */
const beginnings: Readonly<Record<string, AudioFormat>> = {
  RIFX: formats.rifx,
  RF64: formats.rf64,
  BW64: formats.rf64,
  fLaC: formats.flac,
  OggS: formats.ogg,
  '\x1a\x45\xdf\xa3': formats.webm,
  FORM: formats.aiff,
  '#!AM': formats.amr,
  '.snd': formats.au,
};

/** The format of a file that begins with these bytes; undefined for raw samples and whatever else is not known. */
export function audioFormatOf(bytes: Uint8Array): AudioFormat | undefined {
  const start = tagAt(bytes, 0);
  if (start === 'RIFF') return tagAt(bytes, 8) === 'WAVE' ? formats.wav : undefined;
  if (Object.hasOwn(beginnings, start)) return beginnings[start];
  if (tagAt(bytes, 4) === 'ftyp') return formats.mp4;
  return start.startsWith('ID3') || isMpegFrame(bytes) ? formats.mp3 : undefined;
}

/** Eleven bits of synchronization, then a version, a layer, a bit rate and a sampling rate that exist. */
function isMpegFrame([first = 0, second = 0, third = 0]: Uint8Array): boolean {
  const isSynchronized = first === 0xff && second >= 0xe0;
  const hasVersionAndLayer = (second & 0x18) !== 0x08 && (second & 0x06) !== 0;
  const hasRates = third >> 4 !== 15 && third >> 4 !== 0 && (third & 0x0c) !== 0x0c;
  return isSynchronized && hasVersionAndLayer && hasRates;
}

/** Four bytes as letters; '' behind the end. */
function tagAt(bytes: Uint8Array, offset: number): string {
  return offset + 4 > bytes.length ? '' : String.fromCharCode(...bytes.subarray(offset, offset + 4));
}
