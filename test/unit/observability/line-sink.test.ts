import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** A program with a sink on its stderr. */
function program(body: string): readonly string[] {
  const module = JSON.stringify(new URL('../../../dist/observability/line-sink.js', import.meta.url));
  return ['--input-type=module', '--eval', `import { LineSink } from ${module};\n${body}`];
}

/** What it prints when the shell runs it: `"$@"` stands for it in `line`. */
async function printed(line: string, body: string): Promise<string> {
  return (await run('sh', ['-c', line, 'sh', process.execPath, ...program(body)])).stdout;
}

it('loses and counts what a full disk refuses', async () => {
  const body = `
    const sink = new LineSink(2);
    for (let line = 0; line < 5; line++) sink.write('a line\\n');
    console.log(sink.linesLost);`;
  expect(await printed('"$@" 2>/dev/full', body)).toBe('5\n');
});

it('loses and counts what nobody reads any more', async () => {
  const body = `
    import { once } from 'node:events';
    process.stdin.resume();
    await once(process.stdin, 'end');
    const sink = new LineSink(2);
    sink.write('a line\\n');
    console.log(sink.linesLost);`;
  const child = spawn(process.execPath, program(body));
  child.stderr.destroy();
  await once(child.stderr, 'close');
  child.stdin.end();
  expect(await text(child.stdout)).toBe('1\n');
});

describe('a reader that stalls: some lines are kept, the rest is lost and counted, and nothing waits', () => {
  const body = `
    const sink = new LineSink(2, { maxWaitingBytes: 50_000 });
    for (let line = 0; line < 100; line++) sink.write('x'.repeat(9_999) + '\\n');
    console.log(sink.linesLost);`;

  it('at a pipe', async () => {
    const line = 'F=$(mktemp -u); mkfifo $F; exec 4<>$F; "$@" 2>$F; rm $F';
    // A pipe holds 64 KiB.
    expect(Number(await printed(line, body))).toBeGreaterThan(85);
  });

  it('at a socket', async () => {
    const child = spawn(process.execPath, program(body));
    const [stdout] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(Number(stdout)).toBeGreaterThan(50);
    expect(await text(child.stderr)).toContain('x\nx');
  });
});

it('goes on with whole lines when the reader goes on', async () => {
  const body = `
    const sink = new LineSink(2);
    for (let line = 0; line < 50; line++) sink.write(\`\${line} \${'x'.repeat(9_990)}\\n\`);
    process.stdin.on('data', () => sink.write('last\\n'));
    process.stdin.on('end', () => console.log(sink.linesLost));`;
  const child = spawn(process.execPath, program(body));
  child.stdin.write('go on');
  let stderr = '';
  for await (const chunk of child.stderr) {
    stderr += String(chunk);
    if (stderr.endsWith('last\n')) child.stdin.end();
  }
  const numbers = stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(numbers).toEqual([...Array(50).keys()].map(String).concat('last'));
  expect(await text(child.stdout)).toBe('0\n');
});

it('appends to a file that others write to as well', async () => {
  const body = `
    import { readFileSync } from 'node:fs';
    const sink = new LineSink(2);
    sink.write('first\\n');
    console.error('second');
    sink.write('third\\n');
    console.log(readFileSync(process.env.FILE, 'utf8'));`;
  const line = 'FILE=$(mktemp); export FILE; "$@" 2>$FILE; rm $FILE';
  expect(await printed(line, body)).toBe('first\nsecond\nthird\n\n');
});

it('begins a new line after one that the disk took only the beginning of', async () => {
  const body = `
    import { readFileSync, truncateSync } from 'node:fs';
    process.on('SIGXFSZ', () => {});
    const sink = new LineSink(2);
    sink.write('x'.repeat(2_000) + '\\n');
    truncateSync(process.env.FILE, 10);
    sink.write('whole\\n');
    console.log(sink.linesLost, readFileSync(process.env.FILE, 'utf8').split('\\n').slice(1));`;
  // The limit of a file's size stands in for the disk's: 1 block of 512 bytes.
  const line = 'FILE=$(mktemp); export FILE; (ulimit -f 1; "$@" 2>>$FILE); rm $FILE';
  expect(await printed(line, body)).toBe("1 [ 'whole', '' ]\n");
});
