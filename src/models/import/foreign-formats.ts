const isGgml =
  'a ggml model (whisper.cpp): it needs no import, only a folder in the models folder with a theo.yaml';
const isPyTorch =
  'a PyTorch checkpoint: convert it with ct2-transformers-converter --quantization float16 first';

/** Beginnings of files that are taken for CTranslate2 models. */
const beginnings: readonly (readonly [bytes: string, what: string])[] = [
  ['lmgg', isGgml],
  ['GGUF', 'a GGUF model, which no engine here runs'],
  ['PK\x03\x04', isPyTorch],
  ['\x80\x02', isPyTorch],
  ['version https://git-lfs', 'a pointer of Git LFS: fetch the real file with "git lfs pull"'],
  ['<', 'a web page: the download failed'],
];

/** What a file is by its first bytes, where that is known; for an error. */
export function foreignFormat(firstBytes: Buffer): string | undefined {
  const text = firstBytes.toString('latin1');
  if (text.slice(8, 10) === '{"')
    return 'a safetensors checkpoint: convert it with ct2-transformers-converter first';
  return beginnings.find(([bytes]) => text.startsWith(bytes))?.[1];
}
