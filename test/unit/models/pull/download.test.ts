import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { DownloadEvent } from '#theo/models/pull/download-options.js';
import { filePath, useDownloadBench } from '../../../support/downloading.ts';
import {
  answering,
  drip,
  ignoringRange,
  kindly,
  sha256Of,
  shiftedRange,
  silent,
  stallAfter,
  unmeasured,
  wrongBytes,
} from '../../../support/stand-in-hub.ts';

// As long as a busy machine may need.
vi.setConfig({ testTimeout: 60_000 });
const patient = { timeout: 20_000 };

/** Begins as a model does; the rest is never the same twice. */
function fileOf(bytes: number, seed = 1): Buffer {
  const content = Buffer.alloc(bytes);
  let state = seed;
  for (let index = 0; index < bytes; index += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    content[index] = state >> 16;
  }
  content.write('lmgg', 'latin1');
  return content;
}

const content = fileOf(300_000);
const other = fileOf(300_000, 2);
const known = { bytes: content.length, sha256: sha256Of(content) };
const on = useDownloadBench();

function expectWhole(): void {
  expect(readFileSync(on.bench.partialPath).equals(content)).toBe(true);
}

describe('a download', () => {
  test('comes whole by way of the hub, whose word on size and SHA-256 is taken', async () => {
    on.bench.hub.put(filePath, content);
    expect(await on.bench.download()).toEqual(known);
    expectWhole();
    expect(on.bench.hub.seen.map(({ host }) => host)).toEqual(['hub', 'store']);
    expect(on.bench.events.at(-1)).toEqual({
      kind: 'downloading',
      doneBytes: content.length,
      totalBytes: content.length,
    });
  });

  test('shows the token to the hub and to nobody it sends on to', async () => {
    on.bench.hub.put(filePath, content);
    await on.bench.download({ settings: on.bench.settings({ HF_TOKEN: 'hf_secret' }) });
    expect(on.bench.hub.seen.map(({ host, authorization }) => [host, authorization])).toEqual([
      ['hub', 'Bearer hf_secret'],
      ['store', undefined],
    ]);
  });

  test('shows the token to no other server at all', async () => {
    on.bench.hub.put(filePath, content);
    await on.bench.download({
      address: new URL(`${on.bench.hub.storeUrl}${filePath}`),
      settings: on.bench.settings({ HF_TOKEN: 'hf_secret' }),
    });
    expect(on.bench.hub.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test('is not begun off line', async () => {
    on.bench.hub.put(filePath, content);
    const failure = on.bench.download({ settings: on.bench.settings({ HF_HUB_OFFLINE: '1' }) });
    await expect(failure).rejects.toMatchObject({
      code: 'offline',
      message: expect.stringContaining('theo pull FILE'),
    });
    expect(on.bench.hub.seen).toEqual([]);
  });
});

describe('a connection that fails', () => {
  test('in the middle: the rest is asked for, after 1, 2, 4 s and so on', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(stallAfter(100_000), stallAfter(50_000), answering(503));
    on.bench.cutsAt.push(100_000, 150_000);
    expect(await on.bench.download(known)).toEqual(known);
    expectWhole();
    expect(on.bench.hub.rangesAsked).toEqual(['', 'bytes=100000-', 'bytes=150000-', 'bytes=150000-']);
    expect(on.bench.delaysMs).toEqual([1_000, 2_000, 4_000]);
  });

  test('for ever: is given up after six attempts with a word on what to do', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.hubMoods.push(...Array.from({ length: 6 }, () => answering(502)));
    await expect(on.bench.download(known)).rejects.toMatchObject({
      code: 'unreachable',
      recoverable: true,
      message: expect.stringMatching(
        /answers 502; given up after 6 attempts.*THEO_MODEL_MIRROR.*theo pull FILE/s,
      ),
    });
    expect(on.bench.delaysMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  });

  test('but brings a megabyte each time: is never given up', async () => {
    const large = fileOf(9 * 2 ** 20);
    on.bench.hub.put(filePath, large);
    for (let cut = 1; cut <= 7; cut += 1) {
      on.bench.hub.storeMoods.push(stallAfter(1_200_000));
      on.bench.cutsAt.push(cut * 1_200_000);
    }
    const { sha256 } = await on.bench.download({ bytes: large.length, sha256: sha256Of(large) });
    expect(sha256).toBe(sha256Of(large));
    expect(on.bench.delaysMs).toEqual(Array.from({ length: 7 }, () => 1_000));
  });

  test('without a byte for 30 s, in the body or before it: is cut and begun again', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(stallAfter(70_000), silent);
    const downloaded = on.bench.download(known);
    await expect.poll(() => on.bench.events.at(-1), patient).toMatchObject({ doneBytes: 70_000 });
    on.bench.clock.advance(29_999);
    expect(on.bench.delaysMs).toEqual([]);
    on.bench.clock.advance(1);
    await expect.poll(() => on.bench.hub.rangesAsked.length, patient).toBe(2);
    on.bench.clock.advance(30_000);
    expect(await downloaded).toEqual(known);
    expect(on.bench.reasons).toEqual([
      expect.stringContaining('no byte for 30 s'),
      expect.stringContaining('no byte for 30 s'),
    ]);
  });

  test('but only slow: is not cut, however long it takes', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(drip(30_000, 20));
    // With each piece that comes 29 s pass; the timer of the next one is set by then.
    let isPassing = false;
    const onEvent = ({ kind }: DownloadEvent): void => {
      if (kind !== 'downloading' || isPassing) return;
      isPassing = true;
      setImmediate(() => {
        isPassing = false;
        on.bench.clock.advance(29_000);
      });
    };
    expect(await on.bench.download({ ...known, onEvent })).toEqual(known);
    expect(on.bench.clock.nowMs()).toBeGreaterThan(60_000);
    expect(on.bench.reasons).toEqual([]);
  });

  test('by a restart of the server', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(stallAfter(70_000));
    const downloaded = on.bench.download(known);
    await expect.poll(() => on.bench.events.length, patient).toBeGreaterThan(0);
    on.bench.passes = false;
    await on.bench.hub.restart();
    on.bench.passes = true;
    await on.bench.pass(60_000);
    expect(await downloaded).toEqual(known);
    expectWhole();
  });

  test('is retried when the server says so, and not before', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.hubMoods.push(answering(429, { 'retry-after': '17' }));
    expect(await on.bench.download(known)).toEqual(known);
    expect(on.bench.delaysMs).toEqual([17_000]);
  });

  test('is left to the user where the server wants to be left alone for long', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.hubMoods.push(answering(429, { 'retry-after': '7200' }));
    await expect(on.bench.download(known)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('asks to wait 120 minutes'),
    });
  });

  test('is not waited for by who wants to stop', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(stallAfter(70_000));
    const stop = new AbortController();
    const downloaded = on.bench.download({ ...known, signal: stop.signal, onEvent: () => stop.abort() });
    await expect(downloaded).rejects.toMatchObject({ code: 'interrupted' });
    expect(statSync(on.bench.partialPath).size).toBeGreaterThan(0);
  });
});

