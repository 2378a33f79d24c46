import { join } from 'node:path';
import { systemCodeOf } from '../../errors.ts';
import { fileProblem, readStart } from '../../files.ts';
import { PullError } from './errors.ts';
import type { ProxySettings } from './proxies.ts';

/** From where and how models are pulled. */
export interface PullSettings {
  /** Base address of the hub, without a slash at the end. */
  readonly hub: URL;
  /** Stands in for the hub and all other places of the catalogue; null: there is none. */
  readonly mirror: URL | null;
  /** Nothing is asked of the network. */
  readonly offline: boolean;
  /** The longest wait for the beginning of an answer. */
  readonly answerTimeoutMs: number;
  /** The longest time without a byte. */
  readonly stallTimeoutMs: number;
  /** What the hub lets this user in by; null: nothing. @throws PullError */
  readonly readToken: () => Promise<string | null>;
  readonly proxies: ProxySettings;
}

type Environment = Readonly<Record<string, string | undefined>>;

const publicHub = 'https://huggingface.co';
const defaultTimeoutMs = 30_000;
const maxTimeoutSeconds = 3_600;
const maxTokenBytes = 4_096;

/**
 * The settings that the environment gives, by the names that the hub's own programs use: `HF_ENDPOINT`, `HF_TOKEN`,
 * `HF_TOKEN_PATH`, `HF_HOME`, `HF_HUB_OFFLINE`, `HF_HUB_ETAG_TIMEOUT`, `HF_HUB_DOWNLOAD_TIMEOUT`, and by
 * `THEO_MODEL_MIRROR` and the usual ones of proxies.
 * @throws PullError that names the variable
 */
export function pullSettings(env: Environment, homeDir: string): PullSettings {
  const mirror = given(env, 'THEO_MODEL_MIRROR');
  return {
    hub: webAddress('HF_ENDPOINT', given(env, 'HF_ENDPOINT') ?? publicHub),
    mirror: mirror === undefined ? null : webAddress('THEO_MODEL_MIRROR', mirror),
    offline: /^(?:1|on|yes|true)$/i.test(given(env, 'HF_HUB_OFFLINE') ?? ''),
    answerTimeoutMs: timeoutMs(env, 'HF_HUB_ETAG_TIMEOUT'),
    stallTimeoutMs: timeoutMs(env, 'HF_HUB_DOWNLOAD_TIMEOUT'),
    readToken: () => readToken(env, homeDir),
    proxies: {
      http: proxyAddress(env, 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'),
      https: proxyAddress(env, 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'),
      except: given(env, 'no_proxy') ?? given(env, 'NO_PROXY') ?? '',
    },
  };
}

function given(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function webAddress(variable: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:' || url?.protocol === 'http:') {
    url.pathname = url.pathname.replace(/\/+$/, '');
    return url;
  }
  throw new PullError('setting_invalid', `${variable}: must be an address such as ${publicHub}`);
}

function proxyAddress(env: Environment, ...names: readonly string[]): URL | null {
  const name = names.find((candidate) => given(env, candidate) !== undefined);
  if (name === undefined) return null;
  const value = given(env, name) ?? '';
  const text = value.includes('://') ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  // The value may hold a password: it is not repeated.
  throw new PullError(
    'setting_invalid',
    `${name}: must be the address of an HTTP proxy, such as http://proxy.example:3128`,
  );
}

function timeoutMs(env: Environment, name: string): number {
  const value = given(env, name);
  if (value === undefined) return defaultTimeoutMs;
  const seconds = Number(value);
  if (seconds > 0 && seconds <= maxTimeoutSeconds) return seconds * 1_000;
  throw new PullError('setting_invalid', `${name}: must be seconds, more than 0 and at most 3600`);
}

async function readToken(env: Environment, homeDir: string): Promise<string | null> {
  const variable = given(env, 'HF_TOKEN');
  if (variable !== undefined) return checkedToken('HF_TOKEN', variable);
  const cache = given(env, 'XDG_CACHE_HOME') ?? join(homeDir, '.cache');
  const home = given(env, 'HF_HOME') ?? join(cache, 'huggingface');
  const path = given(env, 'HF_TOKEN_PATH') ?? join(home, 'token');
  try {
    const text = (await readStart(path, maxTokenBytes)).toString('utf8').trim();
    return text === '' ? null : checkedToken(path, text);
  } catch (error) {
    if (error instanceof PullError) throw error;
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return null;
    throw new PullError('setting_invalid', `${path}: the hub's token: ${fileProblem(error)}`, {
      cause: error,
    });
  }
}

function checkedToken(source: string, token: string): string {
  if (/^[\x21-\x7e]{1,4096}$/.test(token)) return token;
  throw new PullError(
    'setting_invalid',
    `${source}: holds no token of the hub: one has no spaces and is ASCII`,
  );
}
