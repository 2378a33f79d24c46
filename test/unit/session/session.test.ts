import { describe, expect, it } from 'vitest';
import { StreamingPreprocessor } from '#theo/audio/preprocessor.js';
import { loadNative } from '#theo/native.js';
import { defaultSessionConfig } from '#theo/protocol/session-config.js';
import { answerAlone, FakeEngine } from '../../support/fake-engine.ts';
import { bytesOf, joined, loud, SessionHarness, settled, silent } from './harness.ts';

const utterance = ['vad.speech_start', 'transcript.partial', 'transcript.final', 'vad.speech_end'];

describe('an utterance', () => {
  it('is start, partials, final, end; and the next has the next id', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(joined(silent(500), loud(1000), silent(600), loud(1000), silent(600)));
    expect(harness.types).toEqual([...utterance, ...utterance]);
    expect(harness.of('transcript.final').map((final) => final.segment_id)).toEqual([0, 1]);
    const partialIds = new Set(harness.of('transcript.partial').map((partial) => partial.segment_id));
    expect([...partialIds]).toEqual([0, 1]);
    expect(harness.metrics.vadEvents).toEqual(['speech_start', 'speech_end', 'speech_start', 'speech_end']);
  });

  it('is dated where it began and ended', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(joined(silent(512), loud(1024), silent(600)));
    const final = harness.of('transcript.final')[0];
    expect(final).toMatchObject({ start_ms: 512, end_ms: 1536 });
    expect(harness.of('vad.speech_start')[0]?.timestamp_ms).toBe(512);
    expect(harness.of('vad.speech_end')[0]?.timestamp_ms).toBe(1536);
  });

  it('reaches the engine from 400 ms before it on, and with a little silence behind', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    const samples = joined(silent(1024), loud(1024), silent(600));
    await harness.speak(samples);
    const { stream } = harness.engine;
    expect(stream.options.leadInSamples).toBeGreaterThanOrEqual(6400);
    expect(stream.options.leadInSamples).toBeLessThan(6400 + 512);
    const speechSamples = stream.sampleCount - stream.options.leadInSamples;
    expect(speechSamples).toBe(1024 * 16 + 2 * 512);
    expect(stream.anticipations).toBe(1);
  });

  it('is not one when the sound was too short', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(joined(silent(500), loud(100), silent(600)));
    expect(harness.types).toEqual([]);
    expect(harness.engine.stream.isCancelled).toBe(true);
    harness.session.handle({ type: 'session.close' });
    await settled();
    expect(harness.types).toEqual(['session.closed']);
  });

  it('is expected in the language spoken before, until another language or detection is asked for', async () => {
    const harness = new SessionHarness(
      new FakeEngine((stream) => {
        stream.onProgress = () => {
          if (stream.isFlushed) stream.final('boa tarde', { language: 'pt' });
        };
      }),
    );
    const expected = (): (string | null)[] =>
      harness.engine.streams.map(({ options }) => options.expectedLanguage);
    await harness.speak(joined(silent(500), loud(1600), silent(1500), loud(600), silent(1500)));
    expect(expected()).toEqual([null, 'pt']);
    harness.session.handle({ type: 'session.configure', language: 'pt' });
    harness.session.handle({ type: 'session.configure', language: 'auto' });
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    expect(expected()).toEqual([null, 'pt', null]);
  });

  it('gets the text before it as a prompt, and the words to expect', async () => {
    const harness = new SessionHarness(new FakeEngine((stream) => answerAlone(stream)));
    harness.session.handle({ type: 'session.configure', hot_words: ['Selic'], language: 'pt' });
    await harness.speak(joined(silent(500), loud(600), silent(600), loud(600)));
    const [first, second] = harness.engine.streams;
    expect(first?.options).toMatchObject({ prompt: '', hotWords: ['Selic'], language: 'pt' });
    expect(second?.options.prompt).toBe(harness.of('transcript.final')[0]?.text);
  });

  it('that lasts too long is cut, and nothing of it is lost or heard twice', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone), { max_segment_duration_ms: 1000 });
    const samples = joined(silent(512), loud(2600), silent(600));
    await harness.speak(samples);
    expect(harness.types).toEqual([...utterance, ...utterance, ...utterance]);
    const [first, second, third] = harness.of('transcript.final');
    expect(second?.start_ms).toBe(first?.end_ms);
    expect(third?.start_ms).toBe(second?.end_ms);
    const spoken = harness.engine.streams.reduce((sum, stream) => sum + stream.sampleCount, 0);
    const leadIn = harness.engine.streams[0]?.options.leadInSamples ?? 0;
    expect(spoken - leadIn).toBe(Math.ceil((2600 * 16) / 512) * 512 + 2 * 512);
  });

  it('waits with its events while the final before it is still to come', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(600), silent(600), loud(600)));
    const [first, second] = harness.engine.streams;
    second?.partial('second');
    await settled();
    expect(harness.types).toEqual(['vad.speech_start']);
    first?.final('first');
    await settled();
    expect(harness.types).toEqual([
      'vad.speech_start',
      'transcript.final',
      'vad.speech_end',
      'vad.speech_start',
    ]);
    second?.partial('second one');
    await settled();
    expect(harness.of('transcript.partial')).toMatchObject([{ text: 'second one', segment_id: 1 }]);
  });

  it('tells nothing partial of a sound that is not confirmed yet', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(500), loud(150)));
    harness.engine.stream.partial('early');
    await settled();
    expect(harness.types).toEqual([]);
    await harness.speak(loud(150));
    expect(harness.types).toEqual(['vad.speech_start', 'transcript.partial']);
  });
});