describe('a download that goes on', () => {
  async function begin(options: object = {}): Promise<void> {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(stallAfter(120_000));
    const stop = new AbortController();
    const onEvent = (event: DownloadEvent): void => {
      if (event.kind === 'downloading' && event.doneBytes === 120_000) stop.abort();
    };
    await expect(on.bench.download({ ...options, signal: stop.signal, onEvent })).rejects.toMatchObject({
      code: 'interrupted',
    });
    on.bench.events.splice(0);
    on.bench.hub.seen.splice(0);
  }

  test.each([
    ['with a SHA-256 that was known', known],
    ["with the hub's SHA-256", {}],
  ])('%s: asks for the rest', async (_what, options) => {
    await begin(options);
    expect(await on.bench.download(options)).toEqual(known);
    expectWhole();
    expect(on.bench.hub.rangesAsked).toEqual(['bytes=120000-']);
    expect(on.bench.hub.seen.every(({ ifRange }) => ifRange === undefined)).toBe(true);
  });

  test('and is interrupted before it has looked at the stored part: keeps that', async () => {
    await begin(known);
    const again = on.bench.download({ ...known, signal: AbortSignal.abort() });
    await expect(again).rejects.toMatchObject({ code: 'interrupted' });
    expect(await on.bench.download(known)).toEqual(known);
    expect(on.bench.hub.rangesAsked).toEqual(['bytes=120000-']);
  });

  const direct = (): { address: URL } => ({ address: new URL(`${on.bench.hub.storeUrl}${filePath}`) });

  test('without any SHA-256: binds the rest to the file by its ETag', async () => {
    await begin(direct());
    expect(await on.bench.download(direct())).toEqual(known);
    expect(on.bench.hub.seen.map(({ ifRange }) => ifRange)).toEqual([`"${known.sha256.slice(0, 16)}"`]);
  });

  test('of a file that has changed since: starts anew', async () => {
    await begin(direct());
    on.bench.hub.put(filePath, other);
    expect((await on.bench.download(direct())).sha256).toBe(sha256Of(other));
    expect(on.bench.hub.rangesAsked).toHaveLength(1);
    expect(on.bench.reasons).toEqual([expect.stringContaining('sends the whole file')]);
  });

  test('of a file that has changed, at a server that does not look at If-Range: starts anew', async () => {
    await begin(direct());
    on.bench.hub.put(filePath, other);
    on.bench.hub.storeMoods.push(shiftedRange(0));
    expect((await on.bench.download(direct())).sha256).toBe(sha256Of(other));
    expect(on.bench.reasons[0]).toContain('has changed');
  });

  test('of a file that has changed on the hub: starts anew', async () => {
    await begin();
    on.bench.hub.put(filePath, other);
    expect((await on.bench.download()).sha256).toBe(sha256Of(other));
    expect(on.bench.reasons[0]).toContain('has changed');
  });

  test('at a server that knows no ranges: starts anew', async () => {
    await begin(known);
    on.bench.hub.storeMoods.push(ignoringRange);
    expect(await on.bench.download(known)).toEqual(known);
    expectWhole();
  });

  test.each([-1_000, 1_000])('at a server that sends another part (%i bytes): starts anew', async (by) => {
    await begin(known);
    on.bench.hub.storeMoods.push(shiftedRange(by));
    expect(await on.bench.download(known)).toEqual(known);
    expectWhole();
    expect(on.bench.reasons[0]).toContain('another part than was asked for');
    expect(on.bench.hub.rangesAsked.at(-1)).toBe('');
  });

  test('over a stored part that was damaged: finds out in the end, and starts anew once', async () => {
    await begin(known);
    const damaged = readFileSync(on.bench.partialPath);
    damaged.writeUInt8((damaged[1_000] ?? 0) ^ 1, 1_000);
    writeFileSync(on.bench.partialPath, damaged);
    expect(await on.bench.download(known)).toEqual(known);
    expectWhole();
    expect(on.bench.reasons[0]).toContain('do not make the file');
  });

  test('with a part of something else, or one that nothing says what it is of: starts anew', async () => {
    await begin(known);
    on.bench.hub.put(filePath, other);
    const wanted = { bytes: other.length, sha256: sha256Of(other) };
    expect(await on.bench.download(wanted)).toEqual(wanted);
    writeFileSync(`${on.bench.partialPath}.json`, '{"address":');
    expect(await on.bench.download(wanted)).toEqual(wanted);
    expect(on.bench.hub.rangesAsked).toEqual(['', '']);
  });

  test('when all is there already: asks nobody', async () => {
    on.bench.hub.put(filePath, content);
    await on.bench.download(known);
    on.bench.hub.seen.splice(0);
    expect(await on.bench.download(known)).toEqual(known);
    expect(on.bench.hub.seen).toEqual([]);
  });

  test('when all is there, which nobody knew: the server says that nothing is left', async () => {
    on.bench.hub.put(filePath, content);
    await on.bench.download(direct());
    on.bench.hub.seen.splice(0);
    expect(await on.bench.download(direct())).toEqual(known);
    expect(on.bench.hub.rangesAsked).toEqual([`bytes=${content.length}-`]);
  });

  test('when the file has become shorter than what is stored: starts anew', async () => {
    await begin(known);
    on.bench.hub.storeMoods.push(answering(416, { 'content-range': 'bytes */7' }));
    expect(await on.bench.download(known)).toEqual(known);
    expectWhole();
  });
});

