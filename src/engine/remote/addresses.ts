import { lookup } from 'node:dns/promises';
import type { Clock } from '../../clock.ts';
import { bracketed, splitHostPort } from '../../host-port.ts';
import type { WorkerAddress } from './worker-client.ts';

/** Where the workers are, which may change. */
export interface AddressSource {
  /** Calls back with all addresses now or soon, and whenever they change, until the returned function is called. */
  watch(onAddresses: (addresses: readonly WorkerAddress[]) => void): () => void;
}

const dnsScheme = 'dns:///';
/** How often names are looked up again. */
const refreshMs = 10_000;

/** The addresses of one name, in order. */
export type ResolveName = (name: string) => Promise<readonly string[]>;

async function resolveName(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => bracketed(address)).sort();
}

/**
 * The workers as configured: HOST:PORT is one worker, `dns:///NAME:PORT` one for every address that the name has,
 * looked up again every few seconds. A name that cannot be looked up keeps the addresses it had.
 */
export class ConfiguredAddresses implements AddressSource {
  readonly #specs: readonly string[];
  readonly #clock: Clock;
  readonly #resolve: ResolveName;

  /** @param specs as in the setting `worker`. */
  constructor(specs: readonly string[], clock: Clock, resolve: ResolveName = resolveName) {
    this.#specs = specs;
    this.#clock = clock;
    this.#resolve = resolve;
  }

  watch(onAddresses: (addresses: readonly WorkerAddress[]) => void): () => void {
    const known = new Map<string, readonly WorkerAddress[]>(
      this.#specs.map((spec) => [spec, spec.startsWith(dnsScheme) ? [] : [{ target: spec }]]),
    );
    const names = this.#specs.filter((spec) => spec.startsWith(dnsScheme));
    let isStopped = false;
    let cancelTimer: (() => void) | undefined;
    const refresh = async (): Promise<void> => {
      const before = targets(known);
      await Promise.all(
        names.map(async (spec) => known.set(spec, await this.#lookUp(spec, known.get(spec)))),
      );
      if (isStopped) return;
      if (targets(known) !== before) onAddresses([...known.values()].flat());
      cancelTimer = this.#clock.schedule(refreshMs, () => void refresh());
    };
    onAddresses([...known.values()].flat());
    if (names.length > 0) void refresh();
    return () => {
      isStopped = true;
      cancelTimer?.();
    };
  }

  async #lookUp(
    spec: string,
    before: readonly WorkerAddress[] | undefined,
  ): Promise<readonly WorkerAddress[]> {
    const [name, port] = splitHostPort(spec.slice(dnsScheme.length));
    try {
      const hosts = await this.#resolve(name);
      return hosts.map((host) => ({ target: `${host}:${port}`, serverName: name }));
    } catch {
      return before ?? [];
    }
  }
}

function targets(known: ReadonlyMap<string, readonly WorkerAddress[]>): string {
  return [...known.values()]
    .flat()
    .map((address) => address.target)
    .join(' ');
}
