import type { HttpResponse, TemplatedApp } from 'uWebSockets.js';
import type { Clock } from '../clock.ts';
import type { Logger } from '../observability/logger.ts';
import { openSpareFile, type SpareFile } from './open-files.ts';

const lookEveryMs = 500;
const tellEveryMs = 60_000;

export interface ConnectionParts {
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** Holds a descriptor; undefined where there is none left. */
  readonly openSpare?: () => SpareFile | undefined;
}

/**
 * The connections to the server, bounded by what the limit of open files leaves: one too many is closed at once.
 *
 * uWebSockets.js does nothing about a connection that it cannot accept for want of a descriptor, and is asked again
 * by the system at once, for ever. So one descriptor is kept in reserve: when no other can be had, that one is given up
 * to accept who waits, and close again.
 */
export class Connections {
  readonly #most: number;
  readonly #clock: Clock;
  readonly #log: Pick<Logger, 'warn'>;
  readonly #openSpare: () => SpareFile | undefined;
  #spare: SpareFile | undefined;
  #open = 0;
  #refused = 0;
  #refusedUntold = 0;
  #cancelLook: (() => void) | undefined;
  #cancelTelling: (() => void) | undefined;

  /** @param most how many may be open at once, plain ones and sessions together */
  constructor(app: TemplatedApp, most: number, { clock, log, openSpare = openSpareFile }: ConnectionParts) {
    this.#most = most;
    this.#clock = clock;
    this.#log = log;
    this.#openSpare = openSpare;
    this.#look();
    app.filter(this.#onChange);
  }

  /** How many there are. */
  get open(): number {
    return this.#open;
  }

  /** How many were closed at once because there were too many. */
  get refused(): number {
    return this.#refused;
  }

  /** A WebSocket has ended: of these uWebSockets.js reports only the beginning to its filters. */
  webSocketEnded(): void {
    this.#open--;
  }

  /** Gives the reserve back. */
  close(): void {
    this.#cancelLook?.();
    this.#cancelTelling?.();
    this.#spare?.close();
    this.#spare = undefined;
  }

  /** Takes the reserve, and gives it up while nothing else can be opened. */
  #look(): void {
    this.#spare ??= this.#openSpare();
    const another = this.#openSpare();
    another?.close();
    if (!another) {
      this.#spare?.close();
      this.#spare = undefined;
    }
    this.#cancelLook = this.#clock.schedule(lookEveryMs, () => this.#look());
  }

  /** @param change 1 for a connection that begins, -1 for a plain one that ends */
  readonly #onChange = (response: HttpResponse, change: number): void => {
    this.#open += change;
    if (change < 0 || (this.#open <= this.#most && this.#spare)) return;
    this.#refused++;
    this.#refusedUntold++;
    // Which comes here once more, with its end.
    response.close();
    this.#tell();
  };

  #tell(): void {
    if (this.#cancelTelling) return;
    const why = this.#spare ? `at most ${this.#most} fit` : 'no further file can be opened';
    this.#log.warn(
      { refused: this.#refusedUntold, open: this.#open },
      `connections refused: ${why} under the limit of open files. Raise the hard limit (ulimit -Hn, LimitNOFILE of ` +
        'systemd), keep idle connections away, or lower --max-sessions',
    );
    this.#refusedUntold = 0;
    this.#cancelTelling = this.#clock.schedule(tellEveryMs, () => {
      this.#cancelTelling = undefined;
      if (this.#refusedUntold > 0) this.#tell();
    });
  }
}
