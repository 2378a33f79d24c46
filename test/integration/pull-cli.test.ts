import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ModelRegistry } from '#theo/models/registry.js';
import { type Mood, StandInHub, sha256Of, stallAfter, wrongBytes } from '../support/stand-in-hub.ts';
import { startTheo, type TheoOutcome, type TheoProcess } from '../support/theo-process.ts';

const weights = readFileSync('test/fixtures/models/theo-demo/theo-demo-q8_0.bin');
const sha256 = sha256Of(weights);
const filePath = '/someone/demo/resolve/main/ggml-demo.bin';

let root = '';
let modelsDir = '';
let hub: StandInHub;
let address = '';
const toClose: Server[] = [];
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'theo-pull-'));
  modelsDir = join(root, '.theo', 'models');
  hub = await StandInHub.start();
  hub.put(filePath, weights);
  address = `${hub.url}${filePath}`;
});
afterEach(async () => {
  await hub.close();
  for (const server of toClose.splice(0)) server.close();
  rmSync(root, { recursive: true });
});

/** Without the proxies and tokens of whoever runs the tests. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): TheoProcess {
  return startTheo(args, { PATH: process.env.PATH, HOME: root, HF_ENDPOINT: hub.url, ...env });
}

function theo(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<TheoOutcome> {
  return start(args, env).outcome;
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  toClose.push(server);
  server.listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('theo pull', () => {
  test('tells how far it is, what was installed and what to do with it; then the model is there', async () => {
    const { code, stdout, stderr } = await theo(['pull', address]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^demo: \d+ %, \d+\.\d of 10\.9 MB/m);
    expect(stderr).toContain('demo: 100 %, 10.9 of 10.9 MB');
    expect(stdout).toContain(`demo: installed, 10.9 MB, in ${join(modelsDir, 'demo')}`);
    expect(stdout).toContain(`from ${address}, SHA-256 ${sha256}`);
    expect(stdout).toContain('licence: not known');
    expect(stdout).toContain('theo serve --model demo');
    expect((await theo(['list'])).stdout).toMatch(/^demo .*installed/m);

    const again = await theo(['pull', address], { HF_HUB_OFFLINE: '1' });
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringContaining('installed already and the same'),
    ]);
  });

  test('--json: an object a line, progress on stderr and the result on stdout', async () => {
    const { code, stdout, stderr } = await theo(['pull', address, '--json', '--name', 'mine']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      name: 'mine',
      folder: join(modelsDir, 'mine'),
      weights: { path: join(modelsDir, 'mine', 'ggml-demo.bin'), bytes: weights.length, sha256 },
      new: true,
      source: address,
      licence: null,
      author: null,
    });
    const events = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(events.at(-1)).toEqual({
      event: 'downloading',
      name: 'mine',
      done_bytes: weights.length,
      total_bytes: weights.length,
      bytes_per_second: expect.toSatisfy((rate) => rate === null || Number.isInteger(rate)),
    });
  });

  test.each<[string, () => readonly string[], number, string]>([
    ['nothing', () => [], 2, 'missing required argument'],
    ['an unknown name', () => ['whisper-smal'], 2, 'did you mean "whisper-small"?'],
    ['an address that is none', () => ['ftp://a/b.bin'], 2, 'not an address that begins with https://'],
    ['a file that is not there', () => ['./nowhere.bin'], 2, 'no such file'],
    ['a file that is no model', () => ['package.json'], 1, 'package.json: not a whisper.cpp model'],
    ['a digest that is none', () => [address, '--sha256', 'abc'], 2, 'must be 64 hexadecimal digits'],
    ['one name for two', () => [address, address, '--name', 'x'], 2, 'go with one model'],
    ['off line', () => [address, '--offline'], 1, 'not fetched, for --offline or HF_HUB_OFFLINE is set'],
    ['not there', () => [`${address}x`], 1, 'answers 404: no such file there'],
  ])('%s: says so and exits with its code', async (_what, args, code, message) => {
    const outcome = await theo(['pull', ...args()]);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toContain(message);
    expect(existsSync(modelsDir) ? readdirSync(modelsDir) : []).toEqual([]);
  });

  test('other bytes than were announced: says both SHA-256, and installs nothing', async () => {
    hub.storeMoods.push(wrongBytes);
    const { code, stderr } = await theo(['pull', address, '--sha256', sha256.toUpperCase()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`came with SHA-256 [0-9a-f]{64}, expected ${sha256}`));
    expect(readdirSync(modelsDir)).toEqual([]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s: what has come is kept and gone on with', async (signal) => {
    hub.storeMoods.push(stallAfter(5_000_000));
    const { process: child, said, outcome } = start(['pull', address]);
    await said('demo: 40 %');
    child.kill(signal);
    const { code, stdout, stderr } = await outcome;
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('was interrupted; what has come is kept');
    expect((await theo(['list'])).stdout).not.toContain('installed');
    expect((await theo(['pull', address])).code).toBe(0);
    expect(hub.rangesAsked.at(-1)).toMatch(/^bytes=4\d{6}-$|^bytes=5000000-$/);
    expect(readdirSync(modelsDir)).toEqual(['demo']);
  });

  test('two at once: one fetches, the other waits and says so', async () => {
    hub.storeMoods.push(stallAfter(5_000_000));
    const first = start(['pull', address]);
    await first.said('demo: 40 %');
    const second = start(['pull', address]);
    await second.said('waiting for another pull of demo: 4');
    hub.cut();
    const [one, other] = await Promise.all([first.outcome, second.outcome]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(one.stdout).toContain('demo: installed');
    expect(other.stdout).toContain('installed already and the same');
    expect(hub.rangesAsked).toEqual(['', expect.stringMatching(/^bytes=4\d{6}-$|^bytes=5000000-$/)]);
  });

  test('two at once, and the one that fetches is killed: the other goes on', async () => {
    hub.storeMoods.push(stallAfter(5_000_000));
    const first = start(['pull', address]);
    await first.said('demo: 40 %');
    const second = start(['pull', address]);
    await second.said('waiting');
    first.process.kill('SIGKILL');
    expect((await second.outcome).code).toBe(0);
    expect(hub.rangesAsked).toEqual(['', expect.stringMatching(/^bytes=4\d{6}-$|^bytes=5000000-$/)]);
    expect(readdirSync(modelsDir)).toEqual(['demo']);
  });
});

describe('encrypted connections', () => {
  const pem = (name: string): Buffer => readFileSync(`test/fixtures/tls/${name}.pem`);
  const trusting = { NODE_EXTRA_CA_CERTS: 'test/fixtures/tls/ca.pem' };
  let port = 0;
  let location: string | undefined;
  beforeEach(async () => {
    location = undefined;
    const server = createTlsServer({ cert: pem('worker'), key: pem('worker.key') }, (_request, response) => {
      if (location === undefined) response.writeHead(200, { 'content-length': weights.length }).end(weights);
      else response.writeHead(302, { location }).end();
    });
    port = await listen(server);
  });

  /** A proxy that tunnels, for those who have the password. */
  async function startProxy(seen: (string | undefined)[]): Promise<number> {
    const proxy = createHttpServer();
    proxy.on('connect', (request, socket) => {
      seen.push(request.url);
      if (request.headers['proxy-authorization'] === undefined) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
        return;
      }
      const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      socket.on('error', () => target.destroy());
      target.on('error', () => socket.destroy());
    });
    return listen(proxy);
  }

  test('through a proxy of the environment', async () => {
    const seen: (string | undefined)[] = [];
    const proxyPort = await startProxy(seen);
    const env = { ...trusting, HTTPS_PROXY: `http://user:secret@127.0.0.1:${proxyPort}` };
    const { code, stderr } = await theo(['pull', `https://localhost:${port}/ggml-demo.bin`], env);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('secret')]);
    expect(seen).toEqual([`localhost:${port}`]);
    expect(readFileSync(join(modelsDir, 'demo', 'ggml-demo.bin')).equals(weights)).toBe(true);

    const past = { ...env, NO_PROXY: 'localhost' };
    expect((await theo(['pull', `https://localhost:${port}/ggml-demo.bin`, '--force'], past)).code).toBe(0);
    expect(seen).toHaveLength(1);
  });

  test('through a proxy that wants a password: says how to give it', async () => {
    const proxyPort = await startProxy([]);
    const env = { ...trusting, HTTPS_PROXY: `127.0.0.1:${proxyPort}` };
    const { code, stderr } = await theo(['pull', `https://localhost:${port}/ggml-demo.bin`], env);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT'),
    ]);
  });

  test('to somebody else than was meant: is not trusted, and not tried again', async () => {
    const { code, stderr } = await theo(['pull', `https://localhost:${port}/ggml-demo.bin`]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^theo: localhost:\d+: its certificate is not trusted/),
    ]);
    expect(stderr).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('that send on to an unencrypted one: are not followed', async () => {
    location = address;
    const { code, stderr } = await theo(['pull', `https://localhost:${port}/ggml-demo.bin`], trusting);
    expect([code, stderr]).toEqual([1, expect.stringContaining('which is not encrypted')]);
    expect(hub.seen).toEqual([]);
  });
});

