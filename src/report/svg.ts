import type { Owner } from './chart.ts';

/** A chart that is drawn, its corner at 0, 0. */
export interface Panel {
  readonly body: string;
  readonly width: number;
  readonly height: number;
}

/** A wide letter of the chart's 13 px font, so that nothing is cut off whatever the font is. */
const letterWidth = 7.6;

const shades: Readonly<Record<Owner, readonly string[]>> = {
  ours: ['#2b6cb0', '#90cdf4', '#2c7a7b', '#805ad5', '#4a5568'],
  peer: ['#dd6b20', '#fbd38d', '#b7791f', '#c53030', '#975a16'],
};

/** The colour of the part or line with a number, apart from those beside it. */
export function colour(owner: Owner = 'ours', index = 0): string {
  const own = shades[owner];
  return own[index % own.length] ?? '#000';
}

/** An upper bound of how wide a text is drawn, in pixels. */
export function textWidth(text: string): number {
  return letterWidth * text.length;
}

export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** @param attributes of the `text` element, as they stand in the document */
export function textAt(x: number, y: number, text: string, attributes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}"${attributes ? ` ${attributes}` : ''}>${escapeXml(text)}</text>`;
}

export function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Squares of colour with their names, one behind the other. @returns its drawing and its width */
export function legend(
  entries: readonly { readonly label: string; readonly fill: string }[],
  x: number,
  y: number,
): { readonly body: string; readonly width: number } {
  let at = x;
  const drawn = entries.map(({ label, fill }) => {
    const entry = `<rect x="${round(at)}" y="${y - 10}" width="12" height="12" rx="2" fill="${fill}"/>
${textAt(at + 18, y, label, 'fill="#333"')}`;
    at += 18 + textWidth(label) + 20;
    return entry;
  });
  return { body: drawn.join('\n'), width: at };
}
