import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addressOf, addressText, givenAddress } from '#theo/models/pull/addresses.js';
import { pullSettings } from '#theo/models/pull/settings.js';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'theo-pull-'));
});
afterEach(() => rmSync(home, { recursive: true }));

describe('the settings of the environment', () => {
  test('are the public hub and patience of 30 s where nothing is set', async () => {
    const settings = pullSettings({}, home);
    expect(settings.hub.href).toBe('https://huggingface.co/');
    expect(settings).toMatchObject({
      mirror: null,
      offline: false,
      answerTimeoutMs: 30_000,
      stallTimeoutMs: 30_000,
    });
    expect(await settings.readToken()).toBeNull();
  });

  test('go by the names of the hub', () => {
    const env = {
      HF_ENDPOINT: 'https://hub.example/sub//',
      HF_HUB_OFFLINE: 'yes',
      HF_HUB_ETAG_TIMEOUT: '5',
      HF_HUB_DOWNLOAD_TIMEOUT: '0.5',
    };
    expect(pullSettings(env, home)).toMatchObject({
      hub: new URL('https://hub.example/sub'),
      offline: true,
      answerTimeoutMs: 5_000,
      stallTimeoutMs: 500,
    });
  });

  test.each([
    { HF_ENDPOINT: 'hub.example' },
    { THEO_MODEL_MIRROR: 'ftp://mirror.example' },
    { HF_HUB_DOWNLOAD_TIMEOUT: 'long' },
    { HF_HUB_ETAG_TIMEOUT: '0' },
    { HTTPS_PROXY: 'socks5://user:secret@p:1' },
  ])('that cannot be used are named: %o', (env) => {
    const [name = ''] = Object.keys(env);
    expect(() => pullSettings(env, home)).toThrow(new RegExp(`^${name}: must be (?!.*secret)`));
  });

  test('have the token in a variable, a file that is named, or where the hub itself keeps it', async () => {
    const place = join(home, '.cache', 'huggingface');
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'token'), 'hf_cache\n');
    writeFileSync(join(home, 'named'), 'hf_named');
    writeFileSync(join(home, 'token'), 'hf_home');
    const tokenBy = (env: Readonly<Record<string, string>>): Promise<string | null> =>
      pullSettings(env, home).readToken();
    expect(await tokenBy({})).toBe('hf_cache');
    expect(await tokenBy({ HF_HOME: home })).toBe('hf_home');
    expect(await tokenBy({ HF_HOME: home, HF_TOKEN_PATH: join(home, 'named') })).toBe('hf_named');
    expect(await tokenBy({ HF_TOKEN: ' hf_variable ', HF_HOME: home })).toBe('hf_variable');
    await expect(tokenBy({ HF_TOKEN: 'two words' })).rejects.toThrow(/^HF_TOKEN: holds no token/);
  });
});

describe('the address', () => {
  const source = { kind: 'hub', repo: 'a/b', revision: 'refs/pr/1', file: 'sub/x y.bin' } as const;
  const elsewhere = { kind: 'url', url: 'https://other.example/Models/x.bin' } as const;

  test('of a file of the catalogue is on the hub, or on the mirror with the same path', () => {
    const direct = pullSettings({ HF_ENDPOINT: 'https://hub.example/' }, home);
    const mirrored = pullSettings({ THEO_MODEL_MIRROR: 'http://mirror.example/theo/' }, home);
    const path = 'a/b/resolve/refs%2Fpr%2F1/sub/x%20y.bin';
    expect(addressOf(source, direct).href).toBe(`https://hub.example/${path}`);
    expect(addressOf(source, mirrored).href).toBe(`http://mirror.example/theo/${path}`);
    expect(addressOf(elsewhere, direct).href).toBe(elsewhere.url);
    expect(addressOf(elsewhere, mirrored).href).toBe('http://mirror.example/theo/Models/x.bin');
  });

  test('of the page of a file on the hub stands for the file', () => {
    const settings = pullSettings({}, home);
    expect(givenAddress('https://huggingface.co/a/b/blob/main/x.bin#top', settings).href).toBe(
      'https://huggingface.co/a/b/resolve/main/x.bin',
    );
    expect(givenAddress('https://other.example/a/b/blob/main/x.bin', settings).pathname).toContain('/blob/');
  });

  test.each(['ftp://a.example/x.bin', 'file:///etc/passwd', 'https://'])('%s is none', (text) => {
    expect(() => givenAddress(text, pullSettings({}, home))).toThrow(
      'not an address that begins with https://',
    );
  });

  test('is told without what lets somebody in', () => {
    expect(addressText(new URL('https://user:pass@a.example/x.bin?signature=y'))).toBe(
      'https://a.example/x.bin',
    );
  });
});