describe('killed', () => {
  /** Sends the file in pieces and calls back after so many bytes. */
  function inPieces(bytes: number, then: () => void): Mood {
    return (request, response, { content, etag }) => {
      const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(first === 0 ? 200 : 206, {
        etag,
        'content-length': content.length - first,
        'content-range': `bytes ${first}-${content.length - 1}/${content.length}`,
      });
      let isTold = false;
      const send = (position: number): void => {
        if (response.destroyed) return;
        if (!isTold && position - first >= bytes) {
          isTold = true;
          then();
        }
        if (position >= content.length) return void response.end();
        const end = position + 65_536;
        response.write(content.subarray(position, end), () => setImmediate(send, end));
      };
      send(first);
    };
  }

  /** The same numbers in every run. */
  function randomNumbers(): () => number {
    let state = 12_345;
    return () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
  }

  test('fifty times, anywhere: never is a wrong file installed, and what has come is gone on with', async () => {
    const random = randomNumbers();
    let [resumed, killed] = [0, 0];
    for (let round = 0; round < 50; round += 1) {
      const child = start(['pull', address]);
      const kill = (delayMs: number): void => void setTimeout(() => child.process.kill('SIGKILL'), delayMs);
      // A third anywhere in its life, the others while the bytes come or in the moments after the last.
      if (round % 3 === 0) kill(random() * 1_000);
      hub.storeMoods.splice(
        0,
        hub.storeMoods.length,
        inPieces(random() * weights.length, () => kill(random() * 60)),
      );
      const { signal } = await child.outcome;
      if (signal === 'SIGKILL') killed += 1;
      const models = await ModelRegistry.open({ modelsDir, embeddedDir: join(root, 'none') });
      expect(models.problems).toEqual([]);
      for (const model of models.list()) {
        expect(sha256Of(readFileSync(model.weightsPath))).toBe(sha256);
        rmSync(model.folder, { recursive: true });
      }
      if (hub.rangesAsked.at(-1)?.startsWith('bytes=')) resumed += 1;
      hub.seen.splice(0);
    }
    expect(killed).toBeGreaterThan(25);
    expect(resumed).toBeGreaterThan(5);
    hub.storeMoods.splice(0);
    const { code } = await theo(['pull', address]);
    expect(code).toBe(0);
    expect(readdirSync(modelsDir)).toEqual(['demo']);
    expect(sha256Of(readFileSync(join(modelsDir, 'demo', 'ggml-demo.bin')))).toBe(sha256);
  }, 600_000);
});
