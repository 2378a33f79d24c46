import { expect, test } from 'vitest';
import { ClassifierError } from '#theo/vad/errors.js';
import { passThroughOnFailure } from '#theo/vad/pass-through.js';
import { SileroClassifier } from '#theo/vad/silero-classifier.js';
import { FakeClassifier } from './fake-classifier.ts';

const window = new Float32Array(512);

test('without its model everything counts as speech', async () => {
  const classifier = passThroughOnFailure(new SileroClassifier({ modelPath: '/nowhere/model.onnx' }));
  const streams = [classifier.openStream(), classifier.openStream()];
  expect(await Promise.all(streams.map((stream) => stream.classify(window)))).toEqual([1, 1]);
  expect(await streams[0]?.classify(window)).toBe(1);
  await classifier.close();
});

test.each([
  new ClassifierError('vad_worker_crash', 'gone', { recoverable: true }),
  new ClassifierError('vad_closed', 'closed'),
  new RangeError('a window has 512 samples'),
])('%s is not for passing through', async (error) => {
  const inner = new FakeClassifier();
  const stream = passThroughOnFailure(inner).openStream();
  const classified = stream.classify(window);
  void inner.fail(error);
  await expect(classified).rejects.toBe(error);
});
