import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type DecodeEvidence, evidenceOf } from '#theo/engine/whisper/guards/evidence.js';
import { defectOf, judge } from '#theo/engine/whisper/guards/verdict.js';
import type { NativeDecodeResult } from '#theo/native.js';
import { heard } from '../../../../support/fake-decoder.ts';

/** A decode of real weights, as it was recorded. */
interface Recorded {
  readonly kind: string;
  readonly name: string;
  readonly evidence: DecodeEvidence;
}

const decodes: readonly Recorded[] = readFileSync('test/fixtures/guards/whisper-base.tsv', 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .slice(1)
  .map(toRecorded);

function toRecorded(line: string): Recorded {
  const [kind = '', name, language, noSpeech, logProbability, compressionRatio, truncated, text = ''] =
    line.split('\t');
  const result = heard(text, {
    noSpeechProbability: Number(noSpeech),
    avgLogProbability: Number(logProbability),
    truncated: truncated as NativeDecodeResult['truncated'],
  });
  const evidence = evidenceOf(result);
  const isSecret = text === '-';
  return {
    kind,
    name: `${name} ${language}`,
    evidence: isSecret
      ? { ...evidence, text: 'a sentence', compressionRatio: Number(compressionRatio) }
      : evidence,
  };
}

function ofKind(kind: string): readonly Recorded[] {
  const found = decodes.filter((decode) => decode.kind === kind);
  expect(found.length).toBeGreaterThan(0);
  return found;
}

/** What the guards say, where it is not what they ought to. */
function others(kind: string, expected: 'speech' | 'no_speech'): Readonly<Record<string, string>> {
  const wrong = ofKind(kind).filter(({ evidence }) => judge(evidence).kind !== expected);
  return Object.fromEntries(wrong.map(({ name, evidence }) => [name, evidence.text]));
}

function defects(kind: string): Readonly<Record<string, string | undefined>> {
  const found = ofKind(kind).flatMap(({ name, evidence }) => {
    const defect = defectOf(evidence);
    return defect ? [[name, defect.kind] as const] : [];
  });
  return Object.fromEntries(found);
}

describe('decodes of whisper-base', () => {
  test('of noise: nothing is shown, but for a train that it is sure to hear in a fan', () => {
    expect(others('noise', 'no_speech')).toEqual({
      'fan-1s ja': 'JR東日本E233系電車',
      'fan-3s ja': 'JR東日本E233系電車',
    });
    expect(defects('noise')).toEqual({});
  });

  test('of people: no word is lost, and none is recognized twice', () => {
    expect(others('speech', 'speech')).toEqual({});
    expect(defects('speech')).toEqual({});
  });

  test('of single words: none is lost; the two that are misheard get another try', () => {
    expect(others('prompt', 'speech')).toEqual({});
    expect(defects('prompt')).toEqual({ 'digits_0 es': 'doubtful', 'vm-no fr': 'doubtful' });
  });

  test('of people in loud noise: no word is lost; the one that went astray gets another try', () => {
    expect(others('noisy', 'speech')).toEqual({});
    expect(defects('noisy')).toEqual({ 'fleurs-de-002 de': 'doubtful' });
  });
});
