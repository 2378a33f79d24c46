import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Downloaded, download } from '#theo/models/pull/download.js';
import type { DownloadEvent, DownloadOptions } from '#theo/models/pull/download-options.js';
import { HttpClient } from '#theo/models/pull/http-client.js';
import { PartialFile } from '#theo/models/pull/partial-file.js';
import { type PullSettings, pullSettings } from '#theo/models/pull/settings.js';
import { eventually } from './eventually.ts';
import { ManualClock } from './manual-clock.ts';
import { StandInHub } from './stand-in-hub.ts';

/** The file on the stand-in hub, by a path such as the hub's. */
export const filePath = '/someone/models/resolve/main/ggml-x.bin';

/** What a test of downloads works with; new for each. */
export class DownloadBench {
  readonly hub: StandInHub;
  readonly folder: string;
  readonly clock = new ManualClock();
  readonly events: DownloadEvent[] = [];
  /** Once so many bytes have come, all connections are reset. */
  readonly cutsAt: number[] = [];
  /** Whether pauses between attempts pass by themselves. */
  passes = true;

  constructor(hub: StandInHub, folder: string) {
    this.hub = hub;
    this.folder = folder;
  }

  get partialPath(): string {
    return join(this.folder, 'weights.partial');
  }

  settings(env: Readonly<Record<string, string>> = {}): PullSettings {
    return pullSettings({ HF_ENDPOINT: this.hub.url, ...env }, this.folder);
  }

  /** One download, as a process of its own would do it. */
  async download(options: Partial<DownloadOptions> = {}): Promise<Downloaded> {
    const partial = await PartialFile.open(this.partialPath);
    const settings = this.settings();
    const client = new HttpClient(settings.proxies);
    try {
      return await download({
        address: new URL(`${this.hub.url}${filePath}`),
        bytes: null,
        sha256: null,
        partial,
        problemOfStart: (start) => (start.toString('latin1', 0, 4) === 'lmgg' ? undefined : 'not a model'),
        client,
        settings,
        clock: this.clock,
        random: () => 0,
        signal: new AbortController().signal,
        ...options,
        onEvent: (event) => {
          this.events.push(event);
          options.onEvent?.(event);
          this.#cutInTime(event);
          if (event.kind === 'retrying' && this.passes) void this.pass(event.delayMs);
        },
      });
    } finally {
      await client.close();
      await partial.close();
    }
  }

  #cutInTime(event: DownloadEvent): void {
    const [cutAt = Number.POSITIVE_INFINITY] = this.cutsAt;
    if (event.kind !== 'downloading' || event.doneBytes < cutAt) return;
    this.cutsAt.shift();
    this.hub.cut();
  }

  /** Lets a pause pass that is about to begin. */
  async pass(delayMs: number): Promise<void> {
    await eventually(
      () => this.clock.timerCount,
      (count) => {
        if (count === 0) throw new Error('nobody waits');
      },
    );
    this.clock.advance(delayMs);
  }

  get delaysMs(): readonly number[] {
    return this.events.flatMap((event) => (event.kind === 'retrying' ? [event.delayMs] : []));
  }

  get reasons(): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === 'retrying' || event.kind === 'restarting' ? [event.reason] : [],
    );
  }
}

export function useDownloadBench(): { readonly bench: DownloadBench } {
  let bench: DownloadBench | undefined;
  beforeEach(async () => {
    bench = new DownloadBench(await StandInHub.start(), mkdtempSync(join(tmpdir(), 'theo-pull-')));
  });
  afterEach(async () => {
    await bench?.hub.close();
    if (bench) rmSync(bench.folder, { recursive: true });
  });
  return {
    get bench() {
      if (!bench) throw new Error('only in a test');
      return bench;
    },
  };
}
