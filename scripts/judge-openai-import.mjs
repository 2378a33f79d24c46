// Whether the import of OpenAI's checkpoints keeps weights and vocabulary:
//   npm run build && node scripts/judge-openai-import.mjs MODEL.bin...
//
// MODEL.bin is a ggml file in f16, such as "theo import" makes of a faster-whisper folder. Python writes its weights as a
// checkpoint of OpenAI's; imported, that has to give the same file again. Needs python3.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importModel } from '../dist/models/import/import-model.js';
import { loadNative } from '../dist/native.js';

const writer = fileURLToPath(new URL('./openai-checkpoint.py', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'judge-openai-'));
try {
  for (const model of process.argv.slice(2)) {
    const source = join(work, 'checkpoint.pt');
    execFileSync('python3', [writer, model, source], { stdio: 'inherit' });
    const { weightsSha256, weightsPath } = await importModel({
      source,
      modelsDir: join(work, 'models'),
      addon: loadNative(),
      force: true,
    });
    const [before, after] = [readFileSync(model), readFileSync(weightsPath)];
    const isSame = createHash('sha256').update(before).digest('hex') === weightsSha256;
    if (!isSame) process.exitCode = 1;
    const bytes = before.reduce((count, byte, index) => count + (byte === after[index] ? 0 : 1), 0);
    console.log(
      `${basename(model)}: ${isSame ? 'the same file' : `${bytes} of ${before.length} bytes differ`}`,
    );
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
