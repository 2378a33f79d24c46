/**
 * Texts that Whisper makes up over silence, music and noise: it has learned them from subtitles, where they stand over
 * audio without speech. Compared as whole texts, whatever their case, spacing and punctuation.
 */
interface InventedPhrases {
  /** Credits of subtitlers and broadcasters: nobody dictates them. */
  readonly credits: readonly string[];
  /** What people do say, above all at the end of a talk: believed unless the decode itself is in doubt. */
  readonly courtesies: readonly string[];
}

/**
 * By language, ISO 639-1. Gathered from whisper-base on synthesized noise and from the lists that users of Whisper keep
 * (github.com/openai/whisper, discussion 928; Barański et al., "Investigation of Whisper ASR Hallucinations Induced by
 * Non-Speech Audio", 2025).
 */
const phrases: Readonly<Record<string, InventedPhrases>> = {
  ar: {
    credits: ['ترجمة نانسي قنقر', 'ترجمة نانسي قنقور'],
    courtesies: ['شكرا', 'شكرا للمشاهدة', 'اشتركوا في القناة'],
  },
  da: { credits: ['Danske tekster af Jesper Buhl Scandinavian Text Service 2018'], courtesies: ['Tak'] },
  de: {
    credits: ['Untertitel von Stephanie Geiges'],
    courtesies: [
      'Vielen Dank',
      'Vielen Dank fürs Zuschauen',
      'Danke',
      'Bis zum nächsten Mal',
      'Tschüss',
      'Musik',
    ],
  },
  en: {
    credits: ['Transcription by CastingWords', 'Transcribed by https://otter.ai'],
    courtesies: [
      'Thank you',
      'Thank you very much',
      'Thank you so much',
      'Thank you for watching',
      'Thanks for watching',
      'Please subscribe',
      'Please like and subscribe',
      'See you next time',
      'Bye',
      'Bye bye',
      'You',
      'Music',
      'Silence',
    ],
  },
  es: {
    credits: ['Subtitulado por Jnkoil'],
    courtesies: [
      'Gracias',
      'Muchas gracias',
      'Gracias por ver el video',
      'Suscríbete',
      'Suscríbete al canal',
      'Música',
    ],
  },
  fr: {
    credits: ["Sous-titrage ST' 501", 'Sous-titrage Société Radio-Canada', 'par SousTitreur.com'],
    courtesies: [
      'Merci',
      'Merci beaucoup',
      "Merci d'avoir regardé cette vidéo",
      'Abonnez-vous',
      'Au revoir',
      'Musique',
    ],
  },
  it: {
    credits: ['Sottotitoli e revisione a cura di QTSS', 'Sottotitoli a cura di QTSS'],
    courtesies: ['Grazie', 'Grazie a tutti', 'Grazie per la visione', 'Musica'],
  },
  ja: {
    credits: [],
    courtesies: [
      'ご視聴ありがとうございました',
      '最後までご視聴ありがとうございました',
      'ありがとうございました',
      'チャンネル登録お願いします',
      'おやすみなさい',
      '音楽',
    ],
  },
  ko: {
    credits: ['한글자막 by 한효정', 'MBC 뉴스 이덕영입니다'],
    courtesies: ['시청해주셔서 감사합니다', '구독과 좋아요 부탁드립니다', '감사합니다'],
  },
  nl: { credits: ['TV GELDERLAND 2021'], courtesies: ['Bedankt voor het kijken', 'Dank u wel'] },
  no: { credits: ['Undertekster av Ai-Media', 'Teksting av Nicolai Winther'], courtesies: ['Takk'] },
  pl: { credits: [], courtesies: ['Dziękuję', 'Dziękuję za uwagę', 'Dziękuję za oglądanie'] },
  pt: {
    credits: ['Transcrição e Legendas Pedro Negri'],
    courtesies: [
      'Obrigado',
      'Obrigada',
      'Muito obrigado',
      'Obrigado por assistir',
      'Inscreva-se no canal',
      'E aí',
      'Tchau',
      'Música',
    ],
  },
  ru: {
    credits: [
      'Субтитры сделал DimaTorzok',
      'Субтитры создавал DimaTorzok',
      'Субтитры подогнал «Симон»',
      'Редактор субтитров А.Семкин Корректор А.Егорова',
      'Редактор субтитров А.Синецкая Корректор А.Егорова',
    ],
    courtesies: ['Спасибо', 'Спасибо за просмотр', 'Спасибо за внимание', 'Продолжение следует...'],
  },
  sv: { credits: ['Textning Stina Hedin www.btistudios.com'], courtesies: ['Tack'] },
  tr: { credits: ['Altyazı M.K.'], courtesies: ['İzlediğiniz için teşekkür ederim', 'Teşekkürler'] },
  zh: {
    credits: [
      '字幕by索兰娅',
      '字幕:J Chong',
      '中文字幕志愿者 杨栋梁',
      '中文字幕志愿者 李宗盛',
      '字幕志愿者 杨茜茜',
      '字幕志願者 楊茜茜',
      '请不吝点赞 订阅 转发 打赏支持明镜与点点栏目',
      '請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目',
      '优优独播剧场——YoYo Television Series Exclusive',
    ],
    courtesies: ['谢谢', '謝謝', '谢谢大家', '谢谢观看', '謝謝觀看', '拜拜', '音乐'],
  },
};

/** German broadcasters sign with the year: "Copyright WDR 2020", "Untertitel im Auftrag des ZDF für funk, 2017". */
const broadcaster =
  /^(?:copyright|untertitel(?:ung)?(?:imauftrag)?des)?(?:br|mdr|ndr|swr|wdr|zdf)(?:fürfunk)?20\d\d$/u;
/** Amara's volunteers are credited in every language, always in one short sentence. */
const amara = /amara\.\s?org/iu;
const maxAmaraLetters = 60;

const credits = bareSet(Object.values(phrases).flatMap((each) => each.credits));
const courtesies = bareSet(Object.values(phrases).flatMap((each) => each.courtesies));

/** Whether the whole text is a credit that no speaker has said. */
export function isCredit(text: string): boolean {
  const letters = bare(text);
  return (
    credits.has(letters) ||
    broadcaster.test(letters) ||
    (amara.test(text) && letters.length <= maxAmaraLetters)
  );
}

/** Whether the whole text is a phrase that people say and Whisper also makes up: other evidence must decide. */
export function isCourtesy(text: string): boolean {
  return courtesies.has(bare(text));
}

function bareSet(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.map(bare));
}

/** Letters and digits alone. */
function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]/gu, '');
}
