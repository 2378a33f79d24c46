import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { writeWav } from '#theo/audio/wav/write-wav.js';
import { freePort } from '../support/free-port.ts';
import { modelsDir } from '../support/models.ts';
import { startServerProcess } from '../support/server-process.ts';
import { startTheo, type TheoOutcome } from '../support/theo-process.ts';

function theo(...args: readonly string[]): Promise<TheoOutcome> {
  return theoReading('/dev/null', ...args);
}

/** @param input the file on its stdin */
function theoReading(input: string, ...args: readonly string[]): Promise<TheoOutcome> {
  const home = mkdtempSync(join(tmpdir(), 'theo-cli-'));
  const { process: child, outcome } = startTheo(args, {
    ...process.env,
    HOME: home,
    THEO_MODELS_DIR: modelsDir,
  });
  // Commands that read nothing may be gone before it is written.
  child.stdin.on('error', () => {});
  createReadStream(input).pipe(child.stdin);
  return outcome;
}

describe('theo transcribe', () => {
  it('prints the text of a recording, numbers as figures', async () => {
    const { code, stdout } = await theo('transcribe', 'test/fixtures/audio/en_03.wav');
    expect([code, stdout]).toEqual([0, '$263.87\n']);
  });

  it('reads a recording from stdin', async () => {
    const { code, stdout } = await theoReading('test/fixtures/audio/en_03.wav', 'transcribe', '-');
    expect([code, stdout]).toEqual([0, '$263.87\n']);
  });

  it('says what is wrong with a recording that nothing is heard in', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'theo-audio-')), 'silence.wav');
    writeFileSync(file, writeWav(new Uint8Array(32_000), 16_000));
    const { code, stdout, stderr } = await theo('transcribe', file);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe(
      `theo: ${file}: it holds nothing but digital silence: was the microphone muted?\ntheo: ${file}: no speech was heard\n`,
    );
  });

  it('prints several recordings, each with what was said when', async () => {
    const files = ['test/fixtures/audio/en_03.wav', 'test/fixtures/audio/en_01.wav'];
    const { code, stdout } = await theo('transcribe', '--language', 'en', '--timestamps', ...files);
    expect(code).toBe(0);
    const line = String.raw`\[00:00:0\d\.\d{3} --> 00:00:0\d\.\d{3}\] `;
    expect(stdout).toMatch(
      new RegExp(`^==> ${files[0]} <==\\n${line}\\$263\\.87\\n==> ${files[1]} <==\\n${line}\\S.*\\n$`, 'u'),
    );
  });

  it('prints JSON with what speaks for each segment', async () => {
    const { stdout } = await theo('transcribe', '--format', 'json', 'test/fixtures/audio/en_03.wav');
    const { file, language, duration, segments } = JSON.parse(stdout);
    expect({ file, language }).toEqual({ file: 'test/fixtures/audio/en_03.wav', language: 'en' });
    expect(segments).toHaveLength(1);
    const [{ start, end, text, temperature, avg_logprob, no_speech_prob }] = segments;
    expect(text).toBe('$263.87');
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(duration);
    expect(temperature).toBe(0);
    expect(avg_logprob).toBeGreaterThan(-1);
    expect(no_speech_prob).toBeLessThan(0.6);
  });

  it.each([
    [['--format', 'srt', 'a.wav', 'b.wav'], '--format srt: takes one file at a time'],
    [['--stream', '--timestamps', 'a.wav'], '--timestamps: is for whole files'],
    [['--beam-size', '17', 'a.wav'], '--beam-size: must be an integer from 1 to 16, not "17"'],
    [['--temperature', '2', 'a.wav'], '--temperature: must be a number from 0 to 1, not "2"'],
    [['--task', 'translate', 'test/fixtures/audio/en_03.wav'], 'the model theo-demo does not translate'],
    [['--prompt', 'Theo', 'test/fixtures/audio/en_03.wav'], 'the model theo-demo takes no prompts'],
  ])('refuses %j', async (options, message) => {
    const { code, stderr } = await theo('transcribe', ...options);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('prints every utterance on a line, as it was spoken with --no-itn', async () => {
    const { code, stdout } = await theo(
      'transcribe',
      '--no-itn',
      '--language',
      'en',
      'test/fixtures/audio/en_long.wav',
    );
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(7);
    expect(stdout).toContain('the meeting is at half past ten\n');
  });

  it('hears a word of a fifth of a second', async () => {
    const file = 'test/fixtures/audio/short-two-200.wav';
    const { stdout } = await theo('transcribe', '--model', 'whisper-base', '--language', 'en', file);
    expect(stdout).toMatch(/^(2|Two)\.?\n$/);
  });

  it('--stream: partials on stderr, the text on stdout', async () => {
    const { code, stdout, stderr } = await theo('transcribe', '--stream', 'test/fixtures/audio/pt_01.wav');
    expect([code, stdout]).toEqual([0, 'olá como posso ajudar\n']);
    expect(stderr).toContain('… olá');
  });

  it.each([[], ['--stream']])('spells hot words as they are given %s', async (...mode) => {
    const words = ['--hot-word', 'Emma', '--hot-word', 'Raphael'];
    const { stdout } = await theo('transcribe', ...mode, ...words, 'test/fixtures/audio/pt_09.wav');
    expect(stdout).toBe('bom dia meu nome é Raphael\n');
  });

  it.each<[string, readonly string[], number, string]>([
    ['a file that is not there', ['transcribe', 'nowhere.wav'], 2, 'nowhere.wav'],
    [
      'a file that is no WAV',
      ['transcribe', 'package.json'],
      1,
      'package.json: this is text, and WAV or FLAC',
    ],
    ['a folder', ['transcribe', 'test'], 2, 'test: cannot be read: it is a folder, not a file'],
    ['a device', ['transcribe', '/dev/zero'], 2, '/dev/zero: cannot be read: it is a device'],
    ['nothing on stdin', ['transcribe', '-'], 1, 'stdin: this file is empty'],
    [
      'an unknown model',
      ['transcribe', '--model', 'x', 'test/fixtures/audio/en_03.wav'],
      2,
      'available: theo-demo',
    ],
    [
      'a language that the model does not know',
      ['transcribe', '--language', 'zz', 'test/fixtures/audio/en_03.wav'],
      2,
      'language: the model theo-demo does not know "zz"',
    ],
    [
      'a wrong language',
      ['transcribe', '--language', 'english', 'test/fixtures/audio/en_03.wav'],
      2,
      '--language',
    ],
    ['a wrong language of a demo', ['demo', '--language', 'english'], 2, '--language'],
    ['a demo with an unknown model', ['demo', '--model', 'x'], 2, 'available: theo-demo, whisper-base'],
    ['no file', ['transcribe'], 2, 'missing required argument'],
    ['an unknown command', ['sing'], 2, 'unknown command'],
    ['an option that does not exist', ['serve', '--prot', '1'], 2, '--port'],
    ['a port that is none', ['serve', '--port', 'x'], 2, '--port'],
  ])('%s: says so and exits with its code', async (_what, args, code, message) => {
    const outcome = await theo(...args);
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toContain(message);
  });
});

