/** Usual short names of time zones, said in letters or as one word. */
const SHORT =
  'gmt utc est edt cst cdt mst mdt pst pdt akst hst cet cest eet eest bst ist jst kst msk aest aedt'.split(
    ' ',
  );
/** Short names that are read as other words: said in letters only. */
const SPELLED = ['wet', 'et', 'ct', 'mt', 'pt'];

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
  ...Object.fromEntries(SHORT.map((zone) => [zone, zone])),
};
