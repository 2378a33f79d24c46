/** Protocols of addresses of pages. */
export const PROTOCOLS: ReadonlySet<string> = new Set(['http', 'https', 'ftp']);
/** Letters that a protocol starts with. */
export const STARTS_PROTOCOL: RegExp = /^(?:h(?:t(?:t(?:ps?)?)?)?|f(?:tp?)?)$/;

/** Endings that make an address even without "www" or "@" before them. */
export const GENERIC: ReadonlySet<string> = new Set(
  'com org net edu gov io ai dev app info tech cloud shop online'.split(' '),
);

/** Endings of addresses. */
export const DOMAINS: ReadonlySet<string> = new Set([
  ...GENERIC,
  ...'mil int biz co tv me store site blog xyz abc sm br pt uk us es mx ar cl pe uy py bo ve ec cr fr de it eu ca au'.split(
    ' ',
  ),
  ...'jp cn in ch nl be se no dk fi pl ru cc'.split(' '),
]);
