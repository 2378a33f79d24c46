import type { MeasureSpec } from '../../itn/grammar-spec.ts';
import { unitNames } from '../romance-units.ts';

const { units, perUnits } = unitNames({
  prefixed: {
    m: [['metro', 'metros']],
    g: [['grama', 'gramas']],
    l: [['litro', 'litros']],
    V: [['volt', 'volts']],
    W: [['watt', 'watts']],
    Wh: [
      ['watt hora', 'watts hora'],
      ['watt hora', 'watts horas'],
    ],
    A: [
      ['ampere', 'amperes'],
      ['ampère', 'ampères'],
    ],
    Ω: [['ohm', 'ohms']],
    J: [['joule', 'joules']],
    N: [['newton', 'newtons']],
    Pa: [['pascal', 'pascais']],
    Hz: [['hertz', 'hertz']],
    cal: [['caloria', 'calorias']],
  },
  onlyPrefixed: {
    B: [['byte', 'bytes']],
    b: [['bit', 'bits']],
    s: [['ssegundo', 'ssegundos']],
  },
  powers: { '²': ['quadrado', 'quadrados'], '³': ['cúbico', 'cúbicos'] },
  others: {
    '%': ['por cento'],
    mi: ['milha', 'milhas'],
    ha: ['hectare', 'hectares'],
    kg: ['quilo', 'quilos'],
    t: ['tonelada', 'toneladas'],
    kgf: ['quilograma força', 'quilogramas força', 'quilo força', 'quilos força'],
    '°C': ['grau celsius', 'graus celsius', 'grau centígrado', 'graus centígrados', 'celsius'],
    '°F': ['grau fahrenheit', 'graus fahrenheit', 'fahrenheit'],
    K: ['kelvin', 'kelvins'],
    kbps: ['quilobits por segundo', 'kilobits por segundo'],
    Mbps: ['megabits por segundo'],
    Gbps: ['gigabits por segundo'],
    psi: ['libra por polegada quadrada', 'libras por polegada quadrada'],
    dB: ['decibel', 'decibéis'],
    cv: ['cavalo vapor', 'cavalos vapor'],
    rpm: ['rotações por minuto'],
    bpm: ['batimentos por minuto'],
    'm/s²': ['metros por segundo ao quadrado'],
  },
  noRates: ['%', 'm/s²', 'kbps', 'Mbps', 'Gbps', 'psi', 'rpm', 'bpm'],
});

/** Units as Portuguese says them, with their symbols. */
export const MEASURES: MeasureSpec = {
  units,
  per: ['por'],
  perUnits: { ...perUnits, hora: 'h', minuto: 'min', segundo: 's', dia: 'dia' },
  metresAndHundredths: true,
  of: ['de'],
};
