import { expect, test } from 'vitest';
import { loadWorkerService } from '#theo/engine/remote/wire.js';

/** Number, name and type of each field that the original workers and runtimes know; a map counts as its entries. */
const contract = {
  TranscribeFileRequest:
    '1 request_id string, 2 audio_data bytes, 3 language string, 4 response_format string, 5 temperature float, 6 timestamp_granularities repeated string, 7 initial_prompt string, 8 hot_words repeated string, 9 task string',
  TranscribeFileResponse:
    '1 text string, 2 language string, 3 duration float, 4 segments repeated Segment, 5 words repeated Word',
  AudioFrame:
    '1 session_id string, 2 data bytes, 3 is_last bool, 4 initial_prompt string, 5 hot_words repeated string, 6 language string',
  TranscriptEvent:
    '1 session_id string, 2 event_type string, 3 text string, 4 segment_id int32, 5 start_ms int64, 6 end_ms int64, 7 language string, 8 confidence float, 9 words repeated Word',
  CancelRequest: '1 request_id string, 2 session_id string',
  CancelResponse: '1 acknowledged bool',
  HealthRequest: '',
  HealthResponse: '1 status string, 2 model_name string, 3 engine string, 4 metadata repeated Metadata',
};

interface Field {
  readonly name: string;
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}

function fieldsOf(message: { readonly type: object }): readonly Field[] {
  return (message.type as { readonly field: readonly Field[] }).field;
}

function inWords({ number, name, label, type, typeName }: Field): string {
  const kind = typeName.split('.').at(-1) || type.replace('TYPE_', '').toLowerCase();
  // The description is read with its names in JavaScript's manner.
  const original = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return `${number} ${original} ${label === 'LABEL_REPEATED' ? 'repeated ' : ''}${kind}`;
}

test('the messages are those of the original workers; fields of our own begin at 100', () => {
  const { TranscribeFile, TranscribeStream, Cancel, Health } = loadWorkerService();
  const described = {
    TranscribeFileRequest: TranscribeFile.requestType,
    TranscribeFileResponse: TranscribeFile.responseType,
    AudioFrame: TranscribeStream.requestType,
    TranscriptEvent: TranscribeStream.responseType,
    CancelRequest: Cancel.requestType,
    CancelResponse: Cancel.responseType,
    HealthRequest: Health.requestType,
    HealthResponse: Health.responseType,
  };
  const original = Object.entries(described).map(([name, message]) => [
    name,
    fieldsOf(message)
      .filter(({ number }) => number < 100)
      .map(inWords)
      .join(', '),
  ]);
  expect(Object.fromEntries(original)).toEqual(contract);
});

test('words and segments travel as the original ones write them', () => {
  const { TranscribeFile, TranscribeStream } = loadWorkerService();
  // Tag bytes are (number << 3) | wire type: 0 varint, 2 length-delimited, 5 four bytes.
  const words = { words: [{ word: 'a', start: 1, end: 2, probability: 0.5 }] };
  expect([...TranscribeStream.responseSerialize(words)]).toEqual([
    ...[(9 << 3) | 2, 18],
    ...[(1 << 3) | 2, 1, 'a'.charCodeAt(0)],
    ...[(2 << 3) | 5, 0, 0, 0x80, 0x3f],
    ...[(3 << 3) | 5, 0, 0, 0, 0x40],
    ...[(4 << 3) | 5, 0, 0, 0, 0x3f],
  ]);
  const segment = {
    id: 1,
    start: 1,
    end: 2,
    text: 'a',
    avgLogprob: 0.5,
    noSpeechProb: 1,
    compressionRatio: 2,
  };
  expect([...TranscribeFile.responseSerialize({ segments: [segment] })]).toEqual([
    ...[(4 << 3) | 2, 30],
    ...[1 << 3, 1],
    ...[(2 << 3) | 5, 0, 0, 0x80, 0x3f],
    ...[(3 << 3) | 5, 0, 0, 0, 0x40],
    ...[(4 << 3) | 2, 1, 'a'.charCodeAt(0)],
    ...[(5 << 3) | 5, 0, 0, 0, 0x3f],
    ...[(6 << 3) | 5, 0, 0, 0x80, 0x3f],
    ...[(7 << 3) | 5, 0, 0, 0, 0x40],
  ]);
});

test('the methods are those of the original workers', () => {
  const methods = Object.values(loadWorkerService());
  const paths = ['TranscribeFile', 'TranscribeStream', 'Cancel', 'Health'];
  expect(methods.map(({ path }) => path)).toEqual(paths.map((name) => `/theo.stt.STTWorker/${name}`));
  const streaming = methods.filter(({ requestStream, responseStream }) => requestStream && responseStream);
  expect(streaming.map(({ path }) => path)).toEqual(['/theo.stt.STTWorker/TranscribeStream']);
  expect(methods.filter(({ requestStream }) => requestStream)).toEqual(streaming);
});
