// Sounds that are not speech, the same every time: what a recognizer must not put into words.
const sampleRateHz = 16_000;

export interface Noise {
  readonly name: string;
  /** Mono, 16 kHz, [-1, 1]. */
  readonly samples: Float32Array;
}

/** Every kind of noise at every length. */
export function noises(secondsEach: readonly number[] = [1, 3, 10]): readonly Noise[] {
  return secondsEach.flatMap((seconds) =>
    Object.entries(kinds).map(([name, make], index) => ({
      name: `${name}-${seconds}s`,
      samples: make(Math.round(seconds * sampleRateHz), uniform(index + 1)),
    })),
  );
}

type Random = () => number;
type Maker = (length: number, random: Random) => Float32Array;

const kinds: Readonly<Record<string, Maker>> = {
  silence: (length) => new Float32Array(length),
  'white-60': (length, random) => toLevel(white(length, random), -60),
  'white-30': (length, random) => toLevel(white(length, random), -30),
  'pink-45': (length, random) => toLevel(pink(length, random), -45),
  'pink-25': (length, random) => toLevel(pink(length, random), -25),
  hum: (length, random) => mix(toLevel(hum(length), -30), toLevel(white(length, random), -65)),
  fan: (length, random) => mix(toLevel(lowPass(pink(length, random), 400), -30), toLevel(hum(length), -45)),
  breathing: (length, random) => toLevel(breathing(length, random), -35),
  keyboard: (length, random) => mix(keyboard(length, random), toLevel(pink(length, random), -60)),
  thumps: (length, random) => mix(thumps(length, random), toLevel(pink(length, random), -60)),
  cough: (length, random) => mix(cough(length, random), toLevel(pink(length, random), -60)),
  music: (length, random) => toLevel(music(length, random), -25),
  ringing: (length) => toLevel(ringing(length), -25),
};

/** Linear congruential, 0..1 (Numerical Recipes' constants). */
function uniform(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function white(length: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

/** Paul Kellet's economy filter: -3 dB an octave. */
function pink(length: number, random: Random): Float32Array {
  let slow = 0;
  let middle = 0;
  let fast = 0;
  return white(length, random).map((sample) => {
    slow = 0.99765 * slow + 0.099046 * sample;
    middle = 0.963 * middle + 0.2965164 * sample;
    fast = 0.57 * fast + 1.0526913 * sample;
    return slow + middle + fast + 0.1848 * sample;
  });
}

function lowPass(samples: Float32Array, cutoffHz: number): Float32Array {
  const weight = 1 - Math.exp((-2 * Math.PI * cutoffHz) / sampleRateHz);
  let state = 0;
  return samples.map((sample) => {
    state += weight * (sample - state);
    return state;
  });
}

/** Mains and its odd harmonics. */
function hum(length: number): Float32Array {
  return tone(length, (t) => [1, 3, 5, 7].reduce((sum, k) => sum + sine(50 * k, t) / k, 0));
}

/** In and out every 3.5 s: noise through a throat, the way out lower and longer. */
function breathing(length: number, random: Random): Float32Array {
  const air = pink(length, random);
  const low = lowPass(air, 900);
  return air.map((sample, index) => {
    const phase = (index / sampleRateHz / 3.5) % 1;
    if (phase < 0.35) return (sample - (low[index] ?? 0)) * Math.sin((Math.PI * phase) / 0.35) ** 2;
    if (phase < 0.9) return (low[index] ?? 0) * Math.sin((Math.PI * (phase - 0.35)) / 0.55) ** 2;
    return 0;
  });
}

/** Six keys a second, unevenly; each goes down and comes up. */
function keyboard(length: number, random: Random): Float32Array {
  const out = new Float32Array(length);
  let at = 0.1 * sampleRateHz;
  while (at < length) {
    const loudness = 0.1 + 0.15 * random();
    addBurst(out, at, { loudness, decayMs: 4, resonanceHz: 2200 + 1800 * random() }, random);
    addBurst(
      out,
      at + (0.06 + 0.03 * random()) * sampleRateHz,
      { loudness: loudness / 3, decayMs: 3, resonanceHz: 3500 },
      random,
    );
    at += (0.08 + 0.2 * random()) * sampleRateHz;
  }
  return out;
}

/** Knocks on the table or the microphone. */
function thumps(length: number, random: Random): Float32Array {
  const out = new Float32Array(length);
  for (let at = 0.2 * sampleRateHz; at < length; at += (0.4 + 0.8 * random()) * sampleRateHz) {
    addBurst(out, at, { loudness: 0.4, decayMs: 40, resonanceHz: 90 + 60 * random() }, random);
  }
  return out;
}

/** Two coughs, and again after a while. */
function cough(length: number, random: Random): Float32Array {
  const out = new Float32Array(length);
  for (let at = 0.25 * sampleRateHz; at < length; at += 2.5 * sampleRateHz) {
    addBurst(out, at, { loudness: 0.4, decayMs: 70, resonanceHz: 700 }, random);
    addBurst(out, at + 0.3 * sampleRateHz, { loudness: 0.3, decayMs: 90, resonanceHz: 600 }, random);
  }
  return out;
}

/** Plucked chords with a melody above them. */
function music(length: number, random: Random): Float32Array {
  const out = new Float32Array(length);
  const scale = [261.6, 293.7, 329.6, 392, 440, 523.3];
  for (let beat = 0, at = 0; at < length; beat++, at += 0.3 * sampleRateHz) {
    pluck(out, at, scale[Math.floor(random() * scale.length)] ?? 440, 0.5);
    if (beat % 4 === 0) for (const note of [130.8, 164.8, 196]) pluck(out, at, note, 1.2);
  }
  return out;
}

function ringing(length: number): Float32Array {
  return tone(length, (t) => (t % 3 < 1.2 ? sine(440, t) + sine(480, t) : 0));
}

function tone(length: number, at: (seconds: number) => number): Float32Array {
  return Float32Array.from({ length }, (_, index) => at(index / sampleRateHz));
}

function sine(hz: number, seconds: number): number {
  return Math.sin(2 * Math.PI * hz * seconds);
}

interface Burst {
  readonly loudness: number;
  readonly decayMs: number;
  readonly resonanceHz: number;
}

function addBurst(out: Float32Array, start: number, burst: Burst, random: Random): void {
  const from = Math.round(start);
  const length = (8 * burst.decayMs * sampleRateHz) / 1000;
  for (let i = 0; i < length && from + i < out.length; i++) {
    const seconds = i / sampleRateHz;
    const envelope = burst.loudness * Math.exp((-1000 * seconds) / burst.decayMs);
    const sound = 0.5 * (2 * random() - 1) + 0.5 * sine(burst.resonanceHz, seconds);
    out[from + i] = (out[from + i] ?? 0) + envelope * sound;
  }
}

function pluck(out: Float32Array, start: number, hz: number, seconds: number): void {
  const from = Math.round(start);
  for (let i = 0; i < seconds * sampleRateHz && from + i < out.length; i++) {
    const t = i / sampleRateHz;
    const sound = [1, 2, 3].reduce((sum, k) => sum + sine(hz * k, t) / k ** 2, 0);
    out[from + i] = (out[from + i] ?? 0) + Math.min(1, 200 * t) * Math.exp(-4 * t) * sound;
  }
}

function mix(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((sample, index) => Math.max(-1, Math.min(1, sample + (b[index] ?? 0))));
}

/** @param dbfs of its root mean square. */
function toLevel(samples: Float32Array, dbfs: number): Float32Array {
  const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  return rms === 0 ? samples : samples.map((sample) => (sample * 10 ** (dbfs / 20)) / rms);
}
