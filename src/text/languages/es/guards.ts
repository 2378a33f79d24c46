import { after, any, opens } from '../../itn/guards.ts';
import type { Guard } from '../../itn/rule.ts';

/** Where "menos" is the sign of what follows. */
export const IS_SIGN: Guard = any(
  opens,
  after('es', 'son', 'era', 'fue', 'de', 'está', 'estaba', 'hace', 'hizo', 'igual', 'a', 'en', 'hasta', 'y'),
  after('valor', 'saldo', 'temperatura', 'número', 'resultado'),
);
