import { messageOf, systemCodeOf, TheoError } from '../../errors.ts';
import { addressText, isOnHub } from './addresses.ts';
import { type FinalAnswer, retryAfterMs } from './answers.ts';
import { PullError } from './errors.ts';

/** Why an attempt did not bring the whole file, where another one may. */
export class Setback extends TheoError<'setback'> {
  override readonly name = 'Setback';
  /** The server asks to be left alone for so long; null: it does not. */
  readonly waitMs: number | null;

  constructor(reason: string, { waitMs = null, cause }: { waitMs?: number | null; cause?: unknown } = {}) {
    super('setback', reason, { recoverable: true, cause });
    this.waitMs = waitMs;
  }
}

/** Who waits longer is told to come back instead. */
const longestWaitMs = 300_000;
const passingStatuses: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** What an answer that brings no bytes means. @returns Setback where trying again may help, else PullError */
export function refusalOf(answer: FinalAnswer, hub: URL, hasToken: boolean): Setback | PullError {
  const where = addressText(answer.url);
  const said = `${where} answers ${answer.status}`;
  if (passingStatuses.includes(answer.status)) {
    const waitMs = retryAfterMs(answer.headers, Date.now());
    if (waitMs === null || waitMs <= longestWaitMs) {
      return new Setback(`${answer.url.host} answers ${answer.status}`, { waitMs });
    }
    const minutes = Math.ceil(waitMs / 60_000);
    return new PullError('refused', `${said} and asks to wait ${minutes} minutes: try again then`, {
      recoverable: true,
    });
  }
  switch (answer.status) {
    case 404:
    case 410:
      return new PullError(
        'not_found',
        `${said}: no such file there; look at the name, the revision and the path`,
      );
    case 401:
    case 403:
      return new PullError('not_permitted', `${said}: ${permissionAdvice(answer, hub, hasToken)}`);
    case 407:
      return proxyRefusal();
    default:
      return new PullError(
        'refused',
        `${said}, which is no file; open the address in a browser to see what it is`,
      );
  }
}

/** The hub says by `X-Error-Code` what it refuses; a repository that is not there is one without permission, too. */
function permissionAdvice({ url, status, headers }: FinalAnswer, hub: URL, hasToken: boolean): string {
  if (!isOnHub(url, hub)) return 'the server wants a permission that this address does not carry';
  const [, repo = ''] = /^\/([^/]+\/[^/]+)\//.exec(url.pathname) ?? [];
  const page = `${hub.origin}/${repo}`;
  if (headers.get('x-error-code') === 'GatedRepo') {
    const ask = `the model is gated: accept its terms at ${page}`;
    return hasToken ? `${ask} with the account that HF_TOKEN is of` : `${ask} and set HF_TOKEN`;
  }
  if (!hasToken) {
    return `there is no such repository, or it is private or gated: look at ${page}, and set HF_TOKEN if you may use it`;
  }
  return status === 401
    ? 'the token (HF_TOKEN or the file of the login) is not valid: renew it, or unset it for public models'
    : `your token may not read it: look at ${page} with your account`;
}

/** Codes of TLS that say that a server is not who it should be. */
const certificateCodes =
  /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA)/;

const networkReasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known: is this machine online, does it need a proxy (HTTPS_PROXY)?',
  EAI_AGAIN: 'its name cannot be looked up: is this machine online?',
  ECONNREFUSED: 'refuses the connection',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it: is this machine online?',
};

/** What an error of the network means. @returns Setback where trying again may help, else PullError */
export function networkSetback(error: unknown, url: URL): Setback | PullError {
  const code = systemCodeOf(error) ?? '';
  const { host } = url;
  if (certificateCodes.test(code)) {
    return new PullError(
      'certificate_invalid',
      `${host}: its certificate is not trusted (${code}); behind a proxy that looks into connections, name its authority ` +
        'by NODE_EXTRA_CA_CERTS=FILE.pem',
      { cause: error },
    );
  }
  if (/\b407\b/.test(messageOf(error))) return proxyRefusal();
  const [, status] = /^Proxy response \((\d{3})\)/.exec(messageOf(error)) ?? [];
  if (status !== undefined) return new Setback(`the proxy answers ${status} for ${host}`, { cause: error });
  return new Setback(`${host}: ${networkReasons[code] ?? messageOf(error)}`, { cause: error });
}

function proxyRefusal(): PullError {
  return new PullError(
    'proxy_refused',
    'the proxy wants a user and a password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT',
  );
}
