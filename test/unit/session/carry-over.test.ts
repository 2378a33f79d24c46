import { expect, it } from 'vitest';
import type { EarlierSpeech } from '#theo/engine/types.js';
import { FakeEngine } from '../../support/fake-engine.ts';
import { joined, loud, SessionHarness, settled, silent } from './harness.ts';

/** Speech that knows whether it was closed. */
class FakeSpeech implements EarlierSpeech {
  readonly samples: Float32Array;
  readonly text: string;
  readonly language: string;
  isClosed = false;

  constructor(text: string, { seconds = 2, language = 'en' } = {}) {
    this.text = text;
    this.samples = new Float32Array(seconds * 16_000);
    this.language = language;
  }

  close(): void {
    this.isClosed = true;
  }
}

/** An utterance, and its final as soon as it has ended. */
async function say(harness: SessionHarness, speech: FakeSpeech, text = speech.text): Promise<void> {
  await harness.speak(joined(loud(600), silent(500)));
  harness.engine.stream.final(text, { language: speech.language }, speech);
  await settled();
}

async function begun(): Promise<SessionHarness> {
  const harness = new SessionHarness();
  await harness.speak(silent(500));
  return harness;
}

it('what is said after a short pause continues the speech before it', async () => {
  const harness = await begun();
  const first = new FakeSpeech('ask not');
  await say(harness, first);
  expect(harness.engine.stream.options).toMatchObject({ earlier: null, prompt: '' });

  await harness.speak(loud(600));
  expect(harness.engine.stream.options.earlier).toBe(first);
  expect(harness.engine.stream.options.prompt).toBe('');
  expect(first.isClosed).toBe(false);
});

it('speech is kept until the next final, and that one goes on from both', async () => {
  const harness = await begun();
  const [first, both] = [new FakeSpeech('ask not'), new FakeSpeech('ask not what')];
  await say(harness, first);
  await say(harness, both, 'what');
  expect([first.isClosed, both.isClosed]).toEqual([true, false]);
  await harness.speak(loud(600));
  expect(harness.engine.stream.options.earlier).toBe(both);
  harness.session.handle({ type: 'session.cancel' });
  expect(both.isClosed).toBe(true);
});

it('after a long pause only the last text is carried over, as a prompt', async () => {
  const harness = await begun();
  const first = new FakeSpeech('ask not');
  await say(harness, first);
  await harness.speak(silent(2000));
  expect(first.isClosed).toBe(true);
  await harness.speak(loud(600));
  expect(harness.engine.stream.options).toMatchObject({ earlier: null, prompt: 'ask not' });
});

it('the prompt of a sentence stays that of its beginning', async () => {
  const harness = await begun();
  await say(harness, new FakeSpeech('before'));
  await harness.speak(silent(2000));
  await say(harness, new FakeSpeech('ask not'));
  await harness.speak(loud(600));
  expect(harness.engine.stream.options).toMatchObject({ earlier: { text: 'ask not' }, prompt: 'before' });
});

it('a sound that is no speech changes nothing', async () => {
  const harness = await begun();
  const first = new FakeSpeech('ask not');
  await say(harness, first);
  await harness.speak(joined(loud(64), silent(160)));
  await harness.speak(loud(600));
  expect(harness.engine.stream.options.earlier).toBe(first);
});

it('neither does an utterance in which nothing was heard', async () => {
  const harness = await begun();
  const first = new FakeSpeech('ask not');
  await say(harness, first);
  await harness.speak(joined(loud(300), silent(400)));
  expect(harness.engine.streams).toHaveLength(2);
  harness.engine.stream.final('');
  await settled();
  expect(first.isClosed).toBe(false);
});

it('long speech is not gone on from', async () => {
  const harness = await begun();
  await say(harness, new FakeSpeech('a whole speech', { seconds: 21 }));
  await harness.speak(loud(600));
  expect(harness.engine.stream.options).toMatchObject({ earlier: null, prompt: 'a whole speech' });
});

it('a client that asks for another language begins anew', async () => {
  const harness = await begun();
  await say(harness, new FakeSpeech('ask not'));
  harness.session.handle({ type: 'session.configure', language: 'pt' });
  await harness.speak(loud(600));
  expect(harness.engine.stream.options).toMatchObject({ earlier: null, language: 'pt' });
});

it('speech whose final comes after the next utterance has ended is not kept', async () => {
  const harness = await begun();
  await harness.speak(joined(loud(600), silent(500), loud(600), silent(500)));
  const [first, second] = harness.engine.streams;
  expect(second?.options.earlier).toBeNull();
  const [late, next] = [new FakeSpeech('late'), new FakeSpeech('next')];
  second?.final('next', {}, next);
  first?.final('late', {}, late);
  await settled();
  expect([late.isClosed, next.isClosed]).toEqual([true, false]);
  await harness.speak(loud(600));
  expect(harness.engine.stream.options.earlier).toBe(next);
});

it('what is said while a final is late does not continue the speech before that one', async () => {
  const harness = new SessionHarness(new FakeEngine(), { silence_timeout_ms: 100 });
  const first = new FakeSpeech('one');
  await harness.speak(joined(silent(500), loud(600), silent(160)));
  harness.engine.stream.final('one', {}, first);
  await settled();
  // The third begins less than 0.8 s after the first.
  await harness.speak(joined(loud(300), silent(160), loud(300)));
  expect(harness.engine.streams.map(({ options }) => options.earlier)).toEqual([null, first, null]);
});

it('an engine that fails is given the same speech again', async () => {
  const harness = await begun();
  const first = new FakeSpeech('ask not');
  await say(harness, first);
  await harness.speak(loud(600));
  harness.engine.stream.fail('worker_crash', true);
  await settled();
  expect(harness.engine.streams).toHaveLength(3);
  expect(harness.engine.stream.options.earlier).toBe(first);
});
