import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamOptions } from '#theo/engine/types.js';
import type { DecodeScheduler } from '#theo/engine/whisper/scheduler.js';
import { type FakeSlot, fakeModel, heard, settled } from '../../../support/fake-decoder.ts';
import { type OpenStream, StreamHarness, speech, speechOf, textsOf } from './stream-harness.ts';

let slot: FakeSlot;
let scheduler: DecodeScheduler;
let streams: StreamHarness;

beforeEach(() => {
  streams = new StreamHarness();
  ({ slot, scheduler } = streams);
});

const open = (changes: Partial<StreamOptions> = {}): OpenStream => streams.open(changes);
const heardSamples = (): number => streams.heardSamples();

describe('partials', () => {
  it('come from the first audio worth a decode, then whenever enough new audio came', async () => {
    const { stream, events } = open();
    stream.write(speech(0.1));
    expect(slot.requests).toHaveLength(0);
    stream.write(speech(0.1));
    expect(heardSamples()).toBe(3200);
    stream.write(speech(0.1));
    await slot.finish(heard('the'));
    stream.write(speech(0.05));
    expect(slot.requests).toHaveLength(1);
    stream.write(speech(0.1));
    expect(heardSamples()).toBe(0.45 * 16_000);
    await slot.finish(heard('the meeting'));
    expect(textsOf(events)).toEqual(['the', 'the meeting']);
  });

  it('wait for speech behind the lead-in', () => {
    const { stream } = open({ leadInSamples: 4800 });
    stream.write(speech(0.3));
    stream.write(speech(0.1));
    expect(slot.requests).toHaveLength(0);
    stream.write(speech(0.1));
    expect(slot.requests).toHaveLength(1);
  });

  it('build on the words that are committed, and say which those are', async () => {
    const { stream, events } = open();
    stream.write(speech(0.5));
    await slot.finish(heard('one two'));
    stream.write(speech(0.5));
    await slot.finish(heard('one two three'));
    stream.write(speech(0.5));
    expect(String.fromCodePoint(...slot.request.prefix)).toBe('onetwo');
    await slot.finish(heard('one two tree four'));
    expect(events.at(-1)).toEqual({ type: 'partial', text: 'one two tree four', committed: 'one two' });
  });

  it('share one memory, which goes with the speech, and draft the words that are not committed yet', async () => {
    const { memories } = streams;
    const { stream, events } = open();
    stream.write(speech(0.5));
    await slot.finish(heard('one two three'));
    stream.write(speech(0.3));
    expect(slot.request.memory).toBe(memories[0]);
    expect(String.fromCodePoint(...slot.request.draft)).toBe('onetwothree');
    await slot.finish(heard('one two tree'));
    stream.write(speech(0.3));
    expect(slot.request.memory).toBe(memories[0]);
    expect(String.fromCodePoint(...slot.request.prefix)).toBe('onetwo');
    expect(String.fromCodePoint(...slot.request.draft)).toBe('tree');
    await slot.finish(heard('one two three four'));
    expect(memories).toEqual([expect.objectContaining({ isClosed: false })]);
    stream.flush();
    expect(slot.request).toMatchObject({ memory: memories[0], rememberedSamples: 0 });
    expect(String.fromCodePoint(...slot.request.draft)).toBe('onetwothreefour');
    await slot.finish(heard('one two three four'));
    speechOf(events)?.close();
    expect(memories).toEqual([expect.objectContaining({ isClosed: true })]);
  });

  it('keep to themselves doubtful words and what follows them', async () => {
    const { stream, events } = open();
    stream.write(speech(0.5));
    await slot.finish(heard([{ text: 'yes' }, { text: 'uh', probability: 0.2 }, { text: 'sir' }]));
    expect(textsOf(events)).toEqual(['yes']);
  });

  it('keep the spacing of their words', async () => {
    const { stream, events } = open();
    const unspaced = { spaceBefore: false };
    stream.write(speech(0.5));
    await slot.finish(heard([{ text: '我' }, { text: '用', ...unspaced }, { text: 'iPhone' }]));
    stream.write(speech(0.5));
    await slot.finish(
      heard([
        { text: '我' },
        { text: '用', ...unspaced },
        { text: '手', ...unspaced },
        { text: '机', ...unspaced },
      ]),
    );
    expect(events).toEqual([
      { type: 'partial', text: '我用 iPhone', committed: '' },
      { type: 'partial', text: '我用手机', committed: '我用' },
    ]);
  });

  it('tell nothing of annotations, and commit none', async () => {
    const { stream, events } = open();
    stream.write(speech(0.5));
    await slot.finish(heard('[BLANK_AUDIO]'));
    stream.write(speech(0.5));
    await slot.finish(heard('(risos) yes we (mú'));
    stream.write(speech(0.5));
    await slot.finish(heard('(risos) yes we (música) can'));
    stream.write(speech(0.5));
    expect(String.fromCodePoint(...slot.request.prefix)).toBe('yeswe');
    await slot.finish(heard('yes we can ♪ la la'));
    expect(events).toEqual([
      { type: 'partial', text: 'yes we', committed: '' },
      { type: 'partial', text: 'yes we can', committed: 'yes we' },
    ]);
  });

  it('are not repeated, and empty ones are not told', async () => {
    const { stream, events } = open();
    stream.write(speech(0.5));
    await slot.finish(heard(''));
    stream.write(speech(0.5));
    await slot.finish(heard('yes'));
    stream.write(speech(0.5));
    await slot.finish(heard('yes'));
    expect(textsOf(events)).toEqual(['yes']);
  });

  it('are not decoded at all when they are off', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(3));
    expect(slot.requests).toHaveLength(0);
    stream.flush();
    await slot.finish(heard('yes'));
    expect(textsOf(events)).toEqual(['final: yes']);
  });

  it('keep a language that was detected surely in enough audio', async () => {
    const { stream } = open();
    stream.write(speech(1));
    await slot.finish(heard('sim', { language: 'pt' }));
    stream.write(speech(1));
    expect(slot.request.language).toBeNull();
    await slot.finish(heard('sim senhor', { language: 'pt', languageProbability: 0.95 }));
    stream.write(speech(1));
    expect(slot.request.language).toBe('pt');
  });

  describe('of a person who spoke Portuguese before', () => {
    it('are in Portuguese while they are too short to tell', async () => {
      const { stream, events } = open({ expectedLanguage: 'pt' });
      stream.write(speech(0.5));
      expect(slot.request.language).toBe('pt');
      stream.flush();
      await settled();
      expect(slot.request).toMatchObject({ language: 'pt', draft: new Int32Array() });
      await slot.finish(heard('sim', { language: 'pt' }));
      expect(events.at(-1)).toMatchObject({ transcript: { text: 'sim', language: 'pt' } });
    });

    it('may be in another language when there is enough speech, which has to be much more likely', async () => {
      const { stream } = open({ expectedLanguage: 'pt' });
      stream.write(speech(1.5));
      expect(slot.request).toMatchObject({ language: null, expectedLanguage: 'pt' });
      expect(slot.request.otherLanguageOdds).toBeGreaterThan(10);
      stream.flush();
      await settled();
      expect(slot.request).toMatchObject({ language: null, expectedLanguage: 'pt' });
    });

    it('begin anew when they turn out to be in another language', async () => {
      const { stream, events } = open({ expectedLanguage: 'pt' });
      stream.write(speech(0.6));
      await slot.finish(heard('seis', { language: 'pt' }));
      stream.write(speech(0.4));
      await slot.finish(heard('seis de', { language: 'pt' }));
      stream.write(speech(0.4));
      expect(slot.request.prefix.length).toBeGreaterThan(0);
      await slot.finish(heard('seis they', { language: 'en', languageProbability: 0.97 }));
      stream.write(speech(0.4));
      expect(slot.request.prefix).toHaveLength(0);
      await slot.finish(heard('says they', { language: 'en', languageProbability: 0.97 }));
      expect(textsOf(events)).toEqual(['seis', 'seis de', 'says they']);
      // Until it is sure of the language, no word is promised to stay.
      expect(events.map((event) => (event.type === 'partial' ? event.committed : ''))).toEqual(['', '', '']);
    });

    it('that language is not looked for where one was asked for', async () => {
      const { stream } = open({ language: 'en', expectedLanguage: 'pt' });
      stream.write(speech(0.5));
      expect(slot.request.language).toBe('en');
    });
  });
});

