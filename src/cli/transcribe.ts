import type { Command } from 'commander';
import type { MonoAudio } from '../audio/mono-audio.ts';
import { toPcm16 } from '../audio/pcm16.ts';
import { StreamingPreprocessor } from '../audio/preprocessor.ts';
import { streamInRealTime } from '../client/node/stream-audio.ts';
import { systemClock } from '../clock.ts';
import type { ServerConfig } from '../config/options.ts';
import { language } from '../config/values.ts';
import { loadChosen } from '../engine/default-engine.ts';
import { languageProblem } from '../engine/language.ts';
import { ModelEngines } from '../engine/model-engines.ts';
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

interface TranscribeFlags extends PullOfferFlags {
  readonly language: string;
  readonly stream?: boolean;
  readonly itn: boolean;
  readonly hotWord: readonly string[];
}

interface Task {
  readonly audio: MonoAudio;
  readonly flags: TranscribeFlags;
  readonly config: ServerConfig;
}

/** `theo transcribe FILE`: the text on stdout; with `--stream`, as a live session would have heard it. */
export function registerTranscribe(program: Command): void {
  const command = program
    .command('transcribe')
    .argument('<file>', 'WAV or FLAC file, 8 to 192 kHz; - reads stdin')
    .description('print the text of a recording')
    .addOption(valueFlag('--language', language(), 'what is spoken; auto detects it').default('auto'))
    .option('--stream', 'stream it in real time through a server of its own; partials on stderr')
    .option('--no-itn', 'leave numbers as they were spoken')
    .option(
      '--hot-word <text>',
      'word or phrase to expect; repeatable',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    );
  addPullFlag(command);
  const settingsOf = addSettings(command, [
    'defaultModel',
    'modelsDir',
    'decodeSlots',
    'entities',
    'digitGrouping',
    'logLevel',
  ]);
  command.action(async (file: string, options: TranscribeFlags & Record<string, unknown>) => {
    const config = settingsOf(options);
    const audio = await readRecording(file);
    await offerPull(config.defaultModel, config, options);
    const task: Task = { audio, flags: options, config };
    const text = await (options.stream ? transcribeLive(task) : transcribeAtOnce(task));
    if (text === '') console.error(`theo: ${file}: no speech was heard`);
    else console.log(text);
  });
}

async function transcribeAtOnce({ audio, flags, config }: Task): Promise<string> {
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
    const problem = languageProblem(engine, spoken);
    if (problem !== undefined) throw new UsageError(`--${problem}`);
    const pipeline = createTextPipeline((stage, error) =>
      console.error(`theo: text stage ${stage} failed:`, error),
    );
    const utterances = await transcribeFile(toPcm16(audio.samples), {
      engine,
      classifier,
      preprocessor: new StreamingPreprocessor(addon, { inputSampleRate: audio.sampleRateHz }),
      language: spoken,
      prompt: '',
      hotWords: flags.hotWord,
      task: 'transcribe',
    });
    return utterances
      .map(({ text, language }) =>
        pipeline.apply(
          { text, isFinal: true },
          { language, enableItn: flags.itn, hotWords: flags.hotWord, ...textOptions(config) },
        ),
      )
      .filter((text) => text !== '')
      .join('\n');
  } finally {
    await Promise.all([engines.close(), classifier.close()]);
  }
}

async function transcribeLive({ audio, flags, config }: Task): Promise<string> {
  const log = createLogger({
    format: 'pretty',
    level: config.logLevel === 'info' ? 'warn' : config.logLevel,
  });
  const server = await startLocalServer(config, log);
  try {
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
    return finals.join('\n');
  } finally {
    await server.close();
  }
}