describe('what comes is', () => {
  test('other bytes: both SHA-256 are told and nothing is kept', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(wrongBytes);
    const failure = await on.bench.download(known).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'sha256_mismatch' });
    expect(String(failure)).toMatch(new RegExp(`came with SHA-256 [0-9a-f]{64}, expected ${known.sha256}`));
    expect(existsSync(on.bench.partialPath)).toBe(false);
    expect(existsSync(`${on.bench.partialPath}.json`)).toBe(false);
  });

  test('another file, as the hub says beforehand: not a byte of it is fetched', async () => {
    on.bench.hub.put(filePath, other);
    await expect(on.bench.download(known)).rejects.toMatchObject({
      code: 'sha256_mismatch',
      message: expect.stringContaining(sha256Of(other)),
    });
    on.bench.hub.put(filePath, content.subarray(1));
    await expect(on.bench.download(known)).rejects.toMatchObject({
      code: 'size_mismatch',
      message: expect.stringContaining('has 299999 bytes, expected 300000'),
    });
  });

  test('longer or shorter than the server said before', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(
      unmeasured((whole) => Buffer.concat([whole, whole])),
      unmeasured((whole) => whole.subarray(0, 200_000)),
    );
    expect(await on.bench.download(known)).toEqual(known);
    expectWhole();
    expect(on.bench.reasons.filter((reason) => reason.includes('sends more than'))).not.toEqual([]);
    expect(on.bench.reasons.at(-1)).toContain('the connection ended after 200000 of 300000 bytes');
  });

  test.each<[string, Parameters<typeof answering>, string]>([
    [
      'a web page',
      [200, { 'content-type': 'text/html; charset=utf-8' }, '<html>'],
      'a web page comes instead',
    ],
    ['no model', [200, {}, 'version https://git-lfs.github.com/spec/v1'], 'not a model'],
    ['packed', [200, { 'content-encoding': 'gzip' }, 'x'], 'comes packed by gzip'],
    ['nothing', [204], 'answers 204, which is no file'],
    ['larger than the disk', [200, { 'content-length': String(2 ** 49) }], 'are needed and'],
  ])('%s', async (_what, mood, message) => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.storeMoods.push(answering(...mood));
    const address = new URL(`${on.bench.hub.storeUrl}${filePath}`);
    await expect(on.bench.download({ address })).rejects.toMatchObject({
      message: expect.stringContaining(message),
    });
  });
});

