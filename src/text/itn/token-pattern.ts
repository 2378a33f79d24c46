/**
 * What counts as one token: words, and things in written form together with their signs. Keeping the latter whole makes
 * normalized text look to the grammars like the spoken text that it came from, so that nothing changes on a second run.
 */
const PARTS: readonly string[] = [
  // Letters with points, and usual short forms: "p.m.", "dr."
  String.raw`(?:\p{L}\.){2,4}(?![\p{L}\p{N}])`,
  String.raw`(?:dra?|sra?|srta|mrs?|st|etc)\.(?![\p{L}\p{N}])`,
  // Addresses
  String.raw`[\p{L}\p{N}._+~-]{0,64}[\p{L}\p{N}]@[\p{L}\p{N}.-]{0,128}[\p{L}\p{N}]`,
  String.raw`(?:(?:https?|ftp)://|www\.)[\p{L}\p{N}._~/-]{0,256}[\p{L}\p{N}]`,
  String.raw`[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,4}\.(?:com|org|net|edu|gov|io|ai|dev|app|info|tech|cloud|shop|online)(?:[./][\p{L}\p{N}._~/-]{0,256}[\p{L}\p{N}])?(?![\p{L}\p{N}])`,
  String.raw`7-eleven(?![\p{L}\p{N}])|s&p(?![\p{L}\p{N}])|at&t(?![\p{L}\p{N}])`,
  // Numbers with their signs: "-60.24", "$15.2", "09:15", "1/2", "21.º", "(11)"
  String.raw`\(\p{N}{1,8}\)`,
  String.raw`(?:(?<![\p{L}\p{N}])[-+])?(?:(?:R|US)?\$|[€£¥₩₹₿])?\.?\p{L}{0,24}\p{N}(?:[\p{L}\p{M}\p{N}]|[.,:/-](?=\p{N}))*(?:\.?[ºª]|\.ᵉʳ)?`,
  // Symbols of currencies and units
  String.raw`(?:R|US)?\$|[€£¥₩₹₿]|[%]|°[CF]?`,
  String.raw`[\p{L}]{1,3}/(?:h|s|min|l|gal|kg|m²)(?![\p{L}\p{N}])`,
  // Words
  String.raw`[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*`,
];

const WRITTEN = new RegExp(PARTS.join('|'), 'giu');
const SPOKEN = /[\p{L}\p{M}]+(?:['’][\p{L}\p{M}]+)*/gu;
const HAS_WRITTEN = /[\p{N}.@$€£¥₩₹₿%°/&]/u;

/** The pattern that finds the tokens of `text`; text of words alone takes a quicker one that finds the same. */
export function tokenPattern(text: string): RegExp {
  return HAS_WRITTEN.test(text) ? WRITTEN : SPOKEN;
}
