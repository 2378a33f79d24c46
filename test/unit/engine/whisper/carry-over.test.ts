import { beforeEach, expect, it } from 'vitest';
import type { EarlierSpeech } from '#theo/engine/types.js';
import { minLeadInSamples } from '#theo/engine/whisper/decode-requests.js';
import type { WhisperStream } from '#theo/engine/whisper/whisper-stream.js';
import { heard, settled } from '../../../support/fake-decoder.ts';
import { StreamHarness, speech, speechOf, textsOf } from './stream-harness.ts';

const second = 16_000;
let streams: StreamHarness;

beforeEach(() => {
  streams = new StreamHarness();
});

/** What an utterance of so much audio and this text leaves behind. */
async function spoken(text: string, seconds = 2, language = 'en'): Promise<EarlierSpeech> {
  const { stream, events } = streams.open({ language, enablePartials: false });
  stream.write(speech(seconds));
  stream.flush();
  await streams.slot.finish(heard(text, { language }));
  const left = speechOf(events);
  if (!left) throw new Error('nothing was left');
  return left;
}

function words(text: string): { text: string }[] {
  return text.split(' ').map((word) => ({ text: word }));
}

/** A text of so many words, none of them twice. */
function numbers(count: number): string {
  return Array.from({ length: count }, (_, index) => `${7919 * (index + 11)}`).join(' ');
}

function earlierText(): string {
  return String.fromCodePoint(...streams.slot.request.earlier);
}

async function final(stream: WhisperStream, words: string): Promise<void> {
  stream.flush();
  await streams.slot.finish(heard(words));
}

it('an utterance is heard over the speech before it, whose text is forced without its full stop', async () => {
  const earlier = await spoken('And so, my fellow Americans.');
  const next = streams.open({ language: 'en', earlier, leadInSamples: 4800 });
  next.stream.write(speech(0.6));
  expect(streams.slot.request.samples).toHaveLength(minLeadInSamples + 2.6 * second);
  expect(earlierText()).toBe(' And so, my fellow Americans');
  await streams.slot.finish(heard('ask not'));
  expect(textsOf(next.events)).toEqual(['ask not']);
  await final(next.stream, 'ask not.');
  expect(textsOf(next.events).at(-1)).toBe('final: ask not.');
});

it('the words of an utterance are timed from where it begins, not from the speech before it', async () => {
  streams = new StreamHarness({ timesWords: true });
  const earlier = await spoken('And so, my fellow Americans.');
  const next = streams.open({ language: 'en', earlier, leadInSamples: 4800, enablePartials: false });
  next.stream.write(speech(1));
  next.stream.flush();
  expect(streams.slot.request.timeWords).toBe(true);
  const begins = minLeadInSamples / second + 2;
  const word = { text: 'ask', startSeconds: begins + 0.25, endSeconds: begins + 0.5 };
  await streams.slot.finish(heard([{ text: ',', startSeconds: begins, endSeconds: begins }, word]));
  const words = [{ word: 'ask', startMs: 250, endMs: 500 }];
  expect(next.events.at(-1)).toMatchObject({ type: 'final', transcript: { text: 'ask', words } });
});

it('what is left for the third utterance is both that were before it, as the model joined them', async () => {
  const first = await spoken('Good morning.');
  const next = streams.open({ language: 'en', earlier: first, enablePartials: false });
  next.stream.write(speech(1));
  next.stream.flush();
  await streams.slot.finish(heard([{ text: '.', spaceBefore: false }, ...words('How are you?')]));
  expect(textsOf(next.events)).toEqual(['final: How are you?']);
  const both = speechOf(next.events);
  expect(both).toMatchObject({ text: 'Good morning. How are you?', language: 'en' });
  expect(both?.samples).toHaveLength(minLeadInSamples + 3 * second);

  const third = streams.open({ language: 'en', earlier: both, enablePartials: false });
  third.stream.write(speech(1));
  third.stream.flush();
  expect(earlierText()).toBe(' Good morning. How are you?');
});

it('punctuation that belongs to the earlier text is never shown', async () => {
  const earlier = await spoken('Yes.');
  const { stream, events } = streams.open({ language: 'en', earlier });
  stream.write(speech(0.5));
  await streams.slot.finish(heard([{ text: ',', spaceBefore: false }]));
  stream.write(speech(0.5));
  await streams.slot.finish(heard([{ text: ',', spaceBefore: false }, { text: 'and' }, { text: 'no' }]));
  expect(textsOf(events)).toEqual(['and no']);
});

