import { after, any, opens } from '../../itn/guards.ts';
import type { Guard } from '../../itn/rule.ts';

/** Where "menos" is the sign of what follows. */
export const IS_SIGN: Guard = any(
  opens,
  after(
    'é',
    'são',
    'era',
    'foi',
    'de',
    'está',
    'estava',
    'faz',
    'fez',
    'fica',
    'ficou',
    'igual',
    'a',
    'em',
    'para',
    'e',
    'até',
  ),
  after('valor', 'saldo', 'temperatura', 'número', 'resultado'),
);
