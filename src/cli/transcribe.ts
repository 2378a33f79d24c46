import type { Command } from 'commander';
import type { MonoAudio } from '../audio/mono-audio.ts';
import { toPcm16 } from '../audio/pcm16.ts';
import { StreamingPreprocessor } from '../audio/preprocessor.ts';
import { streamInRealTime } from '../client/node/stream-audio.ts';
import { systemClock } from '../clock.ts';
import type { ServerConfig } from '../config/options.ts';
import { choice, decimal, integer, language } from '../config/values.ts';
import { loadChosen } from '../engine/default-engine.ts';
import { languageProblem } from '../engine/language.ts';
import { maxBeams } from '../engine/limits.ts';
import { ModelEngines } from '../engine/model-engines.ts';
import type { SpeechEngine } from '../engine/types.ts';
import { loadNative } from '../native.ts';
import { createLogger } from '../observability/logger.ts';
import { Metrics } from '../observability/metrics.ts';
import { readLanguage } from '../protocol/language.ts';
import { textOptions } from '../server/app.ts';
import { transcribeFile } from '../session/file-transcriber.ts';
import { createTextPipeline } from '../text/index.ts';
import { SileroClassifier } from '../vad/silero-classifier.ts';
import { valueFlag } from './arguments.ts';
import { readRecording } from './audio-input.ts';
import { UsageError } from './errors.ts';
import { startLocalServer } from './local-server.ts';
import { openModels, tellLeftOut } from './open-models.ts';
import { ProgressBar } from './progress-bar.ts';
import { addPullFlag, offerPull, type PullOfferFlags } from './pull-offer.ts';
import { addSettings } from './settings.ts';
import {
  type FileTranscript,
  formatTranscript,
  type TranscriptFormat,
  transcriptFormats,
} from './transcript-formats.ts';

const tasks = ['transcribe', 'translate'] as const;

interface TranscribeFlags extends PullOfferFlags {
  readonly language: string;
  readonly task: (typeof tasks)[number];
  readonly stream?: boolean;
  readonly itn: boolean;
  readonly hotWord: readonly string[];
  readonly prompt: string;
  readonly format: TranscriptFormat;
  readonly timestamps?: boolean;
  readonly beamSize?: number;
  readonly temperature?: number;
}

/** `theo transcribe FILE...`: the text on stdout; with `--stream`, as a live session would have heard it. */
export function registerTranscribe(program: Command): void {
  const command = program
    .command('transcribe')
    .description('print the text of recordings')
    .addOption(
      valueFlag('--task', choice(tasks), 'write what is said as it is, or in English').default('transcribe'),
    )
    .option('--stream', 'stream it in real time through a server of its own; partials on stderr');
  addFileCommand(command);
}

/** `theo translate FILE...` */
export function registerTranslate(program: Command): void {
  const command = program.command('translate').description('print in English what recordings say');
  addFileCommand(command, { task: 'translate' });
}

