/** Whisper's languages in the order of their tokens, which begin at `firstLanguageToken`; the last is large-v3's. */
const codes: readonly string[] = (
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml ' +
  'cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am ' +
  'yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue'
).split(' ');

const firstLanguageToken = 50_259;

/** The language of a token of a multilingual vocabulary; undefined for a token that is none. */
export function languageOfToken(token: number): string | undefined {
  return codes[token - firstLanguageToken];
}

/** All languages of a multilingual vocabulary: 51,766 of its tokens are none. */
export function languagesOfVocabulary(vocabulary: number): readonly string[] {
  return codes.slice(0, vocabulary - 51_766);
}
