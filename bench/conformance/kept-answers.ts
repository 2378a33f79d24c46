import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ConformanceCase } from './cases.ts';
import type { StockTranscript } from './stock-whisper.ts';

const folder = join('build-bench', 'conformance');

/** What whisper.cpp has answered before: it takes most of the bench's time, and always says the same. */
export class KeptAnswers {
  constructor() {
    mkdirSync(folder, { recursive: true });
  }

  async get(asked: ConformanceCase, ask: () => Promise<StockTranscript>): Promise<StockTranscript> {
    const path = join(folder, `${digestOf(asked)}.json`);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as StockTranscript;
    const answer = await ask();
    writeFileSync(path, JSON.stringify(answer));
    return answer;
  }
}

function digestOf({ name: _, samples, ...how }: ConformanceCase): string {
  return createHash('sha256').update(JSON.stringify(how)).update(samples).digest('hex');
}
