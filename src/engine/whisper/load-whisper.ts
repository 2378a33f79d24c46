import { availableParallelism } from 'node:os';
import type { InstalledModel } from '../../models/registry.ts';
import type { EngineParts } from '../model-engines.ts';
import { WhisperEngine } from './whisper-engine.ts';

const defaultPartialIntervalMs = 160;

/** Brings Whisper as a model's manifest asks for it. @throws EngineError naming the file and the cause */
export function loadWhisper(
  { manifest, weightsPath }: InstalledModel,
  { addon, clock, observer, decodeSlots }: EngineParts,
): Promise<WhisperEngine> {
  const { engineConfig, capabilities } = manifest;
  return WhisperEngine.load(
    {
      name: manifest.name,
      file: weightsPath,
      useGpu: engineConfig.device !== 'cpu',
      slots: decodeSlots,
      threads: engineConfig.threads || Math.max(1, Math.floor(availableParallelism() / decodeSlots)),
      batch: engineConfig.decodeBatch,
      int8: engineConfig.int8,
      audioContext: {
        mode: engineConfig.audioCtx,
        minimum: engineConfig.minAudioCtx,
        margin: engineConfig.audioCtxMargin,
      },
      languages: capabilities.languages,
      acceptsPrompt: capabilities.initialPrompt,
      partialIntervalMs: engineConfig.partialIntervalMs || defaultPartialIntervalMs,
    },
    { addon, clock, observer },
  );
}
