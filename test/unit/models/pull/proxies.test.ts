import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { HttpClient } from '#theo/models/pull/http-client.js';
import { proxyFor } from '#theo/models/pull/proxies.js';
import { pullSettings } from '#theo/models/pull/settings.js';

function chosen(url: string, env: Readonly<Record<string, string>>): string | undefined {
  return proxyFor(new URL(url), pullSettings(env, '/home').proxies)?.host;
}

test.each<[string, string, Record<string, string>, string | undefined]>([
  ['nothing set', 'https://a.example/x', {}, undefined],
  ['https', 'https://a.example/x', { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' }, 'p:1'],
  ['http', 'http://a.example/x', { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' }, 'q:2'],
  ['http alone', 'https://a.example/x', { HTTP_PROXY: 'http://q:2' }, undefined],
  ['all', 'https://a.example/x', { all_proxy: 'http://p:1' }, 'p:1'],
  ['lower case wins', 'https://a.example/x', { https_proxy: 'http://p:1', HTTPS_PROXY: 'http://q:2' }, 'p:1'],
  ['without a scheme', 'https://a.example/x', { https_proxy: 'p:1' }, 'p:1'],
  ['empty', 'https://a.example/x', { https_proxy: '' }, undefined],
  [
    'excepted host',
    'https://a.example/x',
    { https_proxy: 'p:1', no_proxy: 'b.example, a.example' },
    undefined,
  ],
  ['excepted domain', 'https://a.example/x', { https_proxy: 'p:1', NO_PROXY: '.example' }, undefined],
  [
    'excepted domain without a dot',
    'https://a.b.example/x',
    { https_proxy: 'p:1', NO_PROXY: 'b.example' },
    undefined,
  ],
  ['excepted with a star', 'https://a.example/x', { https_proxy: 'p:1', NO_PROXY: '*.example' }, undefined],
  ['another that ends alike', 'https://aa.example/x', { https_proxy: 'p:1', NO_PROXY: 'a.example' }, 'p:1'],
  ['everything excepted', 'https://a.example/x', { https_proxy: 'p:1', NO_PROXY: '*' }, undefined],
  [
    'excepted port',
    'https://a.example:8443/x',
    { https_proxy: 'p:1', NO_PROXY: 'a.example:8443' },
    undefined,
  ],
  ['port by default', 'https://a.example/x', { https_proxy: 'p:1', NO_PROXY: 'a.example:443' }, undefined],
  ['another port', 'https://a.example/x', { https_proxy: 'p:1', NO_PROXY: 'a.example:8443' }, 'p:1'],
  ['excepted IPv6 address', 'https://[::1]:8443/x', { https_proxy: 'p:1', NO_PROXY: '::1' }, undefined],
  [
    'excepted IPv6 address and port',
    'https://[::1]:8443/x',
    { https_proxy: 'p:1', NO_PROXY: '[::1]:8443' },
    undefined,
  ],
])('%s', (_what, url, env, expected) => {
  expect(chosen(url, env)).toBe(expected);
});

test('a plain request goes to the proxy as a whole address, with the user of the proxy', async () => {
  const seen: (string | undefined)[] = [];
  const proxy = createServer((request, response) => {
    seen.push(request.url, request.headers['proxy-authorization'], request.headers.host);
    response.end('answer');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => proxy.once('listening', resolve));
  const { port } = proxy.address() as AddressInfo;
  const { proxies } = pullSettings({ HTTP_PROXY: `http://user:pass@127.0.0.1:${port}` }, '/home');
  const client = new HttpClient(proxies);
  try {
    const url = new URL('http://models.example/a/b.bin?c=d');
    const { status, body } = await client.get(url, {}, new AbortController().signal);
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    expect([status, Buffer.concat(chunks).toString()]).toEqual([200, 'answer']);
    expect(seen).toEqual([
      'http://models.example/a/b.bin?c=d',
      `Basic ${Buffer.from('user:pass').toString('base64')}`,
      'models.example',
    ]);
  } finally {
    await client.close();
    proxy.close();
  }
});
