import type { TensorLayout } from '../tensor-layout.ts';

/** OpenAI's own names. */
export const openAiLayout: TensorLayout = {
  locate: (name) => ({ name }),
  layers: { encoder: /^encoder\.blocks\.(\d+)\./, decoder: /^decoder\.blocks\.(\d+)\./ },
  typeAdvice: 'save the checkpoint again in float32, float16 or bfloat16',
};
