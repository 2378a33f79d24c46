import { describe, expect, it } from 'vitest';
import { createTextPipeline, type TextContext, TextPipeline, type TextStage } from '#theo/text/index.js';

const shout: TextStage = { name: 'shout', apply: (text) => text.toUpperCase() };
const broken: TextStage = {
  name: 'broken',
  apply: () => {
    throw new Error('no such thing');
  },
};
const context: TextContext = { language: 'pt' };

describe('TextPipeline', () => {
  it('applies stages in order to finals', () => {
    const exclaim: TextStage = { name: 'exclaim', apply: (text) => `${text} ok` };
    const pipeline = new TextPipeline([exclaim, shout], () => {});
    expect(pipeline.apply({ text: 'oi', isFinal: true }, context)).toBe('OI OK');
  });

  it('leaves partials alone', () => {
    const pipeline = new TextPipeline([shout], () => {});
    expect(pipeline.apply({ text: 'oi', isFinal: false }, context)).toBe('oi');
  });

  it('goes on without a stage that throws and reports it', () => {
    const failures: [string, unknown][] = [];
    const pipeline = new TextPipeline([broken, shout], (stage, error) => failures.push([stage, error]));
    expect(pipeline.apply({ text: 'oi', isFinal: true }, context)).toBe('OI');
    expect(failures).toEqual([['broken', new Error('no such thing')]]);
  });

  it('passes the context to the stages', () => {
    const tell: TextStage = { name: 'tell', apply: (text, { language }) => `${language}: ${text}` };
    expect(new TextPipeline([tell], () => {}).apply({ text: 'oi', isFinal: true }, context)).toBe('pt: oi');
  });
});

describe('createTextPipeline', () => {
  const failures: string[] = [];
  const pipeline = createTextPipeline((stage) => failures.push(stage));
  const say = (text: string, options: Partial<TextContext> = {}): string =>
    pipeline.apply({ text, isFinal: true }, { language: 'pt', ...options });

  it('normalizes by default', () => {
    expect(say('dois mil reais')).toBe('R$ 2000');
    expect(say('dois mil reais', { grouping: true })).toBe('R$ 2.000');
    expect(say('two thousand dollars', { language: 'en-US' })).toBe('$2000');
  });

  it('does not normalize where that is turned off', () => {
    expect(say('dois mil reais', { enableItn: false })).toBe('dois mil reais');
  });

  it('leaves text in an unknown language untouched', () => {
    expect(say('zwei tausend dois mil', { language: 'de', hotWords: [], entities: true })).toBe(
      'zwei tausend dois mil',
    );
  });

  it('corrects hot words, then normalizes, then formats entities', () => {
    const text = 'o cpf do teo é cinco dois nove nove oito dois dois quatro sete dois cinco';
    expect(say(text, { hotWords: ['Theo'], entities: true })).toBe('o cpf do Theo é 529.982.247-25');
    expect(say(text, { hotWords: ['Theo'] })).toBe('o cpf do Theo é 52998224725');
    expect(failures).toEqual([]);
  });
});
