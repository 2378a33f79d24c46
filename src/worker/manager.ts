import { fileURLToPath } from 'node:url';
import type { Clock } from '../clock.ts';
import type { AddressSource } from '../engine/remote/addresses.ts';
import type { WorkerStatus } from '../engine/remote/remote-worker.ts';
import type { WorkerAddress } from '../engine/remote/worker-client.ts';
import { WorkerProcess, type WorkerProcessLog } from './worker-process.ts';

/** A worker process that has not answered for this long is killed and started again. */
const hangMs = 10_000;

/** Program and script that understand `worker`. */
export const theoCommand: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('../cli/main.js', import.meta.url)),
];

export interface WorkerManagerOptions {
  readonly count: number;
  readonly model: string;
  readonly modelsDir: string;
  /** Decode slots of each worker; 0: chosen from the cores. */
  readonly decodeSlots: number;
  /** Cores that the decodes of all workers together may use; shared evenly. */
  readonly cores: number;
  readonly logFormat: string;
  readonly logLevel: string;
  readonly clock: Clock;
  readonly log: WorkerProcessLog;
  /** Program and arguments that run `theo`; the running one by default. */
  readonly command?: readonly string[];
}

/** Keeps N worker processes running on this machine, and says where they listen. */
export class WorkerManager implements AddressSource {
  readonly #options: WorkerManagerOptions;
  #processes: readonly WorkerProcess[] = [];
  readonly #watchers = new Set<(addresses: readonly WorkerAddress[]) => void>();
  readonly #cancelHang = new Map<string, () => void>();

  constructor(options: WorkerManagerOptions) {
    this.#options = options;
  }

  /** Starts the processes. */
  start(): void {
    const { clock, log, count } = this.#options;
    const command = workerCommand(this.#options);
    this.#processes = Array.from(
      { length: count },
      () => new WorkerProcess({ command, clock, log, onChange: () => this.#tell() }),
    );
  }

  get processes(): readonly Pick<WorkerProcess, 'pid' | 'address' | 'restarts'>[] {
    return this.#processes;
  }

  /** How often processes were started again. */
  get restarts(): number {
    return this.#processes.reduce((sum, { restarts }) => sum + restarts, 0);
  }

  watch(onAddresses: (addresses: readonly WorkerAddress[]) => void): () => void {
    this.#watchers.add(onAddresses);
    onAddresses(this.#addresses());
    return () => this.#watchers.delete(onAddresses);
  }

  /** Takes a worker's health: one that stays silent is killed and started again. */
  note({ address, state }: Pick<WorkerStatus, 'address' | 'state'>): void {
    if (state === 'serving') {
      this.#forgetHang(address);
    } else if (state === 'silent' && !this.#cancelHang.has(address)) {
      const kill = (): void => {
        this.#forgetHang(address);
        this.#options.log.warn({ address, silentForMs: hangMs }, 'worker process hangs: killed');
        this.#processes.find((process) => process.address === address)?.kill();
      };
      this.#cancelHang.set(address, this.#options.clock.schedule(hangMs, kill));
    }
  }

  /** Ends all processes, each within `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#watchers.clear();
    for (const cancel of this.#cancelHang.values()) cancel();
    await Promise.all(this.#processes.map((process) => process.close(graceMs)));
  }

  #forgetHang(address: string): void {
    this.#cancelHang.get(address)?.();
    this.#cancelHang.delete(address);
  }

  #tell(): void {
    const addresses = this.#addresses();
    for (const address of this.#cancelHang.keys()) {
      if (!addresses.some(({ target }) => target === address)) this.#forgetHang(address);
    }
    for (const onAddresses of this.#watchers) onAddresses(addresses);
  }

  #addresses(): readonly WorkerAddress[] {
    return this.#processes.flatMap(({ address }) => (address === undefined ? [] : [{ target: address }]));
  }
}

function workerCommand(options: WorkerManagerOptions): readonly string[] {
  const share = Math.max(1, Math.floor(options.cores / options.count));
  return [
    ...(options.command ?? theoCommand),
    'worker',
    '--exit-with-stdin',
    ...['--listen', '127.0.0.1:0'],
    ...['--model', options.model],
    ...['--models-dir', options.modelsDir],
    ...['--decode-slots', String(options.decodeSlots)],
    ...['--cores', String(share)],
    ...['--log-format', options.logFormat],
    ...['--log-level', options.logLevel],
  ];
}
