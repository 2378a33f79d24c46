import { expect, test } from 'vitest';
import { TheoClientError } from '#theo/client/errors.js';
import { EngineError } from '#theo/engine/errors.js';
import { messageOf, systemCodeOf, TheoError } from '#theo/errors.js';
import { ModelError } from '#theo/models/errors.js';
import { NativeLoadError } from '#theo/native.js';
import { ClassifierError } from '#theo/vad/errors.js';

test.each([
  [new ModelError('model_not_found', 'no model "x"'), 'model_not_found', false],
  [new NativeLoadError('native_load', 'not built'), 'native_load', false],
  [new EngineError('worker_crash', 'gone', { recoverable: true }), 'worker_crash', true],
  [new ClassifierError('vad_worker_crash', 'gone', { recoverable: true }), 'vad_worker_crash', true],
  [new TheoClientError('session_limit', 'full'), 'session_limit', true],
  [new TheoClientError('model_not_found', 'no model "x"'), 'model_not_found', false],
])('%s has its name, its code, and whether it may pass', (error, code, recoverable) => {
  expect(error).toBeInstanceOf(TheoError);
  expect({ code: error.code, recoverable: error.recoverable }).toEqual({ code, recoverable });
  expect(error.name).toBe(error.constructor.name);
});

test('an error keeps what caused it', () => {
  const cause = new Error('why');
  expect(new ModelError('manifest_invalid', 'what', { cause }).cause).toBe(cause);
});

test.each<[unknown, string]>([
  [new Error('broken'), 'broken'],
  ['broken', 'broken'],
  [undefined, 'undefined'],
])('%s says %j of itself', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message);
});

test.each<[unknown, string | undefined]>([
  [Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
  [Object.assign(new Error('x'), { code: 7 }), undefined],
  [new Error('x'), undefined],
  [null, undefined],
])('%s has the code %s', (error, code) => {
  expect(systemCodeOf(error)).toBe(code);
});