describe('audio that stops coming', () => {
  it('ends the utterance a second later, with all that was said', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(joined(silent(500), loud(1000)));
    harness.clock.advance(990);
    await settled();
    expect(harness.of('transcript.final')).toHaveLength(0);
    harness.clock.advance(210);
    await settled();
    expect(harness.types).toEqual(utterance);
    expect(harness.of('transcript.final')).toMatchObject([{ end_ms: 1500 }]);
    const { stream } = harness.engine;
    expect(stream.sampleCount - stream.options.leadInSamples).toBeGreaterThanOrEqual(1000 * 16);
  });

  it('ends it after the silence that the client asked for, where that is longer', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone), { silence_timeout_ms: 4000 });
    await harness.speak(joined(silent(500), loud(1000)));
    harness.clock.advance(3900);
    await settled();
    expect(harness.of('transcript.final')).toHaveLength(0);
    harness.clock.advance(300);
    await settled();
    expect(harness.of('transcript.final')).toHaveLength(1);
  });

  it('keeps even a sound that was too short out of what is said later', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(loud(150));
    harness.clock.advance(10_000);
    await settled();
    await harness.speak(joined(silent(96), loud(600), silent(600)));
    expect(harness.types).toEqual(utterance);
    expect(harness.engine.streams).toHaveLength(2);
    expect(harness.engine.stream.options.leadInSamples).toBeLessThanOrEqual(96 * 16);
  });

  it('leaves the session as it is: later speech gets the text before it as a prompt, and the times go on', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    for (let turn = 0; turn < 3; turn++) {
      await harness.speak(joined(silent(100), loud(607)));
      harness.clock.advance(10_000);
      await settled();
    }
    const finals = harness.of('transcript.final');
    expect(finals.map((final) => final.end_ms)).toEqual([707, 1414, 2121]);
    expect(harness.engine.stream.options.prompt).toBe(finals[1]?.text);
  });
});

