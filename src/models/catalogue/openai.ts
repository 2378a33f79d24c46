import { isMultilingual } from '../whisper/dimensions.ts';
import { languagesOfVocabulary } from '../whisper/languages.ts';
import type { StoredType } from '../whisper/weight-types.ts';
import { type Edition, editions, type ModelFamily, type Size, sizes } from './family.ts';

type FileRow = readonly [type: StoredType, bytes: number, sha256: string];

/**
 * OpenAI's models as whisper.cpp publishes them. The alignment heads are those that OpenAI's `whisper` package names for
 * each model.
 */
export const openAiFamilies: readonly ModelFamily[] = [
  openAi('tiny', sizes.tiny, editions.languages99, { 2: [2], 3: [0, 2, 3, 4, 5] }, [
    ['f16', 77_691_713, 'be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21'],
    ['q8_0', 43_537_433, 'c2085835d3f50733e2ff6e4b41ae8a2b8d8110461e18821b09a15c40c42d1cca'],
    ['q5_1', 32_152_673, '818710568da3ca15689e31a743197b520007872ff9576237bda97bd1b469c3d7'],
  ]),
  openAi('tiny.en', sizes.tiny, editions.english, { 1: [0], 2: [0, 5], 3: [0, 1, 2, 3, 4] }, [
    ['f16', 77_704_715, '921e4cf8686fdd993dcd081a5da5b6c365bfde1162e72b08d75ac75289920b1f'],
    ['q8_0', 43_550_795, '5bc2b3860aa151a4c6e7bb095e1fcce7cf12c7b020ca08dcec0c6d018bb7dd94'],
    ['q5_1', 32_166_155, 'c77c5766f1cef09b6b7d47f21b546cbddd4157886b3b5d6d4f709e91e66c7c2b'],
  ]),
  openAi('base', sizes.base, editions.languages99, { 3: [1], 4: [2, 3, 7], 5: [1, 2, 4, 6] }, [
    ['f16', 147_951_465, '60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe'],
    ['q8_0', 81_768_585, 'c577b9a86e7e048a0b7eada054f4dd79a56bbfa911fbdacf900ac5b567cbb7d9'],
    ['q5_1', 59_707_625, '422f1ae452ade6f30a004d7e5c6a43195e4433bc370bf23fac9cc591f01a8898'],
  ]),
  openAi('base.en', sizes.base, editions.english, { 3: [3], 4: [7], 5: [1, 5, 7] }, [
    ['f16', 147_964_211, 'a03779c86df3323075f5e796cb2ce5029f00ec8869eee3fdfb897afe36c6d002'],
    ['q8_0', 81_781_811, 'a4d4a0768075e13cfd7e19df3ae2dbc4a68d37d36a7dad45e8410c9a34f8c87e'],
    ['q5_1', 59_721_011, '4baf70dd0d7c4247ba2b81fafd9c01005ac77c2f9ef064e00dcf195d0e2fdd2f'],
  ]),
  openAi('small', sizes.small, editions.languages99, { 5: [3, 9], 8: [0, 4, 7, 8], 9: [0, 7, 9], 10: [5] }, [
    ['f16', 487_601_967, '1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b'],
    ['q8_0', 264_464_607, '49c8fb02b65e6049d5fa6c04f81f53b867b5ec9540406812c643f177317f779f'],
    ['q5_1', 190_085_487, 'ae85e4a935d7a567bd102fe55afc16bb595bdb618e11b2fc7591bc08120411bb'],
  ]),
  openAi(
    'small.en',
    sizes.small,
    editions.english,
    { 6: [6], 7: [0, 3, 8], 8: [2, 5, 7], 9: [0, 4, 8, 10], 10: [0, 1, 2, 3, 6, 11], 11: [2, 4] },
    [
      ['f16', 487_614_201, 'c6138d6d58ecc8322097e0f987c32f1be8bb0a18532a3f88f734d1bbf9c41e5d'],
      ['q8_0', 264_477_561, '67a179f608ea6114bd3fdb9060e762b588a3fb3bd00c4387971be4d177958067'],
      ['q5_1', 190_098_681, 'bfdff4894dcb76bbf647d56263ea2a96645423f1669176f4844a1bf8e478ad30'],
    ],
  ),
  openAi('medium', sizes.medium, editions.languages99, { 13: [15], 15: [4, 15], 16: [1], 20: [0], 23: [4] }, [
    ['f16', 1_533_763_059, '6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208'],
    ['q8_0', 823_369_779, '42a1ffcbe4167d224232443396968db4d02d4e8e87e213d3ee2e03095dea6502'],
    ['q5_0', 539_212_467, '19fea4b380c3a618ec4723c3eef2eb785ffba0d0538cf43f8f235e7b3b34220f'],
  ]),
  openAi(
    'medium.en',
    sizes.medium,
    editions.english,
    {
      11: [4],
      14: [1, 12, 14],
      15: [4],
      16: [0, 4, 9],
      17: [12, 14],
      18: [7, 10, 15],
      20: [0, 3, 9, 14],
      21: [12],
    },
    [
      ['f16', 1_533_774_781, 'cc37e93478338ec7700281a7ac30a10128929eb8f427dda2e865faa8f6da4356'],
      ['q8_0', 823_382_461, '43fa2cd084de5a04399a896a9a7a786064e221365c01700cea4666005218f11c'],
      ['q5_0', 539_225_533, '76733e26ad8fe1c7a5bf7531a9d41917b2adc0f20f2e4f5531688a8c6cd88eb0'],
    ],
  ),
  openAi(
    'large-v1',
    sizes.large,
    editions.languages99,
    { 9: [19], 11: [2, 4, 17], 22: [7, 11, 17], 23: [2, 15] },
    [['f16', 3_094_623_691, '7d99f41a10525d0206bddadd86760181fa920438b6b33237e3118ff6c83bb53d']],
  ),
  openAi(
    'large-v2',
    sizes.large,
    editions.languages99,
    {
      10: [12],
      13: [17],
      16: [11, 12, 13],
      17: [15, 16],
      18: [4, 11, 19],
      19: [11],
      21: [2, 3],
      22: [3, 9, 12],
      23: [5, 7, 13],
      25: [5],
      26: [1, 12],
      27: [15],
    },
    [
      ['f16', 3_094_623_691, '9a423fe4d40c82774b6af34115b8b935f34152246eb19e80e376071d3f999487'],
      ['q8_0', 1_656_129_691, 'fef54e6d898246a65c8285bfa83bd1807e27fadf54d5d4e81754c47634737e8c'],
      ['q5_0', 1_080_732_091, '3a214837221e4530dbc1fe8d734f302af393eb30bd0ed046042ebf4baf70f6f2'],
    ],
  ),
  openAi(
    'large-v3',
    sizes.large,
    editions.languages100,
    { 7: [0], 10: [17], 12: [18], 13: [12], 16: [1], 17: [14], 19: [11], 21: [4], 24: [1], 25: [6] },
    [
      ['f16', 3_095_033_483, '64d182b440b98d5203c4f9bd541544d84c605196c4f7b845dfa11fb23594d1e2'],
      ['q5_0', 1_081_140_203, 'd75795ecff3f83b5faa89d1900604ad8c780abd5739fae406de19f23ecd98ad1'],
    ],
  ),
  openAi('large-v3-turbo', sizes.largeTurbo, editions.languages100, { 2: [4, 11], 3: [3, 6, 11, 14] }, [
    ['f16', 1_624_555_275, '1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69'],
    ['q8_0', 874_188_075, '317eb69c11673c9de1e1f0d459b253999804ec71ac4c23c17ecf5fbe24e259a1'],
    ['q5_0', 574_041_195, '394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2'],
  ]),
];

function openAi(
  name: string,
  size: Size,
  edition: Edition,
  alignmentHeads: ModelFamily['alignmentHeads'],
  rows: readonly FileRow[],
): ModelFamily {
  const multilingual = isMultilingual(edition);
  return {
    name: `whisper-${name}`,
    title: `OpenAI's Whisper ${name}`,
    author: 'OpenAI',
    licence: 'MIT',
    source: {
      kind: 'hub',
      repo: 'ggerganov/whisper.cpp',
      revision: '5359861c739e955e79d9a303bcbc70fb988958b1',
    },
    dimensions: { ...size, ...edition },
    languages: multilingual ? languagesOfVocabulary(edition.vocabulary) : ['en'],
    // OpenAI left translations out of what turbo was trained on.
    translates: multilingual && !name.endsWith('-turbo'),
    alignmentHeads,
    files: rows.map(([type, bytes, sha256]) => ({
      type,
      file: `ggml-${name}${type === 'f16' ? '' : `-${type}`}.bin`,
      bytes,
      sha256,
    })),
  };
}
