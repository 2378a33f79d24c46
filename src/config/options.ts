import { modelReference } from '../models/names.ts';
import { ENTITY_KINDS, type EntityKind } from '../text/index.ts';
import { choice, hostAndPort, integer, list, optional, path, type ValueKind, word } from './values.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Every setting of `theo serve`. */
export interface ServerConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Keys that clients must show as `Authorization: Bearer KEY`; empty: none is asked for. */
  readonly apiKeys: readonly string[];
  /** Absolute path of the installed models' folder. */
  readonly modelsDir: string;
  readonly defaultModel: string | null;
  /** Local worker processes to start; 0: none. */
  readonly workers: number;
  /** Addresses of remote gRPC workers; empty: none. */
  readonly worker: readonly string[];
  /** Authorities of the remote workers' certificates, PEM file; null: connections are not encrypted. */
  readonly workerTlsCa: string | null;
  /** Shown to remote workers that ask for a certificate, PEM files. */
  readonly workerTlsCert: string | null;
  readonly workerTlsKey: string | null;
  /** Time that a worker has for a final before the utterance goes to another one. */
  readonly workerTimeoutMs: number;
  /** Decodes that run at the same time in process; 0: chosen from the cores. */
  readonly decodeSlots: number;
  /** Cores that decodes may use; 0: all that there are. */
  readonly cores: number;
  /** What to do when the voice activity model does not work: refuse to start, or take all sound for speech. */
  readonly vadFailure: 'fail' | 'pass-through';
  /** Identifiers that finals are searched for, to group their digits; empty: none. */
  readonly entities: readonly EntityKind[];
  /** Thousands separators in the numbers of finals. */
  readonly digitGrouping: 'none' | 'thousands';
  readonly maxSessions: number;
  readonly maxMessageBytes: number;
  /** Received audio that may wait for processing before new audio is dropped, ms. */
  readonly maxBacklogMs: number;
  readonly inactivityTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly heartbeatTimeoutMs: number;
  readonly drainGraceMs: number;
  readonly logFormat: 'pretty' | 'json';
  readonly logLevel: LogLevel;
}

/** The settings that `theo worker` alone has. */
export interface WorkerConfig {
  /** HOST:PORT; port 0: any free one. */
  readonly listen: string;
  /** null: no metrics are served; 0: on any free port. */
  readonly metricsPort: number | null;
  /** PEM files; null: connections are not encrypted. */
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  /** null: whoever connects is served. */
  readonly tlsClientCa: string | null;
}

export type Settings = ServerConfig & WorkerConfig;

export type OptionKey = keyof Settings;

export type OptionGroup =
  | 'Network'
  | 'Models and workers'
  | 'Text'
  | 'Limits and timeouts'
  | 'Logging'
  | 'Of `theo worker` alone';

/** One setting; its flag, variable and file key follow from its key in the table. */
export interface OptionSpec<T> {
  readonly group: OptionGroup;
  readonly kind: ValueKind<T>;
  /** As it would be written in a file. */
  readonly defaultValue: T;
  /** Begins in lower case, without a full stop. */
  readonly help: string;
  /** The flag without dashes, where it is not the key in kebab case. */
  readonly flag?: string;
  /** Other names, for those who know it by them. */
  readonly alias?: { readonly flag: string; readonly variable: string };
  /** Its value never appears in a message. */
  readonly isSecret?: true;
}

const dayMs = 86_400_000;
const mebibyte = 2 ** 20;
const workerAddress = /^(?:dns:\/\/\/)?(?:\[[0-9A-Fa-f:.]+\]|[^\s/:,]+):\d{1,5}$/;

