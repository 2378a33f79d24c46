import type { MeasureSpec } from '../../itn/grammar-spec.ts';
import { unitNames } from '../romance-units.ts';

const { units, perUnits } = unitNames({
  prefixed: {
    m: [['metro', 'metros']],
    g: [['gramo', 'gramos']],
    l: [['litro', 'litros']],
    V: [['voltio', 'voltios']],
    W: [['vatio', 'vatios']],
    Wh: [
      ['vatio hora', 'vatios hora'],
      ['vatio hora', 'vatios horas'],
    ],
    A: [['amperio', 'amperios']],
    Ω: [['ohmio', 'ohmios']],
    J: [['joule', 'joules']],
    N: [['newton', 'newtons']],
    Pa: [['pascal', 'pascales']],
    Hz: [
      ['hercio', 'hercios'],
      ['hertz', 'hertz'],
    ],
    cal: [['caloría', 'calorías']],
  },
  onlyPrefixed: {
    B: [['byte', 'bytes']],
    b: [['bit', 'bits']],
    s: [['segundo', 'segundos']],
    J: [['julio', 'julios']],
  },
  powers: { '²': ['cuadrado', 'cuadrados'], '³': ['cúbico', 'cúbicos'] },
  others: {
    '%': ['por ciento', 'porciento'],
    mi: ['milla', 'millas'],
    ha: ['hectárea', 'hectáreas'],
    kg: ['kilo', 'kilos'],
    t: ['tonelada', 'toneladas'],
    kgf: ['kilogramo fuerza', 'kilogramos fuerza', 'kilo fuerza', 'kilos fuerza'],
    '°C': ['grado celsius', 'grados celsius', 'grado centígrado', 'grados centígrados', 'celsius'],
    '°F': ['grado fahrenheit', 'grados fahrenheit', 'fahrenheit'],
    K: ['kelvin'],
    J: ['julio', 'julios'],
    Mbps: ['megabits por segundo'],
    Gbps: ['gigabits por segundo'],
    psi: ['libra por pulgada cuadrada', 'libras por pulgada cuadrada'],
    dB: ['decibelio', 'decibelios'],
    cv: ['caballo de vapor', 'caballos de vapor'],
    rpm: ['revoluciones por minuto'],
  },
  noRates: ['%', 'Mbps', 'Gbps', 'psi', 'rpm'],
});

/** Units as Spanish says them, with their symbols. */
export const MEASURES: MeasureSpec = {
  units,
  per: ['por'],
  perUnits: { ...perUnits, hora: 'h', minuto: 'min', segundo: 's', día: 'día' },
  metresAndHundredths: true,
  parts: { 'y cuarto': '25', 'y tres cuartos': '75' },
  of: ['de'],
};
