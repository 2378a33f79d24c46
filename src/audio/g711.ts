const muLawBias = 0x84;

/** Samples of the 256 codes of ITU-T G.711, at 16 bits. */
export const muLawSamples: Int16Array = Int16Array.from({ length: 256 }, (_, code) => muLaw(code));
export const aLawSamples: Int16Array = Int16Array.from({ length: 256 }, (_, code) => aLaw(code));

function muLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + muLawBias) << ((bits >> 4) & 7)) - muLawBias;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

function aLaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}