describe('commit', () => {
  it('ends the segment at once, and speech goes on in the next', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(joined(silent(500), loud(1000)));
    harness.session.handle({ type: 'input_audio_buffer.commit' });
    await settled();
    expect(harness.types).toEqual(utterance);
    await harness.speak(joined(loud(1000), silent(600)));
    expect(harness.types).toEqual([...utterance, ...utterance]);
    expect(harness.of('transcript.final').map((final) => final.segment_id)).toEqual([0, 1]);
    const [first, second] = harness.engine.streams;
    const leadIn = first?.options.leadInSamples ?? 0;
    expect((first?.sampleCount ?? 0) + (second?.sampleCount ?? 0) - leadIn).toBeGreaterThanOrEqual(32_000);
  });

  it('does nothing in silence', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    harness.session.handle({ type: 'input_audio_buffer.commit' });
    await harness.speak(silent(500));
    harness.session.handle({ type: 'input_audio_buffer.commit' });
    await settled();
    expect(harness.types).toEqual([]);
    expect(harness.engine.streams).toHaveLength(0);
  });

  it('measures the delay of its final from the newest audio', async () => {
    const harness = new SessionHarness();
    await harness.speak(joined(silent(512), loud(1024)));
    harness.session.handle({ type: 'input_audio_buffer.commit' });
    harness.clock.advance(40);
    harness.engine.stream.final('yes');
    await settled();
    expect(harness.metrics.finals).toEqual([0.04]);
  });
});

