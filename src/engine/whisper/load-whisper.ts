import type { InstalledModel } from '../../models/registry.ts';
import { decodeSetups } from '../cores.ts';
import type { EngineParts } from '../model-engines.ts';
import { WhisperEngine } from './whisper-engine.ts';

/** Loads Whisper as a model's manifest asks for it. @throws EngineError naming the file and the cause */
export function loadWhisper(
  { manifest, weightsPath }: InstalledModel,
  { addon, clock, observer, onLoading, signal, decodeSlots, cores, measuringBudgetMs, warn }: EngineParts,
): Promise<WhisperEngine> {
  const { engineConfig, capabilities } = manifest;
  const asked = { slots: decodeSlots || engineConfig.decodeSlots, threads: engineConfig.threads };
  const { setups, warning } = decodeSetups(asked, cores);
  if (warning !== undefined) warn(`${manifest.name}: ${warning}`);
  return WhisperEngine.load(
    {
      name: manifest.name,
      file: weightsPath,
      useGpu: engineConfig.device !== 'cpu',
      setups,
      measuringBudgetMs,
      loadingThreads: cores,
      batch: engineConfig.decodeBatch,
      int8: engineConfig.int8,
      audioContext: {
        mode: engineConfig.audioCtx,
        minimum: engineConfig.minAudioCtx,
        margin: engineConfig.audioCtxMargin,
      },
      search: {
        beams: engineConfig.beamSize,
        patience: engineConfig.patience,
        lengthPenalty: engineConfig.lengthPenalty,
        candidates: engineConfig.bestOf,
        temperatures: engineConfig.temperatures,
        suppressTokens: engineConfig.suppressTokens,
      },
      languages: capabilities.languages,
      acceptsPrompt: capabilities.initialPrompt,
      acceptsHotWords: capabilities.hotWords,
      timesWords: capabilities.wordTimestamps,
      alignmentHeads: engineConfig.alignmentHeads,
      translates: capabilities.translation,
      givesPartials: capabilities.partialTranscripts,
      partialIntervalMs: engineConfig.partialIntervalMs,
    },
    { addon, clock, observer, onLoading, signal },
  );
}