/** The one place that says which settings there are. */
export const optionTable: { readonly [K in OptionKey]: OptionSpec<Settings[K]> } = {
  host: {
    group: 'Network',
    kind: word('address', 'a host name or an IP address'),
    defaultValue: '127.0.0.1',
    help: 'address to listen on; 0.0.0.0 for every interface',
  },
  port: {
    group: 'Network',
    kind: integer(0, 65_535, 'port'),
    defaultValue: 8000,
    help: 'TCP port; 0 for any free one',
  },
  apiKeys: {
    group: 'Network',
    kind: list(word('key', 'a string without spaces or commas')),
    defaultValue: [],
    help: 'key that clients must show; repeatable. Prefer the variable or the file: other users can see flags',
    flag: 'api-key',
    isSecret: true,
  },
  modelsDir: {
    group: 'Models and workers',
    kind: path('dir'),
    defaultValue: '~/.theo/models',
    help: 'folder of the installed models; whisper-base is always there',
  },
  defaultModel: {
    group: 'Models and workers',
    kind: optional(word('name', 'the name of a model', modelReference)),
    defaultValue: null,
    help: 'model to use; without it the only one installed, or whisper-base where none or several are',
    flag: 'model',
    alias: { flag: 'default-model', variable: 'THEO_MODEL' },
  },
  workers: {
    group: 'Models and workers',
    kind: integer(0, 256),
    defaultValue: 0,
    help: 'local worker processes to start; 0 recognizes in this process',
  },
  worker: {
    group: 'Models and workers',
    kind: list(word('host:port', 'HOST:PORT or dns:///NAME:PORT', workerAddress)),
    defaultValue: [],
    help: 'remote gRPC worker, HOST:PORT or dns:///NAME:PORT; repeatable',
  },
  workerTlsCa: {
    group: 'Models and workers',
    kind: optional(path('file')),
    defaultValue: null,
    help: 'certificates (PEM) that sign those of the remote workers; encrypts the connections to them',
  },
  workerTlsCert: {
    group: 'Models and workers',
    kind: optional(path('file')),
    defaultValue: null,
    help: 'certificate (PEM) to show to remote workers that ask for one',
  },
  workerTlsKey: {
    group: 'Models and workers',
    kind: optional(path('file')),
    defaultValue: null,
    help: 'private key (PEM) of that certificate',
  },
  workerTimeoutMs: {
    group: 'Models and workers',
    kind: integer(100, 600_000, 'ms'),
    defaultValue: 10_000,
    help: 'time that a worker has for a final before the utterance goes to another one',
  },
  decodeSlots: {
    group: 'Models and workers',
    kind: integer(0, 256),
    defaultValue: 0,
    help: 'decodes at the same time in this process; 0: as theo.yaml says or as suits the model and the cores',
  },
  cores: {
    group: 'Models and workers',
    kind: integer(0, 4096),
    defaultValue: 0,
    help: 'cores that decodes use, worker processes of this server included; 0: all, as far as the CPU quota allows',
  },
  vadFailure: {
    group: 'Models and workers',
    kind: choice(['fail', 'pass-through']),
    defaultValue: 'fail',
    help: 'when the voice activity model does not load: end with an error, or take every sound for speech',
  },
  entities: {
    group: 'Text',
    kind: list(choice(ENTITY_KINDS)),
    defaultValue: [],
    help: 'identifiers whose digits are grouped in finals where their check digits or their name tell; repeatable',
  },
  digitGrouping: {
    group: 'Text',
    kind: choice(['none', 'thousands']),
    defaultValue: 'none',
    help: 'thousands separators in the numbers of finals, as the language has them',
  },
  maxSessions: {
    group: 'Limits and timeouts',
    kind: integer(1, 1_000_000),
    defaultValue: 1_000,
    help: 'live WebSocket sessions; further ones are turned away with close code 1013',
  },
  maxMessageBytes: {
    group: 'Limits and timeouts',
    kind: integer(1_024, 64 * mebibyte, 'bytes'),
    defaultValue: mebibyte,
    help: 'largest WebSocket message; a larger one closes with code 1009. A connection holds at most twice as much of an unfinished one',
  },
  maxBacklogMs: {
    group: 'Limits and timeouts',
    kind: integer(100, 600_000, 'ms'),
    defaultValue: 10_000,
    help: 'received audio of a session that may wait for processing before new audio is dropped',
  },
  inactivityTimeoutMs: {
    group: 'Limits and timeouts',
    kind: integer(100, dayMs, 'ms'),
    defaultValue: 60_000,
    help: 'time without audio after which a session ends',
  },
  heartbeatIntervalMs: {
    group: 'Limits and timeouts',
    kind: integer(50, dayMs, 'ms'),
    defaultValue: 10_000,
    help: 'time between two pings to a client',
  },
  heartbeatTimeoutMs: {
    group: 'Limits and timeouts',
    kind: integer(50, dayMs, 'ms'),
    defaultValue: 5_000,
    help: 'time that a client has to answer a ping',
  },
  drainGraceMs: {
    group: 'Limits and timeouts',
    kind: integer(0, 3_600_000, 'ms'),
    defaultValue: 10_000,
    help: 'time that live sessions have to finish after SIGTERM',
  },
  logFormat: {
    group: 'Logging',
    // As the original calls it.
    kind: choice(['pretty', 'json'], { console: 'pretty' }),
    defaultValue: 'pretty',
    help: 'log lines for people or for machines',
  },
  logLevel: {
    group: 'Logging',
    // As Python calls them.
    kind: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      critical: 'fatal',
      warning: 'warn',
      notset: 'trace',
    }),
    defaultValue: 'info',
    help: 'the least severe level that is logged',
  },
  listen: {
    group: 'Of `theo worker` alone',
    kind: hostAndPort(),
    defaultValue: '127.0.0.1:50051',
    help: 'address to listen on; port 0 for any free one',
  },
  metricsPort: {
    group: 'Of `theo worker` alone',
    kind: optional(integer(0, 65_535, 'port')),
    defaultValue: null,
    help: 'serve GET /metrics on this port too; 0 for any free one',
  },
  tlsCert: {
    group: 'Of `theo worker` alone',
    kind: optional(path('file')),
    defaultValue: null,
    help: 'certificate chain (PEM); encrypts the connections',
  },
  tlsKey: {
    group: 'Of `theo worker` alone',
    kind: optional(path('file')),
    defaultValue: null,
    help: 'private key (PEM) of that certificate',
  },
  tlsClientCa: {
    group: 'Of `theo worker` alone',
    kind: optional(path('file')),
    defaultValue: null,
    help: 'take only callers whose certificate is signed by one of these (PEM)',
  },
};

