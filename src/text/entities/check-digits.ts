/** Check digit by sums modulo 11, as CPF and CNPJ have them. */
function checkDigit(digits: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  const rest = sum % 11;
  return rest < 2 ? 0 : 11 - rest;
}

const fallingFrom = (weight: number): number[] =>
  Array.from({ length: weight - 1 }, (_, index) => weight - index);
const isUniform = (digits: string): boolean => /^(\d)\1*$/.test(digits);

/** True for the eleven digits of a Brazilian personal taxpayer number with right check digits. */
export function isCpf(digits: string): boolean {
  if (!/^\d{11}$/.test(digits) || isUniform(digits)) return false;
  return (
    checkDigit(digits, fallingFrom(10)) === Number(digits[9]) &&
    checkDigit(digits, fallingFrom(11)) === Number(digits[10])
  );
}

/** True for the fourteen digits of a Brazilian company number with right check digits. */
export function isCnpj(digits: string): boolean {
  if (!/^\d{14}$/.test(digits) || isUniform(digits)) return false;
  const second = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  return (
    checkDigit(digits, second.slice(1)) === Number(digits[12]) &&
    checkDigit(digits, second) === Number(digits[13])
  );
}

/** True for 13 to 19 digits whose last one is right by the Luhn algorithm (ISO/IEC 7812-1). */
export function isCard(digits: string): boolean {
  if (!/^[2-6]\d{12,18}$/.test(digits)) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
