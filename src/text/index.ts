import { entityStage } from './entities/entity-stage.ts';
import { HotWordStage } from './hot-words/hot-word-stage.ts';
import { itnStage } from './itn/itn-stage.ts';
import { type StageErrorHandler, TextPipeline } from './pipeline.ts';

export { ENTITY_KINDS, type EntityKind } from './entities/identifier.ts';
export type { HotWord } from './hot-words/hot-word-matcher.ts';
export { isItnLanguage, itnLanguages } from './itn/grammars.ts';
export { type NormalizeOptions, normalize } from './itn/normalize.ts';
export { type RecognizedText, type StageErrorHandler, TextPipeline } from './pipeline.ts';
export type { TextContext, TextOptions, TextStage } from './stage.ts';

/** The pipeline of all stages: hot words, inverse text normalization, entities. */
export function createTextPipeline(onError: StageErrorHandler): TextPipeline {
  return new TextPipeline([new HotWordStage(), itnStage, entityStage], onError);
}
