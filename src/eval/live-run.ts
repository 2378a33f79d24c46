import { setTimeout as sleep } from 'node:timers/promises';
import { readAudioFile } from '../audio/audio-file.ts';
import type { MonoAudio } from '../audio/mono-audio.ts';
import { streamInRealTime, type TimedEvent } from '../client/node/stream-audio.ts';
import type { Clip } from './clip-folder.ts';
import { liveFigures, liveText } from './live-figures.ts';
import { mapAtOnce } from './map-at-once.ts';
import { type EvalObserver, type EvalPlan, scoredLanguage, spokenLanguage } from './plan.ts';
import type { ClipResult, Run, RunSetup } from './run.ts';
import { scoreText } from './scoring/score.ts';
import { ServerProcess } from './server-process.ts';
import { speechBounds } from './speech-bounds.ts';
import { applyVariant } from './variants.ts';

/** What is spoken before anything is measured. */
const warmUpSeconds = 3;

/**
 * Speaks every clip in real time to a server in its own process: one session a clip, `setup.atOnce` of them at once.
 * @param modelsDir a folder with the model, set up for the run.
 * @throws TheoClientError, AudioFileError; Error when the server does not start
 */
export async function runLive(
  setup: RunSetup,
  modelsDir: string,
  plan: EvalPlan,
  observer: EvalObserver,
): Promise<Run> {
  const server = await ServerProcess.start({
    modelsDir,
    model: setup.model,
    decodeSlots: plan.decodeSlots,
  });
  try {
    const speak = async (clip: Clip, audio: MonoAudio): Promise<readonly TimedEvent[]> => {
      const events: TimedEvent[] = [];
      await streamInRealTime(audio, {
        url: server.url,
        model: setup.model,
        language: spokenLanguage(clip, plan) ?? 'auto',
        config: { enable_itn: false },
        onEvent: (timed) => events.push(timed),
      });
      return events;
    };
    const [first] = plan.clips;
    if (first) await speak(first, beginningOf(await readAudioFile(first.path)));
    const before = await server.resourceUse();
    const startMs = performance.now();
    const begun = new Set<number>();
    let done = 0;
    const clips = await mapAtOnce(plan.clips, setup.atOnce, async (clip, talker): Promise<ClipResult> => {
      // Nobody begins together.
      if (!begun.has(talker)) await sleep((talker * 1000) / setup.atOnce);
      begun.add(talker);
      const recording = await readAudioFile(clip.path);
      const events = await speak(clip, applyVariant(recording, setup.variant));
      observer.onClip(++done, plan.clips.length);
      return resultOf(clip, recording, events, plan);
    });
    const wallSeconds = (performance.now() - startMs) / 1000;
    const { cpuSeconds, peakMemoryBytes } = await server.resourceUse();
    return { setup, clips, wallSeconds, cpuSeconds: cpuSeconds - before.cpuSeconds, peakMemoryBytes };
  } finally {
    await server.close();
  }
}

function resultOf(
  clip: Clip,
  recording: MonoAudio,
  events: readonly TimedEvent[],
  plan: EvalPlan,
): ClipResult {
  const { reference } = clip;
  const final = events.find(({ event }) => event.type === 'transcript.final')?.event;
  const language = scoredLanguage(clip, plan, final?.type === 'transcript.final' ? final.language : '');
  const text = liveText(events);
  return {
    id: clip.id,
    language,
    seconds: recording.samples.length / recording.sampleRateHz,
    reference,
    text,
    score: scoreText(reference, text, language),
    decodeMs: null,
    // Where speech begins is read from the recording as it was: every variant keeps its timing.
    live: liveFigures(events, { reference, language, bounds: speechBounds(recording) }),
  };
}

function beginningOf({ samples, sampleRateHz }: MonoAudio): MonoAudio {
  return { sampleRateHz, samples: samples.subarray(0, warmUpSeconds * sampleRateHz) };
}