describe('session.configure', () => {
  it('answers with the effective config', () => {
    const harness = new SessionHarness();
    harness.session.handle({ type: 'session.configure', language: 'auto', max_segment_duration_ms: 90_000 });
    expect(harness.of('session.updated').at(-1)?.config).toEqual({
      ...defaultSessionConfig,
      language: null,
      max_segment_duration_ms: 30_000,
    });
  });

  it('refuses a language that the model does not know, and applies nothing of that command', () => {
    const harness = new SessionHarness();
    harness.session.handle({ type: 'session.configure', silence_timeout_ms: 700, language: 'zz' });
    expect(harness.of('error')).toMatchObject([
      { code: 'validation_error', message: 'language: the model fake does not know "zz"', recoverable: true },
    ]);
    expect(harness.session.config).toEqual(defaultSessionConfig);
  });

  it('refuses noise suppression, and applies nothing of that command', () => {
    const harness = new SessionHarness();
    harness.session.handle({
      type: 'session.configure',
      silence_timeout_ms: 700,
      preprocessing: { denoise: true },
    });
    expect(harness.of('error')).toMatchObject([{ code: 'validation_error', recoverable: true }]);
    expect(harness.session.config).toEqual(defaultSessionConfig);
  });

  it('changes the rate of the audio that follows', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(silent(512));
    harness.session.handle({ type: 'session.configure', input_sample_rate: 48_000 });
    await harness.speak(joined(loud(1024, 48_000), silent(600, 48_000)), 48_000);
    const final = harness.of('transcript.final')[0];
    expect(final?.start_ms).toBeGreaterThan(512 - 40);
    expect(final?.start_ms).toBeLessThan(512 + 40);
    expect(final?.end_ms).toBeGreaterThan(1536 - 40);
    expect(final?.end_ms).toBeLessThan(1536 + 40);
  });

  it('designs a filter only for a rate at which audio comes: the last one that was asked for', async () => {
    const rates: number[] = [];
    const harness = new SessionHarness(
      new FakeEngine(answerAlone),
      {},
      {
        createPreprocessor: (inputSampleRate) => {
          const preprocessor = new StreamingPreprocessor(loadNative(), { inputSampleRate });
          const setInputSampleRate = (hz: number): void => {
            rates.push(hz);
            preprocessor.setInputSampleRate(hz);
          };
          return {
            pendingSamples: 0,
            push: (pcm) => preprocessor.push(pcm),
            flush: () => preprocessor.flush(),
            setInputSampleRate,
          };
        },
      },
    );
    await harness.speak(silent(100));
    for (let hz = 8_000; hz < 11_000; hz++) {
      harness.session.handle({ type: 'session.configure', input_sample_rate: hz });
    }
    harness.session.handle({ type: 'session.configure', input_sample_rate: 8_000 });
    expect(harness.of('session.updated')).toHaveLength(3_001);
    expect(rates).toEqual([]);
    await harness.speak(joined(silent(500, 8_000), loud(600, 8_000), silent(600, 8_000)), 8_000);
    expect(rates).toEqual([8_000]);
    expect(harness.of('transcript.final')).toHaveLength(1);
  });

  it('has no endless number of commands wait for the audio before them', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    harness.classifier.isSlow = true;
    harness.session.pushAudio(bytesOf(loud(64)));
    for (let index = 0; index < 2_000; index++) {
      harness.session.handle({ type: 'session.configure', silence_timeout_ms: 100 + index });
      harness.session.handle({ type: 'input_audio_buffer.commit' });
    }
    expect(harness.of('error')[0]).toMatchObject({ code: 'session_limit', recoverable: true });
    expect(harness.of('session.updated').length).toBeLessThan(600);
    harness.session.handle({ type: 'session.cancel' });
    expect(harness.of('session.closed')).toHaveLength(1);
  });

  it('counts from the audio that follows on, however long the audio before it waits', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    harness.classifier.isSlow = true;
    harness.session.pushAudio(bytesOf(joined(silent(512), loud(1024), silent(512))));
    harness.session.handle({ type: 'session.configure', language: 'pt', hot_words: ['Selic'] });
    harness.session.pushAudio(bytesOf(joined(loud(1024), silent(512))));
    for (let hops = 0; hops < 112; hops++) {
      harness.classifier.release();
      await settled();
    }
    const options = harness.engine.streams.map((stream) => [
      stream.options.language,
      stream.options.hotWords,
    ]);
    expect(options).toEqual([
      [null, []],
      ['pt', ['Selic']],
    ]);
  });

  it('silences partials at once', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(joined(silent(500), loud(700)));
    const before = harness.of('transcript.partial').length;
    expect(before).toBeGreaterThan(0);
    harness.session.handle({ type: 'session.configure', enable_partial_transcripts: false });
    await harness.speak(joined(loud(1500), silent(600)));
    expect(harness.of('transcript.partial')).toHaveLength(before);
    expect(harness.of('transcript.final')).toHaveLength(1);
  });

  it('has finals written as was asked for before their speech ended', async () => {
    const postProcess = (text: string, { enableItn }: { enableItn: boolean }): string =>
      `${text} ${enableItn ? 'with' : 'without'}`;
    const harness = new SessionHarness(new FakeEngine(), {}, { postProcess });
    await harness.speak(joined(silent(500), loud(600), silent(600), loud(600)));
    harness.session.handle({ type: 'session.configure', enable_itn: false });
    await harness.speak(silent(600));
    for (const stream of harness.engine.streams) stream.final('text');
    await settled();
    expect(harness.of('transcript.final').map((final) => final.text)).toEqual(['text with', 'text without']);
  });

  it('has its list of hot words prepared once, not for every final', async () => {
    const lists: unknown[] = [];
    const postProcess = (text: string, { hotWords }: { hotWords: unknown }): string => {
      lists.push(hotWords);
      return text;
    };
    const harness = new SessionHarness(new FakeEngine(answerAlone), {}, { postProcess });
    harness.session.handle({ type: 'session.configure', hot_words: ['Selic'], hot_word_boost: 2 });
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    harness.session.handle({ type: 'session.configure', silence_timeout_ms: 400, hot_words: null });
    await harness.speak(joined(loud(600), silent(600)));
    expect(lists).toHaveLength(2);
    expect(lists[0]).toEqual([{ phrase: 'Selic', boost: 2 }]);
    expect(lists[1]).toBe(lists[0]);
    harness.session.handle({ type: 'session.configure', hot_words: ['Copom'] });
    await harness.speak(joined(loud(600), silent(600)));
    expect(lists[2]).toEqual([{ phrase: 'Copom', boost: 2 }]);
  });

  it('has words heard that are shorter than a quarter of a second', async () => {
    const word = joined(silent(500), loud(130), silent(500));
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(word);
    expect(harness.of('transcript.final')).toEqual([]);
    harness.session.handle({ type: 'session.configure', vad_min_speech_ms: 64 });
    await harness.speak(word);
    expect(harness.of('transcript.final')).toHaveLength(1);
  });

  it('tells when its words were said in whole milliseconds', async () => {
    const words = Array.from({ length: 30 }, (_, index) => ({
      word: 'word',
      spaceBefore: true,
      startMs: 20 * index,
      endMs: 20 * index + 20,
      probability: 0.9,
    }));
    const engine = new FakeEngine((stream) => {
      stream.onProgress = () => stream.isFlushed && stream.final('many words', { words });
    });
    const harness = new SessionHarness(engine);
    await harness.speak(joined(silent(4500), loud(600), silent(600)));
    const times = harness.of('transcript.final').flatMap((final) => final.words ?? []);
    const texts = times.flatMap(({ start, end }) => [String(start), String(end)]);
    expect(texts).toHaveLength(2 * words.length);
    expect(texts.filter((text) => !/^\d+(\.\d{1,3})?$/.test(text))).toEqual([]);
  });

  it('changes the silence that ends an utterance, in the middle of it', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(joined(silent(500), loud(600)));
    harness.session.handle({ type: 'session.configure', silence_timeout_ms: 2000 });
    await harness.speak(joined(silent(1000), loud(600), silent(2100)));
    expect(harness.of('transcript.final')).toHaveLength(1);
  });
});