/** What both commands have. @param fixed flags that the command does not have. */
function addFileCommand(command: Command, fixed: Partial<TranscribeFlags> = {}): void {
  command
    .argument('<files...>', 'WAV or FLAC files, 8 to 192 kHz; - reads stdin')
    .addOption(valueFlag('--language', language(), 'what is spoken; auto detects it').default('auto'))
    .addOption(
      valueFlag(
        '--format',
        choice(transcriptFormats),
        'json: a line for each file; all but text imply --timestamps',
      ).default('text'),
    )
    .option('--timestamps', 'cut the text where sentences end, and say when each part was said')
    .option('--prompt <text>', 'text that might come before it: spelling, names, style', '')
    .option(
      '--hot-word <text>',
      'word or phrase to expect; repeatable',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .addOption(valueFlag('--beam-size', integer(1, maxBeams), 'texts that the search keeps; 1: greedy'))
    .addOption(
      valueFlag('--temperature', decimal(0, 1), 'what is tried first: more chance where it is higher'),
    )
    .option('--no-itn', 'leave numbers as they were spoken');
  addPullFlag(command);
  const settingsOf = addSettings(command, [
    'defaultModel',
    'modelsDir',
    'decodeSlots',
    'entities',
    'digitGrouping',
    'logLevel',
  ]);
  command.action(async (files: readonly string[], options: TranscribeFlags & Record<string, unknown>) => {
    const flags: TranscribeFlags = { ...options, ...fixed };
    const config = settingsOf(options);
    refuseContradictions(files, flags);
    const [name = '-', ...others] = files;
    // A recording that cannot be read is told of before a model is fetched and loaded.
    const first = { file: name, audio: await readRecording(name) };
    await offerPull(config.defaultModel, config, options);
    const recordings = { first, others };
    if (flags.stream) await transcribeLive(recordings, flags, config);
    else await transcribeAtOnce(recordings, flags, config);
  });
}

/** @throws UsageError */
function refuseContradictions(files: readonly string[], flags: TranscribeFlags): void {
  const { format, stream, timestamps, beamSize, temperature, prompt, task } = flags;
  if (files.length > 1 && (format === 'srt' || format === 'vtt')) {
    throw new UsageError(`--format ${format}: takes one file at a time`);
  }
  if (!stream) return;
  const others: Readonly<Record<string, boolean>> = {
    '--format': format !== 'text',
    '--timestamps': timestamps === true,
    '--beam-size': beamSize !== undefined,
    '--temperature': temperature !== undefined,
    '--prompt': prompt !== '',
    '--task': task !== 'transcribe',
  };
  const [other] = Object.entries(others).find(([, isGiven]) => isGiven) ?? [];
  if (other !== undefined)
    throw new UsageError(`${other}: is for whole files, and not to be had with --stream`);
}

interface Recording {
  readonly file: string;
  readonly audio: MonoAudio;
}

/** The first recording, and the names of the others: they are read when it is their turn. */
interface Recordings {
  readonly first: Recording;
  readonly others: readonly string[];
}

async function* each({ first, others }: Recordings): AsyncGenerator<Recording> {
  yield first;
  for (const file of others) yield { file, audio: await readRecording(file) };
}

async function transcribeAtOnce(
  recordings: Recordings,
  flags: TranscribeFlags,
  config: ServerConfig,
): Promise<void> {
  const registry = await openModels(config.modelsDir);
  const addon = loadNative();
  const loading = new ProgressBar();
  const engines = new ModelEngines({
    registry,
    addon,
    clock: systemClock,
    observer: new Metrics().decodes,
    decodeSlots: config.decodeSlots,
    warn: (message) => console.error(message),
    onLoading: (model, fraction) =>
      loading.update(fraction < 1 ? `loading ${model}` : `making ${model} ready`, fraction),
  });
  const classifier = new SileroClassifier();
  try {
    const engine = await loadChosen(engines, registry, config.defaultModel, tellLeftOut).finally(() =>
      loading.end(),
    );
    const spoken = readLanguage(flags.language) ?? null;
    assertAble(engine, spoken, flags);
    const show = shownAs(flags, config);
    for await (const { file, audio } of each(recordings)) {
      const utterances = await transcribeFile(toPcm16(audio.samples), {
        engine,
        classifier,
        preprocessor: new StreamingPreprocessor(addon, { inputSampleRate: audio.sampleRateHz }),
        language: spoken,
        prompt: flags.prompt,
        hotWords: flags.hotWord,
        task: flags.task,
        timestamps: flags.timestamps === true || flags.format !== 'text',
        beamSize: flags.beamSize,
        temperature: flags.temperature,
      });
      const segments = utterances.flatMap(({ language, segments }) =>
        segments.map((segment) => ({ ...segment, text: show(segment.text, language) })),
      );
      const transcript: FileTranscript = {
        file,
        language: utterances.find(({ text }) => text !== '')?.language ?? '',
        duration: audio.samples.length / audio.sampleRateHz,
        segments: segments.filter(({ text }) => text !== ''),
      };
      print(transcript, flags, recordings.others.length > 0);
    }
  } finally {
    await Promise.all([engines.close(), classifier.close()]);
  }
}

/** @throws UsageError naming what the model cannot do */
function assertAble(engine: SpeechEngine, spoken: string | null, { task, prompt }: TranscribeFlags): void {
  const problem = languageProblem(engine, spoken);
  if (problem !== undefined) throw new UsageError(`--${problem}`);
  if (task === 'translate' && !engine.traits.translates) {
    throw new UsageError(`the model ${engine.model} does not translate: choose another with --model`);
  }
  if (prompt !== '' && !engine.traits.takesPrompts) {
    throw new UsageError(`--prompt: the model ${engine.model} takes no prompts`);
  }
}

/** How a text is written: with numbers in digits, and so on. A translation is in English. */
function shownAs(flags: TranscribeFlags, config: ServerConfig): (text: string, spoken: string) => string {
  const pipeline = createTextPipeline((stage, error) =>
    console.error(`theo: text stage ${stage} failed:`, error),
  );
  return (text, spoken) =>
    pipeline.apply(
      { text, isFinal: true },
      {
        language: flags.task === 'translate' ? 'en' : spoken,
        enableItn: flags.itn,
        hotWords: flags.hotWord,
        ...textOptions(config),
      },
    );
}

function print(
  transcript: FileTranscript,
  { format, timestamps }: TranscribeFlags,
  isOneOfMany: boolean,
): void {
  const isSilent = transcript.segments.length === 0;
  if (isSilent) console.error(`theo: ${transcript.file}: no speech was heard`);
  if (isSilent && format === 'text') return;
  if (isOneOfMany && format === 'text') console.log(`==> ${transcript.file} <==`);
  console.log(formatTranscript(transcript, format, timestamps === true).trimEnd());
}

async function transcribeLive(
  recordings: Recordings,
  flags: TranscribeFlags,
  config: ServerConfig,
): Promise<void> {
  const log = createLogger({
    format: 'pretty',
    level: config.logLevel === 'info' ? 'warn' : config.logLevel,
  });
  const server = await startLocalServer(config, log);
  try {
    for await (const { file, audio } of each(recordings)) {
      const finals = await streamed(audio, flags, server);
      if (finals.length === 0) console.error(`theo: ${file}: no speech was heard`);
      else console.log([...(recordings.others.length > 0 ? [`==> ${file} <==`] : []), ...finals].join('\n'));
    }
  } finally {
    await server.close();
  }
}

async function streamed(
  audio: MonoAudio,
  flags: TranscribeFlags,
  server: { readonly url: string; readonly model: string },
): Promise<readonly string[]> {
  const finals: string[] = [];
  await streamInRealTime(audio, {
    url: server.url,
    model: server.model,
    language: flags.language,
    config: { enable_itn: flags.itn, hot_words: [...flags.hotWord] },
    onEvent: ({ event }) => {
      if (event.type === 'transcript.partial') console.error(`… ${event.text}`);
      if (event.type === 'transcript.final' && event.text !== '') finals.push(event.text);
    },
  });
  return finals;
}