describe('theo demo, list, inspect, remove, doctor', () => {
  const noModels = ['--models-dir', join(tmpdir(), 'theo-no-models')];

  it('demo: hears people right with the embedded model', { timeout: 180_000 }, async () => {
    const { code, stdout, stderr } = await theo('demo', ...noModels);
    expect(stderr).toBe('');
    expect(stdout).toContain('model whisper-base');
    expect(stdout).toContain('heard right');
    expect(code).toBe(0);
  });

  it('demo FILE: shows every event of an own recording, with the only installed model', async () => {
    const { code, stdout } = await theo('demo', 'test/fixtures/audio/en_03.wav');
    expect(stdout).toContain('model theo-demo');
    expect(stdout).toMatch(/^ +\d+ {2}transcript\.partial {3}two hundred$/m);
    expect(stdout).toMatch(/^ +\d+ {2}transcript\.final {5}\$263\.87 /m);
    expect(stdout).toMatch(/^en_03\.wav +\d+ ms +\d+ ms +\d+\.\d\d +not known$/m);
    expect(code).toBe(0);
  });

  it('list and inspect name the models and the default one', async () => {
    const all = (await theo('list')).stdout;
    expect(all).toMatch(/^theo-demo .* pt,en +installed, default$/m);
    expect(all).toMatch(/^whisper-base .* 99 languages +embedded$/m);
    expect((await theo('list', ...noModels)).stdout).toMatch(/^whisper-base .* embedded, default$/m);
    const manifest = (await theo('inspect', 'theo-demo')).stdout;
    expect(manifest).toContain('name: theo-demo');
    expect(manifest, 'as theo.yaml spells it').toContain('  audio_ctx: auto');
    expect(manifest, 'a list on one line').toContain('  languages: [pt, en]');
    for (const alias of ['whisper-base', 'faster-whisper-base', 'base'])
      expect((await theo('inspect', alias)).stdout).toContain('name: whisper-base');
    expect(await theo('inspect', 'x')).toMatchObject({ code: 2 });
  });

  it('list --json: the same for programs', async () => {
    expect(JSON.parse((await theo('list', '--json')).stdout)).toMatchObject([
      { name: 'theo-demo', is_default: true, weights: { type: 'q8_0' }, languages: ['pt', 'en'] },
      { name: 'whisper-base', origin: 'embedded', is_default: false },
    ]);
  });

  it('list --remote: what there is to pull, and what of it is here', async () => {
    const { code, stdout } = await theo('list', '--remote');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^whisper-small +q8_0, f16, q5_1 +264 MB +\d+ MB +99 +MIT +-$/m);
    expect(stdout).toMatch(/^whisper-base .* q8_0 \(comes along\)$/m);
    expect(stdout).not.toContain('parakeet');
    const all = JSON.parse((await theo('list', '--remote', '--json')).stdout) as readonly object[];
    expect(all).toContainEqual(
      expect.objectContaining({
        name: 'whisper-small',
        variant: 'q5_1',
        installed: null,
        bytes: 190_085_487,
      }),
    );
  });

  it('inspect: of a model that is not installed, where it comes from', async () => {
    const { code, stdout } = await theo('inspect', 'small:q5_1');
    expect(code).toBe(0);
    for (const line of [
      'name: whisper-small-q5_1',
      'pull: theo pull whisper-small-q5_1',
      'sha256: ae85e4a935d7a567bd102fe55afc16bb595bdb618e11b2fc7591bc08120411bb',
      'licence: MIT',
    ])
      expect(stdout.split('\n')).toContain(line);
    expect(stdout).toMatch(/^url: https:\/\/huggingface\.co\/ggerganov\/.*\/ggml-small-q5_1\.bin$/m);
    expect((await theo('inspect', 'parakeet')).stderr).toContain('is not a Whisper model');
  });

  it('remove: asks, so without a terminal it wants --yes', async () => {
    const models = mkdtempSync(join(tmpdir(), 'theo-models-'));
    cpSync(join(modelsDir, 'theo-demo'), join(models, 'theo-demo'), { recursive: true });
    const remove = (...args: readonly string[]): Promise<TheoOutcome> =>
      theo('remove', '--models-dir', models, ...args);
    expect(await remove('theo-demo')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await remove('--yes', 'theo-demo', 'whisper-base')).toMatchObject({ code: 2, stdout: '' });
    expect(readdirSync(models), 'all or none').toEqual(['theo-demo']);
    expect(await remove('--yes', 'theo-demo:q8_0')).toMatchObject({
      code: 0,
      stdout: `removed theo-demo: 11 MB are free again (${join(models, 'theo-demo')})\n`,
    });
    expect(readdirSync(models)).toEqual([]);
  });

  it('doctor: everything works here, and the embedded model hears right', async () => {
    const { code, stdout } = await theo('doctor');
    expect(stdout).not.toContain('FAIL');
    expect(stdout).toMatch(
      /^ok {4}model whisper-base: CPU, [\d.]+ MB; (first text about .*at once|too slow for live speech .*)$/m,
    );
    expect(stdout).toMatch(/^ok {4}recognition: whisper-base heard "Hoje é fundamental /m);
    expect(code).toBe(0);
  });
});

