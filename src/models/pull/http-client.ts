import type { Readable } from 'node:stream';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { version } from '../../version.ts';
import { type ProxySettings, proxyFor } from './proxies.ts';

/** The beginning of an answer, and its body as it comes. */
export interface HttpAnswer {
  readonly status: number;
  /** By their names in lower case; of one that came several times the first. */
  readonly headers: ReadonlyMap<string, string>;
  /** The bytes as they were sent. Nothing is read ahead but what a socket's buffer holds. */
  readonly body: Readable;
}

/**
 * Asks web servers, through proxies where the settings name them (`fetch` of Node.js 20 knows none). It follows no
 * redirects and waits for ever: both are the caller's to decide.
 *
 * undici stays at 6.25: later ones, 7.30 among them, end the process by an assertion where a server closes the connection
 * behind an answer whose last bytes nobody has read yet. `http-client.test.ts` tells when one is sound again.
 */
export class HttpClient {
  readonly #proxies: ProxySettings;
  readonly #direct = new Agent(unhurried);
  /** By the proxy's address. */
  readonly #proxied = new Map<string, ProxyAgent>();

  constructor(proxies: ProxySettings) {
    this.#proxies = proxies;
  }

  /**
   * Asks for `url`. A user and password in it are sent as its header says, and to nobody else.
   * @throws Error of the network, or the signal's reason
   */
  async get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await request(withoutCredentials(url), {
      dispatcher: this.#dispatcherFor(url),
      headers: {
        'user-agent': `theo-openvoice/${version}`,
        // What comes is counted and hashed: nothing may be packed on its way.
        'accept-encoding': 'identity',
        ...credentialsOf(url),
        ...headers,
      },
      signal,
    });
    // Who stops reading is not told of it again.
    answer.body.on('error', () => {});
    return { status: answer.statusCode, headers: firstValues(answer.headers), body: answer.body };
  }

  /** Ends all connections. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([this.#direct, ...this.#proxied.values()].map((agent) => agent.destroy()));
  }

  #dispatcherFor(url: URL): Dispatcher {
    const proxy = proxyFor(url, this.#proxies);
    if (proxy === null) return this.#direct;
    let agent = this.#proxied.get(proxy.href);
    if (!agent) {
      // Plain requests are handed to the proxy as they are: many tunnel to port 443 only.
      agent = new ProxyAgent({ ...unhurried, uri: proxy.href, proxyTunnel: false });
      this.#proxied.set(proxy.href, agent);
    }
    return agent;
  }
}

/** The caller's signal ends what takes too long. */
const unhurried = { headersTimeout: 0, bodyTimeout: 0 } as const;

function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare;
}

function credentialsOf({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function firstValues(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) values.set(name.toLowerCase(), first);
  }
  return values;
}
