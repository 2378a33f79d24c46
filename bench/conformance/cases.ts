import { sampleRateHz } from '#theo/native.js';
import { type Clip, loadClips } from '../../test/support/clips.ts';

/** One recording decoded in one way, by whisper.cpp and by us. */
export interface ConformanceCase {
  readonly name: string;
  readonly model: string;
  /** Mono 16 kHz, [-1, 1]. */
  readonly samples: Float32Array;
  readonly language: string;
  readonly task: 'transcribe' | 'translate';
  /** 1: greedy. */
  readonly beams: number;
  readonly timestamps: boolean;
  readonly prompt: string;
  /** Whether a decode that looks wrong is tried again at higher temperatures, where chance decides. */
  readonly fallback: boolean;
}

/** What a model decodes. */
interface Plan {
  readonly model: string;
  readonly clips: readonly Clip[];
  /** How many of the clips are also decoded behind a prompt, and how many of those in another language translated. */
  readonly prompted: number;
  readonly translated: number;
  /** Clips that are joined to recordings of more than a window. */
  readonly joined: readonly (readonly Clip[])[];
}

const beamSizes = [1, 5];
/** Between clips that are joined. */
const pauseSamples = 0.6 * sampleRateHz;
const longSeconds = 70;

/** @param people recordings in several languages. */
export function conformanceCases(people: readonly Clip[]): readonly ConformanceCase[] {
  const english = people.filter(({ language }) => language === 'en');
  const portuguese = people.filter(({ language }) => language === 'pt');
  const synthesized = loadClips('test/fixtures/audio');
  const plans: readonly Plan[] = [
    {
      model: 'whisper-base-f16',
      clips: spread(people, 15),
      prompted: 3,
      translated: 3,
      joined: [long(english), long(portuguese)],
    },
    { model: 'whisper-base', clips: spread(people, 5), prompted: 0, translated: 0, joined: [] },
    {
      model: 'whisper-tiny.en-f16',
      clips: spread(english, 16),
      prompted: 3,
      translated: 0,
      joined: [long(english)],
    },
    {
      model: 'theo-demo',
      clips: synthesized.filter(({ file }) => !file.includes('long')),
      prompted: 2,
      translated: 0,
      joined: synthesized.filter(({ file }) => file.includes('long')).map((clip) => [clip]),
    },
  ];
  return plans.flatMap(casesOf);
}

function casesOf({ model, clips, prompted, translated, joined }: Plan): readonly ConformanceCase[] {
  const foreign = clips.filter(({ language }) => language !== 'en');
  return [
    ...clips.flatMap((clip) => inEachWay(model, clip.file, clip, {})),
    ...clips.slice(0, prompted).flatMap((clip, index) => {
      const before = clips.filter(({ language }) => language === clip.language);
      const prompt = before[(before.indexOf(clip) + 1) % before.length]?.text ?? clips[index + 1]?.text ?? '';
      return inEachWay(model, `${clip.file} prompted`, clip, { prompt });
    }),
    ...foreign
      .slice(0, translated)
      .flatMap((clip) => inEachWay(model, `${clip.file} translated`, clip, { task: 'translate' })),
    ...joined.flatMap((pieces) => inEachWay(model, `${pieces[0]?.file} and more`, join(pieces), {})),
  ];
}

/** Greedy and with beams, with and without timestamps. */
function inEachWay(
  model: string,
  name: string,
  { samples, language }: Pick<Clip, 'language' | 'samples'>,
  how: Partial<Pick<ConformanceCase, 'prompt' | 'task'>>,
): readonly ConformanceCase[] {
  return beamSizes.flatMap((beams) =>
    [false, true].map((timestamps) => ({
      name: `${name}, ${beams > 1 ? `beam ${beams}` : 'greedy'}, ${timestamps ? 'with' : 'without'} timestamps`,
      model,
      samples: Float32Array.from(samples, (sample) => sample / 32_768),
      language,
      task: 'transcribe',
      beams,
      timestamps,
      prompt: '',
      fallback: false,
      ...how,
    })),
  );
}

/** So many of the clips, from all over the list. */
function spread(clips: readonly Clip[], count: number): readonly Clip[] {
  return clips.filter(
    (_, index) =>
      Math.floor((index * count) / clips.length) !== Math.floor(((index - 1) * count) / clips.length),
  );
}

/** The first clips that together are longer than two windows. */
function long(clips: readonly Clip[]): readonly Clip[] {
  let seconds = 0;
  const [first] = clips;
  return clips.filter(({ samples, language }) => {
    if (language !== first?.language || seconds > longSeconds) return false;
    seconds += samples.length / sampleRateHz;
    return true;
  });
}

function join(pieces: readonly Clip[]): Pick<Clip, 'language' | 'samples'> {
  const samples = pieces.flatMap((piece) => [...piece.samples, ...new Int16Array(pauseSamples)]);
  return { samples: Int16Array.from(samples), language: pieces[0]?.language ?? 'en' };
}
