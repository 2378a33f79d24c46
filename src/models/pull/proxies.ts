/** Proxies as the environment names them. */
export interface ProxySettings {
  /** For http addresses; null: none. */
  readonly http: URL | null;
  /** For https addresses; null: none. */
  readonly https: URL | null;
  /** What goes without a proxy: hosts and domains with commas between, each with a port or without; `*`: everything. */
  readonly except: string;
}

/** The proxy that an address is reached through; null: none. */
export function proxyFor(url: URL, { http, https, except }: ProxySettings): URL | null {
  const proxy = url.protocol === 'https:' ? https : http;
  if (proxy === null || except.split(/[\s,]+/).some((entry) => covers(entry, url))) return null;
  return proxy;
}

/** `example.com` and `.example.com` cover the domain and all below it, `*` everything. */
function covers(entry: string, url: URL): boolean {
  if (entry === '*') return true;
  const [, host = entry, port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (port !== undefined && port !== portOf(url)) return false;
  const domain = host.toLowerCase().replace(/^\*?\./, '');
  const hostName = withoutBrackets(url.hostname);
  return domain !== '' && (hostName === withoutBrackets(domain) || hostName.endsWith(`.${domain}`));
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function portOf({ protocol, port }: URL): string {
  if (port !== '') return port;
  return protocol === 'https:' ? '443' : '80';
}
