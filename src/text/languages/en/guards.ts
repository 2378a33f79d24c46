import {
  after,
  all,
  any,
  before,
  beforePhrase,
  closes,
  endsWith,
  near,
  not,
  opens,
  startsWith,
  word,
} from '../../itn/guards.ts';
import type { Guard } from '../../itn/rule.ts';
import { MEASURES } from './measures.ts';
import { ONES, TENS } from './numbers.ts';

const words = (list: string): readonly string[] => list.split(' ');

/** Words that units are said with, but for letters and words that mean something else more often. */
const UNITS: readonly string[] = [
  ...new Set(
    Object.values(MEASURES.units)
      .flat()
      .map((name) => name.split(' ', 1)[0] ?? ''),
  ),
].filter((name) => name.length > 1 && !/^(?:bar|bars|per|square|cubic)$/.test(name));

/** Words after a pair of numbers that are no time and no year ("fifteen twenty minutes"). */
export const COUNTED: readonly string[] = [
  ...UNITS,
  ...words(
    'hundred thousand million billion percent point points dollar dollars euros cents minutes minute hours hour days day years year weeks months seconds second people times degrees pages things of',
  ),
];

/** What follows belongs to an hour. */
export const BEFORE_CLOCK: Guard = any(
  before(...words("pm am p.m. a.m. o'clock oclock")),
  beforePhrase(['a', 'p'], ['m']),
);

/** Before these a pair of numbers is a name of a room or a line ("flight two thirty"). */
export const LABELS: readonly string[] = words(
  'room flight route suite apartment bus highway interstate gate unit channel extension page number lot section building locker box psalm hymn year boeing airbus',
);

const STREET_NAMES = /^(?:street|avenue|road|drive|lane|boulevard|st\.|ave|court|highway)$/;
/** "twelve forty five main street": the name of the street may have two words. */
export const BEFORE_STREET: Guard = (document, _start, end) =>
  [end + 1, end + 2].some(
    (position) => position < document.runEnd(end - 1) && STREET_NAMES.test(document.key(position) ?? ''),
  );

/** Where a telephone is spoken of. */
export const PHONE_WORDS: readonly string[] = words('phone telephone call mobile cell reach dial');

/** Before a time of day. */
export const AT: readonly string[] = words(
  "at is it's its was by until till before after around about from than",
);

/** "no one", "this one": the number counts nothing. */
export const PRONOUN: Guard = all(
  startsWith('one'),
  after(...words('no any some every each this that the which another')),
);

/** "this one or twenty others", "give one to twenty people": no first side of a span. */
export const NOT_FIRST: Guard = any(
  PRONOUN,
  all(word('one'), before('to', 'by', 'through'), not(any(opens, after('from', 'ages', 'pages', 'about')))),
);

/** "four and twenty blackbirds" */
export const OLD_TENS: Guard = all(
  word(...Object.keys(TENS)),
  after('and'),
  (document, start) => Object.hasOwn(ONES, document.keyBefore(start - 1) ?? ''),
  (document, start) => document.keyBefore(start - 2) !== 'between',
);

/** Votes, scores and odds are said like times ("ten to five"), but for those before which "at" stands. */
export const SCORE: Guard = any(
  near(4, 'odds'),
  all(
    not(after(...words('at until till around about before after'))),
    near(
      6,
      ...words(
        'vote votes voted score scores scored game match final series ratio won win wins beat lost lead leads led leading ahead behind passed tally margin decision ruling split majority outnumbered tied',
      ),
    ),
  ),
);

/** What follows shows that the number is a decimal: a unit, a scale, a second digit or the end. */
const CLEAR_DECIMAL: Guard = any(
  closes,
  beforePhrase(['to', 'or', 'and'], ['point']),
  before(...COUNTED.filter((name) => name !== 'of'), ...words('trillion lakh crore euro pounds pound')),
  (document, start, end) => end > start + 2 || /^(?:oh|zero)$/.test(document.key(start + 1) ?? ''),
);

/** "at this point five people left": the point is a thing. */
const NAMED_POINT: Guard = after(
  ...words(
    'oh o this that the some what which any no one each every good same starting turning boiling melting freezing high low vantage match set game power end focal selling sore talking meeting',
  ),
);

/** Where "point" begins a decimal. */
export const POINT: Guard = any(
  all(opens, CLEAR_DECIMAL),
  after(
    ...words(
      'is was by of about minus negative around equals under over than just only nearly almost to from below above between plus',
    ),
  ),
  all(CLEAR_DECIMAL, not(NAMED_POINT)),
);

