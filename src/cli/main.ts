#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { messageOf } from '../errors.ts';
import { version } from '../version.ts';
import { exitCodeOf } from './errors.ts';
import { setUpProcess } from './process-setup.ts';

setUpProcess();

const program = new Command('theo')
  .description(
    'Streaming speech-to-text: audio in over a WebSocket, transcripts out while the person still speaks.',
  )
  .version(version)
  .showHelpAfterError('(theo --help lists the commands, theo COMMAND --help their options)')
  .exitOverride();

/** Loaded when it is their turn: a quick command need not wait for the modules of a server. */
const commands: Readonly<Record<string, () => Promise<void>>> = {
  serve: async () => (await import('./serve.ts')).registerServe(program),
  worker: async () => (await import('./worker.ts')).registerWorker(program),
  transcribe: async () => (await import('./transcribe.ts')).registerTranscribe(program),
  translate: async () => (await import('./transcribe.ts')).registerTranslate(program),
  eval: async () => (await import('./eval.ts')).registerEval(program),
  demo: async () => (await import('./demo.ts')).registerDemo(program),
  import: async () => (await import('./import.ts')).registerImport(program),
  pull: async () => (await import('./pull.ts')).registerPull(program),
  tune: async () => (await import('./tune.ts')).registerTune(program),
  list: async () => (await import('./list.ts')).registerList(program),
  inspect: async () => (await import('./inspect.ts')).registerInspect(program),
  remove: async () => (await import('./remove.ts')).registerRemove(program),
  normalize: async () => (await import('./normalize.ts')).registerNormalize(program),
  ps: async () => (await import('./ps.ts')).registerPs(program),
  doctor: async () => (await import('./doctor.ts')).registerDoctor(program),
};

const [name = ''] = process.argv.slice(2);
const wanted = commands[name];
if (wanted) await wanted();
else if (name !== '--version' && name !== '-V')
  for (const register of Object.values(commands)) await register();

try {
  await program.parseAsync();
} catch (error) {
  // Commander has told of its own errors already.
  if (!(error instanceof CommanderError)) {
    console.error(`theo: ${messageOf(error)}`);
  }
  process.exitCode = exitCodeOf(error);
}