export const optionKeys: readonly OptionKey[] = Object.keys(optionTable) as OptionKey[];

/** Those of `theo serve`. */
export const serverKeys: readonly OptionKey[] = optionKeys.filter(
  (key) => optionTable[key].group !== 'Of `theo worker` alone',
);

/** Those of `theo worker`. */
export const workerKeys: readonly OptionKey[] = [
  'defaultModel',
  ...optionKeys.filter((key) => !serverKeys.includes(key)),
  'modelsDir',
  'decodeSlots',
  'cores',
  'drainGraceMs',
  'logFormat',
  'logLevel',
];

/** `maxSessions` -> `--max-sessions` */
export function flagOf(key: OptionKey): string {
  return `--${optionTable[key].flag ?? separated(key, '-')}`;
}

/** `maxSessions` -> `THEO_MAX_SESSIONS` */
export function variableOf(key: OptionKey): string {
  return `THEO_${separated(key, '_').toUpperCase()}`;
}

/** The variable of a setting and its other name. */
export function variablesOf(key: OptionKey): readonly string[] {
  const { alias } = optionTable[key];
  return alias ? [variableOf(key), alias.variable] : [variableOf(key)];
}

/** `maxSessions` -> `max_sessions` */
export function fileKeyOf(key: OptionKey): string {
  return separated(key, '_');
}

function separated(key: string, separator: string): string {
  return key.replace(/[A-Z]/g, (letter) => `${separator}${letter.toLowerCase()}`);
}
