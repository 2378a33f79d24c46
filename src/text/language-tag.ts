/** The language of a BCP 47 tag, in lower case: `pt` for `pt-BR`. */
export function primarySubtag(tag: string): string {
  return tag.split(/[-_]/, 1)[0]?.toLowerCase() ?? '';
}
