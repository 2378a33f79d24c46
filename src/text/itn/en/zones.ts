/** Usual short names of time zones, of three letters or more: said in letters or as one word. */
const SHORT =
  'gmt utc est edt cst cdt mst mdt pst pdt akst hst cet cest eet eest wet bst ist jst kst msk aest aedt'.split(
    ' ',
  );
/** Short names that are words or parts of words: said in letters only. */
const SPELLED = ['et', 'ct', 'mt', 'pt'];
/** Words that are no zone when they stand as they are. */
const WORDS = new Set(['wet', ...SPELLED]);

const FULL: Readonly<Record<string, string>> = {
  'eastern standard time': 'est',
  'eastern daylight time': 'edt',
  'central standard time': 'cst',
  'central daylight time': 'cdt',
  'mountain standard time': 'mst',
  'mountain daylight time': 'mdt',
  'pacific standard time': 'pst',
  'pacific daylight time': 'pdt',
  'greenwich mean time': 'gmt',
  'central european time': 'cet',
  'british summer time': 'bst',
};

/** Names of time zones and their written forms. */
export const ZONES: Readonly<Record<string, string>> = {
  ...FULL,
  ...Object.fromEntries([...SHORT, ...SPELLED].map((zone) => [[...zone].join(' '), zone])),
  ...Object.fromEntries(SHORT.filter((zone) => !WORDS.has(zone)).map((zone) => [zone, zone])),
};