const ORDINAL_NAMES = words('first second third fourth fifth sixth seventh eighth ninth zeroth');
/** Words that make the ordinal after them tell things apart, not number them. */
export const DETERMINERS: readonly string[] = words(
  'the a an another every each any no my your his her its our their this that one',
);

/** One word for an ordinal below ten. */
export const BELOW_TEN: Guard = word(...ORDINAL_NAMES);

const STREETS = words('street st. avenue ave');

/** What the ordinal numbers is known by its number: a century, a floor, a street, a place in a list. */
export const NUMBERED: Guard = any(
  before(...words('century centuries floor floors')),
  all(
    before(...STREETS),
    any(not(after(...DETERMINERS)), before('avenue', 'ave')),
    not(beforePhrase(STREETS, ['on', 'to'], ['the', 'your', 'my'])),
  ),
  all(before('place'), not(after('the'))),
  all(before('position'), not(after(...DETERMINERS.filter((name) => name !== 'the')))),
  after(...words('ranked ranks ranking placed')),
  beforePhrase(
    words('item entry row line name point place spot position'),
    words('on in of'),
    DETERMINERS,
    words('list table agenda menu chart ranking queue'),
  ),
  all(
    after('the'),
    (document, start) => /^(?:on|by|until|before|since)$/.test(document.keyBefore(start - 1) ?? ''),
    near(6, ...words('due deadline appointment scheduled meet meeting rent')),
    any(closes, before('at', 'and', 'or')),
  ),
  beforePhrase(['of'], words('the every each this next last'), ['month']),
  beforePhrase(['quarter'], ['of'], words('nineteen twenty two')),
);

/** What lasts so many seconds ("a twenty second delay"). */
const SPANS = words(
  'delay timer clip video commercial ad pause break window mark rule countdown silence timeout interval spot sprint plank head penalty wait advert trailer teaser intro warning lag burst recording exposure hold limit lead gap stretch cycle drill version summary message preview cut loop pitch demo reel cooldown buffer response rest jog hug nap spell stint lapse',
).flatMap((name) => [name, `${name}s`]);

/** "second" ends the match and is a length of time. */
export const SECONDS: Guard = all(
  (document, start, end) => end > start + 1 && document.key(end - 1) === 'second',
  any(
    before(...SPANS),
    all(
      after(...words('a another full')),
      not(closes),
      not(before(...STREETS, ...words('birthday anniversary floor century time amendment of in'))),
    ),
  ),
);

/** "three forty nine a gallon" */
const EACH: Guard = all(
  not(after(...words('at by until before after in since'))),
  any(
    before('each', 'apiece'),
    beforePhrase(
      words('a an per'),
      words(
        'gallon pound dozen month week year day night hour piece ounce bottle box bag head ticket person share',
      ),
    ),
  ),
);

const PRICE_WORDS = words(
  "cost costs costing price prices priced pay pays paid paying charge charges charged charging sell sells sold selling total bill fee fare worth spent spend spending tip that'll sale tickets admission",
);

/** Where a pair of numbers is an amount of money ("it costs twelve fifty"). */
export const PRICE: Guard = all(
  any(
    EACH,
    all(after('to'), (document, start) =>
      /^(?:comes|came|amounts|adds)$/.test(document.keyBefore(start - 1) ?? ''),
    ),
    all(after(...PRICE_WORDS), not(before('in'))),

    all(
      near(5, ...PRICE_WORDS),
      after(
        ...words(
          'is was are were be me us you him her them only just about around nearly almost over under exactly for to another',
        ),
      ),
    ),
    all(after('at'), (document, start) =>
      /^(?:priced|valued|sells|sold|selling|starting)$/.test(document.keyBefore(start - 1) ?? ''),
    ),
  ),
  not(any(before(...COUNTED), BEFORE_CLOCK)),
);

/** Verbs and other words that go on after a date, where a noun would make an ordinal of it ("in may the first signs"). */
const AFTER_DATES = words(
  'at and or we i he she they it is was will in on from to through for with as by until because when there my our this that the you are were has had have before after but so',
);

/** "may the first", and then no noun that the ordinal would belong to. */
export const DATE_ENDS: Guard = any(closes, before(...AFTER_DATES), not(endsWith(...ORDINAL_NAMES)));
