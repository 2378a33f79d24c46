import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpeechEngine } from '#theo/engine/types.js';
import { type Clip, clips } from '../support/clips.ts';
import { RealtimeClient, withSilence } from '../support/realtime-client.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { speechOnsetMs } from '../support/speech-onset.ts';
import { localEngines, samplesOf } from './worker-support.ts';

const concurrentSessions = 6;
/**
 * The cut takes the softest 10 ms of a first sound with it. Two of the 24 are misheard for that, "two" as "do" and
 * "april" as "it will", and also with silence put before them; cut 60 ms earlier, both come back right.
 */
const maxMisheard = 2;

/** Clips whose very first sample is speech, as when a microphone opens too late. */
const cutClips: readonly Clip[] = clips.map((clip) => ({
  ...clip,
  samples: clip.samples.slice(16 * speechOnsetMs(clip.samples)),
}));

interface Beginnings {
  /** Texts that begin with the second word. */
  readonly lost: string[];
  /** Texts whose first word is another. */
  readonly misheard: string[];
}

async function beginningsOf(hear: (clip: Clip) => Promise<string>): Promise<Beginnings> {
  const waiting = [...cutClips];
  const beginnings: Beginnings = { lost: [], misheard: [] };
  const work = async (): Promise<void> => {
    for (let clip = waiting.shift(); clip; clip = waiting.shift()) {
      const text = await hear(clip);
      const [first, second] = clip.text.split(' ');
      const [heard] = text.split(' ').filter((word) => word !== '');
      const report = `${clip.file}: "${text}", said: "${clip.text}"`;
      if (heard === second || heard === undefined) beginnings.lost.push(report);
      else if (heard !== first) beginnings.misheard.push(report);
    }
  };
  await Promise.all(Array.from({ length: concurrentSessions }, work));
  return beginnings;
}

describe('a word that begins at the first sample is heard', () => {
  let server: ServerProcess;
  let engine: SpeechEngine;
  let closeEngines: () => Promise<void>;

  beforeAll(async () => {
    server = await startServerProcess();
    const local = await localEngines();
    engine = local.engine;
    closeEngines = () => local.engines.close();
  });

  afterAll(async () => {
    await server.stop();
    await closeEngines();
  });

  it('by the engine alone', async () => {
    const { lost, misheard } = await beginningsOf(async (clip) => {
      const options = { language: clip.language, prompt: '', hotWords: [], task: 'transcribe' } as const;
      return (await engine.transcribe(samplesOf(clip), options)).text;
    });
    expect(lost).toEqual([]);
    expect(misheard.length).toBeLessThanOrEqual(maxMisheard);
  });

  it('in a live session', async () => {
    const { lost, misheard } = await beginningsOf(async (clip) => {
      const client = await RealtimeClient.open(server.realtimeUrl);
      client.command({ type: 'session.configure', enable_itn: false });
      await client.sendInRealTime(withSilence(clip.samples, 600));
      await client.finish();
      return client.text;
    });
    expect(lost).toEqual([]);
    expect(misheard.length).toBeLessThanOrEqual(maxMisheard);
  });
});