describe('the final', () => {
  it('follows a flush, is the last event, and is decoded from all the audio', async () => {
    const { stream, events, hasEnded } = open();
    stream.write(speech(1));
    await slot.finish(heard('one'));
    stream.write(speech(0.1));
    stream.flush();
    stream.flush();
    expect(heardSamples()).toBe(1.1 * 16_000);
    expect(slot.request.prefix).toHaveLength(0);
    await slot.finish(heard('one two'));
    expect(textsOf(events)).toEqual(['one', 'final: one two']);
    expect(hasEnded()).toBe(true);
    expect(streams.ends).toBe(1);
    stream.write(speech(1));
    stream.cancel();
    expect(slot.requests).toHaveLength(2);
    expect(streams.ends).toBe(1);
  });

  it('does not wait for a partial that runs', async () => {
    const { stream, events } = open();
    stream.write(speech(1));
    expect(slot.isBusy).toBe(true);
    stream.flush();
    await settled();
    expect(slot.aborts).toBe(1);
    expect(heardSamples()).toBe(16_000);
    await slot.finish(heard('one'));
    expect(textsOf(events)).toEqual(['final: one']);
  });

  it('of no audio is empty', async () => {
    const { stream, events } = open({ language: 'pt' });
    stream.flush();
    await settled();
    expect(events).toEqual([
      {
        type: 'final',
        transcript: { text: '', language: 'pt', languageProbability: 0, confidence: 0, words: null },
        speech: null,
      },
    ]);
  });

  it('tells when its words were said, where the model times words; partials never do', async () => {
    const timing = new StreamHarness({ timesWords: true });
    const { stream, events } = timing.open({ leadInSamples: 400 });
    stream.write(speech(1));
    expect(timing.slot.request.timeWords).toBe(false);
    await timing.slot.finish(heard('one'));
    stream.flush();
    expect(timing.slot.request.timeWords).toBe(true);
    await timing.slot.finish(heard([{ text: 'one', startSeconds: 0.5, endSeconds: 0.75 }]));
    // 75 ms of silence were put before it.
    const words = [{ word: 'one', spaceBefore: true, startMs: 425, endMs: 675, probability: 0.9 }];
    expect(events.at(-1)).toMatchObject({ type: 'final', transcript: { text: 'one', words } });
  });

  it('is decoded ahead when it is anticipated, and once only', async () => {
    const { stream, events } = open();
    stream.write(speech(1));
    stream.anticipateFlush();
    stream.anticipateFlush();
    await settled();
    expect(slot.requests).toHaveLength(2);
    await slot.finish(heard('one two'));
    expect(events).toEqual([]);
    stream.flush();
    await settled();
    expect(textsOf(events)).toEqual(['final: one two']);
    expect(slot.requests).toHaveLength(2);
  });

  it('is decoded again when speech went on', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(1));
    stream.anticipateFlush();
    await slot.finish(heard('one'));
    stream.write(speech(1));
    stream.flush();
    expect(heardSamples()).toBe(32_000);
    await slot.finish(heard('one two'));
    expect(textsOf(events)).toEqual(['final: one two']);
  });

  it('drops a failed anticipation without a word when speech goes on', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(1));
    stream.anticipateFlush();
    await slot.fail('no memory');
    stream.write(speech(1));
    stream.flush();
    await slot.finish(heard('one'));
    expect(textsOf(events)).toEqual(['final: one']);
  });

  it('is decoded once more with all of the context when the decoder went astray', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(1));
    stream.flush();
    expect(slot.request.audioContext).toBeGreaterThan(0);
    await slot.finish(heard('na na na', { truncated: 'loop' }));
    expect(slot.request.audioContext).toBe(0);
    await slot.finish(heard('na'));
    expect(textsOf(events)).toEqual(['final: na']);
  });

  it('of silence is empty, where the model itself doubts what it heard', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(1));
    stream.flush();
    await slot.finish(heard('thank you', { noSpeechProbability: 0.8, avgLogProbability: -1.5 }));
    expect(textsOf(events)).toEqual(['final: ']);
  });

  it('of several windows has no space at a seam between scripts without spaces', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(45));
    stream.flush();
    await slot.finish(heard([{ text: '客観的' }, { text: '実在の', spaceBefore: false }]));
    await slot.finish(heard([{ text: '判断' }]));
    expect(textsOf(events)).toEqual(['final: 客観的実在の判断']);
  });

  it('tells nothing of annotations', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(1));
    stream.flush();
    await slot.finish(heard('(risos) yes we [música] can ♪ la'));
    expect(textsOf(events)).toEqual(['final: yes we can']);
  });

  it('has the mean probability of its tokens as its confidence', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(1));
    stream.flush();
    await slot.finish(
      heard([
        { text: 'a', probability: 1 },
        { text: 'bcd', probability: 0.6 },
      ]),
    );
    const final = events[0]?.type === 'final' ? events[0].transcript : undefined;
    expect(final?.confidence).toBeCloseTo(0.7);
  });

  it('is preceded by prompt and hot words, which the model gets each time and which are tokenized once', async () => {
    const tokenize = vi.spyOn(fakeModel, 'tokenize');
    const { stream } = open({ prompt: 'before', hotWords: ['Selic', 'Pix'] });
    stream.write(speech(1));
    await slot.finish(heard('the'));
    stream.write(speech(1));
    await slot.finish(heard('the rate'));
    stream.flush();
    expect(slot.requests).toHaveLength(3);
    for (const { prompt } of slot.requests) {
      expect(String.fromCodePoint(...prompt)).toBe(' before Selic, Pix');
    }
    expect(tokenize).toHaveBeenCalledTimes(1);
    tokenize.mockRestore();
  });
});