describe('theo tune', () => {
  it('measures a model and writes what it chose into its theo.yaml', { timeout: 120_000 }, async () => {
    const models = mkdtempSync(join(tmpdir(), 'theo-models-'));
    cpSync(join(modelsDir, 'theo-demo'), join(models, 'theo-demo'), { recursive: true });
    const file = join(models, 'theo-demo', 'theo.yaml');
    const tune = ['tune', 'theo-demo', '--models-dir', models, '--seconds', '1', '--json'];
    const { code, stdout } = await theo(...tune);
    expect(code).toBe(0);
    const { best, written } = JSON.parse(stdout);
    expect(written).toBe(file);
    const inspected = (await theo('inspect', 'theo-demo', '--models-dir', models)).stdout;
    expect(inspected).toContain(`decode_slots: ${best.decode_slots}`);
    expect(inspected).toContain(`partial_interval_ms: ${best.partial_interval_ms}`);
  });
});

describe('models that are broken', () => {
  const models = mkdtempSync(join(tmpdir(), 'theo-models-'));
  cpSync(join(modelsDir, 'theo-demo'), join(models, 'theo-demo'), { recursive: true });
  for (const name of ['manifest-pipe', 'no-manifest', 'old']) mkdirSync(join(models, name));
  spawnSync('mkfifo', [join(models, 'manifest-pipe', 'theo.yaml')]);
  writeFileSync(join(models, 'no-manifest', 'ggml-small.bin'), 'lmgg');
  writeFileSync(join(models, 'old', 'theo.yaml'), 'name: old\nengine: faster-whisper\n');

  it.each([
    ['transcribe', '--language', 'en'],
    ['transcribe', '--stream', '--language', 'en'],
    ['demo', '--language', 'en'],
  ])('%s %s: the only installed one does not load, and the embedded one hears', async (...args) => {
    const damaged = mkdtempSync(join(tmpdir(), 'theo-models-'));
    cpSync(join(modelsDir, 'theo-demo'), join(damaged, 'theo-demo'), { recursive: true });
    truncateSync(join(damaged, 'theo-demo', 'theo-demo-q8_0.bin'), 1_000_000);
    const { code, stdout, stderr } = await theo(...args, '--models-dir', damaged, 'assets/demo/jfk.wav');
    expect(stderr).toMatch(/model left out: .*theo-demo-q8_0\.bin.*truncated/);
    expect(stdout).toContain('your country can do for you');
    expect(code).toBe(0);
  });

  it('list: tells of each and shows the others', async () => {
    const { code, stdout, stderr } = await theo('list', '--models-dir', models);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^theo-demo .* installed, default$/m);
    for (const name of ['manifest-pipe', 'no-manifest', 'old']) expect(stderr).toContain(join(models, name));
  });

  it('doctor: fails for each and says that the others work', async () => {
    const { code, stdout } = await theo('doctor', '--models-dir', models);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}model: .*manifest-pipe\/theo\.yaml: cannot be read: it is a pipe/m);
    expect(stdout).toMatch(/^FAIL {2}model: .*ggml-small\.bin: weights without a theo\.yaml/m);
    expect(stdout).toMatch(/^FAIL {2}model: .*old\/theo\.yaml: version: is missing/m);
    expect(stdout).toMatch(/^ok {4}model theo-demo: CPU, /m);
    expect(stdout).toMatch(/^ok {4}recognition: /m);
  });
});

