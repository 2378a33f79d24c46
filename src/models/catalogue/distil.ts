import type { WhisperDimensions } from '../whisper/dimensions.ts';
import { editions, type ModelFamily, sizes } from './family.ts';

/**
 * Distillations of Whisper: the whole encoder with a few of the decoder's layers. They hear English alone, whatever their
 * vocabulary. Their alignment heads are not those of the models that they were made from, and not known.
 */
export const distilFamilies: readonly ModelFamily[] = [
  distil(
    'small.en',
    { ...sizes.smallDistilled, ...editions.english },
    {
      repo: 'distil-whisper/distil-small.en',
      revision: '9e4a67ca4569c30be43a3fe7fba1621e504f0093',
      file: 'ggml-distil-small.en.bin',
      bytes: 336_191_657,
      sha256: '7691eb11167ab7aaf6b3e05d8266f2fd9ad89c550e433f86ac266ebdee6c970a',
    },
  ),
  distil(
    'medium.en',
    { ...sizes.mediumDistilled, ...editions.english },
    {
      repo: 'distil-whisper/distil-medium.en',
      revision: '6e61418885eaf4d5cc9f64e508e80ac5b4c052b7',
      file: 'ggml-medium-32-2.en.bin',
      bytes: 794_018_180,
      sha256: 'ad53ccb618188b210550e98cc32bf5a13188d86635e395bb11115ed275d6e7aa',
    },
  ),
  distil(
    'large-v2',
    { ...sizes.largeDistilled, ...editions.languages99 },
    {
      repo: 'distil-whisper/distil-large-v2',
      revision: '97d2c8f9cae1b0f6c8fc2e173495ee4cedc05843',
      file: 'ggml-large-32-2.en.bin',
      bytes: 1_519_111_363,
      sha256: '2ed2bbe6c4138b3757f292b0622981bdb3d02bcac57f77095670dac85fab3cd6',
    },
  ),
  distil(
    'large-v3',
    { ...sizes.largeDistilled, ...editions.languages100 },
    {
      repo: 'distil-whisper/distil-large-v3-ggml',
      revision: '0d78dd96ed9fc152325f63b53788fec3b43de031',
      file: 'ggml-distil-large-v3.bin',
      bytes: 1_519_521_155,
      sha256: '2883a11b90fb10ed592d826edeaee7d2929bf1ab985109fe9e1e7b4d2b69a298',
    },
  ),
  distil(
    'large-v3.5',
    { ...sizes.largeDistilled, ...editions.languages100 },
    {
      repo: 'distil-whisper/distil-large-v3.5-ggml',
      revision: '960ecb5c2ecfba3ebb9ebe485c1032ec266cf436',
      file: 'ggml-model.bin',
      bytes: 1_519_521_155,
      sha256: 'ec2498919b498c5f6b00041adb45650124b3cd9f26f545fffa8f5d11c28dcf26',
    },
  ),
];

interface DistilFile {
  readonly repo: string;
  readonly revision: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

function distil(
  edition: string,
  dimensions: WhisperDimensions,
  { repo, revision, ...file }: DistilFile,
): ModelFamily {
  return {
    name: `distil-${edition}`,
    title: `Distil-Whisper ${edition}`,
    author: 'Hugging Face',
    licence: 'MIT',
    source: { kind: 'hub', repo, revision },
    dimensions,
    languages: ['en'],
    translates: false,
    alignmentHeads: {},
    files: [{ type: 'f16', ...file }],
  };
}
