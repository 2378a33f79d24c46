/** A host as URLs and addresses have it: an IPv6 address in brackets. */
export function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** A host as sockets take it: without the brackets of an IPv6 address. */
export function unbracketed(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** HOST:PORT. */
export function joinHostPort(host: string, port: number | string): string {
  return `${bracketed(host)}:${port}`;
}

/** Of HOST:PORT; the host without brackets. */
export function splitHostPort(address: string): readonly [host: string, port: string] {
  const colon = address.lastIndexOf(':');
  return [unbracketed(address.slice(0, colon)), address.slice(colon + 1)];
}