it('the memory goes from utterance to utterance: partials go on where they were, finals hear the new speech whole', async () => {
  const earlier = await spoken('one');
  const known = minLeadInSamples + 2 * second;
  const { stream, events } = streams.open({ language: 'en', earlier });
  const [memory] = streams.memories;
  stream.write(speech(0.5));
  expect(streams.slot.request).toMatchObject({ memory, rememberedSamples: known });
  await streams.slot.finish(heard('two'));
  stream.write(speech(0.5));
  expect(streams.slot.request.memory).toBe(memory);
  expect(streams.slot.request.rememberedSamples).toBeGreaterThanOrEqual(known + 0.5 * second);
  await streams.slot.finish(heard('two three'));
  stream.flush();
  expect(streams.slot.request).toMatchObject({ memory, rememberedSamples: known });
  await streams.slot.finish(heard('two three'));
  earlier.close();
  expect(memory?.isClosed).toBe(false);
  speechOf(events)?.close();
  expect(memory?.isClosed).toBe(true);
  expect(streams.memories).toHaveLength(1);
});

it('an utterance that turns out to be none leaves the speech before it as it was', async () => {
  const earlier = await spoken('one');
  const dismissed = streams.open({ language: 'en', earlier });
  dismissed.stream.write(speech(0.5));
  await streams.slot.finish(heard(''));
  dismissed.stream.cancel();
  const { stream } = streams.open({ language: 'en', earlier });
  stream.write(speech(0.4));
  expect(streams.slot.request).toMatchObject({
    memory: streams.memories[0],
    rememberedSamples: minLeadInSamples + 2 * second,
  });
  expect(streams.memories).toHaveLength(1);
  stream.cancel();
  earlier.close();
  expect(streams.memories[0]?.isClosed).toBe(true);
});

it('a memory whose speech has been closed meanwhile is closed with the stream', async () => {
  const earlier = await spoken('one');
  const { stream } = streams.open({ language: 'en', earlier });
  stream.write(speech(0.5));
  earlier.close();
  expect(streams.memories[0]?.isClosed).toBe(false);
  stream.cancel();
  expect(streams.memories[0]?.isClosed).toBe(true);
});

it('earlier speech of another process has no memory: all of it is heard anew', async () => {
  const earlier = { samples: speech(3), text: 'one', language: 'en', close: () => {} };
  const { stream } = streams.open({ language: 'en', earlier });
  stream.write(speech(0.5));
  expect(streams.slot.request).toMatchObject({ memory: streams.memories[0], rememberedSamples: 0 });
  expect(streams.slot.request.samples).toHaveLength(3.5 * second);
});

it('where the two together outgrow the window, the new utterance is heard alone', async () => {
  const earlier = await spoken('one', 20);
  const { stream, events } = streams.open({ language: 'en', earlier, leadInSamples: 4800 });
  stream.write(speech(7));
  await streams.slot.finish(heard('two three'));
  expect(earlierText()).toBe(' one');
  stream.write(speech(2));
  expect(streams.slot.request).toMatchObject({ rememberedSamples: 0 });
  expect(streams.slot.request.samples).toHaveLength(9 * second);
  expect(earlierText()).toBe('');
  await streams.slot.finish(heard('two three four'));
  await final(stream, 'two three four');
  expect(textsOf(events).at(-1)).toBe('final: two three four');
  expect(speechOf(events)).toBeNull();
  earlier.close();
  expect(streams.memories.every(({ isClosed }) => isClosed)).toBe(true);
});

it('where nothing new is heard behind the earlier text, the utterance is heard once more alone', async () => {
  const earlier = await spoken('Are you there?');
  const { stream, events } = streams.open({ language: 'en', earlier, enablePartials: false });
  stream.write(speech(0.5));
  stream.flush();
  await streams.slot.finish(heard('.'));
  expect(streams.slot.request).toMatchObject({ memory: null, measureNoSpeech: true });
  expect(streams.slot.request.samples).toHaveLength(minLeadInSamples + 0.5 * second);
  await streams.slot.finish(heard('Yes.'));
  expect(textsOf(events)).toEqual(['final: Yes.']);
  expect(speechOf(events)?.text).toBe('Are you there? Yes.');
});