describe('theo serve', () => {
  it('a client may ask for a model by a variant of it', async () => {
    const server = await startServerProcess(['--model', 'theo-demo:q8_0']);
    const asked = async (model: string): Promise<unknown> => {
      const socket = new WebSocket(`${server.realtimeUrl}?model=${encodeURIComponent(model)}`);
      const [data] = (await once(socket, 'message')) as [Buffer];
      socket.close();
      return JSON.parse(data.toString('utf8'));
    };
    const [known, unknown] = [await asked('theo-demo:q8_0'), await asked('theo-demo:f16')];
    await server.stop();
    expect(known).toMatchObject({ type: 'session.created', model: 'theo-demo' });
    expect(unknown).toMatchObject({ type: 'error', code: 'model_not_found' });
  });

  it('offers the installed models and the embedded one, and loads the only installed one', async () => {
    const server = await startServerProcess();
    const health = await (await fetch(`${server.url}/health`)).json();
    await server.stop();
    expect(health).toMatchObject({ status: 'ok', models: ['theo-demo', 'whisper-base'] });
    expect(health).toHaveProperty('capacity.theo-demo.first_text_ms', expect.any(Number));
  });

  it.each([
    ['serve', '--host', 'host.invalid'],
    ['serve', '--model', 'none'],
    ['worker', '--listen', '192.0.2.1:1'],
  ])('%s %s %s: a log in JSON is all that stderr gets, also of a failure', async (...args) => {
    const { code, stdout, stderr } = await theo(...args, '--log-format', 'json');
    expect(code).not.toBe(0);
    expect(stdout).toBe('');
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: number; msg: string });
    expect(lines.at(-1)).toMatchObject({ level: 60, msg: expect.stringMatching(/^cannot listen|^no model/) });
  });

  it('says where speech goes, also with an IPv6 address, and which model hears it', async () => {
    const child = spawn(process.execPath, ['dist/cli/main.js', 'serve', '--port', '0', '--host', '::1'], {
      env: { ...process.env, THEO_MODELS_DIR: modelsDir },
    });
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes('try it')) break;
    }
    const [, url = ''] = /^listening on (http:\/\/\[::1\]:\d+)$/.exec(lines[0] ?? '') ?? [];
    expect(lines.join('\n')).toContain(`${url.replace('http', 'ws')}/v1/realtime?model=theo-demo`);
    const shown = await theo('ps', '--url', url.replace('http://', ''));
    expect(shown.stdout).toContain(`at ${url}: ok`);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  });

  it('says that a port is taken', async () => {
    const port = String(await freePort());
    const server = await startServerProcess(['--port', port]);
    const { code, stderr } = await theo('serve', '--port', port);
    await server.stop();
    expect(code).toBe(1);
    expect(stderr).toContain('the port is taken');
  });

  it('names the file and the cause when its model is damaged', async () => {
    const models = mkdtempSync(join(tmpdir(), 'theo-models-'));
    const folder = join(models, 'broken');
    mkdirSync(folder);
    const manifest = readFileSync('test/fixtures/models/theo-demo/theo.yaml', 'utf8').replace(
      'name: theo-demo',
      'name: broken',
    );
    writeFileSync(join(folder, 'theo.yaml'), manifest);
    cpSync('package.json', join(folder, 'theo-demo-q8_0.bin'));
    const { code, stderr } = await theo(
      'serve',
      '--port',
      '0',
      '--models-dir',
      models,
      '--default-model',
      'broken',
    );
    expect(code).toBe(1);
    expect(stderr).toContain(join(folder, 'theo-demo-q8_0.bin'));
    expect(stderr).toContain('wrong magic number');
  });
});
