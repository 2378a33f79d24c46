import { addressText, isOnHub, isWeb } from './addresses.ts';
import { type FinalAnswer, linkedFacts } from './answers.ts';
import { PullError } from './errors.ts';
import type { HttpAnswer, HttpClient } from './http-client.ts';
import { networkSetback } from './setbacks.ts';

export interface Inquiry {
  readonly headers: Readonly<Record<string, string>>;
  readonly hub: URL;
  /** Shown to the hub alone. */
  readonly token: string | null;
  readonly signal: AbortSignal;
}

const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];
const maxRedirects = 5;

/**
 * Asks for a file and goes where it is sent to: at most five times, to http and https only, and never from an encrypted
 * connection to one that is not.
 * @throws Setback where another attempt may help, else PullError
 */
export async function askFollowing(client: HttpClient, address: URL, inquiry: Inquiry): Promise<FinalAnswer> {
  let url = address;
  let linked: FinalAnswer['linked'] = { bytes: null, sha256: null };
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const answer = await ask(client, url, inquiry);
    if (linked.bytes === null && linked.sha256 === null) linked = linkedFacts(answer.headers);
    if (!redirectStatuses.includes(answer.status)) return { ...answer, url, linked };
    answer.body.destroy();
    url = redirectTarget(url, answer.headers.get('location'));
  }
  throw new PullError('redirect_refused', `${addressText(address)}: sent on more than ${maxRedirects} times`);
}

async function ask(client: HttpClient, url: URL, inquiry: Inquiry): Promise<HttpAnswer> {
  try {
    return await client.get(url, { ...inquiry.headers, ...authorization(url, inquiry) }, inquiry.signal);
  } catch (error) {
    throw networkSetback(error, url);
  }
}

function authorization(url: URL, { hub, token }: Inquiry): Readonly<Record<string, string>> {
  return token !== null && isOnHub(url, hub) ? { authorization: `Bearer ${token}` } : {};
}

function redirectTarget(from: URL, location: string | undefined): URL {
  const sender = addressText(from);
  if (location === undefined || !URL.canParse(location, from.href)) {
    throw new PullError('redirect_refused', `${sender}: sends on, but not to an address`);
  }
  const target = new URL(location, from);
  if (!isWeb(target)) {
    throw new PullError(
      'redirect_refused',
      `${sender}: sends on to ${target.protocol}, not to a web address`,
    );
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw new PullError(
      'redirect_refused',
      `${sender}: sends on to ${addressText(target)}, which is not encrypted; give that address yourself if you trust it`,
    );
  }
  return target;
}
