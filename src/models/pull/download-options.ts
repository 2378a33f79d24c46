import type { Clock } from '../../clock.ts';
import type { HttpClient } from './http-client.ts';
import type { PartialFile } from './partial-file.ts';
import type { PullSettings } from './settings.ts';

/** What is told of a download while it goes on. */
export type DownloadEvent =
  /** The part that is stored already is read again. */
  | { readonly kind: 'verifying'; readonly doneBytes: number; readonly totalBytes: number }
  /** @property totalBytes - null: the server does not say. */
  | { readonly kind: 'downloading'; readonly doneBytes: number; readonly totalBytes: number | null }
  | {
      readonly kind: 'retrying';
      readonly reason: string;
      readonly delayMs: number;
      readonly failures: number;
    }
  /** What was stored is thrown away. */
  | { readonly kind: 'restarting'; readonly reason: string };

export interface DownloadOptions {
  /** http or https. */
  readonly address: URL;
  /** Of the whole file; null: what the server says. */
  readonly bytes: number | null;
  /** Of the whole file, hexadecimal; null: what the hub says, of other servers anything. */
  readonly sha256: string | null;
  /** Where the file goes; a part that is stored there is gone on with. */
  readonly partial: PartialFile;
  /** What is wrong with a file that begins so; undefined: nothing. Given 64 bytes, fewer of a smaller file. */
  readonly problemOfStart: (firstBytes: Buffer) => string | undefined;
  readonly client: HttpClient;
  readonly settings: PullSettings;
  readonly clock: Clock;
  /** Within [0, 1): spreads the attempts of many. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly onEvent: (event: DownloadEvent) => void;
}
