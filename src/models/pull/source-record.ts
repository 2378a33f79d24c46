import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readStart } from '../../files.ts';

/** Where an installed model's weights came from. */
export interface SourceRecord {
  /** Without what lets somebody in. */
  readonly address: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

const recordSchema: z.ZodType<SourceRecord> = z.strictObject({
  address: z.string(),
  bytes: z.int().min(0),
  sha256: z.string(),
});

/** Beside the model's `theo.yaml`. */
const recordFileName = 'source.json';
const maxRecordBytes = 8_192;

/** undefined where a model has none, or none that can be read. */
export async function readSourceRecord(folder: string): Promise<SourceRecord | undefined> {
  try {
    const text = (await readStart(join(folder, recordFileName), maxRecordBytes)).toString('utf8');
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export async function writeSourceRecord(folder: string, record: SourceRecord): Promise<void> {
  await using file = await open(join(folder, recordFileName), 'wx');
  await file.writeFile(`${JSON.stringify(record, null, 2)}\n`);
  await file.sync();
}
