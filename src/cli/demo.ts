import type { Command } from 'commander';
import { streamInRealTime, type TimedEvent } from '../client/node/stream-audio.ts';
import { language } from '../config/values.ts';
import type { ModelManifest } from '../models/manifest.ts';
import { ModelRegistry } from '../models/registry.ts';
import { createLogger } from '../observability/logger.ts';
import { formatTable } from '../report/table.ts';
import { valueFlag } from './arguments.ts';
import { readRecording } from './audio-input.ts';
import { UsageError } from './errors.ts';
import { hearingOf, wordsWrong } from './hearing.ts';
import { createLiveView } from './live-view.ts';
import { startLocalServer } from './local-server.ts';
import { addPullFlag, offerPull, type PullOfferFlags } from './pull-offer.ts';
import { allowedErrors, bundledRecordings, ownRecording, type Recording } from './recordings.ts';
import { addSettings } from './settings.ts';

interface DemoFlags extends PullOfferFlags {
  readonly language?: string;
}

/** One recording that has been heard. */
interface Heard {
  readonly recording: Recording;
  readonly events: readonly TimedEvent[];
  /** Time spent decoding over the recording's length. */
  readonly realTimeFactor: number;
}

/** `theo demo`: hears recordings over a real WebSocket as if they were being said; exit code 0 only if it heard right. */
export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .argument('[file...]', 'WAV files of your own instead of the bundled recordings')
    .description('hear recordings of people in real time and show the text as it comes')
    .addOption(
      valueFlag(
        '--language',
        language(),
        'what is spoken (default: of the bundled recordings their own, else detected)',
      ),
    );
  addPullFlag(command);
  const settingsOf = addSettings(command, ['defaultModel', 'modelsDir', 'decodeSlots']);
  command.action(async (files: readonly string[], options: DemoFlags & Record<string, unknown>) => {
    const settings = settingsOf(options);
    await offerPull(settings.defaultModel, settings, options);
    const log = createLogger({ format: 'pretty', level: 'warn' });
    const server = await startLocalServer(settings, log);
    const { model } = server;
    const heard: Heard[] = [];
    try {
      const { manifest } = (await ModelRegistry.open({ modelsDir: settings.modelsDir })).choose(model);
      const recordings = files.length > 0 ? files.map(ownRecording) : bundledFor(manifest);
      console.log(`server ${server.url}, model ${model}`);
      for (const recording of recordings) {
        heard.push(await hear(recording, server.url, model, options.language ?? recording.language));
      }
    } finally {
      await server.close();
    }
    summarize(heard);
  });
}

/** @throws UsageError when there is none in the model's languages */
function bundledFor({ name, capabilities: { languages } }: ModelManifest): readonly Recording[] {
  const recordings = bundledRecordings.filter(
    ({ language }) => languages.length === 0 || languages.includes(language),
  );
  if (recordings.length > 0) return recordings;
  throw new UsageError(`no recording is bundled in a language of ${name}: name files of your own`);
}

async function hear(recording: Recording, url: string, model: string, language: string): Promise<Heard> {
  const audio = await readRecording(recording.path);
  const seconds = audio.samples.length / audio.sampleRateHz;
  console.log(`\n${recording.name}: ${seconds.toFixed(1)} s in 20 ms messages, language ${language}\n`);
  const view = createLiveView(process.stdout);
  const events: TimedEvent[] = [];
  const decodedBefore = await decodingSeconds(url);
  const onEvent = (timed: TimedEvent): void => {
    events.push(timed);
    view.show(timed);
  };
  await streamInRealTime(audio, { url, model, language, onEvent });
  return { recording, events, realTimeFactor: ((await decodingSeconds(url)) - decodedBefore) / seconds };
}

/** By the server's own metrics. */
async function decodingSeconds(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const sums = [...metrics.matchAll(/^theo_engine_decode_seconds_sum\{[^}]*\} (\S+)$/gm)];
  return sums.reduce((sum, match) => sum + Number(match[1]), 0);
}

/** Prints the figures; sets the exit code where a text that is known came back wrong. */
function summarize(heard: readonly Heard[]): void {
  const wrong: string[] = [];
  const rows = heard.map(({ recording: { name, said, language }, events, realTimeFactor }) => {
    const { text, firstTextMs, slowestFinalMs } = hearingOf(events);
    const words = said === null ? null : wordsWrong(said, text, language);
    if (words && words.wrong > allowedErrors) wrong.push(`${name}: heard "${text}", said was "${said}"`);
    const milliseconds = (value: number | null): string | null =>
      value === null ? null : `${value.toFixed(0)} ms`;
    return {
      recording: name,
      'first text': milliseconds(firstTextMs),
      final: milliseconds(slowestFinalMs),
      'real-time factor': realTimeFactor.toFixed(2),
      'words wrong': words ? `${words.wrong} of ${words.of}` : 'not known',
    };
  });
  console.log(`\n${formatTable(rows)}`);
  console.log(
    '\nfirst text: after speech begins; final: after it ends, the slowest of a recording, with the 300 ms of silence\n' +
      "that are waited for; where speech begins and ends is what the server's voice activity detection says (theo eval\n" +
      'goes by the level of the recording); real-time factor: time spent decoding / length of the recording',
  );
  if (heard.every(({ recording }) => recording.said === null)) return;
  if (wrong.length > 0) process.exitCode = 1;
  const verdict = wrong.length === 0 ? 'heard right' : `heard wrong: ${wrong.join('; ')}`;
  console.log(
    `\n${verdict} (${allowedErrors} wrong word a recording is allowed: CPUs differ in the last digits)`,
  );
}