it('silence leaves nothing to go on from', async () => {
  const { stream, events } = streams.open({ language: 'en', enablePartials: false });
  stream.write(speech(1));
  await final(stream, '');
  expect(speechOf(events)).toBeNull();
  expect(streams.memories.every(({ isClosed }) => isClosed)).toBe(true);
});

it('where the language is to be detected, another one ends the sentence', async () => {
  const earlier = await spoken('Guten Morgen.', 2, 'de');
  const { stream, events } = streams.open({ earlier });
  stream.write(speech(0.6));
  expect(streams.slot.request.language).toBe('de');
  await streams.slot.finish(heard('bom'));
  expect(events).toMatchObject([{ type: 'partial', text: 'bom', committed: '' }]);
  stream.write(speech(1));
  // Asked of the new speech alone.
  expect(streams.slot.request).toMatchObject({ language: null, maxTokens: 1 });
  expect(streams.slot.request.samples).toHaveLength(minLeadInSamples + 1.6 * second);
  await streams.slot.finish(heard('bom', { language: 'pt', languageProbability: 0.97 }));
  expect(streams.slot.request).toMatchObject({ language: null, rememberedSamples: 0 });
  expect(earlierText()).toBe('');
  await streams.slot.finish(heard('bom dia', { language: 'pt' }));
  stream.flush();
  await streams.slot.finish(heard('bom dia', { language: 'pt' }));
  expect(textsOf(events).at(-1)).toBe('final: bom dia');
  expect(speechOf(events)).toBeNull();
});

it('where the language is to be detected, the same one is asked for once', async () => {
  const earlier = await spoken('Good morning.');
  const { stream } = streams.open({ earlier });
  stream.write(speech(1.5));
  await streams.slot.finish(heard('how', { language: 'en', languageProbability: 0.99 }));
  expect(streams.slot.request).toMatchObject({ language: 'en' });
  expect(earlierText()).toBe(' Good morning');
  await streams.slot.finish(heard('how are'));
  stream.flush();
  expect(streams.slot.request).toMatchObject({ language: 'en' });
  expect(earlierText()).toBe(' Good morning');
});

it('a final without partials asks for the language first', async () => {
  const earlier = await spoken('Guten Morgen.', 2, 'de');
  const { stream, events } = streams.open({ earlier, enablePartials: false });
  stream.write(speech(2));
  stream.flush();
  expect(streams.slot.request.maxTokens).toBe(1);
  await streams.slot.finish(heard('bom', { language: 'pt', languageProbability: 0.97 }));
  await streams.slot.finish(heard('bom dia', { language: 'pt' }));
  expect(textsOf(events)).toEqual(['final: bom dia']);
  // The next one begins anew: it would be forced to go on in two languages.
  expect(speechOf(events)).toBeNull();
});

it('texts that fill the context are not gone on from', async () => {
  const earlier = await spoken(numbers(60));
  const { stream } = streams.open({ language: 'en', earlier });
  stream.write(speech(0.5));
  expect(earlierText()).toBe('');
  expect(streams.slot.request.rememberedSamples).toBe(0);
});

it('texts that no speech can have are not even looked at', () => {
  const earlier = { samples: speech(3), text: '.'.repeat(10_000_000), language: 'en', close: () => {} };
  const { stream } = streams.open({ language: 'en', earlier });
  stream.write(speech(0.5));
  expect(earlierText()).toBe('');
});

it('partials end where their words would fill the context; the final comes all the same', async () => {
  const { stream, events } = streams.open({ language: 'en' });
  const long = numbers(70);
  for (let round = 0; round < 3; round++) {
    stream.write(speech(2));
    if (streams.slot.isBusy) await streams.slot.finish(heard(long));
  }
  expect(streams.slot.requests).toHaveLength(2);
  await final(stream, long);
  expect(textsOf(events).at(-1)).toBe(`final: ${long}`);
});

it('a model that knows nothing of earlier text hears every utterance alone', async () => {
  streams = new StreamHarness({ acceptsPrompt: false });
  const { stream, events } = streams.open({ language: 'en', enablePartials: false });
  stream.write(speech(1));
  await final(stream, 'one');
  expect(speechOf(events)).toBeNull();
  const earlier = { samples: speech(3), text: 'one', language: 'en', close: () => {} };
  const next = streams.open({ language: 'en', earlier });
  next.stream.write(speech(0.5));
  expect(earlierText()).toBe('');
  await settled();
  next.stream.cancel();
});