describe('a refusal says what to do', () => {
  test.each<[string, Parameters<typeof answering>, string | undefined, string, string]>([
    ['no such file', [404], undefined, 'not_found', 'no such file there'],
    ['no permission, no token', [401], undefined, 'not_permitted', 'set HF_TOKEN if you may use it'],
    [
      'a gated model, no token',
      [401, { 'x-error-code': 'GatedRepo' }],
      undefined,
      'not_permitted',
      '/someone/models and set HF_TOKEN',
    ],
    [
      'a gated model, a token',
      [403, { 'x-error-code': 'GatedRepo' }],
      'hf_x',
      'not_permitted',
      'with the account that HF_TOKEN is of',
    ],
    ['a token that is no longer valid', [401], 'hf_x', 'not_permitted', 'renew it, or unset it'],
    ['a token that may not', [403], 'hf_x', 'not_permitted', 'your token may not read it'],
    ['something else', [418], undefined, 'refused', 'answers 418'],
  ])('%s', async (_what, mood, token, code, message) => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.hubMoods.push(answering(...mood));
    const settings = on.bench.settings(token === undefined ? {} : { HF_TOKEN: token });
    await expect(on.bench.download({ settings })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(on.bench.delaysMs).toEqual([]);
  });

  test('a host that is not there, and never with what lets somebody in', async () => {
    const address = new URL('http://user:password@localhost:1/x?signature=secret');
    const failure = await on.bench.download({ address }).catch((error: Error) => error);
    expect(failure).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('refuses the connection'),
    });
    expect(String(failure)).not.toMatch(/password|secret/);
  });
});

describe('a redirect', () => {
  test.each<[string, Record<string, string>, string]>([
    ['to nowhere', {}, 'sends on, but not to an address'],
    ['to a file', { location: 'file:///etc/passwd' }, 'sends on to file:, not to a web address'],
  ])('%s is refused', async (_what, headers, message) => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.hubMoods.push(answering(302, headers));
    await expect(on.bench.download()).rejects.toMatchObject({
      code: 'redirect_refused',
      message: expect.stringContaining(message),
    });
  });

  test('in a circle is followed five times', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.hubMoods.push(...Array.from({ length: 9 }, () => answering(307, { location: filePath })));
    await expect(on.bench.download()).rejects.toMatchObject({ code: 'redirect_refused' });
    expect(on.bench.hub.seen).toHaveLength(6);
  });

  test('within the hub keeps the token', async () => {
    on.bench.hub.put(filePath, content);
    on.bench.hub.hubMoods.push(answering(307, { location: filePath }), kindly);
    await on.bench.download({ ...known, settings: on.bench.settings({ HF_TOKEN: 'hf_x' }) });
    expect(on.bench.hub.seen.map(({ authorization }) => authorization)).toEqual([
      'Bearer hf_x',
      'Bearer hf_x',
    ]);
  });
});