it.each([
  [{ acceptsHotWords: false }, ' before'],
  [{ acceptsPrompt: false }, ' Selic, Pix'],
  [{ acceptsPrompt: false, acceptsHotWords: false }, ''],
])('a model is told what it follows: %o', (accepts, prompt) => {
  const harness = new StreamHarness(accepts);
  const { stream } = harness.open({ prompt: 'before', hotWords: ['Selic', 'Pix'] });
  stream.write(speech(1));
  expect(String.fromCodePoint(...harness.slot.request.prompt)).toBe(prompt);
});

describe('the end', () => {
  it('by cancel aborts what runs, and no event follows', async () => {
    const { stream, events, hasEnded } = open();
    stream.write(speech(1));
    stream.cancel();
    stream.cancel();
    await settled();
    expect(slot.aborts).toBe(1);
    expect(events).toEqual([]);
    expect(hasEnded()).toBe(true);
    expect(streams.ends).toBe(1);
  });

  it('by a failing decode is an error, once', async () => {
    const { stream, events, hasEnded } = open();
    stream.write(speech(1));
    await slot.fail('no memory');
    expect(textsOf(events)).toEqual(['error: internal_error']);
    expect(hasEnded()).toBe(true);
    stream.flush();
    await settled();
    expect(textsOf(events)).toEqual(['error: internal_error']);
    expect(streams.ends).toBe(1);
  });

  it('by the closing of the engine is an error for whoever waits for a final', async () => {
    const { stream, events } = open({ enablePartials: false });
    stream.write(speech(1));
    stream.flush();
    scheduler.close();
    await settled();
    expect(textsOf(events)).toEqual(['error: cancelled']);
  });

  it('of one stream leaves the decodes of another alone', async () => {
    const first = open({ enablePartials: false });
    const second = open({ enablePartials: false });
    first.stream.write(speech(1));
    first.stream.anticipateFlush();
    second.stream.write(speech(2));
    second.stream.flush();
    await slot.finish(heard('first'));
    expect(heardSamples()).toBe(32_000);
    first.stream.flush();
    await settled();
    expect(textsOf(first.events)).toEqual(['final: first']);
    expect(slot.aborts).toBe(0);
    await slot.finish(heard('second'));
    expect(textsOf(second.events)).toEqual(['final: second']);
  });
});
