import { isMultilingual, type WhisperDimensions } from '../whisper/dimensions.ts';
import { languagesOfVocabulary } from '../whisper/languages.ts';
import { editions, type ModelFamily, sizes } from './family.ts';
import { openAiFamilies } from './openai.ts';

/**
 * FUTO's fine-tunings of Whisper to short windows of audio (audio-context fine-tuning,
 * github.com/futo-org/whisper-acft). They were trained to have 64 positions beyond the audio, and keep the alignment heads
 * of the models that they were made from.
 */
export const acftFamilies: readonly ModelFamily[] = [
  acft(
    'tiny',
    { ...sizes.tiny, ...editions.languages99 },
    43_537_450,
    '07aa4d514144deacf5ffec5cacb36c93dee272fda9e64ac33a801f8cd5cbd953',
  ),
  acft(
    'tiny.en',
    { ...sizes.tiny, ...editions.english },
    43_550_795,
    '4b5480aa1b14a7efc5b578ef176510970a898049671c3cd237285b3e3f6bfbfc',
  ),
  acft(
    'base',
    { ...sizes.base, ...editions.languages99 },
    81_768_602,
    'e44f352c9aa2c3609dece20c733c4ad4a75c28cd9ab07d005383df55fa96efc4',
  ),
  acft(
    'base.en',
    { ...sizes.base, ...editions.english },
    81_781_811,
    'e9b4b7b81b8a28769e8aa9962aa39bb9f21b622cf6a63982e93f065ed5caf1c8',
  ),
  acft(
    'small',
    { ...sizes.small, ...editions.languages99 },
    264_464_624,
    '15ef255465a6dc582ecf1ec651a4618c7ee2c18c05570bbe46493d248d465ac4',
  ),
  acft(
    'small.en',
    { ...sizes.small, ...editions.english },
    264_477_561,
    '58fbe949992dafed917590d58bc12ca577b08b9957f0b3e0d7ee71b64bed3aa8',
  ),
];

function acft(edition: string, dimensions: WhisperDimensions, bytes: number, sha256: string): ModelFamily {
  const multilingual = isMultilingual(dimensions);
  return {
    name: `acft-${edition}`,
    title: `FUTO's ACFT of Whisper ${edition}, for short windows`,
    author: 'FUTO',
    licence: 'Apache-2.0',
    source: { kind: 'web', folder: 'https://voiceinput.futo.org/VoiceInput/' },
    dimensions,
    languages: multilingual ? languagesOfVocabulary(dimensions.vocabulary) : ['en'],
    translates: false,
    alignmentHeads: openAiFamilies.find(({ name }) => name === `whisper-${edition}`)?.alignmentHeads ?? {},
    audioContextMargin: 64,
    files: [{ type: 'q8_0', file: `${edition.replace('.', '_')}_acft_q8_0.bin`, bytes, sha256 }],
  };
}