describe('audio', () => {
  it('that could not even wait is told as dropped, and its time still counts', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    await harness.speak(silent(512));
    harness.session.dropAudio(16 * 2 * 1000);
    expect(harness.of('session.frames_dropped')).toMatchObject([{ dropped_ms: 1000 }]);
    await harness.speak(joined(silent(512), loud(1024), silent(600)));
    expect(harness.of('transcript.final')).toMatchObject([{ start_ms: 2024 }]);
    harness.session.handle({ type: 'session.cancel' });
    expect(harness.of('session.closed')).toMatchObject([{ total_duration_ms: 1000 + 2 * 512 + 1024 + 600 }]);
    expect(harness.metrics.droppedSeconds).toBeGreaterThanOrEqual(1);
  });

  it('may be cut in the middle of a sample', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    const bytes = bytesOf(joined(silent(500), loud(600), silent(600)));
    for (let at = 0; at < bytes.length; at += 641) {
      harness.clock.advance(20);
      harness.session.pushAudio(bytes.subarray(at, at + 641));
      await settled();
    }
    expect(harness.of('error')).toEqual([]);
    expect(harness.of('transcript.final')).toMatchObject([{ start_ms: 480 }]);
    harness.session.handle({ type: 'session.cancel' });
    expect(harness.of('session.closed')).toMatchObject([{ total_duration_ms: 1700 }]);
  });

  it('that is a file of another kind is refused, that message alone', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone));
    harness.session.pushAudio(Buffer.from('OggS and so on'));
    expect(harness.of('error')).toMatchObject([{ code: 'invalid_audio_frame', recoverable: true }]);
    await harness.speak(joined(silent(500), loud(600), silent(600)));
    expect(harness.of('transcript.final')).toHaveLength(1);
    harness.session.handle({ type: 'session.cancel' });
    expect(harness.of('session.closed')).toMatchObject([{ total_duration_ms: 1700 }]);
  });

  it('may be of telephones: mu-law, from the command on that says so', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone), { input_sample_rate: 8_000 });
    await harness.speak(silent(500, 8_000), 8_000);
    harness.session.handle({ type: 'session.configure', input_encoding: 'mulaw' });
    expect(harness.of('session.updated')).toMatchObject([{ config: { input_encoding: 'mulaw' } }]);
    // 0 is the loudest code, 0xff silence; a square wave of 250 Hz.
    const sound = Uint8Array.from({ length: 8 * 600 }, (_, index) => (index % 32 < 16 ? 0x20 : 0xa0));
    const silence = new Uint8Array(8 * 600).fill(0xff);
    for (const stretch of [sound, silence]) {
      for (let at = 0; at < stretch.length; at += 160) {
        harness.clock.advance(20);
        harness.session.pushAudio(stretch.subarray(at, at + 160));
        await settled();
      }
    }
    expect(harness.of('transcript.final')).toHaveLength(1);
    harness.session.handle({ type: 'session.cancel' });
    expect(harness.of('session.closed')).toMatchObject([{ total_duration_ms: 1700 }]);
  });

  it('that comes too fast is reported with a delay', () => {
    const harness = new SessionHarness();
    for (let index = 0; index < 100; index++) {
      harness.clock.advance(20);
      harness.session.pushAudio(bytesOf(silent(60)));
    }
    expect(harness.of('session.rate_limit')[0]?.delay_ms).toBeGreaterThan(0);
    expect(harness.of('session.rate_limit')).toHaveLength(2);
  });

  it('that is dropped in many small pieces is reported in few, and to the millisecond', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone), {}, { maxBacklogMs: 512 });
    harness.classifier.isSlow = true;
    harness.session.pushAudio(bytesOf(loud(512)));
    const pieces = 16 * 3000;
    for (let index = 0; index < pieces; index++) {
      harness.clock.advance(1 / 16);
      harness.session.pushAudio(new Uint8Array(2));
    }
    harness.session.handle({ type: 'session.close' });
    const told = harness.of('session.frames_dropped').map((event) => event.dropped_ms);
    expect(told.reduce((sum, ms) => sum + ms, 0)).toBe(3000);
    expect(Math.min(...told)).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(5);
  });

  it('that cannot be processed in time is dropped, newest first, and its time still counts', async () => {
    const harness = new SessionHarness(new FakeEngine(answerAlone), {}, { maxBacklogMs: 1024 });
    harness.classifier.isSlow = true;
    harness.session.pushAudio(bytesOf(loud(2048)));
    expect(harness.of('session.frames_dropped')).toMatchObject([{ dropped_ms: 1024 }]);
    harness.classifier.isSlow = false;
    for (let hops = 0; hops < 32; hops++) {
      harness.classifier.release();
      await settled();
    }
    await harness.speak(silent(600));
    expect(harness.of('transcript.final')).toMatchObject([{ start_ms: 0 }]);
    await harness.speak(joined(silent(512), loud(1024), silent(600)));
    const speechAtMs = 2048 + 600 + 512;
    expect(harness.of('vad.speech_start')[1]?.timestamp_ms).toBeGreaterThan(speechAtMs - 33);
    expect(harness.of('vad.speech_start')[1]?.timestamp_ms).toBeLessThan(speechAtMs + 33);
  });

  it('is dropped too once too much speech waits behind a final that does not come, until it has come', async () => {
    const harness = new SessionHarness(new FakeEngine(), {}, { maxBacklogMs: 2000 });
    const utterance = joined(loud(1024), silent(512));
    await harness.speak(utterance);
    await harness.speak(utterance);
    expect(harness.of('session.frames_dropped')).toHaveLength(0);
    await harness.speak(utterance);
    const droppedMs = 1000 * harness.metrics.droppedSeconds;
    expect(droppedMs).toBeGreaterThan(0);
    for (const stream of harness.engine.streams) stream.final('heard');
    await settled();
    await harness.speak(utterance);
    expect(1000 * harness.metrics.droppedSeconds).toBe(droppedMs);
    const toldMs = harness.of('session.frames_dropped').reduce((sum, event) => sum + event.dropped_ms, 0);
    expect(toldMs).toBe(Math.round(droppedMs));
    expect(harness.of('transcript.final').map((final) => final.segment_id)).toEqual([0, 1, 2]);
  });
});
