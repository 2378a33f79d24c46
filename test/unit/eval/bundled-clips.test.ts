import { describe, expect, it } from 'vitest';
import { readAudioFile } from '#theo/audio/audio-file.js';
import { readClipFolder } from '#theo/eval/clip-folder.js';

const clips = await readClipFolder('test/speech');

describe('the clips of people that come with the source', () => {
  it('are a dozen in six languages, each with where it is from and under which licence', () => {
    expect(clips).toHaveLength(12);
    expect(new Set(clips.map(({ language }) => language)).size).toBe(6);
    for (const { fields } of clips) {
      expect(fields.source).toMatch(/^https:\/\//);
      expect(fields.licence).toMatch(/^(Apache-2\.0|CC-BY-4\.0|public domain)/);
    }
  });

  it.each(clips)('$id is 16 kHz and as long as it says', async ({ path, fields }) => {
    const { samples, sampleRateHz } = await readAudioFile(path);
    expect(sampleRateHz).toBe(16_000);
    expect(samples.length / sampleRateHz).toBeCloseTo(Number(fields.seconds), 1);
  });
});
