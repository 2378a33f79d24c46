/** How a ggml file begins: its magic number 0x67676d6c, little endian. */
const ggmlMagic = 'lmgg';

const isGgml =
  'a ggml model (whisper.cpp): it needs no import, only a folder in the models folder with a theo.yaml';

/** Beginnings of files that are taken for others. */
const beginnings: readonly (readonly [bytes: string, what: string])[] = [
  [ggmlMagic, isGgml],
  ['GGUF', 'a GGUF model, which no engine here runs'],
  [
    'PK\x03\x04',
    'a PyTorch checkpoint: call it NAME.pt, as OpenAI does, or pytorch_model.bin, as Hugging Face does',
  ],
  ['\x80\x02', 'a PyTorch checkpoint of before 1.6: load it and save it again with torch.save'],
  ['version https://git-lfs', 'a pointer of Git LFS: fetch the real file with "git lfs pull"'],
  ['<', 'a web page: the download failed'],
];

/** What a file is by its first bytes, where that is known; for an error. */
export function foreignFormat(firstBytes: Buffer): string | undefined {
  const text = firstBytes.toString('latin1');
  if (text.slice(8, 10) === '{"') {
    return 'a safetensors checkpoint: "theo import" takes its folder, with config.json and tokenizer';
  }
  return beginnings.find(([bytes]) => text.startsWith(bytes))?.[1];
}

/** What is wrong with weights that begin so; undefined where they may be a ggml model's. */
export function ggmlProblem(firstBytes: Buffer): string | undefined {
  if (firstBytes.toString('latin1').startsWith(ggmlMagic)) return undefined;
  const other = foreignFormat(firstBytes);
  return `not a whisper.cpp model in ggml format (wrong magic number)${other === undefined ? '' : ` but ${other}`}`;
}
