import { PullError } from './errors.ts';

/** A file in a repository of the hub, at a revision that never changes, or anywhere else. */
export type FilePlace =
  | { readonly kind: 'hub'; readonly repo: string; readonly revision: string; readonly file: string }
  | { readonly kind: 'url'; readonly url: string };

interface Places {
  readonly hub: URL;
  readonly mirror: URL | null;
}

const maxAddressLength = 8_192;

/** The address of a file of the catalogue's: on the mirror where there is one, which has the same paths. */
export function addressOf(place: FilePlace, { hub, mirror }: Places): URL {
  if (place.kind === 'hub') {
    const path = [...place.repo.split('/'), 'resolve', place.revision, ...place.file.split('/')];
    return under(mirror ?? hub, path.map(encodeURIComponent).join('/'));
  }
  const url = new URL(place.url);
  return mirror === null ? url : under(mirror, url.pathname.replace(/^\/+/, ''));
}

/**
 * An address as a person gives it. The page of a file on the hub (`/blob/`) stands for the file itself.
 * @throws PullError `address_invalid`
 */
export function givenAddress(text: string, { hub }: Pick<Places, 'hub'>): URL {
  const url = text.length <= maxAddressLength && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isWeb(url)) {
    throw new PullError(
      'address_invalid',
      `${text.slice(0, 200)}: not an address that begins with https:// or http://`,
    );
  }
  url.hash = '';
  if (isOnHub(url, hub)) url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
  return url;
}

/** Whether it is the hub that is asked: it alone is shown the hub's token. */
export function isOnHub(url: URL, hub: URL): boolean {
  return url.origin === hub.origin;
}

export function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:';
}

/** An address for people, without what lets somebody in: no password and no query. */
export function addressText({ origin, pathname }: URL): string {
  return `${origin}${pathname}`.slice(0, 300);
}

function under(base: URL, path: string): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname.replace(/\/+$/, '')}/${path}`;
  return url;
}
